"""By address, user and application password."""

from __future__ import annotations

import base64

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import PAGE, Asked, Told, said, serving
from tertulia.networks.contract import Outcome, Reconnect, Refused, TryLater
from tertulia.networks.wordpress import WordPress, connecting
from tertulia.networks.wordpress.tests.fake import PASSWORD
from tertulia.networks.wordpress.tests.stages import FakeStage


def told(stage: FakeStage, **other: str) -> dict[str, str]:
    return {"address": stage.fake.url, "user": "panaderia", "password": PASSWORD, **other}


def test_an_account_has_the_name_of_the_site_and_what_its_user_may_do(stage: FakeStage) -> None:
    account = stage.account
    assert (account.name, account.handle) == ("Panadería & horno", "panaderia@panaderia.example/blog")
    assert account.external_id == "https://panaderia.example/blog/?author=1"
    assert account.settings["timezone"] == "Europe/Madrid"
    assert account.scopes == {"edit_posts", "publish_posts", "upload_files", "moderate_comments", "delete_published_posts"}
    assert PASSWORD not in repr(account)
    assert (stage.network().profile().name, stage.network().profile().bio) == ("Panadería & horno", "Pan de verdad")


@pytest.mark.parametrize("address", ["{}/", "{}/wp-admin/", "{}/wp-login.php?redirect_to=x", "{}/wp-json/wp/v2", " {} ", "{}/index.php"])
def test_whatever_page_of_the_site_is_copied_will_do(stage: FakeStage, address: str) -> None:
    account = WordPress.connect(told(stage, address=address.format(stage.fake.url)), stage.http)
    assert account == stage.account


def test_a_password_copied_with_hard_spaces_is_the_same(stage: FakeStage) -> None:
    spaced = "\u00a0" + PASSWORD.replace(" ", "\u00a0\u00a0") + "\n"
    assert WordPress.connect(told(stage, password=spaced), stage.http).secrets == stage.account.secrets


@pytest.mark.parametrize("other", [{"password": "wrong"}, {"password": ""}, {"user": ""}, {"user": "nadie"}, {"user": "a:b"}])
def test_a_wrong_password_is_for_a_person_to_mend(stage: FakeStage, other: dict[str, str]) -> None:
    with pytest.raises(Reconnect) as caught:
        WordPress.connect(told(stage, **other), stage.http)
    assert caught.value.reason == "bad_credentials"


def test_a_site_shut_to_strangers_is_entered_with_the_password(stage: FakeStage) -> None:
    stage.fake.shut = True
    assert stage.anew().account == stage.account


def test_a_site_that_offers_no_application_passwords_says_so(stage: FakeStage) -> None:
    stage.fake.app_passwords = False
    with pytest.raises(Refused) as caught:
        WordPress.connect(told(stage), stage.http)
    assert caught.value.reason == "unsupported"
    assert "application passwords are off" in caught.value.detail


def test_whoever_may_do_nothing_there_lacks_permissions(stage: FakeStage) -> None:
    stage.fake.join("lector", ())
    with pytest.raises(Reconnect) as caught:
        stage.anew("lector")
    assert caught.value.reason == "missing_scope"


def test_an_author_may_publish_and_not_moderate(stage: FakeStage) -> None:
    stage.fake.join("autora", ("edit_posts", "publish_posts", "upload_files", "delete_published_posts"))
    assert stage.anew("autora").account.scopes == {"edit_posts", "publish_posts", "upload_files", "delete_published_posts"}


@pytest.mark.parametrize(("address", "base"), [
    ("panaderia.example", "https://panaderia.example"), ("http://panaderia.example/", "https://panaderia.example"),
    ("https://panaderia.example:8443/blog/", "https://panaderia.example:8443/blog"), ("PANADERIA.example", "https://panaderia.example"),
    ("pañería.example", "https://xn--paera-2saz.example"), ("http://127.0.0.1:81/", "http://127.0.0.1:81"),
    ("http://127.0.0.1:82/", "https://127.0.0.1:82"),
])
def test_an_address_is_completed_and_never_without_encryption(address: str, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "127.0.0.1:81")
    assert connecting.base_url(address) == base


@pytest.mark.parametrize("address", [
    "", "https://", "ftp://a.example", "https://a.example:puerto", "https://yo:clave@a.example", "mailto:yo"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refused) as caught:
        connecting.base_url(address)
    assert caught.value.reason == "invalid"


# ---------------------------------------------------------------------- other servers

def connect(answer: Told, monkeypatch: pytest.MonkeyPatch) -> tuple[Outcome, list[Asked]]:
    with serving(lambda asked: answer) as server, open_client() as http:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with open_client() as http, pytest.raises(Outcome) as caught:
            WordPress.connect({"address": server.url, "user": "ana", "password": PASSWORD}, http)
        return caught.value, server.asked


@pytest.mark.parametrize(("answer", "outcome", "reason"), [
    (PAGE, Refused, "unsupported"), (said({"hola": 1}), Refused, "unsupported"), (Told(404), Refused, "unsupported"),
    (Told(403, PAGE.body, PAGE.headers), Refused, "unsupported"), (Told(500), TryLater, "server_error"),
    (said({"namespaces": ["wp/v2"]}), TryLater, "not_json"), (said({"code": "rest_login_required"}, 401), Reconnect, "bad_credentials"),
    (Told(301, headers={"Location": "https://otra.example/wp-json/"}), Refused, "invalid"),
    (Told(301, headers={"Location": "ftp://127.0.0.1/"}), Refused, "invalid"),
    (Told(301, headers={"Location": "/wp-json/"}), Refused, "unsupported"),
])
def test_what_is_no_wordpress_is_refused(
        answer: Told, outcome: type[Outcome], reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, _ = connect(answer, monkeypatch)
    assert (type(found), found.reason) == (outcome, reason)


@pytest.mark.parametrize("answer", [PAGE, Told(404), said({"hola": 1}), Told(302, headers={"Location": "https://otra.example/"})])
def test_the_password_is_told_to_nobody_but_a_wordpress(answer: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    _, asked = connect(answer, monkeypatch)
    assert asked
    assert not any("authorization" in one.headers for one in asked)


def test_a_site_that_sends_us_elsewhere_is_followed_only_to_itself(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = f"{stage.fake.url}/wp-json/"

    def answer(asked: Asked) -> Told:
        return Told(301, headers={"Location": moved})

    with serving(answer) as server, open_client(allow=[server.host, moved.split("/")[2]]) as http:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", f"{server.host},{moved.split('/')[2]}")
        account = WordPress.connect(told(stage, address=server.url), http)
    assert account == stage.account


def test_the_password_goes_as_basic_and_nowhere_else(stage: FakeStage) -> None:
    stage.network().profile()
    sent = stage.asked()[-1]
    assert base64.b64decode(sent.headers["authorization"].removeprefix("Basic ")).decode() == f"panaderia:{PASSWORD}"
    assert PASSWORD not in f"{sent.path} {sent.query} {sent.body!r}"
