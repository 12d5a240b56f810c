"""Telling members what became of theirs: refused, unsure, held, expired, late, not as approved; and the owners, of channels shut out.

A notice is a row, told once. It waits a moment, so that what happens together is one mail, and is dropped if nobody needs
to hear it any more when the mail leaves: sent again, released, confirmed. The mails are in ``notices_mail``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from tertulia.brands.facts import MemberProfileChanged
from tertulia.brands.models import Brand, Member, Membership
from tertulia.brands.queries import owners
from tertulia.channels.models import Channel, ChannelState
from tertulia.channels.queries import ending, is_ending
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.outbox import pacing
from tertulia.outbox.models import Dispatch, DispatchState, Notice, NoticeChoice, NoticeKind, NoticeWay, Readback
from tertulia.outbox.rules import LONGEST_REST, READ_BACK_WRONG

#: What happens within this time is one mail.
GATHER = timedelta(minutes=1)
#: How long after its hour something that nothing holds is late.
LATE = timedelta(minutes=5)
#: What is older is history and not news: after a long stop, or when a reaction begins, nobody is flooded.
NEWS = timedelta(days=1)
#: Tries of a mail, with a rest that doubles from a minute, before it is given up: two hours.
MOST_TRIES = 7


def mails() -> bool:
    """Whether this installation can send mail at all."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))


# --------------------------------------------------------------------------- the member's way


def way_of(brand: Brand, member: Member) -> NoticeWay:
    """How the member wants to be told of the brand."""
    chosen = NoticeChoice.objects.filter(brand=brand, member=member).values_list("way", flat=True).first()
    return NoticeWay(chosen or NoticeWay.NOW)


@transaction.atomic
def choose(brand: Brand, member: Member, way: NoticeWay, *, by: str, because: str = "") -> None:
    """From now on the member is told this way, also of what already waits to be mailed."""
    NoticeChoice.objects.update_or_create(brand=brand, member=member, defaults={"way": way})
    waiting = Notice.objects.filter(brand=brand, member=member, sent_at=None, letter=None, due_at__isnull=False)
    waiting.update(due_at=_due(way, clock.now()))
    record(MemberProfileChanged(brand_id=brand.pk, member_id=member.pk), by=by, because=because)


def _due(way: NoticeWay, now: datetime) -> datetime | None:
    if way == NoticeWay.PAGE or not mails():
        return None
    if way == NoticeWay.HOUR:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return now + GATHER


# --------------------------------------------------------------------------- noting


def note(kind: NoticeKind, found: Iterable[tuple[Dispatch, int]]) -> None:
    """Tells of dispatches whoever asked for them or, if they are not of the team any more, the brand's owners.

    Each comes with its occasion; what was noted before is not noted again.
    """
    whom = cache(_asked_for)
    _keep([(member, kind, one.brand_id, one, one.channel_id, occasion)
           for one, occasion in found for member in whom(one.created_by, one.brand_id)])


def note_channels(channels: Iterable[Channel]) -> None:
    """Tells the owners, once until it is connected again, of channels that the network does not let in any more."""
    _keep([(member, NoticeKind.CHANNEL, one.brand_id, None, one.pk, int(one.connected_at.timestamp()))
           for one in channels if one.state == ChannelState.RECONNECT for member in _owners(one.brand_id)])


def note_expiring(channels: Iterable[int]) -> None:
    """Tells the owners, once for each end, of channels whose credentials end soon and that only a person can renew."""
    _keep([(member, NoticeKind.EXPIRING, one.brand_id, None, one.pk, int(one.expires_at.timestamp()))
           for one in Channel.objects.filter(ending(clock.now()), pk__in=channels) if one.expires_at
           for member in _owners(one.brand_id)])


def _asked_for(by: str, brand_id: int) -> Sequence[int]:
    kind, _separator, number = by.partition(":")
    if kind == "member" and number.isdigit() and of_the_team(int(number), brand_id):
        return [int(number)]
    return _owners(brand_id)


def of_the_team(member_id: int, brand_id: int) -> bool:
    """Whether the member may still see the brand."""
    return Membership.objects.filter(member_id=member_id, brand_id=brand_id, member__is_active=True).exists()


def _owners(brand_id: int) -> Sequence[int]:
    return list(owners(Brand(pk=brand_id)).filter(is_active=True).values_list("pk", flat=True))


def _keep(rows: Sequence[tuple[int, NoticeKind, int, Dispatch | None, int, int]]) -> None:
    now, brands = clock.now(), {row[2] for row in rows}
    chosen = {(one.member_id, one.brand_id): NoticeWay(one.way) for one in NoticeChoice.objects.filter(brand_id__in=brands)}
    Notice.objects.bulk_create([
        Notice(member_id=member, kind=kind, brand_id=brand, dispatch=dispatch, channel_id=channel, occasion=occasion,
               created_at=now, due_at=_due(chosen.get((member, brand), NoticeWay.NOW), now))
        for member, kind, brand, dispatch, channel, occasion in rows], ignore_conflicts=True, batch_size=500)


# --------------------------------------------------------------------------- what is late

_LATE = f"""
    select due.id from channels_channel channel cross join lateral (
        select one.id, one.due_at, one.verb from outbox_dispatch one
        where one.channel_id = channel.id and one.state in ('waiting', 'ready') and one.try_at <= %(rested)s
          and one.due_at <= %(late)s and one.expires_at > %(now)s) due
    where not exists (select 1 from outbox_notice told where told.dispatch_id = due.id and told.kind = 'late')
      and not exists (select 1 from outbox_pause pause where pause.brand_id is null or pause.brand_id = channel.brand_id)
      and {pacing.OPEN.format(verb="due.verb")}
    order by due.due_at, due.id limit %(most)s
"""


def late(now: datetime, most: int = 500) -> list[int]:
    """Dispatches, of any brand, whose hour passed without their leaving though nothing holds them; nobody was told yet."""
    with connection.cursor() as sql:
        sql.execute(_LATE, {"now": now, "late": now - LATE, "rested": now + LONGEST_REST, "most": most})
        return [int(pk) for (pk,) in sql.fetchall()]


@transaction.atomic
def note_late() -> None:
    """Tells of what is late, once."""
    note(NoticeKind.LATE, [(one, 0) for one in Dispatch.objects.filter(pk__in=late(clock.now()))])


# --------------------------------------------------------------------------- reading


def still_needed(one: Notice, now: datetime) -> bool:
    """Whether what it tells is still so."""
    if one.kind == NoticeKind.CHANNEL:
        return bool(one.channel.state == ChannelState.RECONNECT)
    if one.kind == NoticeKind.EXPIRING:
        return is_ending(one.channel, now)
    if one.dispatch is None:
        return False
    if one.kind == NoticeKind.LATE:
        return one.dispatch.state in (DispatchState.WAITING, DispatchState.READY) and one.dispatch.due_at <= now - LATE
    if one.kind in READ_BACK_WRONG:
        back: Readback | None = getattr(one.dispatch, "readback", None)
        return back is not None and back.state == one.kind and back.seen_at is None
    return bool(one.dispatch.state == one.kind)


def notices_of(brand: Brand, member: Member, most: int = 20) -> list[Notice]:
    """What the member was told of the brand last, newest first."""
    return list(_whole(Notice.objects.filter(brand=brand, member=member)).order_by("-id")[:most])


def _whole(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.select_related("brand", "channel", "dispatch__channel", "dispatch__brand", "dispatch__readback")


def due_members(now: datetime, most: int = 100) -> list[int]:
    """The members for whom a mail is due; those who got one a moment ago are for the claim to see."""
    rows = Notice.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES).exclude(lease_until__gt=now)
    return list(rows.order_by().values_list("member_id", flat=True).distinct()[:most])


def undelivered(brand: Brand, member: Member) -> Notice | None:
    """The last of the member's notices whose mail could not leave."""
    rows = Notice.objects.filter(brand=brand, member=member, sent_at=None).exclude(error="")
    return rows.order_by(F("due_at").asc(nulls_first=True), "-id").first()
