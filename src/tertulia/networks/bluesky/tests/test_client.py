"""Sessions that renew themselves, and what each answer of a server means."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import PAGE, Asked, Told, said, serving
from tertulia.networks.bluesky import Bluesky
from tertulia.networks.bluesky.tests.fake import OURS, playing
from tertulia.networks.bluesky.tests.payloads import recorded, status
from tertulia.networks.contract import Author, Draft, Gone, Outcome, Reconnect, Ref, Refused, TryLater, Unsure
from tertulia.networks.stage import key

RENEWED = {"accessJwt": "access-2", "refreshJwt": "refresh-2", "did": OURS, "handle": "ours.test"}
EXPIRED = said({"error": "ExpiredToken", "message": "Token has expired"}, 400)
MADE = said({"uri": f"at://{OURS}/app.bsky.feed.post/3n2ve77amejbm", "cid": "cid1"})


def played(name: str) -> Told:
    return said(recorded(name), status(name))


class Server:
    """Lets in one access token; renews and signs in as told."""

    def __init__(self, good: str = "access-2", refresh: Told | None = None, sign_in: Told | None = None) -> None:
        self.good, self.refresh = good, refresh or said(RENEWED)
        self.sign_in = sign_in or said(RENEWED)
        self.bearers: list[str] = []

    def answer(self, asked: Asked) -> Told:
        if asked.path.endswith("refreshSession"):
            return self.refresh
        if asked.path.endswith("createSession"):
            return self.sign_in
        self.bearers.append(asked.headers["authorization"])
        return MADE if asked.headers["authorization"] == f"Bearer {self.good}" else EXPIRED


def test_an_expired_token_is_renewed_and_kept_before_it_is_used() -> None:
    server = Server()
    with playing(server.answer) as (network, _, kept):
        network.publish(Draft("hola"), key())
        assert kept == [{"access": "access-2", "refresh": "refresh-2", "password": "app-password-secret"}]
        assert server.bearers == ["Bearer access-secret", "Bearer access-2"]
        assert network.account.secrets == kept[0]


def test_a_dead_session_signs_in_again() -> None:
    server = Server(refresh=EXPIRED)
    with playing(server.answer) as (network, loopback, kept):
        network.publish(Draft("hola"), key())
        assert [one.path.rsplit(".", 1)[1] for one in loopback.asked] == [
            "putRecord", "refreshSession", "createSession", "putRecord"]
        assert len(kept) == 1


@pytest.mark.parametrize(("refresh", "sign_in", "outcome", "reason"), [
    (EXPIRED, played("wrong_password"), Reconnect, "bad_credentials"),
    (said({"error": "AccountTakedown"}, 400), None, Reconnect, "suspended"),
    (EXPIRED, said({"error": "AccountTakedown"}, 401), Reconnect, "suspended"),
    (EXPIRED, said({"error": "AuthFactorTokenRequired"}, 401), Reconnect, "bad_credentials"),
    (EXPIRED, said({**RENEWED, "active": False, "status": "deactivated"}), Reconnect, "suspended"),
    (said({"error": "RateLimitExceeded"}, 429, ratelimit_reset="30"), None, TryLater, "limited"),
    (PAGE, None, Unsure, "not_json"),
])
def test_a_session_that_cannot_be_renewed_says_why(
        refresh: Told, sign_in: Told | None, outcome: type[Outcome], reason: str) -> None:
    with playing(Server(refresh=refresh, sign_in=sign_in).answer) as (network, _, kept):
        with pytest.raises(outcome) as caught:
            network.publish(Draft("hola"), key())
        assert caught.value.reason == reason
        assert kept == []
        assert "secret" not in f"{caught.value!r} {caught.value.detail} {caught.value.evidence}"


def test_a_token_that_is_never_let_in_is_not_renewed_for_ever() -> None:
    with playing(Server(good="none").answer) as (network, loopback, _):
        with pytest.raises(Reconnect) as caught:
            network.publish(Draft("hola"), key())
        assert caught.value.reason == "expired"
        assert len(loopback.asked) == 3


@pytest.mark.parametrize(("told", "outcome", "reason"), [
    (played("too_long"), Refused, "too_long"),
    (played("stale_swap"), TryLater, "busy"),
    (said({"error": "InvalidRequest", "message": "no"}, 400), Refused, "invalid"),
    (said({"error": "BlobTooLarge", "message": "no"}, 400), Refused, "bad_media"),
    (said({}, 413), Refused, "bad_media"),
    (said({"error": "AccountDeactivated"}, 403), Reconnect, "suspended"),
    (said({"error": "InvalidToken", "message": "Bad token scope"}, 400), Reconnect, "missing_scope"),
    (said({"error": "Forbidden"}, 403), Refused, "forbidden"),
    (said({"error": "UpstreamFailure"}, 502), Unsure, "server_error"),
    (said({"error": "InternalServerError"}, 500), Unsure, "server_error"),
    (said({"error": "MethodNotImplemented"}, 501), Refused, "unsupported"),
    (PAGE, Unsure, "not_json"),
    (said([1, 2]), Unsure, "not_json"),
    (Told(200, b"{", {}, "reset"), Unsure, "reset"),
    (Told(200, b'{"uri"', {}, "half"), Unsure, "reset"),
])
def test_every_answer_has_its_outcome(told: Told, outcome: type[Outcome], reason: str) -> None:
    def answer(asked: Asked) -> Told:
        return said(RENEWED) if asked.path.endswith("refreshSession") else told
    with playing(answer) as (network, _, _):
        with pytest.raises(outcome) as caught:
            network.publish(Draft("hola"), key())
        assert caught.value.reason == reason


def test_a_limit_says_how_long_to_wait() -> None:
    until = int((datetime.now(UTC) + timedelta(seconds=90)).timestamp())
    with playing(lambda _: said({"error": "RateLimitExceeded"}, 429, RateLimit_Reset=str(until))) as (network, _, _):
        with pytest.raises(TryLater) as caught:
            network.publish(Draft("hola"), key())
        assert caught.value.after == pytest.approx(90, abs=5)
        assert caught.value.scope == "account"


def test_what_is_not_there_is_none_or_gone() -> None:
    with playing(lambda _: played("no_record")) as (network, _, _):
        assert network.find(Draft("hola"), key()) is None
        with pytest.raises(Gone):
            network.read(Ref(f"at://{OURS}/app.bsky.feed.post/3n2ve77amejbm"))


@pytest.mark.parametrize("act", [
    lambda network: network.read(Ref("https://example.test/7")),
    lambda network: network.delete(Ref("")),
    lambda network: network.publish(Draft("hola", reply_to=Ref("at://did:plc:x/app.bsky.feed.post")), key()),
    lambda network: network.hide(Ref("x", extra={"root_uri": "y"})),
])
def test_a_reference_of_another_network_is_refused(act: Callable[[Bluesky], Any]) -> None:
    with playing(lambda _: said({})) as (network, loopback, _):
        with pytest.raises(Refused) as caught:
            act(network)
        assert caught.value.reason == "bad_reference"
        assert loopback.asked == []


@pytest.mark.parametrize(("draft", "reason"), [
    (Draft(" \n"), "empty"), (Draft("a" * 301), "too_long"), (Draft("👩‍👩‍👧" * 200), "too_long"),
    (Draft("hola", to=Author("did:plc:x", "x.test")), "unsupported"),
])
def test_a_draft_that_does_not_fit_is_refused_before_anything_is_sent(draft: Draft, reason: str) -> None:
    with playing(lambda _: MADE) as (network, loopback, _):
        with pytest.raises(Refused) as caught:
            network.publish(draft, key())
        assert caught.value.reason == reason
        assert loopback.asked == []


def test_a_reply_where_its_author_allows_none_is_refused() -> None:
    closed = {"posts": [{"uri": "at://did:plc:x/app.bsky.feed.post/3n2ve77amejbm", "cid": "c", "record": {},
                         "author": {}, "viewer": {"replyDisabled": True}}]}
    with playing(lambda _: said(closed)) as (network, _, _):
        with pytest.raises(Refused) as caught:
            network.publish(Draft("hola", reply_to=Ref("at://did:plc:x/app.bsky.feed.post/3n2ve77amejbm")), key())
        assert caught.value.reason == "forbidden"


# ------------------------------------------------------------------ connecting


def connecting(session: Told, handle: str = "ours.test") -> tuple[Any, list[Asked]]:
    def answer(asked: Asked) -> Told:
        return session if asked.path.endswith("createSession") else said({"error": "InvalidRequest"}, 400)
    with serving(answer) as server, open_client(allow=[server.host]) as http:
        account = Bluesky.connect({"handle": handle, "password": " pass ", "server": server.url + "/"}, http)
        return account, server.asked


def test_connecting_reads_the_session_and_its_own_server() -> None:
    account, asked = connecting(played("session"))
    assert (account.external_id, account.handle) == (recorded("session")["did"], "pan-inventado.test")
    assert account.base_url == account.settings["pds"] == "http://localhost:2583"
    assert account.scopes == {"com.atproto.appPass"}
    assert asked[0].json() == {"identifier": "ours.test", "password": "pass"}
    assert "pass" not in repr(account).replace("appPass", "")


@pytest.mark.parametrize(("written", "sent"), [
    ("@Ours.Test", "ours.test"), ("\u202aours.test\u202c ", "ours.test"), ("ana@example.test", "ana@example.test")])
def test_a_handle_as_people_paste_it(written: str, sent: str) -> None:
    assert connecting(said(RENEWED), written)[1][0].json()["identifier"] == sent


@pytest.mark.parametrize("server", ["http://pds.example.test", "ftp://pds.example.test", "http://localhost.example.test"])
def test_a_password_never_goes_in_clear(server: str) -> None:
    with open_client() as http, pytest.raises(Refused):
        Bluesky.connect({"handle": "ours.test", "password": "p", "server": server}, http)


@pytest.mark.parametrize("document", [
    None, 7, {}, {"service": 3}, {"service": [{"id": "#other", "serviceEndpoint": "https://x.test"}]}])
def test_without_a_server_in_the_identity_it_stays_where_it_signed_in(document: Any) -> None:
    assert connecting(said({**RENEWED, "didDoc": document}))[0].base_url.startswith("http://127.0.0.1")


@pytest.mark.parametrize(("told", "outcome", "reason"), [
    (PAGE, Refused, "unsupported"), (said({"error": "NotFound"}, 404), Refused, "unsupported"),
    (played("wrong_password"), Reconnect, "bad_credentials"), (said({}, 500), TryLater, "server_error"),
])
def test_connecting_to_what_is_no_server_or_with_a_wrong_password(told: Told, outcome: type[Outcome], reason: str) -> None:
    with pytest.raises(outcome) as caught:
        connecting(told)
    assert caught.value.reason == reason
