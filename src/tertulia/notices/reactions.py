"""Sending the letters that are due."""

from __future__ import annotations

from collections.abc import Sequence

from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.notices import mailing, queries
from tertulia.notices.wishes import mails


@job
def mail_notices(member_id: int) -> None:
    """Mails a member what they are to be told."""
    mailing.mail(member_id)


@watch(every=5.0)
def due_mails() -> Sequence[Wake]:
    """The members who are to get a mail."""
    if not mails():
        return []
    return [Wake(mail_notices, {"member_id": pk}, lock=f"notices:{pk}") for pk in queries.due_members(clock.now())]
