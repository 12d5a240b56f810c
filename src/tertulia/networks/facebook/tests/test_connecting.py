"""Whose token it is, for which Page, until when and for what."""

from __future__ import annotations

import pytest

from tertulia.kit import clock
from tertulia.networks.contract import Account, Draft, Outcome, Reconnect, Refused
from tertulia.networks.facebook import Facebook, translate
from tertulia.networks.facebook.tests.fake import PAGE, SCOPES, SECRET, TOKEN, USER_TOKEN
from tertulia.networks.facebook.tests.stages import FakeStage
from tertulia.networks.stage import key

OTHER = "200200200"


def connect(stage: FakeStage, **told: str) -> Account:
    return Facebook.connect({"base_url": f"{stage.fake.url}/v25.0/", **told}, stage.http)


@pytest.mark.parametrize("token", [TOKEN, USER_TOKEN])
@pytest.mark.parametrize("page", ["", PAGE, "panaderia", "https://www.facebook.com/panaderia/?ref=x", f"facebook.com/{PAGE}"])
def test_a_page_is_connected_by_its_own_token_or_by_that_of_somebody_of_it(stage: FakeStage, token: str, page: str) -> None:
    account = connect(stage, token=f" {token} ", page=page)
    assert (account.external_id, account.handle, account.name) == (PAGE, "panaderia", "Panadería de prueba")
    assert account.secrets == {"token": TOKEN}
    assert account.scopes == frozenset(SCOPES)
    assert Facebook.expires_at(account) is None
    assert TOKEN not in repr(account)


def test_of_several_pages_one_must_be_chosen_and_they_are_named(stage: FakeStage) -> None:
    stage.fake.pages[OTHER] = {"id": OTHER, "name": "Otra casa", "username": "otra", "access_token": "OTHER-TOKEN"}
    stage.fake.tokens["OTHER-TOKEN"] = {"type": "PAGE", "profile_id": OTHER, "scopes": SCOPES, "expires_at": 0}
    stage.fake.tokens[USER_TOKEN]["pages"] = [PAGE, OTHER]
    with pytest.raises(Refused) as caught:
        connect(stage, token=USER_TOKEN)
    assert all(name in caught.value.detail for name in ("Panadería de prueba", PAGE, "Otra casa", OTHER))
    assert "TOKEN" not in caught.value.detail
    assert connect(stage, token=USER_TOKEN, page="otra").secrets == {"token": "OTHER-TOKEN"}


def test_a_token_that_opens_no_page_says_so(stage: FakeStage) -> None:
    stage.fake.tokens[USER_TOKEN]["pages"] = []
    with pytest.raises(Refused) as caught:
        connect(stage, token=USER_TOKEN)
    assert "pages_show_list" in caught.value.detail
    del stage.fake.pages[PAGE]["access_token"]
    with pytest.raises(Reconnect) as lacking:
        connect(stage, token=USER_TOKEN, page=PAGE)
    assert lacking.value.reason == "missing_scope"


@pytest.mark.parametrize("token", ["", "NOBODYS-TOKEN"])
def test_a_token_of_nobody_does_not_serve(stage: FakeStage, token: str) -> None:
    with pytest.raises(Reconnect) as caught:
        connect(stage, token=token)
    assert caught.value.reason == "bad_credentials"


@pytest.mark.parametrize("page", ["", PAGE])
def test_where_a_token_may_not_be_inspected_it_is_tried_as_it_is(stage: FakeStage, page: str) -> None:
    stage.fake.open_tokens = False
    assert connect(stage, token=TOKEN, page=page).scopes >= {"pages_manage_posts", "pages_messaging"}
    assert connect(stage, token=USER_TOKEN, page=page).secrets["token"] == TOKEN


def test_a_permission_for_other_pages_is_none_for_this(stage: FakeStage) -> None:
    stage.fake.tokens[TOKEN]["granular_scopes"] = [{"scope": "pages_messaging", "target_ids": [OTHER]},
                                                   {"scope": "pages_manage_posts", "target_ids": [PAGE]}]
    assert connect(stage, token=TOKEN).scopes == frozenset(SCOPES) - {"pages_messaging"}


def test_the_nearest_end_is_known(stage: FakeStage) -> None:
    stage.fake.tokens[TOKEN] |= {"expires_at": 0, "data_access_expires_at": 1_800_000_000}
    end = Facebook.expires_at(connect(stage, token=TOKEN))
    assert end is not None
    assert end.isoformat() == "2027-01-15T08:00:00+00:00"


def test_with_the_secret_of_the_application_every_call_is_signed(stage: FakeStage) -> None:
    stage.fake.signed = True
    with pytest.raises(Reconnect):
        connect(stage, token=USER_TOKEN)
    stage.account = connect(stage, token=USER_TOKEN, app_secret=SECRET)
    assert stage.network().publish(Draft("Firmado"), key()).ref.external_id
    assert stage.network().profile().followers == 12


def test_what_an_answer_says_is_left_is_heeded(stage: FakeStage) -> None:
    rests: list[float | None] = []
    stage.fake.usage = {"X-App-Usage": '{"call_count": 96, "total_time": 1, "total_cputime": 1}'}
    stage.http.event_hooks["response"].append(lambda one: rests.append(Facebook.allowance(one.headers, clock.now())))
    stage.network().profile()
    assert rests == [600]


def test_a_token_of_an_hour_is_changed_for_one_that_lasts(stage: FakeStage) -> None:
    stage.fake.tokens["SHORT-TOKEN"] = {"type": "USER", "pages": [], "expires_at": 1_700_000_000, "scopes": SCOPES}
    told = {"token": "SHORT-TOKEN", "app_id": "1", "app_secret": SECRET}
    assert connect(stage, **told).secrets == {"token": TOKEN, "app_secret": SECRET}
    with pytest.raises(Outcome) as caught:
        connect(stage, **{**told, "app_secret": "NOT-THE-SECRET"})
    assert "SECRET" not in f"{caught.value.detail} {caught.value.evidence}"


@pytest.mark.parametrize(("address", "reason"), [
    ("http://graph.example/v25.0", "blocked_address"), ("ftp://graph.example", "invalid"), ("nada", "invalid"),
    ("https://graph.example:x", "invalid")])
def test_an_address_that_cannot_be_called_is_refused(stage: FakeStage, address: str, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        connect(stage, token=TOKEN, base_url=address)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("written", "page"), [
    ("100100100", "100100100"), ("@panaderia", "panaderia"), (" panaderia ", "panaderia"),
    ("facebook.com/panaderia.example", "panaderia.example"),
    ("https://www.facebook.com/panaderia/?ref=bookmarks", "panaderia"), ("https://m.facebook.com/panaderia#", "panaderia"),
    ("https://www.facebook.com/profile.php?id=61550000000001", "61550000000001"),
    ("https://www.facebook.com/profile.php?id=61550000000001&sk=about", "61550000000001"),
    ("https://www.facebook.com/p/Panader%C3%ADa-Sol-61550000000001/", "61550000000001"),
    ("https://www.facebook.com/people/Panaderia-Sol/61550000000001/", "61550000000001"),
    ("https://www.facebook.com/pages/Panaderia-Sol/123456789012", "123456789012"), ("panaderia-2026", "panaderia-2026"), ("", ""),
])
def test_a_page_is_known_by_whatever_people_copy(written: str, page: str) -> None:
    assert translate.page_named(written) == page
