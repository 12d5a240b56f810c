"""What every status and every failure becomes, over a real connection."""

from __future__ import annotations

import email.utils
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import PAGE, Told, said, serving
from tertulia.networks import calls
from tertulia.networks.contract import Gone, Outcome, Reconnect, Refused, TryLater, Unsure

NOW = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)  # half a minute before Spain's clocks change
BRIEF = httpx.Timeout(0.4, connect=0.4)


@contextmanager
def asking(told: Told) -> Iterator[tuple[httpx.Client, str]]:
    with serving(lambda asked: told) as server, open_client(timeout=BRIEF, allow=[server.host]) as http:
        yield http, server.url


@pytest.mark.parametrize(("status", "reads", "creates"), [
    (301, Refused, Refused), (302, Refused, Refused), (307, Refused, Refused),
    (400, Refused, Refused), (401, Reconnect, Reconnect), (403, Refused, Refused), (404, Gone, Gone),
    (405, Refused, Refused), (408, TryLater, Unsure), (409, Refused, Refused), (410, Gone, Gone),
    (413, Refused, Refused), (415, Refused, Refused), (422, Refused, Refused), (429, TryLater, TryLater),
    (500, TryLater, Unsure), (501, TryLater, Unsure), (502, TryLater, Unsure), (503, TryLater, Unsure),
    (504, TryLater, Unsure), (520, TryLater, Unsure), (599, TryLater, Unsure),
])
@pytest.mark.parametrize("body", [b'{"error": "no"}', b"<html>no", b"", b"\xff\xfe"])
def test_every_bad_status_has_its_outcome(
        status: int, reads: type[Outcome], creates: type[Outcome], body: bytes) -> None:
    with asking(Told(status, body)) as (http, url):
        for makes, outcome in ((False, reads), (True, creates)):
            with pytest.raises(Outcome) as caught:
                calls.call(http, "POST", url, creates=makes)
            assert type(caught.value) is outcome
            assert caught.value.evidence["status"] == status
            assert caught.value.reason


@pytest.mark.parametrize(("told", "reason"), [
    (Told(manner="reset"), "reset"), (Told(manner="hang"), "timeout"), (Told(body=b"{}" * 30, manner="half"), "reset"),
    (PAGE, "not_json"), (Told(200, b'{"id": '), "not_json"), (Told(200, b"\xff\xfe\xfa"), "not_json"),
    (Told(201, b"null and more"), "not_json"),
])
def test_after_sending_only_a_clear_answer_counts(told: Told, reason: str) -> None:
    for makes, outcome in ((False, TryLater), (True, Unsure)):
        with asking(told) as (http, url), pytest.raises(Outcome) as caught:
            calls.call(http, "POST", url, creates=makes)
        assert (type(caught.value), caught.value.reason) == (outcome, reason)


def test_a_server_that_is_not_there_was_never_asked() -> None:
    with serving(lambda asked: said({})) as server:
        host = server.host
    with open_client(timeout=BRIEF, allow=[host]) as http, pytest.raises(TryLater) as caught:
        calls.call(http, "POST", f"http://{host}/", creates=True)
    assert caught.value.reason == "unreachable"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://10.0.0.1/", "http://[::1]:1/", "http://169.254.169.254/"])
def test_a_private_address_is_refused_with_its_code(url: str) -> None:
    with open_client(timeout=BRIEF) as http, pytest.raises(Refused) as caught:
        calls.call(http, "POST", url, creates=True)
    assert caught.value.reason == "blocked_address"


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "no address", "http://", "http://[::1", "http://a\x00b/",
                                 "http://127.0.0.1:port/"])
def test_what_is_no_address_is_an_outcome_and_was_never_sent(url: str) -> None:
    for makes in (False, True):
        with open_client(timeout=BRIEF) as http, pytest.raises((TryLater, Refused)):
            calls.call(http, "POST", url, creates=makes)


@pytest.mark.parametrize("token", ["line\nbreak-SECRET", "ñ-SECRET", "nul\x00-SECRET"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_shown(token: str) -> None:
    with asking(said({})) as (http, url), pytest.raises(Refused) as caught:
        calls.call(http, "POST", url, creates=True, headers={"Authorization": f"Bearer {token}"})
    assert "SECRET" not in f"{caught.value!r} {caught.value.evidence}"


@pytest.mark.parametrize(("told", "value"), [
    (said({"id": "1"}), {"id": "1"}), (said([1]), [1]), (Told(204), None), (Told(200, b" \n"), None), (said(0), 0),
])
def test_a_good_answer_is_its_json(told: Told, value: object) -> None:
    with asking(told) as (http, url):
        assert calls.call(http, "GET", url) == value


@pytest.mark.parametrize(("body", "words"), [
    (b'{"error": "bad", "message": "You did not say it"}', "You did not say it"),
    (b'{"error": "invalid_grant", "error_description": "Too old"}', "Too old"),
    (b'{"error": {"code": 1}, "detail": "x"}', "x"), (b"[]", ""), (b'"text"', ""), (b"<html>", ""), (b"", ""),
    (b'{"error": ""}', ""), (b"\xff", ""),
])
def test_the_networks_own_words_are_kept(body: bytes, words: str) -> None:
    assert calls.said(httpx.Response(400, content=body)) == words


@pytest.mark.parametrize(("headers", "seconds"), [
    ({}, None),
    ({"Retry-After": "120"}, 120), ({"retry-after": "1.5"}, 1.5), ({"Retry-After": "-3"}, 0), ({"Retry-After": "0"}, 0),
    ({"Retry-After": email.utils.format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, 90),
    ({"Retry-After": email.utils.format_datetime(NOW - timedelta(seconds=90), usegmt=True)}, 0),
    ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 45)}, 45),
    ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 45)}, 45),
    ({"ratelimit-reset": "30"}, 30),
    ({"X-RateLimit-Reset": "2026-03-29T01:00:00.000000Z"}, 30),
    ({"X-RateLimit-Reset": "2026-03-29T03:00:00+02:00"}, 30),
    ({"X-RateLimit-Reset": "2026-03-29T01:00:00"}, 30),
    ({"Retry-After": "soon"}, None), ({"Retry-After": ""}, None), ({"Retry-After": "nan"}, None),
    ({"Retry-After": "inf"}, None),
    ({"Retry-After": "soon", "X-RateLimit-Reset": "2026-03-29T01:00:00Z"}, 30),
    ({"Retry-After": "10", "X-RateLimit-Reset": "2026-03-29T01:00:00Z"}, 10),
    ({"Retry-After": "Thu, 99 Foo 2026 10:00:00 GMT"}, None),
])
def test_the_wait_is_read_however_it_is_written(headers: dict[str, str], seconds: float | None) -> None:
    assert calls.wait_asked(httpx.Headers(headers), NOW) == seconds


def test_a_limit_carries_its_wait_and_whose_it_is() -> None:
    with asking(said({"error": "Too many"}, 429, Retry_After="7")) as (http, url), pytest.raises(TryLater) as caught:
        calls.call(http, "POST", url, creates=True)
    assert (caught.value.after, caught.value.scope, caught.value.reason) == (7, "account", "limited")


def test_a_server_that_closes_for_a_while_took_nothing_if_it_says_how_long() -> None:
    with asking(said({}, 503, Retry_After="7")) as (http, url), pytest.raises(TryLater) as caught:
        calls.call(http, "POST", url, creates=True)
    assert caught.value.after == 7


def test_evidence_is_short_and_holds_no_request() -> None:
    with asking(Told(500, b"x" * 100_000)) as (http, url), pytest.raises(Unsure) as caught:
        calls.call(http, "POST", url, creates=True, headers={"Authorization": "Bearer SECRET"}, json={"a": "SECRET"})
    assert len(str(caught.value.evidence)) < 1000
    assert "SECRET" not in f"{caught.value!r} {caught.value.evidence}"
