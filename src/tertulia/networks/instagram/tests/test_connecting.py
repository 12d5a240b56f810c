"""A token becomes an account; it is renewed in its time, and its words never leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tertulia.kit import clock
from tertulia.kit.tests.loopback import Told, said
from tertulia.networks.contract import Account, Draft, Outcome, Quotas, Reconnect, Refused, Renews, TryLater
from tertulia.networks.instagram import Instagram
from tertulia.networks.instagram.tests.fake import OWN, SCOPES, TOKEN
from tertulia.networks.instagram.tests.stages import PICTURE, FakeStage
from tertulia.networks.stage import key

Later = Callable[..., None]


def connect(stage: FakeStage, **answers: str) -> Account:
    return Instagram.connect({"token": TOKEN, "base_url": f"{stage.server.url}/v25.0", **answers}, stage.http)


def test_what_the_token_says_is_what_the_channel_knows(stage: FakeStage) -> None:
    account = connect(stage)
    assert (account.external_id, account.handle, account.name) == (OWN, "panaderia", "La Panadería")
    assert account.scopes == set(SCOPES)
    assert account.url == "https://www.instagram.com/panaderia/"
    ends = Instagram.expires_at(account)
    assert ends is not None
    assert ends - clock.now() > timedelta(days=59)
    assert issubclass(Instagram, Renews)
    assert issubclass(Instagram, Quotas)


@pytest.mark.parametrize("missing", ["instagram_business_content_publish", "instagram_business_manage_comments",
                                     "instagram_business_manage_messages", "instagram_business_manage_insights"])
@pytest.mark.parametrize("told", [True, False], ids=["told by the renewal", "found out by asking"])
def test_what_was_not_granted_is_known_when_connecting(stage: FakeStage, missing: str, told: bool) -> None:
    stage.fake.says_permissions = told
    stage.fake.tokens[TOKEN]["scopes"].discard(missing)
    assert connect(stage).scopes == set(SCOPES) - {missing}


def test_a_token_younger_than_a_day_serves_and_is_renewed_later(stage: FakeStage, later: Later) -> None:
    stage.fake.tokens[TOKEN]["since"] = clock.now()
    account = connect(stage)
    assert (account.secrets["token"], account.scopes) == (TOKEN, set(SCOPES))
    kept: list[object] = []
    with pytest.raises(TryLater) as caught:
        Instagram(account, stage.http, kept.append).renew()
    assert caught.value.after is not None
    later(seconds=caught.value.after + 1)
    Instagram(account, stage.http, kept.append).renew()
    assert len(kept) == 1


def test_a_renewed_token_is_kept_and_the_old_one_serves_until_then(stage: FakeStage, later: Later) -> None:
    later(days=30)
    network = stage.network()
    network.renew()
    [kept] = stage.kept
    assert kept["token"] != stage.account.secrets["token"]
    assert network.profile().name
    renewed = replace(stage.account, secrets=kept)
    ends = Instagram.expires_at(renewed)
    assert ends is not None
    assert abs(ends - clock.now() - timedelta(days=60)) < timedelta(minutes=1)


def test_an_expired_token_asks_to_connect_again(stage: FakeStage, later: Later) -> None:
    later(days=61)
    with pytest.raises(Reconnect) as caught:
        stage.network().renew()
    assert caught.value.reason == "expired"
    with pytest.raises(Reconnect) as caught:
        stage.network().profile()
    assert caught.value.reason == "expired"
    assert stage.kept == []


@pytest.mark.parametrize(("answers", "outcome"), [
    ({"token": ""}, Reconnect), ({"token": "otra-cosa"}, Reconnect), ({"account": "17841499999999999"}, Refused),
    ({"base_url": "ftp://a.example"}, Refused), ({"base_url": "http://a.example"}, Refused), ({"base_url": "https://"}, Refused),
    ({"base_url": "https://a.example:x"}, Refused), ({"token": "con\nsalto"}, Refused)])
def test_a_wrong_answer_is_an_outcome(stage: FakeStage, answers: dict[str, str], outcome: type[Outcome]) -> None:
    with pytest.raises(outcome):
        connect(stage, **answers)


def test_the_account_may_be_named_to_be_sure(stage: FakeStage) -> None:
    assert connect(stage, account=OWN).external_id == OWN


def test_the_token_is_in_no_address_but_that_of_its_renewal_and_in_no_outcome(stage: FakeStage) -> None:
    network = stage.network()
    network.publish(Draft("Pan", pictures=(PICTURE,)), key())
    stage.fake.tokens.clear()
    for does in (network.profile, network.quota, network.renew, lambda: network.collect({}), lambda: network.publish(Draft("x"), key())):
        with pytest.raises(Outcome) as caught:
            does()
        told = f"{caught.value!r} {caught.value.detail} {caught.value.evidence} {caught.value.__cause__!r}"
        assert TOKEN not in told
    leaking = {asked.path for asked in stage.asked() if TOKEN in str(asked.query)}
    assert leaking == {"/refresh_access_token"}


@pytest.mark.parametrize("answer", [
    Told(200, b'{"access_token": "THE-NEW-ONE", "expires_in": 51'), said({"access_token": "THE-NEW-ONE", "expires_in": "soon"}),
    said({"access_token": "THE-NEW-ONE"}, 502), said({"access_token": "THE-NEW-ONE"}, 429),
    Told(302, headers={"Location": f"/refresh_access_token?access_token={TOKEN}"})])
def test_a_renewal_that_comes_out_wrong_shows_neither_token(stage: FakeStage, answer: Told) -> None:
    network, stage.server.answer = stage.network(), lambda asked: answer
    with pytest.raises(Outcome) as caught:
        network.renew()
    told = f"{caught.value!r} {caught.value.detail} {caught.value.evidence} {caught.value.__cause__!r}"
    assert "THE-NEW-ONE" not in told
    assert TOKEN not in told
    assert stage.kept == []
