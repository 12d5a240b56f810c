"""After sending: the live thing is fetched and compared with what was approved; nothing here touches the dispatch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import F

from tertulia.channels.connection import open_network
from tertulia.channels.queries import can
from tertulia.journal.actions import record
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.kit.jobs import stopping
from tertulia.networks.contract import Gone, Item, Outcome, Reads, Ref, TryLater
from tertulia.outbox import differences, facts, pacing, rules
from tertulia.outbox.models import Dispatch, DispatchState, Readback, ReadbackState
from tertulia.outbox.moves import named

#: How many read at once, in the whole installation: a network that hangs keeps no more threads from other work.
READERS = 3
#: How long a reader goes on before it lets others have its thread.
TURN = 10.0
#: The first half of the names of the locks that readers hold.
_READING = 0x7E28
_VERBS = ("publish", "reply")

# --------------------------------------------------------------------------- reading


#: What is due to be read on a working channel that nothing is closed for and that has nothing to send meanwhile.
_DUE = f"""
    from outbox_readback back join outbox_dispatch dispatch on dispatch.id = back.dispatch_id
        join channels_channel channel on channel.id = dispatch.channel_id
    where back.due_at <= %(now)s and channel.state = 'active'
      and {pacing.OPEN.format(verb="'read'")}
      and not exists (select 1 from outbox_dispatch due
        where due.channel_id = channel.id and due.state in ('waiting', 'ready') and due.try_at <= %(now)s)
"""


def due(now: datetime, most: int) -> list[int]:
    """What is to be looked at first, of any brand."""
    with connection.cursor() as sql:
        sql.execute(f"select back.id {_DUE} order by back.due_at, back.id limit %(most)s", {"now": now, "most": most})
        return [int(pk) for (pk,) in sql.fetchall()]


# --------------------------------------------------------------------------- looking


def begin(sent: Sequence[tuple[int, datetime]]) -> None:
    """Of these dispatches, sent at those moments, the ones that can be read back will be."""
    found = Dispatch.objects.select_related("channel").in_bulk([pk for pk, _at in sent])
    rows = [(found[pk], at) for pk, at in sent if pk in found and _readable(found[pk])]
    Readback.objects.bulk_create([
        Readback(brand_id=one.brand_id, dispatch=one, since=at, due_at=at + rules.LOOKS[0]) for one, at in rows],
        ignore_conflicts=True)


def _readable(dispatch: Dispatch) -> bool:
    return (dispatch.verb in _VERBS and dispatch.state == DispatchState.SENT and bool(dispatch.external_id)
            and can(dispatch.channel, "read"))


def read(reader: int) -> None:
    """Looks at what is due, one thing after another, until nothing is or its turn is over; nothing if that reader reads already."""
    until = time.monotonic() + TURN
    with connection.cursor() as sql:
        sql.execute("select pg_try_advisory_lock(%s, %s)", [_READING, reader])
        if sql.fetchone() != (True,):
            return
        try:
            while time.monotonic() < until and not stopping.is_set() and (found := due(clock.now(), 1)):
                look(found[0])
        finally:
            sql.execute("select pg_advisory_unlock(%s, %s)", [_READING, reader])


def look(pk: int) -> None:
    """Fetches one live thing and writes down how it compares. Nobody else looks at it meanwhile."""
    back = Readback.objects.select_related("dispatch__channel", "dispatch__brand").get(pk=pk)
    now = clock.now()
    if back.due_at is None or back.due_at > now:
        return
    # if we die here, it is looked at again a while later
    later = rules.look_after_failure(back.since, now, None)
    if not Readback.objects.filter(pk=pk, due_at=back.due_at).update(due_at=later, tries=F("tries") + 1):
        return
    dispatch = back.dispatch
    try:
        with open_network(dispatch.channel) as network:
            ref = Ref(dispatch.external_id, dispatch.url, dispatch.ref_extra)
            item = cast(Reads, network).read(ref)
    except Gone:
        _not_there(back)
    except Outcome as failure:
        _failed(back, failure)
    else:
        _there(back, as_found(item))


def as_found(item: Item) -> dict[str, Any]:
    """What is kept of a live thing."""
    return {"text": item.text, "language": item.language,
            "attachments": [{"kind": one.kind, "alt": one.alt, "url": one.url} for one in item.attachments]}


def _failed(back: Readback, failure: Outcome) -> None:
    after = failure.after if isinstance(failure, TryLater) else None
    now = clock.now()
    Readback.objects.filter(pk=back.pk).update(due_at=rules.look_after_failure(back.since, now, after))
    if isinstance(failure, TryLater) and after is not None and failure.scope != "none":
        pacing.close(pacing.scope_of(back.dispatch.channel, failure.scope), now + timedelta(seconds=after), failure.reason)


@transaction.atomic
def _there(back: Readback, found: dict[str, Any]) -> None:
    kept = Readback.objects.select_for_update(no_key=True).get(pk=back.pk)
    differs = differences.compare(back.dispatch.payload, found)
    news: type[Announcement] | None = None
    if differs and (kept.state != ReadbackState.DIFFERS or kept.differences != differs):
        news, kept.seen_at, kept.seen_by = facts.DispatchDiffers, None, ""
    elif not differs and kept.state in rules.READ_BACK_WRONG:
        news = facts.DispatchMatched
    kept.state = ReadbackState.DIFFERS if differs else ReadbackState.SAME
    kept.found, kept.differences, kept.gone_at = found, differs, None
    _keep(kept, back.dispatch, news, seen=True)


@transaction.atomic
def _not_there(back: Readback) -> None:
    """Gone or, in its first minute, not shown yet. What we deleted ourselves is no news."""
    kept, now = Readback.objects.select_for_update(no_key=True).get(pk=back.pk), clock.now()
    news = None
    if kept.state != ReadbackState.GONE and (kept.found or now >= kept.since + rules.SLOW_TO_SHOW):
        kept.state, kept.gone_at, kept.seen_at, kept.seen_by = ReadbackState.GONE, now, None, ""
        if deleted_by := _deleted_by(back.dispatch):
            kept.seen_at, kept.seen_by = now, deleted_by
        else:
            news = facts.DispatchVanished
    _keep(kept, back.dispatch, news, seen=bool(kept.found))


def _keep(kept: Readback, dispatch: Dispatch, news: type[Announcement] | None, *, seen: bool) -> None:
    now = clock.now()
    kept.looked_at, kept.due_at = now, rules.next_look(kept.since, now, seen=seen)
    kept.save(update_fields=["state", "found", "differences", "gone_at", "seen_at", "seen_by", "looked_at", "due_at"])
    if news:
        record(news(**named(dispatch)), by=f"network:{dispatch.channel.network}")


def _deleted_by(dispatch: Dispatch) -> str:
    """Who had it deleted through us; nothing if nobody did."""
    ours = Dispatch.objects.filter(channel=dispatch.channel_id, brand=dispatch.brand_id, verb="delete", state=DispatchState.SENT,
                                   payload__ref__external_id=dispatch.external_id)
    return ours.values_list("created_by", flat=True).first() or ""


@transaction.atomic
def note(dispatch: Dispatch, *, by: str, because: str = "") -> None:
    """A person took note that it differs, or is gone. Twice is once."""
    noted = Readback.objects.filter(dispatch=dispatch, state__in=rules.READ_BACK_WRONG, seen_at=None)
    if noted.update(seen_at=clock.now(), seen_by=by):
        record(facts.DispatchNoted(**named(dispatch)), by=by, because=because)
