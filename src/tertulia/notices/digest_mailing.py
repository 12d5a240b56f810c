"""The letters of digests: the question whether somebody wants it, and then the digest at its hour."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand
from tertulia.kit import clock
from tertulia.notices import digests
from tertulia.notices.asking import lines_of
from tertulia.notices.claiming import LEASE, log
from tertulia.notices.mailing import perhaps_taken, said, written_mail
from tertulia.notices.models import DigestRecipient, Every
from tertulia.notices.rules import rest
from tertulia.notices.sections import Line, sections
from tertulia.notices.wishes import mails

_SPANS = {Every.DAY: timedelta(days=1), Every.WEEK: timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Told:
    """One section of one digest."""

    title: str
    lines: Sequence[Line]


def mail(recipient_id: int) -> bool:
    """Sends a recipient what is due to them, if it is; whether a letter left. A digest with nothing in it does not leave."""
    if not mails() or (one := _claim(recipient_id)) is None:
        return False
    now = clock.now()
    with translation.override(one.language), timezone.override(one.brand.time_zone):
        letter = _digest(one, now) if one.confirmed_at else _question(one)
    try:
        if letter:
            letter.send()
    except OSError as error:  # smtplib's errors are OSErrors
        _failed(one, now, error)
        return False
    _over(one, now, sent=letter is not None)
    return letter is not None


@transaction.atomic
def _claim(recipient_id: int) -> DigestRecipient | None:
    now = clock.now()
    rows = DigestRecipient.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("brand", "member")
    one = rows.filter(pk=recipient_id, due_at__lte=now, ended_at=None).exclude(lease_until__gt=now).first()
    if one is None:
        return None
    if one.member and not (one.member.is_active and one.member.memberships.filter(brand=one.brand).exists()):
        digests.remove(one, by="sistema", because="left the team")
        return None
    one.letter, one.lease_until, one.tries = one.letter or uuid.uuid4(), now + LEASE, one.tries + 1
    one.save(update_fields=["letter", "lease_until", "tries"])
    return one


def _over(one: DigestRecipient, now: datetime, *, sent: bool) -> None:
    """What was asked is asked once; the next digest tells from here on."""
    one.lease_until, one.letter, one.tries, one.error = None, None, 0, ""
    one.sent_at = now if sent else one.sent_at
    if one.confirmed_at:
        one.until, one.due_at = now, digests.next_due(one, now)
    else:
        one.asked_at, one.due_at = now, None
    _keep(one)


def _failed(one: DigestRecipient, now: datetime, error: OSError) -> None:
    """It is tried again, or given up until the next digest is due, which tells of all of it."""
    log.warning("a digest did not leave: %r", error)
    later = rest(one.tries)
    one.lease_until, one.error = None, said(error)[:200]
    one.letter = one.letter if perhaps_taken(error) else None
    if later:
        one.due_at = now + later
    else:
        one.tries, one.letter, one.due_at = 0, None, digests.next_due(one, now) if one.confirmed_at else None
    _keep(one)


def _keep(one: DigestRecipient) -> None:
    # by a query: whoever left meanwhile, or was taken off, is not brought back
    DigestRecipient.objects.filter(pk=one.pk, ended_at=None).update(**{name: getattr(one, name) for name in (
        "lease_until", "letter", "tries", "error", "sent_at", "until", "asked_at", "due_at")})


# --------------------------------------------------------------------------- writing


def _question(one: DigestRecipient) -> EmailMultiAlternatives:
    title = _("¿Quieres recibir el resumen de %(brand)s?") % {"brand": one.brand.name}
    return _letter("notices/digest_question", title, one, {})


def _digest(one: DigestRecipient, now: datetime) -> EmailMultiAlternatives | None:
    since = max(one.until or now - _SPANS[Every(one.every)], now - timedelta(days=31))
    if not (told := digest_of(one.brand, since, now, one.sections)):
        return None
    day = formats.date_format(timezone.localtime(now), "DATE_FORMAT")
    title = (_("%(brand)s, resumen de la semana: %(day)s") if one.every == Every.WEEK else _("%(brand)s, resumen del día: %(day)s")) % {
        "brand": one.brand.name, "day": day}
    return _letter("notices/digest", title, one, {"told": told, "since": since, "until": now})


def digest_of(brand: Brand, since: datetime, until: datetime, chosen: Sequence[str] = ()) -> list[Told]:
    """What the brand's digest says of that time; ``chosen``: the names of its sections (empty: all)."""
    wanted = [one for one in sections() if not chosen or one.name in chosen]
    return [Told(str(one.title), lines) for one in wanted if (lines := lines_of(one, brand, since, until))]


def _letter(template: str, title: str, one: DigestRecipient, context: dict[str, object]) -> EmailMultiAlternatives:
    assert one.letter is not None  # the claim names it
    name = digests.signed(one)
    page, out = (settings.PUBLIC_URL + reverse(view, args=[name]) for view in ("digest", "digest_out"))
    return written_mail(template, title, one.email, one.letter, {
        "one": one, "brand": one.brand, "page": page, "language": one.language, "site": settings.PUBLIC_URL if one.member_id else "",
        **context}, headers={"List-Unsubscribe": f"<{out}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"})
