"""What the inbox does when time passes, and when what it counts by changes: deadlines, windows, whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tertulia.brands.facts import BrandCreated, BrandHoursChanged, BrandSheetChanged, MemberRemoved
from tertulia.brands.models import Brand
from tertulia.channels.facts import ChannelHoursChanged
from tertulia.inbox import assigning, breaches, facts
from tertulia.inbox import ledger_words as ledger_words  # its line of the digest
from tertulia.inbox.deadline_notices import ASSIGNED
from tertulia.inbox.deadlines import set_due_of_brand
from tertulia.inbox.ending import lapse, windows_over
from tertulia.inbox.models import Share
from tertulia.inbox.targets import promise_first
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.notices.actions import Telling, tell_all

#: What was given longer ago than this is no news.
NEWS = timedelta(hours=1)


@job
def mind_deadlines() -> None:
    """Begins and ends breaches, and tells who has to know."""
    breaches.mind(clock.now())


@watch(every=10.0)
def deadlines_to_mind() -> Sequence[Wake]:
    """Whether any deadline passed, or any breach is open."""
    return [Wake(mind_deadlines, {}, lock="mind_deadlines")] if breaches.anything_to_do(clock.now()) else []


@job
def close_windows() -> None:
    """Ends what the network lets nobody answer any more."""
    lapse(clock.now(), by=SYSTEM)


@watch(every=10.0)
def windows_to_close() -> Sequence[Wake]:
    """Whether any is over."""
    return [Wake(close_windows, {}, lock="close_windows")] if windows_over(clock.now()).exists() else []


@reaction(BrandCreated)
def on_brand_created(happened: Sequence[Happened]) -> None:
    """A brand begins with the targets that most would choose."""
    for brand in Brand.objects.filter(pk__in={one.what.brand_id for one in happened}):
        promise_first(brand, by=SYSTEM)


@reaction(BrandHoursChanged, BrandSheetChanged, ChannelHoursChanged, facts.TargetsChanged)
def on_promises_changed(happened: Sequence[Happened]) -> None:
    """What is owed is due by the new hours and targets."""
    for brand_id in sorted({one.what.brand_id for one in happened}):
        set_due_of_brand(brand_id)


@reaction(facts.ConversationAssigned)
def on_assigned(happened: Sequence[Happened]) -> None:
    """Tells whoever was given a conversation by a rule or by somebody else."""
    recent = clock.now() - NEWS
    tell_all([
        Telling(brand_id=one.what.brand_id, kind=ASSIGNED.name, members=[one.what.member_id], key=str(one.id),
                about={"conversation": one.what.conversation_id})
        for one in happened if one.what.member_id and one.by != f"member:{one.what.member_id}" and one.at > recent])


@reaction(facts.ReplyWritten, facts.ConversationClosed, facts.ConversationHanded, facts.ConversationSnoozed, facts.ShareChanged,
          facts.AssignmentChanged)
def on_hand_free(happened: Sequence[Happened]) -> None:
    """Somebody may take one more, where people take only so many; or others do."""
    changed = {one.what.brand_id for one in happened if isinstance(one.what, (facts.ShareChanged, facts.AssignmentChanged))}
    brands = {one.what.brand_id for one in happened} - changed
    limited = Share.objects.filter(brand__in=brands, capacity__isnull=False).values_list("brand", flat=True)
    assigning.give_waiting(one for one in changed | set(limited) if one is not None)


@reaction(facts.ShareChanged, MemberRemoved)
def on_member_away(happened: Sequence[Happened]) -> None:
    """What was theirs goes to whoever is there."""
    for one in happened:
        there = Share.objects.filter(brand=one.what.brand_id, member=one.what.member_id).first()
        if isinstance(one.what, MemberRemoved) or (there and there.away_until and there.away_until > clock.now()):
            assigning.take_from(one.what.brand_id, one.what.member_id, by=SYSTEM, because="away")
