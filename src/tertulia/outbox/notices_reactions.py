"""Noting what members are to be told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from tertulia.channels.facts import ChannelExpiring, ChannelFailed
from tertulia.channels.models import Channel
from tertulia.journal.facts import Announcement, Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.outbox import facts, notices
from tertulia.outbox import notices_digest as notices_digest  # registers its section
from tertulia.outbox.models import Dispatch
from tertulia.outbox.rules import BY_A_PAUSE

_KINDS = {
    facts.DispatchRefused: notices.REFUSED, facts.DispatchUnsure: notices.UNSURE, facts.DispatchHeld: notices.HELD,
    facts.DispatchExpired: notices.EXPIRED, facts.DispatchDiffers: notices.DIFFERS, facts.DispatchVanished: notices.GONE,
}


@reaction(*_KINDS)
def note_trouble(happened: Sequence[Happened]) -> None:
    """Who asked for it is told what became of it; a channel that is shut out is told to the owners, too.

    What a pause holds is no news: somebody stopped it on purpose.
    """
    news = [one for one in happened if one.at > clock.now() - notices.NEWS and not _paused(one.what)]
    found = Dispatch.objects.select_related("channel").in_bulk([one.what.dispatch_id for one in news])
    for cls, some in groupby(news, key=lambda one: type(one.what)):
        there = [(found[one.what.dispatch_id], one.id) for one in some if one.what.dispatch_id in found]
        notices.note(_KINDS[cls], there)
        if cls is facts.DispatchHeld:
            notices.note_channels({one.channel_id: one.channel for one, _occasion in there}.values())


def _paused(what: Announcement) -> bool:
    return isinstance(what, facts.DispatchHeld) and what.reason in BY_A_PAUSE


@reaction(ChannelFailed)
def note_shut_channels(happened: Sequence[Happened]) -> None:
    """The owners hear of a channel that does not let us in before anything of theirs is held."""
    news = [one.what.channel_id for one in happened if one.at > clock.now() - notices.NEWS]
    notices.note_channels(Channel.objects.filter(pk__in=news))


@reaction(ChannelExpiring)
def note_expiring_channels(happened: Sequence[Happened]) -> None:
    """The owners hear of a channel that has to be connected again soon, and of what would have to wait."""
    notices.note_expiring([one.what.channel_id for one in happened if one.at > clock.now() - notices.NEWS])


@job
def note_late() -> None:
    """Tells of what did not leave at its hour."""
    notices.note_late()


@watch(every=30.0)
def late_dispatches() -> Sequence[Wake]:
    """Whether something is late of which nobody was told."""
    return [Wake(note_late, {}, lock="note_late")] if notices.late(clock.now(), most=1) else []
