"""What WordPress's refusals mean: ``calls.failure`` made finer by the ``code`` of its errors (its words are translated)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tertulia.networks import calls
from tertulia.networks.contract import Gone, Outcome, Reconnect, Refused, TryLater, Unsure

FLOOD_SECONDS = 15.0  # between two comments of one person; WordPress 6.1, wp_throttle_comment_flood

_NOT_THERE = frozenset(("rest_comment_invalid_post_id", "rest_comment_trash_post", "rest_comment_draft_post"))
_LACKING = frozenset(("rest_forbidden_context", "rest_forbidden_param", "rest_forbidden_status", "rest_cannot_read"))
_REFUSALS = {
    "comment_duplicate": "duplicate", "rest_comment_content_invalid": "empty", "empty_content": "empty",
    "comment_content_column_length": "too_long", "rest_invalid_featured_media": "bad_media",
    "rest_upload_unknown_error": "bad_media", "rest_upload_sideload_error": "bad_media",  # both are 500s
    "rest_upload_file_too_big": "bad_media", "rest_upload_limited_space": "bad_media",
    "rest_upload_user_quota_exceeded": "bad_media", "rest_upload_no_data": "bad_media",
    "rest_comment_closed": "forbidden", "rest_no_route": "unsupported",
}


@contextmanager
def understood(otherwise: type[TryLater] | type[Unsure] = TryLater) -> Iterator[None]:
    """JSON that is not what WordPress describes is a site that is not well (``otherwise``); nothing of it is believed."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise otherwise("not_json", f"not what WordPress answers: {error!r}") from error


def unsaid(response: httpx.Response, user: str, password: str) -> httpx.Response:
    """The same without the password, which a page of error that shows the whole request repeats."""
    bare, basic = password.replace(" ", ""), base64.b64encode(f"{user}:{password}".encode())
    kept = [(name, value) for name, value in response.headers.raw if name.lower() != b"content-length"]
    content = response.content
    for secret in (basic, *(one.encode() for one in (password, bare) if len(one) > 6)):
        content = content.replace(secret, b"***")
        kept = [(name, value.replace(secret, b"***")) for name, value in kept]
    return httpx.Response(response.status_code, headers=kept, content=content)


def listed(value: object) -> list[Any]:
    """``value`` if it is a list. Nothing is not an empty list: what is not there would be sent again."""
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def read(response: httpx.Response, *, creates: bool = False) -> Any:
    """``calls.answer`` with WordPress's own outcomes, their ``code`` among the evidence."""
    if response.status_code < 300:
        return calls.answer(response, creates=creates)
    outcome = _finer(response, calls.failure(response, creates=creates))
    outcome.evidence["code"] = code(response)
    raise outcome


def code(response: httpx.Response) -> str:
    """WordPress's name for what went wrong; nothing if it was not WordPress who answered."""
    try:
        body = response.json()
    except ValueError:
        return ""
    name = body.get("code") if isinstance(body, dict) else None
    return name if isinstance(name, str) else ""


def _finer(response: httpx.Response, plain: Outcome) -> Outcome:
    status, name, told = response.status_code, code(response), (plain.detail, plain.evidence)
    if status in (301, 308):  # a site that moved, to https for instance: nothing was done, and all will be so
        return Reconnect("invalid", *told)
    if status < 400:
        return TryLater("not_json", *told[:1], evidence=plain.evidence)  # a page for visitors, put before everything
    if name == "comment_flood":
        return TryLater("limited", plain.detail, after=FLOOD_SECONDS, scope="account", evidence=plain.evidence)
    if name in _REFUSALS:
        return Refused(_REFUSALS[name], *told)
    if name in _NOT_THERE:
        return Gone("not_found", *told)
    if name in _LACKING and status == 403:
        return Reconnect("missing_scope", *told)
    if status in (404, 410) and not name:  # a page of the theme or of the server, not the API: nobody says it is gone
        return TryLater("not_json", *told[:1], evidence=plain.evidence)
    if status == 413:
        return Refused("bad_media", *told)
    return plain
