"""By a token, and by the server's own page."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import PAGE, Told, said, serving
from tertulia.networks.contract import Outcome, Reconnect, Refused, TryLater
from tertulia.networks.mastodon import Mastodon, translate
from tertulia.networks.mastodon.tests.stages import FakeStage

BACK = "https://tertulia.example/canales/vuelta"


def test_a_token_becomes_an_account_with_what_its_server_says(stage: FakeStage) -> None:
    account = stage.account
    assert (account.handle, account.external_id) == (
        "panaderia@fediverso.example", "https://fediverso.example/users/panaderia")
    assert account.base_url == stage.fake.url
    assert Mastodon.limits(account).picture_types == ("image/png", "image/jpeg")
    assert {scope for scopes in Mastodon.manifest.scopes.values() for scope in scopes} <= account.scopes
    assert "token-of-panaderia" not in repr(account)


def test_an_old_server_is_asked_the_old_way(stage: FakeStage) -> None:
    stage.fake.has_v2 = False
    assert stage.anew().account.settings == stage.account.settings


@pytest.mark.parametrize("token", ["", "  ", "wrong"])
def test_a_wrong_token_is_for_a_person_to_mend(stage: FakeStage, token: str) -> None:
    with pytest.raises(Reconnect):
        Mastodon.connect({"address": stage.fake.url, "token": token}, stage.http)


@pytest.mark.parametrize("pkce", [True, False])
def test_the_servers_page_gives_a_code_and_the_code_an_account(stage: FakeStage, pkce: bool) -> None:
    stage.fake.since_4_3 = pkce
    begun = Mastodon.begin({"address": stage.fake.url, "token": ""}, BACK, "STATE", stage.http)
    page = urlsplit(begun.url)
    asked = {name: values[0] for name, values in parse_qs(page.query).items()}
    assert f"{page.scheme}://{page.netloc}{page.path}" == f"{stage.fake.url}/oauth/authorize"
    assert (asked["response_type"], asked["redirect_uri"], asked["state"]) == ("code", BACK, "STATE")
    assert ("code_challenge" in asked) == pkce
    verifier = begun.memory["code_verifier"]
    if pkce:
        digest = hashlib.sha256(verifier.encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert "SECRET-OF-APP" not in repr(begun)
    stage.fake.codes["CODE"] = {"name": "panaderia", "client_id": asked["client_id"], "redirect_uri": BACK,
                                "code_verifier": verifier, "scope": "read write:statuses"}
    account = Mastodon.finish(begun.memory, "CODE", stage.http)
    assert account.handle == stage.account.handle
    assert "write:statuses" in account.scopes
    assert "read:notifications" in account.scopes, "read covers its parts"
    assert "write:blocks" not in account.scopes, "what was not granted"
    with pytest.raises(Reconnect):
        Mastodon.finish(begun.memory, "CODE", stage.http)


@pytest.mark.parametrize(("written", "meant"), [
    ("mastodon.example", "https://mastodon.example"), (" https://mastodon.example/@ana ", "https://mastodon.example"),
    ("@ana@mastodon.example", "https://mastodon.example"), ("ana@mastodon.example", "https://mastodon.example"),
    ("MASTODON.example/", "https://mastodon.example"), ("https://mastodon.example:8443", "https://mastodon.example:8443"),
    ("http://127.0.0.1:8003", "http://127.0.0.1:8003"), ("señora.example", "https://xn--seora-pta.example"),
])
def test_an_address_is_understood_as_people_write_it(written: str, meant: str) -> None:
    assert translate.base_url(written, ["127.0.0.1:8003"]) == meant


@pytest.mark.parametrize("written", [
    "", "  ", "@", "http://mastodon.example", "http://127.0.0.1:8004", "ftp://mastodon.example", "https://", "https://a:b:c",
    "file:///etc/passwd", "https://[::1", "https://" + "a" * 70 + ".example", "https://a..example",
])
def test_what_is_no_address_or_not_safe_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        translate.base_url(written, ["127.0.0.1:8003"])


def test_a_private_address_is_refused_before_anything_is_sent(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERTULIA_PRIVATE_HOSTS")
    before = len(stage.asked())
    with open_client() as http:
        for address in ("127.0.0.1", "https://127.0.0.1", "localhost", "https://10.0.0.1"):
            with pytest.raises(Refused) as caught:
                Mastodon.begin({"address": address}, BACK, "S", http)
            assert caught.value.reason == "blocked_address"
    assert len(stage.asked()) == before


@pytest.mark.parametrize(("told", "outcome"), [
    (PAGE, Refused), (Told(404), Refused), (said({}), Refused), (said([]), Refused), (Told(500), TryLater),
    (Told(301, b"", {"Location": "https://elsewhere.example"}), Refused), (said({}, 429), TryLater),
    (Told(manner="reset"), TryLater),
])
def test_a_server_that_is_no_mastodon_is_said_to_be_none(
        told: Told, outcome: type[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda asked: told) as server, open_client(allow=[server.host]) as http:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with pytest.raises(outcome):
            Mastodon.begin({"address": server.url}, BACK, "S", http)
        with pytest.raises(outcome):
            Mastodon.connect({"address": server.url, "token": "x"}, http)
