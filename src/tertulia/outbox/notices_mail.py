"""The mails of notices: one for all that a member is to be told, and not two in a row.

Mail has no idempotency: a server that accepted one may be asked again only by sending another. So the rows are marked
before anything is sent, with a lease and the name of the letter. What a worker that died had in hand goes out again when
the lease ends, under the same ``Message-ID``: better a mail twice, which mailboxes that know the name show once, than a
refused post of which nobody was told. The moment in which a death can repeat a mail is the one between the server's 250
and our commit; a server that answers at all is believed.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from tertulia.brands.models import Member
from tertulia.kit import clock
from tertulia.outbox import notices
from tertulia.outbox.models import Notice, NoticeKind
from tertulia.outbox.notices_words import Part, parts, subject

log = logging.getLogger(__name__)

#: After a mail, a member gets the next one no sooner.
PAUSE = timedelta(minutes=3)
#: How long a worker may take to hand a mail over; Django gives up on a silent server after ``EMAIL_TIMEOUT``, 10 s a step.
LEASE = timedelta(minutes=2)


def tell(member_id: int) -> bool:
    """Mails a member what they are to be told, if it is time; whether a mail left."""
    if not (told := _claim(member_id)):
        return False
    try:
        _letter(told).send()
    except OSError as error:  # smtplib's errors are OSErrors
        _failed(told, error)
        return False
    Notice.objects.filter(pk__in=[one.pk for one in told]).update(sent_at=clock.now(), lease_until=None, error="")
    return True


@transaction.atomic
def _claim(member_id: int) -> list[Notice]:
    """The notices of the next mail, leased to us; none if it is not time, or another worker is at it."""
    now = clock.now()
    # the member's row is the lock of their mailbox: two workers never write to the same person at once
    member = Member.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=member_id).first()
    if member is None or not notices.mails() or _busy(member, now):
        return []
    waiting = Notice.objects.filter(member=member, sent_at=None, due_at__lte=now + notices.GATHER, tries__lt=notices.MOST_TRIES)
    interrupted = waiting.filter(letter__isnull=False).order_by("due_at").values_list("letter", flat=True).first()
    rows = waiting.filter(letter=interrupted).select_for_update(no_key=True, skip_locked=True, of=("self",))
    whole = rows.select_related("member", "brand", "channel", "dispatch__channel", "dispatch__readback")
    told = _still_needed(list(whole.order_by("id")), now)
    letter = interrupted or uuid.uuid4()
    for one in told:
        one.letter, one.lease_until, one.tries = letter, now + LEASE, one.tries + 1
    Notice.objects.bulk_update(told, ["letter", "lease_until", "tries"])
    return told


def _busy(member: Member, now: datetime) -> bool:
    """Whether a mail to the member left a moment ago, or is leaving."""
    recent = Notice.objects.filter(member=member, sent_at__gt=now - PAUSE)
    return recent.exists() or Notice.objects.filter(member=member, sent_at=None, lease_until__gt=now).exists()


def _still_needed(rows: Sequence[Notice], now: datetime) -> list[Notice]:
    """Those that somebody still has to hear; the others are gone, and may be noted anew should it happen again."""
    kept: list[Notice] = []
    gone: list[Notice] = []
    for one in rows:
        here = notices.of_the_team(one.member_id, one.brand_id)
        (kept if here and notices.still_needed(one, now) else gone).append(one)
        if not here and one.dispatch and notices.still_needed(one, now):
            notices.note(NoticeKind(one.kind), [(one.dispatch, one.occasion)])  # who left does not take it along: the owners hear
    Notice.objects.filter(pk__in=[one.pk for one in gone]).delete()
    return kept


def _failed(told: Sequence[Notice], error: OSError) -> None:
    """It will be tried again. Where the server surely did not take it, what has come meanwhile may go in the same mail."""
    log.warning("a mail of notices did not leave: %r", error)
    now, tries = clock.now(), max(one.tries for one in told)
    perhaps_taken = isinstance(error, SMTPServerDisconnected | TimeoutError)
    for one in told:
        one.lease_until, one.error = None, (str(error) or type(error).__name__)[:200]
        one.due_at = now + timedelta(minutes=2 ** min(tries - 1, 6)) if tries < notices.MOST_TRIES else None
        one.letter = one.letter if perhaps_taken else None
    Notice.objects.bulk_update(told, ["lease_until", "error", "due_at", "letter"])


# --------------------------------------------------------------------------- writing


def _letter(told: Sequence[Notice]) -> EmailMultiAlternatives:
    member = told[0].member
    setting = settings.PUBLIC_URL + reverse("outbox:notices", args=[told[0].brand.slug])
    with translation.override(member.language):
        written: list[Part] = parts(told)
        title = subject(written)
        context = {"member": member, "parts": written, "setting": setting, "language": member.language, "subject": title}
        mail = EmailMultiAlternatives(
            title, render_to_string("outbox/mail.txt", context), to=[member.email],
            headers={"Message-ID": f"<{told[0].letter}@{_domain()}>", "List-Unsubscribe": f"<{setting}>",
                     "Auto-Submitted": "auto-generated"})
        mail.attach_alternative(render_to_string("outbox/mail.html", context), "text/html")
    return mail


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
