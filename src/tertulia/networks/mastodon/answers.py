"""What Mastodon's refusals mean: calls.failure made finer by the words of its API (always English there)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tertulia.networks import calls
from tertulia.networks.contract import Outcome, Reconnect, Refused, TryLater

# Words of the vendor's server, read 2026-11-22; the first that is found decides.
_REFUSALS = (
    ("character limit", "too_long"), ("too long", "too_long"),
    ("can't be blank", "empty"), ("cannot be blank", "empty"),
    ("cannot attach more than", "too_many_media"), ("too many", "too_many_media"),
    ("duplicate", "duplicate"),
    ("file", "bad_media"), ("media", "bad_media"), ("image", "bad_media"),
)
_CLOSED = ("login is", "suspended", "disabled", "account is not active")


@contextmanager
def understood() -> Iterator[None]:
    """JSON that is not what Mastodon describes is a server that is not well; nothing of it is believed."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise TryLater("not_json", f"not what Mastodon answers: {error!r}") from error


def listed(value: object) -> list[Any]:
    """``value`` if it is a list. Nothing is not an empty list: what is not there would be sent again."""
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def call(http: httpx.Client, method: str, url: str, *, creates: bool = False, **how: Any) -> Any:
    """``calls.call`` with Mastodon's own outcomes."""
    return read(calls.send(http, method, url, creates=creates, **how), creates=creates)


def read(response: httpx.Response, *, creates: bool = False) -> Any:
    """``calls.answer`` with Mastodon's own outcomes."""
    if response.status_code >= 300:
        raise _finer(response, calls.failure(response, creates=creates))
    return calls.answer(response, creates=creates)


def _finer(response: httpx.Response, plain: Outcome) -> Outcome:
    status, words = response.status_code, calls.said(response).lower()
    if status == 401 and any(word in words for word in _CLOSED):
        return Reconnect("suspended", plain.detail, plain.evidence)
    if status == 401 and "expired" in words:
        return Reconnect("expired", plain.detail, plain.evidence)
    if status == 403 and "scope" in words + response.headers.get("www-authenticate", "").lower():
        return Reconnect("missing_scope", plain.detail, plain.evidence)
    if status == 403 and any(word in words for word in _CLOSED):
        return Reconnect("suspended", plain.detail, plain.evidence)
    if status == 422 and "authenticated user" in words:  # an application's token, with nobody behind it
        return Reconnect("bad_credentials", plain.detail, plain.evidence)
    if status == 422 and "not finished processing" in words:
        return TryLater("busy", plain.detail, after=15, evidence=plain.evidence)
    if status == 422:
        code = next((code for part, code in _REFUSALS if part in words), "invalid")
        return Refused(code, plain.detail, plain.evidence)
    return plain
