"""The plaza's JSON (written after its shapes; the live suite proves them) in our values."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tertulia.networks.contract import Attachment, Draft, Key, Metrics, ProfileCard, Ref, Vanished
from tertulia.networks.plaza import translate

PAYLOADS = json.loads(Path(__file__).with_name("payloads.json").read_text("utf-8"))


def test_an_account_keeps_its_token_secret_and_its_limits_known() -> None:
    account = translate.account(PAYLOADS["me"], "http://127.0.0.1:8700", "s3cr3t-token")
    assert (account.external_id, account.handle, account.base_url) == ("27", "latertulia", "http://127.0.0.1:8700")
    assert "s3cr3t-token" not in repr(account)
    assert translate.limits(account.settings["limits"]).characters == 500
    assert json.loads(json.dumps(dict(account.settings))) == account.settings


def test_a_page_of_notices_is_a_batch() -> None:
    batch = translate.batch(PAYLOADS["notices"], "27", "6")
    [item] = batch.items
    assert (item.external_id, item.kind, item.parent_id, item.root_id) == ("41", "comment", "40", "40")
    assert (item.text, item.language, item.ours, item.author.name) == ("شكرا 👨‍👩‍👧", "ar", False, "سلمى")
    assert item.attachments == (Attachment("http://127.0.0.1:8700/plaza/pictures/c0ffee", "image", "Un gato"),)
    assert item.created_at == datetime(2026, 11, 20, 18, 0, 10, tzinfo=UTC)
    assert batch.vanished == (Vanished("39", datetime(2026, 11, 20, 18, 2, tzinfo=UTC)),)
    assert (batch.cursor, batch.more) == ({"after": "9"}, True)


def test_a_like_of_something_gone_is_no_news() -> None:
    page = {"more": False, "notices": [PAYLOADS["notices"]["notices"][1]]}
    assert translate.batch(page, "27", "7").vanished == ()
    assert translate.batch({"more": False, "notices": []}, "27", "7").cursor == {"after": "7"}


def test_counts_and_card() -> None:
    said = PAYLOADS["notices"]["notices"][0]["utterance"]
    assert translate.metrics(said) == Metrics(likes=2, replies=0, views=9)
    assert translate.card(PAYLOADS["me"]) == ProfileCard(
        "Librería La Tertulia", "Libros y café.", "https://libreria.example", PAYLOADS["me"]["avatar_url"])


def test_a_draft_is_sent_under_its_key() -> None:
    draft, key = Draft("Gracias", reply_to=Ref("41")), Key("00ff", datetime(2026, 11, 20, tzinfo=UTC))
    assert translate.saying(draft, key, []) == {
        "text": "Gracias", "language": "es", "key": "00ff", "pictures": [], "parent": "41", "to": ""}


def test_only_what_no_key_claims_can_be_the_same() -> None:
    said = PAYLOADS["notices"]["notices"][0]["utterance"] | {"pictures": []}
    draft = Draft(said["text"], reply_to=Ref("40"))
    assert translate.same(said, draft.text, draft)
    assert not translate.same(said | {"key": "00ff"}, draft.text, draft)
    assert not translate.same(said, draft.text, Draft(said["text"]))
