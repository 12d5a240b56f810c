"""By a form: a bot, its channel and what its rights let it do."""

from __future__ import annotations

from typing import Any

import pytest

from tertulia.kit.http import open_client
from tertulia.networks.contract import Author, Draft, Gone, Outcome, Reconnect, Ref, Refused
from tertulia.networks.stage import key
from tertulia.networks.telegram import Telegram, connecting
from tertulia.networks.telegram.tests.fake import BOT, CHANNEL, GROUP, TOKEN
from tertulia.networks.telegram.tests.stages import FakeStage

ALL = {"channel.post", "group.write", "group.hear", "group.restrict", "group.clean"}


def test_a_bot_and_a_channel_become_an_account(stage: FakeStage) -> None:
    account = stage.account
    assert (account.external_id, account.handle, account.name) == (str(CHANNEL), "panaderia", "Panadería")
    assert account.url == "https://t.me/panaderia"
    assert account.settings == {"bot_id": BOT, "bot": "panaderia_bot", "channel_id": CHANNEL, "group_id": GROUP}
    assert account.scopes == ALL
    assert {scope for scopes in Telegram.manifest.scopes.values() for scope in scopes} == ALL


def test_a_private_channel_is_connected_by_its_number(stage: FakeStage) -> None:
    del stage.fake.chats[CHANNEL]["username"]
    account = stage.connect(handle=str(CHANNEL))
    assert (account.handle, account.url) == (str(CHANNEL), "")
    stage.account = account
    assert stage.network().publish(Draft("Hola"), key()).ref.url == "https://t.me/c/1000000001/1"


@pytest.mark.parametrize(("chat", "status", "rights", "lost"), [
    (CHANNEL, "administrator", {"can_post_messages": False}, {"channel.post"}),
    (CHANNEL, "creator", {}, set()),
    (GROUP, "administrator", {"can_restrict_members": False}, {"group.restrict"}),
    (GROUP, "member", {}, {"group.restrict", "group.clean", "group.hear"}),
    (GROUP, "restricted", {"is_member": True, "can_send_messages": False}, {"group.restrict", "group.clean", "group.write", "group.hear"}),
    (GROUP, "left", {}, {"group.restrict", "group.clean", "group.write", "group.hear"}),
    (GROUP, "kicked", {}, {"group.restrict", "group.clean", "group.write", "group.hear"}),
])
def test_the_scopes_are_what_the_rights_let_it_do(
        stage: FakeStage, chat: int, status: str, rights: dict[str, Any], lost: set[str]) -> None:
    stage.fake.appoint(chat, BOT, status, **({"can_post_messages": True} if chat == CHANNEL else {}) | rights)
    assert stage.connect().scopes == ALL - lost


def test_without_privacy_mode_a_member_hears_everything(stage: FakeStage) -> None:
    stage.fake.appoint(GROUP, BOT, "member")
    stage.fake.bots[TOKEN]["can_read_all_group_messages"] = True
    assert "group.hear" in stage.connect().scopes


def test_a_channel_without_a_group_has_nobody_to_block(stage: FakeStage) -> None:
    del stage.fake.chats[CHANNEL]["linked_chat_id"]
    stage.account = stage.connect()
    assert stage.account.scopes == {"channel.post", "group.hear"}, "nothing is missed where nobody speaks"
    with pytest.raises(Refused) as caught:
        stage.network().block(Author("2001", "ana"))
    assert caught.value.reason == "unsupported"


@pytest.mark.parametrize("status", ["left", "kicked", "member"])
def test_a_bot_that_does_not_administer_the_channel_is_told_so(stage: FakeStage, status: str) -> None:
    stage.fake.appoint(CHANNEL, BOT, status)
    with pytest.raises(Reconnect) as caught:
        stage.connect()
    assert caught.value.reason == "missing_scope"


@pytest.mark.parametrize("token", ["", "  ", "nada", "1:corta", f"{TOKEN}/getMe", f"{TOKEN}\n", "110201544:" + "a" * 35, f"{TOKEN} x",
                                   f"1{TOKEN}", "../" + TOKEN])
def test_a_wrong_token_is_for_a_person_to_mend(stage: FakeStage, token: str) -> None:
    if token.strip() == TOKEN:
        assert stage.connect(token=token).handle == "panaderia", "what is around it does not matter"
        return
    with pytest.raises(Reconnect) as caught:
        stage.connect(token=token)
    assert caught.value.reason == "bad_credentials"


@pytest.mark.parametrize(("written", "meant"), [
    ("@panaderia", "@panaderia"), (" panaderia ", "@panaderia"), ("https://t.me/panaderia", "@panaderia"),
    ("t.me/s/panaderia", "@panaderia"), ("https://T.me/panaderia/12?single", "@panaderia"), ("telegram.me/panaderia", "@panaderia"),
    ("-1001234567890", -1001234567890), ("https://t.me/c/1234567890/5", -1001234567890),
])
def test_a_channel_is_understood_as_people_write_it(written: str, meant: str | int) -> None:
    assert connecting.channel_of(written) == meant


@pytest.mark.parametrize("written", ["", "@", "a", "@con espacio", "https://t.me/+AbCdEf", "https://otro.example/panaderia", "1234"])
def test_what_is_no_channel_is_refused(written: str) -> None:
    with pytest.raises(Refused) as caught:
        connecting.channel_of(written)
    assert caught.value.reason == "invalid"


@pytest.mark.parametrize(("handle", "reason"), [("@nadie", "not_found"), ("@panaderia_charla", "bad_reference")])
def test_a_channel_that_is_not_there_or_is_a_group_is_refused(stage: FakeStage, handle: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        stage.connect(handle=handle)
    assert caught.value.reason == reason


def test_a_bot_with_a_webhook_serves_somebody_else(stage: FakeStage) -> None:
    stage.fake.webhook = "https://otro.example/gancho"
    with pytest.raises(Refused) as caught:
        stage.connect()
    assert (caught.value.reason, "webhook" in caught.value.detail) == ("duplicate", True)


@pytest.mark.parametrize(("written", "meant"), [
    ("", "https://api.telegram.org"), ("  ", "https://api.telegram.org"), ("bots.example", "https://bots.example"),
    ("https://bots.example:8443/camino", "https://bots.example:8443"), ("http://127.0.0.1:8003/", "http://127.0.0.1:8003"),
])
def test_the_server_is_the_vendors_unless_another_is_given(written: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "127.0.0.1:8003")
    assert connecting.address(written) == meant


@pytest.mark.parametrize("written", ["http://bots.example", "http://127.0.0.1:8004", "ftp://bots.example", "https://", "https://a:b:c"])
def test_a_server_that_is_not_safe_is_refused(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "127.0.0.1:8003")
    with pytest.raises(Refused):
        connecting.address(written)


def test_a_private_address_is_refused_before_anything_is_sent(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERTULIA_PRIVATE_HOSTS")
    before = len(stage.server.asked)
    with open_client() as http:
        for address in ("https://127.0.0.1", "https://localhost", "https://10.0.0.1"):
            with pytest.raises(Outcome) as caught:
                Telegram.connect({"token": TOKEN, "handle": "@panaderia", "base_url": address}, http)
            assert caught.value.reason == "blocked_address"
    assert len(stage.server.asked) == before


def test_the_profile_is_the_channels(stage: FakeStage) -> None:
    card = stage.network().profile()
    assert (card.name, card.bio, card.url, card.followers) == ("Panadería", "Pan de verdad", "https://t.me/panaderia", 1)


def test_who_is_blocked_is_out_of_the_group_and_who_is_not_stays_in(stage: FakeStage) -> None:
    ana, places = stage.public().author, stage.fake.members
    stage.network().unblock(ana)
    assert places[GROUP, int(ana.external_id)]["status"] == "member", "unbanning a member would take them out"
    stage.network().block(ana)
    assert places[GROUP, int(ana.external_id)]["status"] == "kicked"
    stage.network().unblock(ana)
    assert places[GROUP, int(ana.external_id)]["status"] == "left"


def test_who_speaks_as_a_channel_is_blocked_as_a_channel(stage: FakeStage) -> None:
    stage.network().block(Author("-1009", "otro_canal"))
    assert stage.fake.members[GROUP, -1009]["status"] == "kicked"
    stage.network().unblock(Author("-1009", "otro_canal"))


@pytest.mark.parametrize("author", [Author(str(BOT), "panaderia_bot"), Author("99999", "nadie"), Author("ana", "ana")])
def test_who_cannot_be_blocked_is_refused(stage: FakeStage, author: Author) -> None:
    with pytest.raises(Refused):
        stage.network().block(author)


def test_a_group_that_became_a_supergroup_is_followed(stage: FakeStage) -> None:
    new = -1001000000099
    stage.fake.open(new, "supergroup", "La cola del pan")
    stage.fake.appoint(new, BOT)
    stage.fake.moved[GROUP] = new
    stage.network().block(stage.public().author)
    assert stage.fake.members[new, int(stage.public().author.external_id)]["status"] == "kicked"
    with pytest.raises(Gone):  # what it answers stayed in the group that was
        stage.network().publish(Draft("Sí", reply_to=Ref(f"{GROUP}:77")), key())
