"""Writing matters: handing over, passing on, hearing what the desk says, bringing it back, ending.

A matter is locked first, then its stint; letters and drafts are written in the same transaction.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import facts, hours, queries
from tertulia.handoffs.leads import Consent, note_lead
from tertulia.handoffs.leads import NoConsent as NoConsent
from tertulia.handoffs.letters import take_back, write_letter
from tertulia.handoffs.models import LIVE, Desk, HandOff, Holder, Kind, State, Stint, Word
from tertulia.handoffs.notices import ANSWERED, ASKED_BACK, LEFT_ALONE, TOLD, tell, tell_holder
from tertulia.handoffs.parsing import File
from tertulia.handoffs.rules import next_step
from tertulia.handoffs.speaking import attach, locked, source_of
from tertulia.handoffs.suggesting import note_suggestions
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Conversation, ConversationState, Draft, Message
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.triage import actions as triage
from tertulia.triage.rules import NotALabel


class NobodyThere(Exception):
    """Nobody who can be reached holds the desk."""


class AlreadyHanded(Exception):
    """The desk already has this matter: ``hand_off``."""

    def __init__(self, hand_off: HandOff) -> None:
        super().__init__(hand_off.pk)
        self.hand_off = hand_off


class Over(Exception):
    """The matter has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What is handed over. ``minutes``: of the brand's open time. ``meanwhile``: a public answer for a member to send now."""

    desk: Desk
    kind: str
    brief: str
    minutes: int
    title: str
    conversation: Conversation | None = None
    messages: Sequence[Message] = ()
    thread: bool = False
    meanwhile: str = ""
    consent: Consent | None = None


@transaction.atomic
def hand_over(brand: Brand, matter: Matter, member: Member, *, by: str, because: str = "") -> HandOff:
    """Asks a desk to answer a matter. Raises ``NobodyThere``, ``AlreadyHanded`` or ``NoConsent``."""
    desk = Desk.objects.select_for_update(no_key=True).get(pk=matter.desk.pk)
    at_desk = queries.holders(desk)
    if not at_desk:
        raise NobodyThere(desk.pk)
    if matter.conversation and (there := HandOff.objects.filter(
            conversation=matter.conversation, desk=desk, kind=matter.kind, state__in=LIVE).first()):
        raise AlreadyHanded(there)
    if matter.kind == Kind.LEAD and matter.consent is None and any(one.member_id is None for one in at_desk):
        raise NoConsent(desk.pk)
    now = clock.now()
    new = HandOff.objects.create(
        brand=brand, kind=matter.kind, desk=desk, conversation=matter.conversation,
        person=matter.conversation.person if matter.conversation else None, thread=matter.thread, title=clean(matter.title).strip()[:120],
        brief=clean(matter.brief).strip(), opened_by=member, opened_at=now, minutes=matter.minutes, due_at=now,
        address_key=secrets.token_hex(8))
    new.messages.set(matter.messages)
    Word.objects.create(hand_off=new, who="team", member=member, what="said", text=new.brief, way="team", at=now)
    _begin(new, at_desk[0], now)
    record(facts.MatterHandedOver(brand_id=brand.pk, hand_off_id=new.pk, kind=new.kind, conversation_id=new.conversation_id),
           by=by, because=because)
    _handed(new, matter, member, by=by)
    return new


def _handed(new: HandOff, matter: Matter, member: Member, *, by: str) -> None:
    """What handing over does elsewhere: the conversation waits, the reading learns, a lead or a suggestion is noted."""
    if matter.conversation:
        inbox.hand_over(matter.conversation, by=by, because=new.desk.name)
    if new.desk.department:
        for one in matter.messages:
            try:
                triage.correct(one, "department", [new.desk.department.key], member, by=by, because=new.desk.name)
            except (NotALabel, triage.NothingToConfirm):  # an answer of ours, or a department that is no more
                continue
    if new.kind == Kind.LEAD:
        note_lead(new.brand, member, hand_off=new, wants="\n\n".join(one.text for one in matter.messages if not one.ours) or new.brief,
                  consent=matter.consent, by=by)
    if new.kind == Kind.SUGGESTION:
        note_suggestions([one for one in matter.messages if not one.ours], by=by)
    if matter.conversation and matter.meanwhile.strip():
        source = _("Provisional, mientras contesta %(desk)s") % {"desk": new.desk}
        new.draft = inbox.bring_draft(matter.conversation, matter.meanwhile, source=source, by=by, because="meanwhile")
        new.save(update_fields=["draft"])


def _begin(hand_off: HandOff, holder: Holder, now: datetime) -> Stint:
    """The matter is this holder's from now on. Nobody is mailed what they hand to themself, nor reminded of it."""
    own = holder.member_id is not None and holder.member_id == hand_off.opened_by_id
    desk = hand_off.desk
    first = next_step(desk.chase_at, desk.pass_at, 0)
    stint = Stint.objects.create(
        hand_off=hand_off, holder=holder, began_at=now, due_at=hours.later(hand_off.brand, now, hand_off.minutes),
        next_at=None if own or first is None else hours.later(hand_off.brand, now, hand_off.minutes * first / 100))
    hand_off.due_at, hand_off.nobody_at, hand_off.state = stint.due_at, None, State.OPEN
    hand_off.save(update_fields=["due_at", "nobody_at", "state"])
    if not own:
        write_letter(hand_off, holder, "matter", f"matter:{stint.pk}")
        tell_holder(hand_off, holder, key=f"stint:{stint.pk}")
    return stint


# --------------------------------------------------------------------------- passing on


@transaction.atomic
def pass_on(hand_off: HandOff, how: str, *, by: str, because: str = "", to: Holder | None = None) -> Holder | None:
    """The next one at the desk has it now (or ``to``); None if nobody is left: then the team is told.

    ``how`` it ended for the one before: late, not_mine, bounced or moved. Who is only late keeps it when nobody follows.
    """
    kept = locked(hand_off)
    stint, now = queries.current(kept), clock.now()
    if kept.state not in LIVE:
        return None
    follower = to or queries.next_holder(kept)
    if stint and (follower or how != "late"):
        _end_stint(stint, how, now)
    elif stint:
        Stint.objects.filter(pk=stint.pk).update(next_at=None)
    if follower is None:
        HandOff.objects.filter(pk=kept.pk).update(nobody_at=now)
        record(facts.MatterLeftAlone(brand_id=kept.brand_id, hand_off_id=kept.pk), by=by, because=because)
        tell(LEFT_ALONE, kept, key=f"{kept.pk}:{stint.pk if stint else 0}")
        return None
    _begin(kept, follower, now)
    record(facts.MatterPassedOn(brand_id=kept.brand_id, hand_off_id=kept.pk, holder_id=follower.pk, how=how), by=by, because=because)
    return follower


def _end_stint(stint: Stint, how: str, now: datetime) -> None:
    Stint.objects.filter(pk=stint.pk, ended_at=None).update(ended_at=now, ended=how, next_at=None, asked_at=None)
    if how not in ("late", "answered"):  # who is late may answer still; who answered may add something
        stint.holder.doors.filter(hand_off=stint.hand_off_id, revoked_at=None).update(revoked_at=now)
    take_back(stint)


@transaction.atomic
def chase(stint: Stint, *, by: str, because: str = "", now: datetime | None = None) -> bool:
    """Does the step that is due: reminds the holder, or passes the matter on. ``now`` given by a member: reminds at once."""
    kept = locked(stint.hand_off)
    mine = Stint.objects.select_related("holder__member").get(pk=stint.pk)
    asked = now is not None
    if mine.ended_at or kept.state != State.OPEN or not asked and (mine.next_at is None or mine.next_at > clock.now()):
        return False
    if asked:
        return write_letter(kept, mine.holder, "chase", f"chase:{mine.pk}:asked:{now:%Y%m%d%H%M}") is not None
    desk = kept.desk
    step = next_step(desk.chase_at, desk.pass_at, mine.chased)
    if step is None:
        return False
    if step >= desk.pass_at:
        Stint.objects.filter(pk=mine.pk).update(chased=step, next_at=None)
        pass_on(kept, "late", by=by, because=because)
        return True
    after = next_step(desk.chase_at, desk.pass_at, step)
    Stint.objects.filter(pk=mine.pk).update(chased=step, next_at=_moment(kept, mine, after) if after else None)
    write_letter(kept, mine.holder, "chase", f"chase:{mine.pk}:{step}")
    return True


def _moment(hand_off: HandOff, stint: Stint, percent: int) -> datetime:
    return hours.later(hand_off.brand, stint.began_at, hand_off.minutes * percent / 100 + stint.waited)


# --------------------------------------------------------------------------- what the desk says


@transaction.atomic
def hear(hand_off: HandOff, holder: Holder | None, what: str, text: str, *, way: str, by: str, because: str = "",
         files: Sequence[File] = (), message_id: str | None = None, raw: str = "") -> Word | None:
    """Something that the desk says: an answer, a question, news (``said``), «not for me», or what only happened.

    None if the mail of this name was heard before.
    """
    kept = locked(hand_off)
    if message_id and kept.words.filter(message_id=message_id).exists():
        return None
    word = Word.objects.create(hand_off=kept, who="holder" if what != "happened" else "system", holder=holder, what=what,
                               text=clean(text).strip(), raw=clean(raw), way=way, message_id=message_id or None, at=clock.now())
    attach(word, files)
    _SAID[what](kept, word, by=by)
    announced = facts.MatterSpokenOf(brand_id=kept.brand_id, hand_off_id=kept.pk, word_id=word.pk, what=what)
    record(announced, by=by, because=because)
    return word


def _answered(kept: HandOff, word: Word, *, by: str) -> None:
    stint, now = queries.current(kept), clock.now()
    if stint:
        _end_stint(stint, "answered", now)
    if kept.state != State.CANCELLED:
        kept.state, kept.ended_at, kept.ended_because = State.ANSWERED, None, ""
    kept.nobody_at = None
    if kept.answered_at is None:
        kept.answered_at, kept.answered_in = now, hours.spent(kept.brand, kept.opened_at, now)
    kept.save(update_fields=["state", "ended_at", "ended_because", "nobody_at", "answered_at", "answered_in"])
    if kept.state == State.ANSWERED:
        _bring(kept, word, by=by)
    record(facts.MatterAnswered(brand_id=kept.brand_id, hand_off_id=kept.pk, word_id=word.pk, conversation_id=kept.conversation_id), by=by)
    tell(ANSWERED, kept, key=str(word.pk))


def _asked(kept: HandOff, word: Word, *, by: str) -> None:
    if kept.state == State.OPEN:
        HandOff.objects.filter(pk=kept.pk).update(state=State.ASKED_BACK)
        kept.stints.filter(ended_at=None).update(asked_at=word.at, next_at=None)
    tell(ASKED_BACK, kept, key=str(word.pk))


def _news(kept: HandOff, word: Word, *, by: str) -> None:
    tell(TOLD, kept, key=str(word.pk))


def _not_mine(kept: HandOff, word: Word, *, by: str) -> None:
    stint = queries.current(kept)
    if stint and stint.holder_id == word.holder_id:
        pass_on(kept, "not_mine", by=by, because=word.text[:200])


def _nothing(kept: HandOff, word: Word, *, by: str) -> None:
    """It only happened."""


_SAID = {"answer": _answered, "question": _asked, "said": _news, "not_mine": _not_mine, "happened": _nothing}


def _bring(kept: HandOff, word: Word, *, by: str) -> None:
    """The answer waits above the writer of the conversation, instead of one brought before that nobody used."""
    if kept.conversation is None:
        return
    if kept.draft and kept.draft.state == "brought":
        inbox.drop_draft(kept.draft, by=by)
    talk = kept.conversation.merged_into or kept.conversation
    draft = inbox.bring_draft(talk, word.text, source=source_of(kept, word), by=by, answering=_answers(kept))
    HandOff.objects.filter(pk=kept.pk).update(draft=draft)
    inbox.bring_back(talk, by=by, because=kept.desk.name)


def _answers(kept: HandOff) -> Message | None:
    return kept.messages.filter(ours=False, vanished_at=None).order_by("-at", "-pk").first()


# --------------------------------------------------------------------------- what the team does


@transaction.atomic
def say(hand_off: HandOff, text: str, member: Member, *, by: str, because: str = "", files: Sequence[File] = ()) -> Word:
    """The team says something to the desk: answers what it asked, or asks for more, and then it is its turn again.

    ``Over``: the matter has ended.
    """
    kept = locked(hand_off)
    if kept.state not in LIVE:
        raise Over(kept.pk)
    now, stint = clock.now(), queries.current(kept)
    if stint is None:
        last = kept.stints.select_related("holder__member").order_by("-pk").first()
        following = last.holder if last and last.ended == "answered" else queries.next_holder(kept)
        if following is None:
            raise NobodyThere(kept.desk_id)
        word = _team_word(kept, text, member, files, now)
        stint = _begin(kept, following, now)
        kept.letters.filter(key=f"matter:{stint.pk}").update(what="word", word=word)
        if kept.conversation:
            inbox.hand_over(kept.conversation, by=by, because=kept.desk.name)
    else:
        word = _team_word(kept, text, member, files, now)
        _go_on(kept, stint, now)
        if stint.holder.member_id != member.pk:
            write_letter(kept, stint.holder, "word", f"word:{word.pk}", word=word)
            tell_holder(kept, stint.holder, key=f"word:{word.pk}")
    record(facts.MatterSpokenOf(brand_id=kept.brand_id, hand_off_id=kept.pk, word_id=word.pk, what="said"), by=by, because=because)
    return word


def _team_word(kept: HandOff, text: str, member: Member, files: Sequence[File], now: datetime) -> Word:
    word = Word.objects.create(hand_off=kept, who="team", member=member, what="said", text=clean(text).strip(), way="team", at=now)
    attach(word, files)
    return word


def _go_on(kept: HandOff, stint: Stint, now: datetime) -> None:
    """The holder's time runs again: what they waited for us does not count."""
    if stint.asked_at:
        stint.waited += hours.spent(kept.brand, stint.asked_at, now)
        stint.asked_at, stint.due_at = None, _moment(kept, stint, 100)
        step = next_step(kept.desk.chase_at, kept.desk.pass_at, stint.chased)
        stint.next_at = _moment(kept, stint, step) if step else None
        stint.save(update_fields=["waited", "asked_at", "due_at", "next_at"])
    HandOff.objects.filter(pk=kept.pk).update(state=State.OPEN, due_at=stint.due_at)


@transaction.atomic
def use(word: Word, *, by: str, because: str = "") -> Draft | None:
    """Brings what the desk said to the conversation as an answer to edit; None if there is no conversation."""
    kept = locked(word.hand_off)
    _bring(kept, word, by=by)
    kept.refresh_from_db(fields=["draft"])
    return kept.draft


@transaction.atomic
def end(hand_off: HandOff, state: str, *, by: str, because: str = "") -> bool:
    """It is solved, closed or cancelled; False: it had ended before. Who has it is told if a letter had left.

    A conversation that waited for it, and for nothing else, is ours to answer again.
    """
    kept = locked(hand_off)
    if kept.state not in LIVE:
        return False
    stint, now = queries.current(kept), clock.now()
    if stint:
        _end_stint(stint, "over", now)
        if state != State.SOLVED and kept.letters.filter(holder=stint.holder, state="sent").exists():
            write_letter(kept, stint.holder, "over", f"over:{stint.pk}")
    HandOff.objects.filter(pk=kept.pk).update(state=state, ended_at=now, ended_because=because[:200])
    kept.doors.filter(revoked_at=None).update(revoked_at=now)
    record(facts.MatterEnded(brand_id=kept.brand_id, hand_off_id=kept.pk, state=state), by=by, because=because)
    if kept.conversation and kept.conversation.state == ConversationState.HANDED and not queries.live_in([kept.conversation.pk]):
        inbox.bring_back(kept.conversation, by=by, because=kept.desk.name)
    return True


@transaction.atomic
def take_up_again(hand_off: HandOff, *, by: str, because: str = "") -> bool:
    """What ended is asked again, of who had it last; as if it had not ended if that was a moment ago. False: it lives.

    ``NobodyThere``: that one cannot be reached, nor anybody else.
    """
    kept = locked(hand_off)
    if kept.state in LIVE:
        return False
    last = kept.stints.select_related("holder").order_by("-pk").first()
    now = clock.now()
    HandOff.objects.filter(pk=kept.pk).update(
        state=State.ANSWERED if last and last.ended == "answered" else State.OPEN, ended_at=None, ended_because="")
    if last is None or last.ended != "answered":
        holder = last.holder if last and last.ended == "over" and not last.holder.unreachable_at else queries.next_holder(kept)
        if holder is None:
            raise NobodyThere(kept.desk_id)
        kept.refresh_from_db(fields=["state"])
        _begin(kept, holder, now)
        if kept.conversation:
            inbox.hand_over(kept.conversation, by=by, because=kept.desk.name)
    record(facts.MatterTakenUpAgain(brand_id=kept.brand_id, hand_off_id=kept.pk), by=by, because=because)
    return True
