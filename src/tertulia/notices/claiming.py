"""The letters of notices, as workers take them: one lane for a member's mails, one for each of their browsers.

Neither mail nor push has idempotency: who accepted a letter may be asked again only by sending another. So the rows are
marked before anything is sent, with a lease and the name of the letter. What a worker that died had in hand goes out again
when the lease ends, under the same name: better twice, which mailboxes and browsers that know the name show once, than a
refused post of which nobody was told. The moment in which a death can repeat a letter is the one between the server's
yes and our commit; a server that answers at all is believed.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from tertulia.brands.models import Brand, Member, Membership
from tertulia.brands.queries import owners
from tertulia.kit import clock
from tertulia.notices.asking import load, needed
from tertulia.notices.kinds import Kind, kind
from tertulia.notices.models import Browser, Delivery, Notice
from tertulia.notices.rules import GATHER, MOST_TRIES, rest
from tertulia.notices.telling import tell

log = logging.getLogger(__name__)

#: How long a worker may take to hand a letter over; Django gives up on a silent mail server after ``EMAIL_TIMEOUT``, 10 s a step.
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Lane:
    """Whose letters: a member's mails or, with ``browser``, the pushes to it. After one, the next leaves no sooner than ``pause``."""

    member_id: int
    browser_id: int | None
    pause: timedelta

    @property
    def rows(self) -> QuerySet[Delivery]:
        """Everything that ever went this way."""
        if self.browser_id:
            return Delivery.objects.filter(browser_id=self.browser_id)
        return Delivery.objects.filter(notice__member_id=self.member_id, browser=None)


@transaction.atomic
def claim(lane: Lane) -> list[Delivery]:
    """What the lane's next letter carries, leased to us; none if it is not time, or another worker is at it."""
    now = clock.now()
    if not _locked(lane) or _busy(lane, now):
        return []
    waiting = lane.rows.filter(sent_at=None, due_at__lte=now + GATHER, tries__lt=MOST_TRIES)
    if not waiting.filter(due_at__lte=now).exists():
        return []
    interrupted = waiting.filter(letter__isnull=False).order_by("due_at").values_list("letter", flat=True).first()
    rows = waiting.filter(letter=interrupted).select_for_update(no_key=True, skip_locked=True, of=("self",))
    told = _still_needed(list(rows.select_related("notice__member", "notice__brand", "browser").order_by("notice_id")))
    letter = interrupted or uuid.uuid4()
    for one in told:
        one.letter, one.lease_until, one.tries = letter, now + LEASE, one.tries + 1
    Delivery.objects.bulk_update(told, ["letter", "lease_until", "tries"])
    return told


def _locked(lane: Lane) -> bool:
    """Whether the lane is ours in this transaction: two workers never write to the same place at once."""
    row: QuerySet[Member] | QuerySet[Browser]
    row = Browser.objects.filter(pk=lane.browser_id) if lane.browser_id else Member.objects.filter(pk=lane.member_id)
    return row.select_for_update(skip_locked=True, no_key=True).first() is not None


def _busy(lane: Lane, now: datetime) -> bool:
    """Whether a letter left a moment ago, or is leaving."""
    return lane.rows.filter(sent_at__gt=now - lane.pause).exists() or lane.rows.filter(sent_at=None, lease_until__gt=now).exists()


def _still_needed(rows: Sequence[Delivery]) -> list[Delivery]:
    """Those that somebody still has to hear; the others are gone, and may be told anew should it happen again."""
    told = [one.notice for one in rows]
    load(told)
    here = set(Membership.objects.filter(member__in={one.member_id for one in told}, member__is_active=True).values_list("member", "brand"))
    kept: list[Delivery] = []
    for one in rows:
        notice, found = one.notice, kind(one.notice.kind)
        so = found is not None and needed(found, notice)
        if so and (notice.member_id, notice.brand_id) in here and not (notice.shown and notice.read_at):
            kept.append(one)
        else:
            _drop(one, found if so and (notice.member_id, notice.brand_id) not in here else None)
    return kept


def _drop(one: Delivery, left: Kind | None) -> None:
    """It goes no more. Of what the member was not told yet nothing stays; who left the team (``left``: of what) takes nothing along."""
    notice = one.notice
    if notice.read_at or Delivery.objects.filter(notice=notice).exclude(pk=one.pk).exclude(sent_at=None).exists():
        one.delete()
    else:
        Notice.objects.filter(pk=notice.pk).delete()
    if left and left.inherited:
        heirs = owners(Brand(pk=notice.brand_id)).filter(is_active=True)
        tell(notice.brand_id, left, heirs, key=notice.key, about=notice.about)


def drop(told: Sequence[Delivery]) -> None:
    """There is nothing to tell: what it was about is not there any more."""
    Delivery.objects.filter(pk__in=[one.pk for one in told]).delete()


def sent(told: Sequence[Delivery]) -> None:
    """The letter was taken."""
    Delivery.objects.filter(pk__in=[one.pk for one in told]).update(sent_at=clock.now(), lease_until=None, error="")


def failed(told: Sequence[Delivery], error: str, *, perhaps_taken: bool, after: timedelta | None = None) -> None:
    """It will be tried again, no sooner than ``after``, or is given up. Where it surely was not taken, what has come meanwhile
    may go in the same letter."""
    log.warning("a letter of notices did not leave: %s", error)
    now, later = clock.now(), rest(max(one.tries for one in told))
    for one in told:
        one.lease_until, one.error = None, error[:200]
        one.due_at = now + max(later, after or later) if later else None
        one.letter = one.letter if perhaps_taken else None
    Delivery.objects.bulk_update(told, ["lease_until", "error", "due_at", "letter"])
