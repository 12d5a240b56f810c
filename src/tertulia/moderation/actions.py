"""Writing house rules and deciding by them."""

from django.db import transaction
from django.db.models import Max

from tertulia.brands.models import Brand, Member
from tertulia.channels.queries import why_not
from tertulia.inbox.models import Message
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.moderation import facts
from tertulia.moderation.models import HouseRule, Verdict
from tertulia.networks.contract import Ref
from tertulia.outbox import actions as outbox
from tertulia.outbox.payloads import to_point


class CannotHide(Exception):
    """The network or the account does not allow it; the text says why."""


@transaction.atomic
def hide(message: Message, rule: HouseRule, member: Member, *, by: str, because: str = "", note: str = "") -> Verdict:
    """Hides a message citing a house rule; asked twice, the first verdict stands. ``CannotHide`` says why it cannot be."""
    if sentence := why_not(message.channel, "hide"):
        raise CannotHide(sentence)
    standing = _standing(message)
    if standing and standing.act == "hide":
        return standing
    verdict = _decide(message, "hide", rule, member, note, by=by, because=because or str(rule))
    record(facts.HideDecided(brand_id=message.brand_id, verdict_id=verdict.pk, message_id=message.pk), by=by, because=because or str(rule))
    return verdict


@transaction.atomic
def show(message: Message, member: Member, *, by: str, because: str = "") -> Verdict | None:
    """Undoes the hiding; nothing to undo: None."""
    standing = _standing(message)
    if standing is None or standing.act != "hide":
        return None
    verdict = _decide(message, "unhide", standing.rule, member, "", by=by, because=because)
    record(facts.ShowDecided(brand_id=message.brand_id, verdict_id=verdict.pk, message_id=message.pk), by=by, because=because)
    return verdict


def _standing(message: Message) -> Verdict | None:
    """The last verdict on a message, with the message locked: two moderators decide one after the other."""
    Message.objects.select_for_update().get(pk=message.pk)
    return message.verdicts.order_by("-at", "-pk").first()


def _decide(message: Message, act: str, rule: HouseRule | None, member: Member, note: str, *, by: str, because: str) -> Verdict:
    ref = Ref(message.external_id or "", message.url, message.ref_extra)
    dispatch = outbox.queue(message.channel, act, to_point(ref), by=by, because=because)
    evidence = {"text": message.text, "author": message.author.handle if message.author else "", "url": message.url,
                "at": message.at.isoformat(), "reading": message.reading}
    return Verdict.objects.create(brand_id=message.brand_id, message=message, act=act, rule=rule, member=member, note=note,
                                  evidence=evidence, dispatch=dispatch, at=clock.now())


@transaction.atomic
def write_house_rule(brand: Brand, title: str, text: str, *, by: str, because: str = "", number: int | None = None) -> HouseRule:
    """A new rule (no ``number``), or a new version of one, which retires the version before."""
    Brand.objects.select_for_update().get(pk=brand.pk)
    version = 1
    if number is None:
        number = (brand.house_rules.aggregate(last=Max("number"))["last"] or 0) + 1
    else:
        version = (brand.house_rules.filter(number=number).aggregate(last=Max("version"))["last"] or 0) + 1
        brand.house_rules.filter(number=number, retired_at=None).update(retired_at=clock.now())
    rule = HouseRule.objects.create(brand=brand, number=number, version=version, title=title.strip(), text=text.strip())
    record(facts.HouseRuleWritten(brand_id=brand.pk, rule_id=rule.pk), by=by, because=because)
    return rule


@transaction.atomic
def retire_house_rule(rule: HouseRule, *, by: str, because: str = "") -> None:
    """The rule holds no more."""
    if HouseRule.objects.filter(pk=rule.pk, retired_at=None).update(retired_at=clock.now()):
        record(facts.HouseRuleRetired(brand_id=rule.brand_id, rule_id=rule.pk), by=by, because=because)
