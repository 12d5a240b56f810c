"""What Graph says, and what it means: errors by their code, usage by its headers, pages without the token."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks import graph
from tertulia.networks.contract import Gone, Outcome, Reconnect, Refused, TryLater, Unsure

CASE = '{"1": [{"type": "pages", "call_count": 97, "total_time": 3, "total_cputime": 5, "estimated_time_to_regain_access": 19}]}'


def outcome_of(code: int, subcode: int = 0, words: str = "No", *, creates: bool = False, status: int = 400, **headers: str) -> Outcome:
    error = {"message": words, "code": code, "error_subcode": subcode}
    with pytest.raises(Outcome) as caught:
        graph.read(httpx.Response(status, json={"error": error}, headers=headers), creates=creates)
    assert caught.value.evidence["code"] == code
    return caught.value


@pytest.mark.parametrize(("code", "subcode", "kind", "reason"), [
    (190, 0, Reconnect, "bad_credentials"), (190, 463, Reconnect, "expired"), (190, 467, Reconnect, "bad_credentials"),
    (190, 460, Reconnect, "bad_credentials"), (190, 459, Reconnect, "suspended"), (102, 463, Reconnect, "expired"),
    (10, 0, Reconnect, "missing_scope"), (200, 0, Reconnect, "missing_scope"), (3, 0, Reconnect, "missing_scope"),
    (10, 2018278, Refused, "forbidden"), (551, 1545041, Refused, "forbidden"), (100, 2018001, Refused, "bad_reference"),
    (4, 0, TryLater, "limited"), (17, 2446079, TryLater, "limited"), (32, 0, TryLater, "limited"), (613, 0, TryLater, "limited"),
    (80001, 0, TryLater, "limited"), (368, 0, TryLater, "limited"), (200, 1404006, TryLater, "limited"), (9, 0, TryLater, "quota"),
    (506, 0, Refused, "duplicate"), (100, 0, Refused, "invalid"), (100, 33, Gone, "not_found"), (803, 0, Gone, "not_found"),
    (324, 0, Refused, "bad_media"), (100, 1366046, Refused, "bad_media"),
    (1609005, 0, Refused, "invalid"), (1, 0, TryLater, "server_error"), (2, 0, TryLater, "server_error"),
])
@pytest.mark.parametrize("status", [200, 400, 500])
def test_the_code_decides_and_not_the_status(code: int, subcode: int, kind: type[Outcome], reason: str, status: int) -> None:
    outcome = outcome_of(code, subcode, status=status)
    if status == 500 and type(outcome) is not kind:
        assert (kind, reason) == (Refused, "invalid")  # a server that is not well refuses nothing
        assert isinstance(outcome, TryLater)
    else:
        assert (type(outcome), outcome.reason) == (kind, reason)


@pytest.mark.parametrize(("code", "kind"), [(1, Unsure), (2, Unsure), (4, TryLater), (613, TryLater), (190, Reconnect), (100, Refused)])
def test_only_what_is_not_clear_is_a_doubt(code: int, kind: type[Outcome]) -> None:
    assert isinstance(outcome_of(code, creates=True), kind)


@pytest.mark.parametrize("body", [b"<title>Not found</title>", b"{}", b'{"error": "nope"}'])
@pytest.mark.parametrize("status", [401, 404, 410])
def test_a_page_of_somebody_between_is_neither_a_deletion_nor_a_dead_token(status: int, body: bytes) -> None:
    """Believed, all that was collected would have vanished, or a person would connect again for nothing."""
    with pytest.raises(TryLater) as caught:
        graph.read(httpx.Response(status, content=body))
    assert caught.value.reason == "not_json"


def test_the_wait_is_the_one_meta_estimates_and_else_one_that_lets_the_window_pass() -> None:
    told = outcome_of(80001, **{"x-business-use-case-usage": CASE})
    assert isinstance(told, TryLater)
    assert (told.after, told.scope) == (19 * 60, "account")
    silent = outcome_of(4)
    assert isinstance(silent, TryLater)
    assert (silent.after, silent.scope) == (graph.USUAL_WAIT, "app")


@pytest.mark.parametrize(("headers", "used", "free_in"), [
    ({"x-app-usage": '{"call_count": 28, "total_time": 25, "total_cputime": 5}'}, 0.28, None),
    ({"x-business-use-case-usage": CASE}, 1.0, 1140),
    ({"x-app-usage": '{"call_count": 60}',
      "x-business-use-case-usage": '{"1": [{"call_count": 20}, {"total_time": 40}]}'}, 0.6, None),
])
def test_the_tightest_limit_is_told(headers: dict[str, str], used: float, free_in: float | None) -> None:
    told = graph.usage(headers)
    assert told is not None
    assert (told.used, told.free_in) == (used, free_in)


@pytest.mark.parametrize("text", [
    "", "{", "[]", "3", '{"1": 3}', '{"1": [3]}', '{"call_count": "x"}', '{"call_count": NaN}', '{"1": [{}]}'])
def test_headers_of_nonsense_tell_nothing(text: str) -> None:
    assert graph.usage({"x-app-usage": text, "x-business-use-case-usage": text}) is None
    assert graph.allowance({"x-app-usage": text}, clock.now()) is None


@pytest.mark.parametrize(("percent", "rest"), [(10, None), (94, None), (95, graph.USUAL_WAIT), (100, graph.USUAL_WAIT)])
def test_when_nearly_all_is_used_it_is_time_to_rest(percent: int, rest: float | None) -> None:
    assert graph.allowance({"x-app-usage": f'{{"call_count": {percent}}}'}, clock.now()) == rest


def test_the_next_page_is_asked_for_without_its_token_and_a_list_without_end_is_ended() -> None:
    asked: list[Asked] = []

    def answer(one: Asked) -> Told:
        asked.append(one)
        after = str(len(asked))
        told: dict[str, Any] = {"data": [{"id": after}], "paging": {"cursors": {"after": after},
                                "next": f"https://graph.example/x?access_token=SECRET-TOKEN&after={after}&limit=1"}}
        return said(told)

    with serving(answer) as server, open_client(allow=[server.host]) as http:
        api = graph.Graph(http, server.url, "SECRET-TOKEN")
        got: list[list[Any]] = []
        with pytest.raises(TryLater) as caught:
            got.extend(api.pages("/x", most=3, limit=1))
    assert caught.value.reason == "too_big_answer"
    assert got == [[{"id": "1"}], [{"id": "2"}], [{"id": "3"}]]
    assert [one.query.get("after") for one in asked] == [None, ["1"], ["2"]]
    assert not any("SECRET-TOKEN" in f"{one.path} {one.query}" for one in asked)
    assert all(one.headers["authorization"] == "Bearer SECRET-TOKEN" for one in asked)


def test_a_page_too_big_for_graph_is_asked_for_in_smaller_ones() -> None:
    asked: list[str] = []

    def answer(one: Asked) -> Told:
        asked.append(one.query["limit"][0])
        if int(asked[-1]) > 10:
            return said({"error": {"code": 1, "message": "Please reduce the amount of data you're asking for"}}, 500)
        return said({"data": [{"id": "1"}]})

    with serving(answer) as server, open_client(allow=[server.host]) as http:
        assert list(graph.Graph(http, server.url, "T").pages("/x", most=3, limit=100)) == [[{"id": "1"}]]
    assert asked == ["100", "25", "6"]


def test_an_answer_that_echoes_a_secret_does_not_spread_it() -> None:
    told = Told(500, b'{"error": {"code": 2, "message": "token SECRET-TOKEN of SECRET-OF-APP failed"}}')
    with serving(lambda one: told) as server, open_client(allow=[server.host]) as http, pytest.raises(Unsure) as caught:
        graph.Graph(http, server.url, "SECRET-TOKEN", "SECRET-OF-APP").post("/x", creates=True)
    assert "SECRET" not in f"{caught.value!r} {caught.value} {caught.value.detail} {caught.value.evidence}"
    assert "SECRET" not in "".join(map(str, caught.value.args))


@pytest.mark.parametrize(("told", "iso"), [
    ("2026-03-29T01:30:00+0000", "2026-03-29T01:30:00+00:00"), ("2026-03-29T03:30:00+0200", "2026-03-29T01:30:00+00:00"),
    (1_774_747_800, "2026-03-29T01:30:00+00:00"), ("1774747800", "2026-03-29T01:30:00+00:00")])
def test_moments_are_in_utc(told: object, iso: str) -> None:
    assert graph.moment(told).isoformat() == iso


@pytest.mark.parametrize("told", [None, True, "ayer", [], {}, ""])
def test_what_is_no_moment_is_an_error(told: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        graph.moment(told)
