"""Writing house rules and deciding by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Ending, Message
from tertulia.journal.actions import record
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.moderation import checking, facts, queries, strikes
from tertulia.moderation.cases import close_cases as close_cases
from tertulia.moderation.cases import enqueue as enqueue
from tertulia.moderation.evidence import evidence_of
from tertulia.moderation.models import AGAINST, ON_THE_NETWORK, Act, HouseRule, Lifted, Policy, Step, Strike, Verdict
from tertulia.networks.contract import Author, Ref
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import Dispatch
from tertulia.outbox.payloads import to_person, to_point
from tertulia.people import actions as people
from tertulia.people.models import Profile

if TYPE_CHECKING:
    from tertulia.moderation.rulebook.models import Rule


class CannotDo(Exception):
    """The network or the account does not allow it, or it makes no sense here; the text says why."""


#: The name that hiding's callers know.
CannotHide = CannotDo


# --------------------------------------------------------------------------- deciding


@transaction.atomic
def hide(message: Message, rule: HouseRule, member: Member | None = None, *, by: str, because: str = "", note: str = "",
         automatic: Rule | None = None, match: Mapping[str, Any] | None = None) -> Verdict:
    """Hides a message citing a house rule; asked twice, the first verdict stands. ``CannotDo`` says why it cannot be.

    ``member`` is None when ``automatic`` did it: then ``by`` names it and ``match`` says what it matched, with ``spans``.
    """
    if sentence := queries.why_not_hide(message):
        raise CannotDo(sentence)
    if (standing := _visible(message)) and standing.act in (Act.HIDE, Act.DELETE):
        return standing
    verdict = _decide(message, Act.HIDE, rule, member, note=note, automatic=automatic, match=match, by=by, because=because)
    inbox.note_verdict(message, str(rule), by=by)
    inbox.settle([message], Ending.HIDDEN, by=by, because=str(rule))
    return verdict


@transaction.atomic
def show(message: Message, member: Member | None, *, by: str, because: str = "", lifted: str = Lifted.UNDONE) -> Verdict | None:
    """Undoes the hiding; nothing to undo: None."""
    standing = _visible(message)
    if standing is None or standing.act != Act.HIDE:
        return None
    verdict = _decide(message, Act.UNHIDE, standing.rule, member, undoes=standing, by=by, because=because)
    inbox.note_verdict(message, "", by=by)
    _lift(standing, lifted, by=by, because=because)
    return verdict


@transaction.atomic
def delete(message: Message, rule: HouseRule, member: Member, *, by: str, because: str = "", note: str = "") -> Verdict:
    """Deletes a message of somebody else's for good, after the brand's delay; until then ``take_back`` stops it."""
    if sentence := queries.why_not_delete(message):
        raise CannotDo(sentence)
    if (standing := _visible(message)) and standing.act == Act.DELETE:
        return standing
    verdict = _decide(message, Act.DELETE, rule, member, note=note, by=by, because=because,
                      delay=timedelta(minutes=strikes.policy_of(message.brand_id).delay))
    inbox.settle([message], Ending.DELETED, by=by, because=str(rule))
    return verdict


@transaction.atomic
def take_back(verdict: Verdict, member: Member, *, by: str, because: str = "") -> bool:
    """Stops a deletion (or whatever has not left yet); ``outbox.actions.TooLate`` if it did. Twice is once."""
    kept = Verdict.objects.select_for_update(no_key=True, of=("self",)).select_related("dispatch").get(pk=verdict.pk)
    if kept.lifted or kept.dispatch is None:
        return False
    outbox.cancel(kept.dispatch, by=by, because=because or "taken back")
    _lift(kept, Lifted.TAKEN_BACK, by=by, because=because)
    return True


@transaction.atomic
def block(message: Message, rule: HouseRule, member: Member, *, by: str, because: str = "", note: str = "") -> Verdict:
    """Blocks who wrote the message, on its network; blocked already, that verdict stands."""
    if sentence := queries.why_not_block(message):
        raise CannotDo(sentence)
    assert message.author is not None
    Profile.objects.select_for_update(no_key=True).get(pk=message.author.pk)
    if standing := queries.blocking(message.author):
        return standing
    return _decide(message, Act.BLOCK, rule, member, note=note, by=by, because=because)


@transaction.atomic
def unblock(verdict: Verdict, member: Member, *, by: str, because: str = "", lifted: str = Lifted.UNDONE) -> Verdict | None:
    """Undoes a block; nothing to undo: None."""
    standing = Verdict.objects.select_for_update(no_key=True, of=("self",)).select_related("message", "rule").get(pk=verdict.pk)
    if standing.lifted or standing.act != Act.BLOCK:
        return None
    undone = _decide(standing.message, Act.UNBLOCK, standing.rule, member, undoes=standing, by=by, because=because)
    _lift(standing, lifted, by=by, because=because)
    return undone


@transaction.atomic
def keep(message: Message, member: Member, *, by: str, because: str = "", note: str = "") -> Verdict:
    """A person looked and leaves it: what a rule hid is shown again."""
    show(message, member, by=by, because=because)
    return _decide(message, Act.KEEP, None, member, note=note, by=by, because=because)


@transaction.atomic
def note(message: Message, rule: HouseRule | None, member: Member | None = None, *, by: str, because: str = "", text: str = "",
         automatic: Rule | None = None, match: Mapping[str, Any] | None = None) -> Verdict:
    """The message stays; if it breaks ``rule`` it counts against its author. ``text`` is left for the team."""
    standing = message.verdicts.filter(act=Act.NOTE, rule=rule, lifted=Lifted.STANDS).first()
    if standing:
        return standing
    verdict = _decide(message, Act.NOTE, rule, member, note=text, automatic=automatic, match=match, by=by, because=because)
    if text:
        inbox.write_note(message.conversation, text, member, by=by, because=because)
    return verdict


def _visible(message: Message) -> Verdict | None:
    """The verdict by which the message is not to be seen, with the message locked: moderators decide in turn."""
    Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    return message.verdicts.filter(act__in=[Act.HIDE, Act.DELETE], lifted=Lifted.STANDS).order_by("-at", "-pk").first()


_DECIDED: Mapping[str, Callable[..., Announcement]] = {
    Act.HIDE: facts.HideDecided, Act.UNHIDE: facts.ShowDecided, Act.DELETE: facts.DeleteDecided, Act.BLOCK: facts.BlockDecided,
    Act.UNBLOCK: facts.UnblockDecided, Act.KEEP: facts.KeepDecided, Act.NOTE: facts.NoteDecided}


def _decide(message: Message, act: Act, rule: HouseRule | None, member: Member | None, *, by: str, because: str, note: str = "",
            automatic: Rule | None = None, match: Mapping[str, Any] | None = None, undoes: Verdict | None = None,
            delay: timedelta | None = None) -> Verdict:
    """One verdict, its dispatch and its strike; a person's word also ends the message's case in the queue."""
    because, now = because or str(rule or ""), clock.now()
    verdict = Verdict.objects.create(
        brand_id=message.brand_id, message=message, profile=message.author, act=act, rule=rule, member=member, by=by, note=note,
        automatic=automatic, match=dict(match) if match is not None else None, spans=list((match or {}).get("spans", [])), undoes=undoes,
        evidence=evidence_of(message), at=now, dispatch=_dispatch(message, act, by=by, because=because, delay=delay))
    record(_DECIDED[act](brand_id=message.brand_id, verdict_id=verdict.pk, message_id=message.pk), by=by, because=because)
    if member is not None:
        close_cases([message.pk], verdict, member, by=by, because=because)
    if act in AGAINST and (strike := strikes.give(verdict, by=by, because=because)):
        _take_step(strike, by=by)
    return verdict


def _dispatch(message: Message, act: Act, *, by: str, because: str, delay: timedelta | None) -> Dispatch | None:
    if act not in ON_THE_NETWORK:
        return None
    if act in (Act.BLOCK, Act.UNBLOCK):
        assert message.author is not None
        payload = to_person(Author(message.author.external_id, message.author.handle))
    else:
        payload = to_point(Ref(message.external_id or "", message.url, message.ref_extra))
    return outbox.queue(message.channel, act, payload, by=by, because=because, due_at=clock.now() + delay if delay else None)


# --------------------------------------------------------------------------- the steps of the ladder


def _take_step(strike: Strike, *, by: str) -> None:
    """What the brand's ladder wants when somebody's strikes reach a step. Nothing leaves by itself but what can be undone."""
    verdict, message = strike.verdict, strike.verdict.message
    points = sum(one.weight for one in strikes.living(strike.profile))
    told = _("Con esta lleva %(points)s por las normas de la casa.") % {"points": strikes.counted(points)}
    match strike.step:
        case "note":
            inbox.write_note(message.conversation, told, None, by=by, because="step")
        case "warn":
            inbox.bring_draft(message.conversation, queries.warning(verdict), source=_("Aviso por las normas de la casa"), by=by,
                              because=told, answering=message)
        case "hide" if verdict.act == Act.NOTE and verdict.rule and not queries.why_not_hide(message):
            hide(message, verdict.rule, verdict.member, by=by, because=told, match={"step": "hide", "spans": verdict.spans})
        case "block" if verdict.act != Act.BLOCK and not queries.why_not_block(message):
            enqueue(message, because=told, by="step:block", proposed=Act.BLOCK, again=True)


# --------------------------------------------------------------------------- what became of it


def _lift(verdict: Verdict, why: str, *, by: str, because: str = "") -> None:
    """The verdict stands no more: what hung from it is taken back. Its evidence stays."""
    if not Verdict.objects.filter(pk=verdict.pk, lifted=Lifted.STANDS).update(lifted=why, lifted_at=clock.now(), check_at=None):
        return
    record(facts.VerdictLifted(brand_id=verdict.brand_id, verdict_id=verdict.pk, message_id=verdict.message_id), by=by, because=because)
    if verdict.act in AGAINST:
        strikes.cancel_for(verdict, why, by=by, because=because)
    if verdict.act == Act.HIDE or verdict.act == Act.DELETE and why != Lifted.APPEAL:  # nobody can bring back what was deleted
        _owe_again(verdict.message, by=by, because=because)


def _owe_again(message: Message, *, by: str, because: str) -> None:
    """What ended by being hidden or deleted is owed again; deleted after it was hidden, it is hidden still."""
    standing = _visible(message)
    ended = Message.objects.filter(pk=message.pk, ending__in=[Ending.HIDDEN, Ending.DELETED])
    if ended.exists():
        inbox.unsettle([message], by=by, because=because)
        if standing is not None:
            inbox.settle([message], Ending.HIDDEN, by=by, because=str(standing.rule))


@transaction.atomic
def lift(verdict: Verdict, why: str, *, by: str, because: str = "") -> None:
    """A verdict that nothing on the network hangs from (a note) stands no more."""
    _lift(verdict, why, by=by, because=because)


@transaction.atomic
def note_done(verdict: Verdict, *, by: str, because: str = "") -> None:
    """The network says that it did it. Given up or stopped before, and done all the same, it stands again."""
    message = verdict.message
    if verdict.lifted in (Lifted.FAILED, Lifted.TAKEN_BACK):
        Verdict.objects.filter(pk=verdict.pk).update(lifted=Lifted.STANDS, lifted_at=None)
        strikes.count_again(verdict)
        if verdict.act in (Act.HIDE, Act.DELETE):
            inbox.settle([message], Ending.HIDDEN if verdict.act == Act.HIDE else Ending.DELETED, by=by, because=str(verdict.rule))
    because = because or str(verdict.rule or "")
    if verdict.act in (Act.HIDE, Act.UNHIDE):
        inbox.set_hidden(message, verdict.act == Act.HIDE, by=by, because=because)
    elif verdict.act == Act.DELETE:
        inbox.set_deleted(message, by=by, because=because)
    elif verdict.profile:
        people.set_blocked(verdict.profile, verdict.act == Act.BLOCK, by=by, because=because)
    checking.begin(verdict)


@transaction.atomic
def note_failed(verdict: Verdict, *, by: str, because: str = "") -> None:
    """The network did not do it, or it was stopped before it left: the message stands as it stood."""
    _lift(verdict, Lifted.TAKEN_BACK if because == "DispatchCancelled" else Lifted.FAILED, by=by, because=because)
    message, undone = verdict.message, verdict.undoes
    if undone is not None:  # it was to be shown, or let in, again, and was not: what it undid stands
        Verdict.objects.filter(pk=undone.pk).update(lifted=Lifted.STANDS, lifted_at=None)
        if undone.act == Act.HIDE:
            inbox.settle([message], Ending.HIDDEN, by=by, because=str(undone.rule))
    if verdict.act in (Act.HIDE, Act.UNHIDE):
        inbox.note_verdict(message, str(verdict.rule) if message.hidden_at is not None else "", by=by)


# --------------------------------------------------------------------------- the rules of the house


@transaction.atomic
def write_house_rule(brand: Brand, title: str, text: str, *, by: str, because: str = "", number: int | None = None,
                     weight: int = 1) -> HouseRule:
    """A new rule (no ``number``), or a new version of one, which retires the version before."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    version = 1
    if number is None:
        number = (brand.house_rules.aggregate(last=Max("number"))["last"] or 0) + 1
    else:
        version = (brand.house_rules.filter(number=number).aggregate(last=Max("version"))["last"] or 0) + 1
        brand.house_rules.filter(number=number, retired_at=None).update(retired_at=clock.now())
    rule = HouseRule.objects.create(brand=brand, number=number, version=version, title=title.strip(), text=text.strip(), weight=weight)
    record(facts.HouseRuleWritten(brand_id=brand.pk, rule_id=rule.pk), by=by, because=because)
    return rule


@transaction.atomic
def weigh_house_rule(rule: HouseRule, weight: int, *, by: str, because: str = "") -> None:
    """From now on breaking it is worth ``weight`` strikes; its text is the same, and so is its version."""
    if HouseRule.objects.filter(pk=rule.pk).exclude(weight=weight).update(weight=weight):
        record(facts.PolicyChanged(brand_id=rule.brand_id), by=by, because=because)


@transaction.atomic
def change_policy(policy: Policy, steps: Mapping[str, int] | None = None, *, by: str, because: str = "") -> None:
    """The brand moderates so from now on. ``steps``: living strikes by step of the ladder; none: the usual ones."""
    policy.save()
    if steps is not None:
        Step.objects.filter(brand=policy.brand_id).delete()
        Step.objects.bulk_create([Step(brand_id=policy.brand_id, act=act, points=points) for act, points in steps.items()])
    record(facts.PolicyChanged(brand_id=policy.brand_id), by=by, because=because)


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
