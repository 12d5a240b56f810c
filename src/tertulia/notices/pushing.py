"""Web push: what a member is told, shown by their browser though no page of ours is open (RFC 8030, 8291, 8292).

The message is encrypted to the browser's own key: the push service that carries it reads nothing. ``Topic`` and ``tag`` are
the letter's name, so that a repeated letter replaces itself.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from time import time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import http_ece
import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tertulia.kit import clock
from tertulia.kit.http import allowed_private, open_client
from tertulia.notices import claiming
from tertulia.notices.claiming import Lane
from tertulia.notices.letters import Part, parts, subject
from tertulia.notices.models import Browser, Notice
from tertulia.notices.push_keys import Pair, pair

#: After a push, a browser gets the next one no sooner: what comes in a burst is two pushes and not twenty.
PAUSE = timedelta(seconds=30)
#: How long the push service keeps it for a browser that is closed.
TTL = timedelta(days=1)
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
#: No service carries more than 4096 bytes, header and all.
_MOST_BYTES = 3000


@dataclass(frozen=True, slots=True)
class Answer:
    """What a push service said: ``gone``, the browser wants no more; else with ``trouble`` it did not take it, for now."""

    trouble: str = ""
    gone: bool = False
    after: timedelta | None = None
    perhaps_taken: bool = False


def push(browser_id: int) -> bool:
    """Pushes to a browser what its member is to be told, if it is time; whether the service took it."""
    browser = Browser.objects.select_related("member").filter(pk=browser_id).first()
    if browser is None or not (told := claiming.claim(Lane(browser.member_id, browser.pk, PAUSE))):
        return False
    letter = told[0].letter
    assert letter is not None  # the claim names it
    with translation.override(browser.member.language):
        message = _message([one.notice for one in told])
    if message is None:
        claiming.drop(told)
        return False
    answer = send(browser, message, letter)
    if answer.gone:
        browser.delete()
        return False
    if answer.trouble:
        claiming.failed(told, answer.trouble, perhaps_taken=answer.perhaps_taken, after=answer.after)
        return False
    claiming.sent(told)
    Browser.objects.filter(pk=browser.pk).update(told_at=clock.now())
    return True


# --------------------------------------------------------------------------- what it says


def _message(told: Sequence[Notice]) -> Mapping[str, Any] | None:
    """What the service worker shows; None if nothing of it is there any more."""
    written: list[Part] = parts(told)
    if not written:
        return None
    items = [one for part in written for one in part.items]
    slug = written[0].brand.slug
    if len(items) == 1 and len(told) == 1:
        words, address = items[0].words, reverse("notices:open", args=[slug, told[0].pk])
        body = "\n".join(filter(None, [words.quote and f"«{words.quote}»", words.title, words.text]))
    else:
        body = "\n".join(one.words.quote or one.words.title for one in items[:3])
        address = reverse("notices:list", args=[slug]) + ("?marcas=todas" if len(written) > 1 else "")
    return message(subject(written), body, address, urgent=any(one.urgent for part in written for one in part.kinds))


def message(title: str, body: str, address: str, *, urgent: bool = False) -> Mapping[str, Any]:
    """A message as ``worker.js`` reads it."""
    return {"title": Truncator(title).chars(120), "body": Truncator(body).chars(300), "address": address, "urgent": urgent,
            "language": translation.get_language() or "es"}


def trial() -> Mapping[str, Any]:
    """What a member is sent who wants to see whether it works."""
    return message(_("Así te avisará Tertulia"), _("Si lees esto, los avisos llegan a este navegador."), "/")


# --------------------------------------------------------------------------- how it goes


def send(browser: Browser, message: Mapping[str, Any], letter: UUID) -> Answer:
    """Hands one message to the browser's push service."""
    keys = pair()
    try:
        with open_client(timeout=_TIMEOUT) as client:
            return _understood(client.post(
                browser.endpoint, content=_encrypted(browser, json.dumps({**message, "tag": letter.hex}, ensure_ascii=False).encode()),
                headers={"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream", "Topic": letter.hex,
                         "TTL": str(int(TTL.total_seconds())), "Urgency": "high" if message["urgent"] else "normal",
                         "Authorization": _signature(keys, browser.endpoint)}))
    except httpx.HTTPError as error:
        return Answer(str(error) or type(error).__name__, perhaps_taken=not isinstance(error, httpx.ConnectError))


def _understood(answer: httpx.Response) -> Answer:
    code = answer.status_code
    if code in (404, 410, 403):  # 403: it was opened for another key than ours
        return Answer(gone=True)
    if answer.is_success:
        return Answer()
    wait = answer.headers.get("retry-after", "")
    after = timedelta(seconds=min(int(wait), 86_400)) if wait.isdecimal() and len(wait) < 9 else None
    return Answer(f"{code} {answer.text[:150]}".strip(), after=after, perhaps_taken=code >= 500)


def _encrypted(browser: Browser, text: bytes) -> bytes:
    assert len(text) <= _MOST_BYTES, "a push is short"
    sealed: bytes = http_ece.encrypt(
        text, private_key=ec.generate_private_key(ec.SECP256R1()), dh=decoded(browser.public_key),
        auth_secret=decoded(browser.secret), version="aes128gcm")
    return sealed


def _signature(keys: Pair, endpoint: str) -> str:
    where = urlsplit(endpoint)
    claims = {"aud": f"{where.scheme}://{where.netloc}", "exp": int(time()) + 12 * 3600, "sub": _contact()}
    return str(keys.vapid.sign(claims)["Authorization"])


def _contact() -> str:
    """Whom a push service may write to; Apple's takes no address without a dot."""
    if settings.PUBLIC_URL.startswith("https://"):
        return f"https://{urlsplit(settings.PUBLIC_URL).hostname}"
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return f"mailto:{address}" if "." in address.partition("@")[2] else "mailto:tertulia@example.org"


# --------------------------------------------------------------------------- what a browser hands over


def decoded(text: str) -> bytes:
    """Base64 for addresses, without its padding; ``ValueError`` if it is not that."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def usable(endpoint: str, public_key: str, secret: str) -> bool:
    """Whether this is a subscription that one can push to: an address on HTTPS, a point of the curve, 16 bytes."""
    where = urlsplit(endpoint)
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(public_key))
        fits = len(decoded(secret)) == 16 and (where.scheme == "https" or f"{where.hostname}:{where.port}" in allowed_private())
    except ValueError:
        return False
    return fits and bool(where.hostname) and len(endpoint) <= 1000
