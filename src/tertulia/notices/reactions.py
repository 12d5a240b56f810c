"""Sending the letters that are due."""

from __future__ import annotations

from collections.abc import Sequence

from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.notices import digest_mailing, digests, mailing, pushing, queries, reading
from tertulia.notices.wishes import mails


@job
def mail_notices(member_id: int) -> None:
    """Mails a member what they are to be told."""
    mailing.mail(member_id)


@job
def push_notices(browser_id: int) -> None:
    """Pushes to a browser what its member is to be told."""
    pushing.push(browser_id)


@watch(every=2.0)
def due_pushes() -> Sequence[Wake]:
    """The browsers that are to get a push."""
    return [Wake(push_notices, {"browser_id": pk}, lock=f"push:{pk}", priority=1) for pk in queries.due_browsers(clock.now())]


@job
def mail_digest(recipient_id: int) -> None:
    """Sends one digest, or the question whether it is wanted."""
    digest_mailing.mail(recipient_id)


@watch(every=30.0)
def due_digests() -> Sequence[Wake]:
    """Who is to get a digest, or to be asked."""
    if not mails():
        return []
    return [Wake(mail_digest, {"recipient_id": pk}, lock=f"digest:{pk}", priority=-1) for pk in digests.due(clock.now())]


@watch(every=5.0)
def due_mails() -> Sequence[Wake]:
    """The members who are to get a mail."""
    if not mails():
        return []
    return [Wake(mail_notices, {"member_id": pk}, lock=f"notices:{pk}") for pk in queries.due_members(clock.now())]


@job
def forget_notices() -> None:
    """Deletes what was told long ago."""
    reading.forget(clock.now())


@watch(every=3600.0)
def old_notices() -> Sequence[Wake]:
    """Whether there is any of it."""
    return [Wake(forget_notices, {}, lock="forget_notices", priority=-1)] if queries.forgettable(clock.now()) else []
