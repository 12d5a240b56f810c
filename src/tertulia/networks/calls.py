"""One call to a network, and what its answer means: every failure becomes one of the five outcomes.

The rule that keeps posts single: once a request that creates has left us, anything but a clear answer is
``Unsure``; before it left, or when it only reads or is safe to repeat, it is ``TryLater``.
"""

from __future__ import annotations

import email.utils
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from tertulia.kit import clock
from tertulia.kit.http import AnswerTooBig, BlockedAddress
from tertulia.networks.contract import Gone, Outcome, Reconnect, Refused, TryLater, Unsure

_BEFORE_SENDING = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_UNSAYABLE = (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError)  # no such address, a token with a line break
_LEFT_HEADERS = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")
_RESET_HEADERS = ("retry-after", "ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")


def call(http: httpx.Client, method: str, url: str, *, creates: bool = False, **how: Any) -> Any:
    """Send it and return the JSON of the answer (``None`` if empty), else raise an outcome.

    ``creates``: sending it twice would do it twice. ``how`` goes to ``httpx`` (json, params, headers, content…).
    """
    return answer(send(http, method, url, creates=creates, **how), creates=creates)


def send(http: httpx.Client, method: str, url: str, *, creates: bool = False, **how: Any) -> httpx.Response:
    """Send it and return the whole answer, whatever its status; raise an outcome if there was none."""
    try:
        return http.request(method, url, **how)
    except BlockedAddress as error:
        raise Refused("blocked_address", str(error)) from error
    except _BEFORE_SENDING as error:
        raise TryLater("unreachable", str(error)) from error
    except _UNSAYABLE as error:
        raise Refused("invalid", f"cannot be sent: {type(error).__name__}") from error  # its words may hold a token
    except AnswerTooBig as error:
        raise _lost(creates, "too_big_answer", error) from error
    except httpx.TimeoutException as error:
        raise _lost(creates, "timeout", error) from error
    except httpx.HTTPError as error:
        raise _lost(creates, "reset", error) from error


def answer(response: httpx.Response, *, creates: bool = False) -> Any:
    """The JSON of a good answer, or the outcome a bad one stands for."""
    if response.status_code >= 300:
        raise failure(response, creates=creates)
    if not response.content.strip():
        return None
    try:
        return response.json()
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _lost(creates, "not_json", error, response) from error


def failure(response: httpx.Response, *, creates: bool = False) -> Outcome:
    """The outcome that an answer of 300 or more stands for, by its status alone; networks refine it by its body."""
    status, words = response.status_code, said(response)
    evidence = {"status": status, "body": response.text[:500]}
    if status == 429:
        return TryLater("limited", words, after=wait_asked(response.headers, clock.now()), scope="account", evidence=evidence)
    if status == 401:
        return Reconnect("bad_credentials", words, evidence)
    if status == 403:
        return Refused("forbidden", words, evidence)
    if status in (404, 410):
        return Gone("not_found", words, evidence)
    if status >= 500 or status == 408:
        # 503 with Retry-After is the server saying that it took nothing
        if status == 503 and "retry-after" in response.headers:
            return TryLater("server_error", words, after=wait_asked(response.headers, clock.now()), evidence=evidence)
        return _lost(creates, "server_error", words, response)
    if status < 400:
        return Refused("invalid", f"redirected to {response.headers.get('location', '')}", evidence)
    return Refused("invalid", words, evidence)


def wait_asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds the network asks us to wait: seconds, HTTP date, epoch or ISO date; None if it does not say."""
    for name in _RESET_HEADERS:
        if (value := headers.get(name, "").strip()) and (seconds := _seconds(value, now)) is not None:
            return max(0.0, seconds)
    return None


def allowance(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the account may call again, if this answer says that it was the last one allowed; None: it may go on."""
    left = next((headers[name] for name in _LEFT_HEADERS if name in headers), "")
    return wait_asked(headers, now) if left.strip() == "0" else None


def _seconds(value: str, now: datetime) -> float | None:
    try:
        number = float(value)
    except ValueError:
        pass
    else:
        if not math.isfinite(number):
            return None
        if number > 100_000_000_000:
            number /= 1000  # some say it in milliseconds
        return number - now.timestamp() if number > 1_000_000_000 else number  # an epoch is no waiting time
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except ValueError:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()


def said(response: httpx.Response) -> str:
    """The network's own words for what went wrong, or nothing if it sent a page."""
    try:
        body = response.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    for name in ("message", "error_description", "error", "detail"):
        if isinstance(words := body.get(name), str) and words:
            return words
    return ""


def _lost(creates: bool, reason: str, error: object, response: httpx.Response | None = None) -> Outcome:
    evidence = {"status": response.status_code, "body": response.text[:500]} if response is not None else {}
    return Unsure(reason, str(error), evidence) if creates else TryLater(reason, str(error), evidence=evidence)
