"""Reading house rules and verdicts: brand first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand
from tertulia.channels.queries import why_not
from tertulia.inbox.models import Message
from tertulia.inbox.talk import shown_too
from tertulia.moderation.models import AGAINST, Act, HouseRule, Lifted, Verdict
from tertulia.people.models import Profile

# --------------------------------------------------------------------------- the rules


def house_rules(brand: Brand) -> QuerySet[HouseRule]:
    """The rules that hold, by number."""
    return brand.house_rules.filter(retired_at=None).order_by("number")


def house_rule_of(brand: Brand, number: int) -> HouseRule:
    """The rule with this number that holds; ``HouseRule.DoesNotExist`` if there is none."""
    return house_rules(brand).get(number=number)


def house_rules_with_use(brand: Brand) -> QuerySet[HouseRule]:
    """The rules that hold, by number, each with ``cited``: how many verdicts cite this version."""
    return house_rules(brand).annotate(cited=Count("verdict", filter=Q(verdict__act__in=AGAINST)))


def retired_house_rules(brand: Brand) -> QuerySet[HouseRule]:
    """The rules that hold no more and have no newer version: each number's last, if it was retired."""
    living = house_rules(brand).values("number")
    return brand.house_rules.exclude(number__in=living).order_by("number", "-version").distinct("number")


def any_house_rule_of(brand: Brand, pk: int) -> HouseRule:
    """One of the brand's rules, in force or not; ``HouseRule.DoesNotExist`` if it is another's."""
    return brand.house_rules.get(pk=pk)


def versions_of(brand: Brand) -> dict[int, list[HouseRule]]:
    """Every version of every rule that was ever cited or holds, newest first, by number."""
    found: dict[int, list[HouseRule]] = {}
    for one in brand.house_rules.order_by("number", "-version"):
        found.setdefault(one.number, []).append(one)
    return found


def rules_url(brand: Brand) -> str:
    """The public address of the brand's rules, whole."""
    return str(settings.PUBLIC_URL + reverse("house_rules", args=[brand.slug]))


# --------------------------------------------------------------------------- what can be done


def why_not_hide(message: Message) -> str:
    """The sentence that says why a message cannot be hidden; empty if it can."""
    return _why_nothing(message) or why_not(message.channel, "hide")


def why_not_delete(message: Message) -> str:
    """The sentence that says why a message of theirs cannot be deleted; empty if it can."""
    return _why_nothing(message) or why_not(message.channel, "remove")


def why_not_block(message: Message) -> str:
    """The sentence that says why its author cannot be blocked; empty if they can."""
    if message.ours:
        return _("Es un mensaje de la marca.")
    if message.author is None:
        return _("No se sabe quién lo escribió.")
    return why_not(message.channel, "block")


def _why_nothing(message: Message) -> str:
    if message.ours:
        return _("Es un mensaje de la marca.")
    if message.vanished_at:
        return _("Quien lo escribió ya lo ha borrado.")
    if message.kind == "direct":
        return _("Es un mensaje privado: nadie más lo ve.")
    return ""


# --------------------------------------------------------------------------- verdicts


def verdict_of(brand: Brand, pk: int) -> Verdict:
    """One of the brand's verdicts; ``Verdict.DoesNotExist`` if it is another's."""
    return _whole(Verdict.objects.all()).get(brand=brand, pk=pk)


def _whole(rows: QuerySet[Verdict]) -> QuerySet[Verdict]:
    return rows.select_related("message__channel", "message__author", "message__conversation", "rule", "member", "dispatch", "profile",
                               "appeal", "brand", "automatic")


def verdicts_about(message: Message) -> Sequence[Verdict]:
    """What was ever decided of a message, newest first."""
    return list(_whole(message.verdicts.all()).order_by("-at", "-pk"))


def blocking(profile: Profile) -> Verdict | None:
    """The verdict by which somebody is blocked."""
    standing = Verdict.objects.filter(profile=profile, act=Act.BLOCK, lifted=Lifted.STANDS).select_related("rule", "message")
    return standing.order_by("-at").first()


def verdicts_on(profiles: QuerySet[Profile], most: int = 20) -> Sequence[Verdict]:
    """What was decided against somebody, newest first."""
    return list(_whole(Verdict.objects.filter(profile__in=profiles, act__in=AGAINST)).order_by("-at", "-pk")[:most])


def warning(verdict: Verdict) -> str:
    """What a member may say to somebody whose strikes add up, to be read and changed before it is sent."""
    rule, brand = verdict.rule, verdict.brand
    assert rule is not None
    told = _("Hola. Te pedimos que respetes la norma %(number)s de esta casa: «%(title)s». Las tienes todas aquí: %(url)s")
    return told % {"number": rule.number, "title": rule.title.rstrip("."), "url": rules_url(brand)}


@shown_too
def stands_beside(messages: Sequence[Message]) -> list[tuple[Any, ...]]:
    """What the pages show of the verdicts on these messages."""
    theirs = [one.pk for one in messages if not one.ours]
    return list(Verdict.objects.filter(message__in=theirs).order_by("pk").values_list("pk", "lifted", "check_state", "dispatch__state"))


def standing_around(message: Message) -> dict[int, Verdict]:
    """The verdict that stands against each message of a message's conversation: what hides one before what only counts."""
    rows = Verdict.objects.filter(
        message__conversation=message.conversation_id, lifted=Lifted.STANDS, act__in=[Act.NOTE, Act.HIDE, Act.DELETE])
    found: dict[int, Verdict] = {}
    for one in rows.select_related("rule", "dispatch").order_by("at", "pk"):
        if one.message_id not in found or one.act != Act.NOTE:
            found[one.message_id] = one
    return found
