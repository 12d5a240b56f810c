"""Letters about matters: written as rows, made into mails when they leave."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from tertulia.brands.models import Brand
from tertulia.handoffs import queries
from tertulia.handoffs.models import HandOff, Holder, Letter, Mailbox, Stint, Word
from tertulia.handoffs.rules import reply_address
from tertulia.kit import clock

#: A letter waits so long before it leaves: whoever takes the act back takes the letter back.
REGRET = timedelta(seconds=12)


def write_letter(hand_off: HandOff, holder: Holder, what: str, key: str, *, word: Word | None = None) -> Letter | None:
    """A letter to leave in a moment, once for each ``key``; None if it was written before, or cannot arrive."""
    if holder.unreachable_at:
        return None
    now = clock.now()
    letter, new = Letter.objects.get_or_create(key=key, defaults={
        "brand_id": hand_off.brand_id, "hand_off": hand_off, "holder": holder, "word": word, "what": what, "address": holder.address,
        "message_id": f"<a.{uuid4().hex}@{_domain(queries.mailbox_of(hand_off.brand))}>", "made_at": now, "next_at": now + REGRET})
    return letter if new else None


def take_back(stint: Stint) -> int:
    """What was to be said to a holder who does not have the matter any more, and did not leave yet, stays here; how much."""
    waiting = Letter.objects.filter(hand_off=stint.hand_off_id, holder=stint.holder_id, state="queued", lease_until=None)
    return waiting.exclude(what="link").update(state="cancelled", next_at=None)


def _domain(box: Mailbox | None) -> str:
    address = box.address if box and box.address else settings.DEFAULT_FROM_EMAIL
    return address.rpartition("@")[2].strip(" >") or "localhost"


# --------------------------------------------------------------------------- as a mail


def mail_of(letter: Letter, link: str) -> EmailMultiAlternatives:
    """The letter as a mail; ``link`` opens the matter."""
    hand_off, holder = letter.hand_off, letter.holder
    box = queries.mailbox_of(hand_off.brand)
    with translation.override(holder.member.language if holder.member else "es"), timezone.override(hand_off.brand.time_zone):
        context = _words(letter, hand_off, holder, link, box)
        subject = render_to_string("handoffs/mail/subject.txt", context).strip()
        sender = box.address if box and box.address else settings.DEFAULT_FROM_EMAIL
        mail = EmailMultiAlternatives(
            " ".join(subject.split()), render_to_string("handoffs/mail/letter.txt", context), _named(hand_off.brand, sender),
            to=[letter.address], headers=_headers(letter, hand_off, holder))
        if box and box.address:
            mail.reply_to = [reply_address(box.address, hand_off.address_key) if box.plus else box.address]
        mail.attach_alternative(render_to_string("handoffs/mail/letter.html", context), "text/html")
    return mail


def _named(brand: Brand, sender: str) -> str:
    return formataddr((brand.name, parseaddr(sender)[1]))


def _headers(letter: Letter, hand_off: HandOff, holder: Holder) -> dict[str, str]:
    """Its name, and those of what it goes on from, so that programs show one thread and answers find their matter."""
    before = list(Letter.objects.filter(hand_off=hand_off, holder=holder, state="sent").exclude(pk=letter.pk)
                  .order_by("pk").values_list("message_id", flat=True))
    theirs = hand_off.words.filter(holder=holder, message_id__isnull=False).order_by("pk").values_list("message_id", flat=True)
    heard = [one for one in theirs if one]
    headers = {"Message-ID": letter.message_id, "X-Auto-Response-Suppress": "OOF, AutoReply"}
    if letter.what in ("chase", "over"):  # the others are written by a person
        headers["Auto-Submitted"] = "auto-generated"
    if before:
        headers |= {"In-Reply-To": (heard or before)[-1], "References": " ".join([*before, *heard][-12:])}
    return headers


def _words(letter: Letter, hand_off: HandOff, holder: Holder, link: str, box: Mailbox | None) -> dict[str, Any]:
    stint = hand_off.stints.filter(holder=holder).order_by("-pk").first()
    asker = letter.word.member if letter.word and letter.word.member else hand_off.opened_by
    return {
        "letter": letter, "matter": hand_off, "holder": holder, "brand": hand_off.brand, "link": link, "asker": asker,
        "due": stint.due_at if stint else hand_off.due_at, "late": _late(stint), "messages": queries.messages_of(hand_off),
        "words": queries.words_of(hand_off)[1:], "by_mail": bool(box and box.host and box.address),
        "language": translation.get_language()}


def _late(stint: Stint | None) -> bool:
    return stint is not None and stint.due_at <= clock.now()


def page_of(hand_off: HandOff) -> str:
    """Where a member sees the matter."""
    return settings.PUBLIC_URL + reverse("handoffs:matter", args=[hand_off.brand.slug, hand_off.pk])


def door_life(now: datetime, due: datetime) -> datetime:
    """Until when a private link opens: a fortnight after it is due, at least a month."""
    return max(now + timedelta(days=30), due + timedelta(days=14))
