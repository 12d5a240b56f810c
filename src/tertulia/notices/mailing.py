"""The mails of notices: one for all that a member is to be told, and not two in a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from tertulia.notices import claiming
from tertulia.notices.claiming import Lane
from tertulia.notices.letters import Part, parts, subject
from tertulia.notices.models import Notice
from tertulia.notices.wishes import mails

#: After a mail, a member gets the next one no sooner.
PAUSE = timedelta(minutes=3)


def mail(member_id: int) -> bool:
    """Mails a member what they are to be told, if it is time; whether a mail left."""
    if not mails() or not (told := claiming.claim(Lane(member_id, None, PAUSE))):
        return False
    letter = told[0].letter
    assert letter is not None  # the claim names it
    try:
        if made := _letter([one.notice for one in told], letter):
            made.send()
        else:
            claiming.drop(told)
            return False
    except OSError as error:  # smtplib's errors are OSErrors
        claiming.failed(told, said(error), perhaps_taken=perhaps_taken(error))
        return False
    claiming.sent(told)
    return True


def perhaps_taken(error: OSError) -> bool:
    """Whether the server may have the mail all the same."""
    return isinstance(error, SMTPServerDisconnected | TimeoutError)


def said(error: OSError) -> str:
    """What went wrong, for people."""
    return str(error) or type(error).__name__


def _letter(told: Sequence[Notice], letter: UUID) -> EmailMultiAlternatives | None:
    """The mail; None if nothing of it is there any more."""
    member = told[0].member
    with translation.override(member.language):
        written: list[Part] = parts(told)
        if not written:
            return None
        setting = settings.PUBLIC_URL + reverse("notices:settings", args=[written[0].brand.slug])
        return written_mail("notices/mail", subject(written), member.email, letter,
                            {"member": member, "parts": written, "setting": setting, "language": member.language},
                            headers={"List-Unsubscribe": f"<{setting}>"})


def written_mail(template: str, title: str, to: str, letter: UUID, context: Mapping[str, Any],
                 headers: Mapping[str, str]) -> EmailMultiAlternatives:
    """A mail of ours, as text and as page, in the language that is active. ``letter`` is its name at every try."""
    context = {**context, "subject": title}
    mail = EmailMultiAlternatives(
        title, render_to_string(f"{template}.txt", context), to=[to],
        headers={"Message-ID": f"<{letter}@{_domain()}>", "Auto-Submitted": "auto-generated", **headers})
    mail.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return mail


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
