"""What Facebook and Instagram share: calls to Meta's Graph API, what its errors mean, its pages and its usage headers.

The access token goes in a header, never in an address; ``paging.next``, which carries it, is taken apart and not
followed as it is. Error codes: Meta's «Handling Errors» and «Rate Limits» pages, stored copies, read 2026-11-22.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tertulia.kit import clock
from tertulia.networks import calls
from tertulia.networks.contract import Account, Gone, Outcome, Reconnect, Refused, TryLater, Unsure

USUAL_WAIT = 600.0        # seconds, where a limit was hit and nobody says for how long: the windows are of an hour
NEARLY_ALL = 0.95
BLOCKED_WAIT = 3600.0     # seconds, where Meta has stopped an account for a while and never says for how long
_PLACES = ("after", "until", "since", "offset", "__paging_token")  # what says where the next page begins
_TOO_MUCH = "reduce the amount of data"  # code 1, which otherwise is worth asking again as it was
_OF_THE_APP = frozenset({4, 341})
_OF_THE_ACCOUNT = frozenset({17, 32, 613, *range(80000, 80015)})
_SUSPENDED = frozenset({459, 464})      # the person must first pass a check of Meta's
_NO_ANSWER_ALLOWED = frozenset({2018278, 2018065, 2018108, 1545041, 2534022})  # 24 hours over, or they do not want it
_BAD_MEDIA = frozenset({324, 352, 1366046, 36000, 36001, 36003, 36004, 2207003, 2207004, 2207005, 2207009})


# --------------------------------------------------------------------------- how much is left

@dataclass(frozen=True, slots=True)
class Usage:
    """The tightest limit an answer tells of: the part used (1.0: all) and the seconds until it is free, if it says."""

    used: float
    free_in: float | None


def usage(headers: Mapping[str, str]) -> Usage | None:
    """Out of ``X-App-Usage`` (percent), ``X-Page-Usage`` and ``X-Business-Use-Case-Usage`` (percent, minutes)."""
    found = [*_measured(_json(headers.get("x-app-usage"))), *_measured(_json(headers.get("x-page-usage")))]
    cases = _json(headers.get("x-business-use-case-usage"))
    for case in (one for several in cases.values() if isinstance(several, list) for one in several):
        found += _measured(case)
    return max(found, key=lambda one: (one.used, one.free_in or 0.0), default=None)


def allowance(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to rest before the network has to say no: when nearly all is used; None: it may go on."""
    told = usage(headers)
    if told and told.used >= NEARLY_ALL:
        return told.free_in or USUAL_WAIT
    return calls.allowance(headers, now)


def _measured(case: object) -> list[Usage]:
    if not isinstance(case, dict):
        return []
    parts = [_number(case.get(name)) for name in ("call_count", "total_time", "total_cputime")]
    minutes = _number(case.get("estimated_time_to_regain_access"))
    told = [part for part in parts if part is not None]
    if not told and not minutes:
        return []
    used = max(told, default=0.0) / 100
    return [Usage(max(used, 1.0) if minutes else used, minutes * 60 if minutes else None)]


def _json(text: str | None) -> dict[str, Any]:
    try:
        told = json.loads(text or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) and value >= 0 else None


# --------------------------------------------------------------------------- what an answer means

@contextmanager
def understood() -> Iterator[None]:
    """JSON that is not what Meta describes is a server that is not well; nothing of it is believed."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
        raise TryLater("not_json", f"not what Graph answers: {type(error).__name__}") from error  # its words may hold a token


def listed(page: object) -> list[Any]:
    """The things of a page. What has no ``data`` is no empty page: ``TypeError``."""
    data = page.get("data") if isinstance(page, dict) else None
    if not isinstance(data, list):
        raise TypeError("a page of things was expected")
    return data


def identity(thing: Mapping[str, Any], name: str = "id") -> str:
    """The id of a thing; ``KeyError`` or ``TypeError`` if it has none."""
    if isinstance(thing[name], str) and thing[name]:
        return str(thing[name])
    raise TypeError("a thing without id")


def done(told: object, name: str = "success") -> None:
    """Nothing if ``told`` says ``{"success": true}`` (or by another name). ``Refused`` for a false; anything else is no
    answer of Graph's, and may be asked again."""
    said = told.get(name, told.get("success")) if isinstance(told, dict) else None
    if said is False:
        raise Refused("invalid", "Meta dice que no lo ha hecho.", {"told": told})
    if said is not True:
        raise TryLater("not_json", "neither yes nor no")


def following(page: Mapping[str, Any]) -> dict[str, str] | None:
    """What to ask with for the page after this one, without the token that ``paging.next`` carries; None: the last."""
    paging = page.get("paging") or {}
    if not paging.get("next"):
        return None
    told = dict(parse_qsl(urlsplit(str(paging["next"])).query))
    kept: dict[str, str] = {name: told[name] for name in _PLACES if name in told}
    if after := (paging.get("cursors") or {}).get("after"):
        kept["after"] = str(after)
    return kept or None


def moment(value: object) -> datetime:
    """``2026-03-29T01:30:00+0000`` or an epoch, in UTC; ``ValueError`` or ``TypeError`` if it is no moment."""
    if type(value) is int or (isinstance(value, str) and value.isdecimal() and len(value) > 8):
        return datetime.fromtimestamp(int(value), UTC)
    if not isinstance(value, str):
        raise TypeError("a moment was expected")
    told = datetime.fromisoformat(value)
    return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)


def read(response: httpx.Response, *, creates: bool = False) -> Any:
    """The JSON of a good answer, or the outcome a bad one stands for; an error in an answer of 200 is one too."""
    try:
        told = response.json()
    except ValueError:
        told = None
    error = told.get("error") if isinstance(told, dict) else None
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        raise failure(error, response, creates=creates)
    if response.status_code in (401, 404, 410):  # Graph says such things with a code: it was not Graph who answered
        raise TryLater("not_json", "not an answer of Graph's", evidence={"status": response.status_code, "body": response.text[:500]})
    return calls.answer(response, creates=creates)


def failure(error: Mapping[str, Any], response: httpx.Response, *, creates: bool = False) -> Outcome:
    """What an error of Graph's stands for: its code and subcode decide, never the status of HTTP."""
    code, subcode = error["code"], error.get("error_subcode") or 0
    words = str(error.get("error_user_msg") or error.get("message") or "")
    evidence = {"status": response.status_code, "code": code, "subcode": subcode, "type": error.get("type"),
                "message": str(error.get("message") or "")[:500], "fbtrace_id": error.get("fbtrace_id")}
    if limit := _limit(code, subcode, words, response, evidence):
        return limit
    if code in (190, 102) or (code == 100 and "appsecret_proof" in words) or code in (21, 104, 452, 467):
        return Reconnect(_dead(code, subcode), words, evidence)
    if subcode in _NO_ANSWER_ALLOWED or code == 551:
        return Refused("forbidden", words, evidence)
    if code in (3, 10) or 200 <= code <= 299:
        return Reconnect("missing_scope", words, evidence)
    if code in _BAD_MEDIA or subcode in _BAD_MEDIA:
        return Refused("bad_media", words, evidence)
    if subcode == 2018001:  # nobody by that id wrote to this Page
        return Refused("bad_reference", words, evidence)
    if code == 506:
        return Refused("duplicate", words, evidence)
    if code == 803 or (code == 100 and subcode == 33):
        return Gone("not_found", words, evidence)
    if code in (1, 2) or error.get("is_transient") or response.status_code >= 500:
        return Unsure("server_error", words, evidence) if creates else TryLater("server_error", words, evidence=evidence)
    return Refused("invalid", words, evidence)


def _limit(code: int, subcode: int, words: str, response: httpx.Response, evidence: Mapping[str, Any]) -> TryLater | None:
    if code == 368 or subcode == 1404006:
        return TryLater("limited", words, after=BLOCKED_WAIT, scope="account", evidence=evidence)
    if code == 9:  # publications of the day
        return TryLater("quota", words, after=BLOCKED_WAIT, scope="account", evidence=evidence)
    if code not in _OF_THE_APP | _OF_THE_ACCOUNT:
        return None
    told = usage(response.headers)
    asked = (told.free_in if told else None) or calls.wait_asked(response.headers, clock.now()) or USUAL_WAIT
    return TryLater("limited", words, after=asked, scope="app" if code in _OF_THE_APP else "account", evidence=evidence)


def _dead(code: int, subcode: int) -> str:
    if subcode in _SUSPENDED:
        return "suspended"
    return "expired" if 463 in (code, subcode) else "bad_credentials"


# --------------------------------------------------------------------------- calls

class Graph:
    """Calls of one token. ``ahead``: how far its clock is ahead of ours, by its last answer."""

    def __init__(self, http: httpx.Client, base_url: str, token: str, app_secret: str = "") -> None:
        self._http, self._base, self._token, self._app_secret = http, base_url.rstrip("/"), token, app_secret
        self.ahead = timedelta(0)

    def get(self, path: str, **asked: Any) -> Any:
        """``path`` begins with a slash, after the version. None is not sent; lists and dicts go as JSON."""
        return self._call("GET", path, False, params=self._said(asked))

    def post(self, path: str, *, creates: bool = False, files: Mapping[str, Any] | None = None, **told: Any) -> Any:
        """``creates``: sending it twice would do it twice."""
        return self._call("POST", path, creates, data=self._said(told), files=files)

    def delete(self, path: str, **told: Any) -> Any:
        """Its parameters go in the address, as those of ``get``."""
        return self._call("DELETE", path, False, params=self._said(told))

    def pages(self, path: str, *, most: int, **asked: Any) -> Iterator[list[Any]]:
        """The pages of an edge, ``most`` at most; ``TryLater`` ``too_big_answer`` where there would be more."""
        on: dict[str, str] | None = {}
        for _ in range(most):
            page, asked = self._page(path, asked, on or {})
            yield listed(page)
            before, on = on, following(page)
            if on is None or on == before:  # a server that gives the same page for ever would never end
                return
        raise TryLater("too_big_answer", f"more than {most} pages")

    def _page(self, path: str, asked: dict[str, Any], on: Mapping[str, str]) -> tuple[Any, dict[str, Any]]:
        """A page, and what to ask with from then on: fewer things at once where Graph says that they are too many."""
        while True:
            try:
                return self.get(path, **{**asked, **on}), asked
            except TryLater as error:
                limit = int(asked.get("limit") or 0) // 4
                if _TOO_MUCH not in str(error.evidence.get("message")) or limit < 1:
                    raise
                asked = {**asked, "limit": limit}

    def inspected(self) -> Mapping[str, Any]:
        """``debug_token`` of our token: ``scopes``, ``expires_at`` (0: never), ``is_valid``, ``app_id``…

        Asked in a batch, because by itself it would want the token in its address.
        """
        asked = [{"method": "GET", "relative_url": str(httpx.URL("debug_token", params={"input_token": self._token}))}]
        told = self.post("/", batch=asked, include_headers="false")
        with understood():
            answer = json.loads(told[0]["body"])
            response = httpx.Response(int(told[0]["code"]), json=answer)
        with self._unsaid():
            data = (read(response) or {}).get("data")
        if not isinstance(data, dict):
            raise TryLater("not_json", "debug_token told nothing")
        return data

    def _said(self, told: Mapping[str, Any]) -> dict[str, str]:
        said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in told.items() if value is not None}
        if self._app_secret:
            said["appsecret_proof"] = hmac.new(self._app_secret.encode(), self._token.encode(), hashlib.sha256).hexdigest()
        return said

    def _call(self, method: str, path: str, creates: bool, **how: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        with self._unsaid():
            response = calls.send(self._http, method, self._base + path, creates=creates, headers=headers, **how)
            self._hear(response.headers)
            return read(response, creates=creates)

    def _hear(self, headers: Mapping[str, str]) -> None:
        try:
            self.ahead = parsedate_to_datetime(headers["date"]) - clock.now()
        except (KeyError, ValueError, TypeError):
            pass  # an answer without its hour: what was known of its clock stays

    @contextmanager
    def _unsaid(self) -> Iterator[None]:
        """No outcome repeats a secret that an answer echoed."""
        try:
            yield
        except Outcome as outcome:
            kept = json.dumps(outcome.evidence, default=str)
            for secret in filter(None, (self._token, self._app_secret)):
                outcome.detail, kept = outcome.detail.replace(secret, "…"), kept.replace(json.dumps(secret)[1:-1], "…")
            outcome.args, outcome.evidence = (f"{type(outcome).__name__}: {outcome.reason} {outcome.detail}".strip(),), json.loads(kept)
            raise


def tagged(account: Account) -> dict[str, str]:
    """What a private message says of itself where the account was granted that people answer up to 7 days later; else nothing."""
    return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if "human_agent" in account.scopes else {}
