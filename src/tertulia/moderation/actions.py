"""Writing house rules and deciding by them."""

from django.db import transaction
from django.db.models import Max

from tertulia.brands.models import Brand, Member
from tertulia.inbox.actions import note_verdict
from tertulia.inbox.models import Message
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.moderation import facts
from tertulia.moderation.models import HouseRule, Verdict
from tertulia.moderation.queries import why_not_hide
from tertulia.networks.contract import Ref
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import DispatchState
from tertulia.outbox.payloads import to_point


class CannotHide(Exception):
    """The network or the account does not allow it; the text says why."""


@transaction.atomic
def hide(message: Message, rule: HouseRule, member: Member, *, by: str, because: str = "", note: str = "") -> Verdict:
    """Hides a message citing a house rule; asked twice, the first verdict stands. ``CannotHide`` says why it cannot be."""
    if sentence := why_not_hide(message):
        raise CannotHide(sentence)
    standing = _standing(message)
    if standing and standing.act == "hide":
        return standing
    verdict = _decide(message, "hide", rule, member, note, by=by, because=because or str(rule))
    note_verdict(message, str(rule), by=by)
    record(facts.HideDecided(brand_id=message.brand_id, verdict_id=verdict.pk, message_id=message.pk), by=by, because=because or str(rule))
    return verdict


@transaction.atomic
def show(message: Message, member: Member, *, by: str, because: str = "") -> Verdict | None:
    """Undoes the hiding; nothing to undo: None."""
    standing = _standing(message)
    if standing is None or standing.act != "hide":
        return None
    verdict = _decide(message, "unhide", standing.rule, member, "", by=by, because=because)
    note_verdict(message, "", by=by)
    record(facts.ShowDecided(brand_id=message.brand_id, verdict_id=verdict.pk, message_id=message.pk), by=by, because=because)
    return verdict


def _standing(message: Message) -> Verdict | None:
    """The last verdict on a message that the network did not refuse, with the message locked: moderators decide in turn."""
    Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    failed = (DispatchState.REFUSED, DispatchState.EXPIRED, DispatchState.CANCELLED)
    return message.verdicts.exclude(dispatch__state__in=failed).order_by("-at", "-pk").first()


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
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
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


@transaction.atomic
def restore_house_rule(rule: HouseRule, *, by: str, because: str = "") -> bool:
    """The rule holds again, as before it was retired; not if a newer version holds. Whether it was restored."""
    Brand.objects.select_for_update(no_key=True).get(pk=rule.brand_id)
    taken = HouseRule.objects.filter(brand=rule.brand_id, number=rule.number, retired_at=None).exists()
    if taken or not HouseRule.objects.filter(pk=rule.pk, retired_at__isnull=False).update(retired_at=None):
        return False
    record(facts.HouseRuleRestored(brand_id=rule.brand_id, rule_id=rule.pk), by=by, because=because)
    return True
