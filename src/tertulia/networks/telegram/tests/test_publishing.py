"""Saying: once, to where it belongs, and with words for every no."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tertulia.networks.contract import Author, Draft, Gone, Outcome, Picture, Reconnect, Ref, Refused, TryLater, Unsure
from tertulia.networks.faults import AFTER, FAULTS, OF_SHOWING
from tertulia.networks.stage import key, png
from tertulia.networks.telegram.tests.fake import BOT, CHANNEL, GROUP, TWO_DAYS
from tertulia.networks.telegram.tests.stages import FakeStage

PICTURE = Picture(png(), "image/png", "Pan", 8, 8)


def last(stage: FakeStage) -> dict[str, object]:
    """The parameters of the last call."""
    return dict(stage.fake.calls[-1][1])


@pytest.mark.parametrize("fault", [one for one in FAULTS if one not in (*OF_SHOWING, "slow") and not one.startswith("hang")])
def test_whatever_happens_to_the_answer_nothing_is_there_twice(stage: FakeStage, fault: str) -> None:
    """Only what is certain may be sent again; what is not is for a person."""
    stage.faults.plan["publish"] = [fault]
    try:
        stage.network().publish(Draft("Una vez"), key())
    except (TryLater, Refused, Reconnect):
        assert fault not in AFTER
        assert stage.seen() == []
    except Unsure:
        assert stage.seen() == (["Una vez"] if fault in AFTER else [])
    else:
        raise AssertionError(f"{fault} is taken for success")


def test_a_picture_has_the_text_as_its_caption(stage: FakeStage) -> None:
    receipt = stage.network().publish(Draft("Recién hecho 🥖", pictures=(PICTURE,)), key())
    message = stage.fake.messages[CHANNEL][1]
    assert (message["caption"], len(message["photo"])) == ("Recién hecho 🥖", 1)
    assert (receipt.ref.external_id, receipt.ref.url) == (f"{CHANNEL}:1", "https://t.me/panaderia/1")


def test_several_pictures_are_an_album_and_are_deleted_together(stage: FakeStage) -> None:
    receipt = stage.network().publish(Draft("Tres panes", pictures=(PICTURE,) * 3), key())
    messages = stage.fake.messages[CHANNEL]
    assert [one.get("caption", "") for one in messages.values()] == ["Tres panes", "", ""]
    assert len({one["media_group_id"] for one in messages.values()}) == 1
    assert receipt.ref.extra == {"messages": [1, 2, 3]}
    del messages[2]  # somebody took one of them away
    assert stage.network().delete(receipt.ref).evidence == {"already": True}
    assert not messages


def test_pictures_may_go_without_words(stage: FakeStage) -> None:
    stage.network().publish(Draft("", pictures=(PICTURE, PICTURE)), key())
    stage.network().publish(Draft(" ", pictures=(PICTURE,)), key())
    assert stage.seen() == ["", "", ""]


def test_an_alternative_text_is_not_sent(stage: FakeStage) -> None:
    stage.network().publish(Draft("Foto", pictures=(replace(PICTURE, alt="ALTERNATIVO"),)), key())
    assert "ALTERNATIVO" not in str(stage.fake.calls)
    assert b"ALTERNATIVO" not in stage.server.asked[-1].body


@pytest.mark.parametrize(("draft", "reason"), [
    (Draft(""), "empty"), (Draft(" \n "), "empty"), (Draft("a" * 4097), "too_long"), (Draft("🥖" * 2049), "too_long"),
    (Draft("a" * 1025, pictures=(PICTURE,)), "too_long"), (Draft("a", pictures=(PICTURE,) * 11), "too_many_media"),
    (Draft("a", pictures=(replace(PICTURE, mime="image/gif"),)), "bad_media"),
    (Draft("a", pictures=(replace(PICTURE, content=b"x" * 10_000_001),)), "bad_media"),
    (Draft("a", pictures=(replace(PICTURE, width=9000, height=1001),)), "bad_media"),
    (Draft("a", pictures=(replace(PICTURE, width=2100, height=100),)), "bad_media"),
    (Draft("a", pictures=(replace(PICTURE, content=b"no picture"),)), "bad_media"),
    (Draft("a", pictures=(PICTURE, replace(PICTURE, content=b"no picture"))), "bad_media"),
    (Draft("a", reply_to=Ref("no es nada")), "bad_reference"), (Draft("a", reply_to=Ref(f"{GROUP}:99")), "not_found"),
])
def test_what_cannot_be_published_says_why_and_leaves_nothing(stage: FakeStage, draft: Draft, reason: str) -> None:
    with pytest.raises((Refused, Gone)) as caught:
        stage.network().publish(draft, key())
    assert caught.value.reason == reason
    assert stage.seen() == []


def test_what_just_fits_goes(stage: FakeStage) -> None:
    stage.network().publish(Draft("🥖" * 2048), key())
    stage.network().publish(Draft("🥖" * 512, pictures=(PICTURE,)), key())
    assert [len(one) for one in stage.seen()] == [2048, 512]


def test_marks_of_other_networks_are_said_as_they_are(stage: FakeStage) -> None:
    text = "<b>2 < 3</b> & *_[uno](https://a.example)_* `x`"
    stage.network().publish(Draft(text), key())
    assert stage.seen() == [text]
    assert "parse_mode" not in last(stage)


# ---------------------------------------------------------------------- answering

def test_an_answer_goes_where_what_it_answers_is(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Hoy, empanadas"), key()).ref
    comment = stage.public().comment(post, "¿De atún?")
    stage.network().publish(Draft("De atún", reply_to=Ref(comment)), key())
    assert last(stage)["chat_id"] == GROUP
    assert last(stage)["reply_parameters"] == {"message_id": int(comment.partition(":")[2])}
    stage.network().publish(Draft("Y de carne", reply_to=post), key())
    assert (last(stage)["chat_id"], stage.seen()) == (CHANNEL, ["Hoy, empanadas", "Y de carne"])


def test_a_private_answer_goes_to_who_wrote(stage: FakeStage) -> None:
    ana = stage.public()
    said = ana.message("¿Abrís el lunes?")
    receipt = stage.network().message(Draft("Sí", to=ana.author, reply_to=Ref(said)), key())
    assert ana.received() == ["Sí"]
    assert receipt.ref.url == ""
    assert last(stage)["reply_parameters"] == {"message_id": int(said.partition(":")[2])}


@pytest.mark.parametrize("why", ["bot can't initiate conversation with a user", "bot was blocked by the user", "user is deactivated"])
def test_who_cannot_be_written_to_is_refused_and_the_channel_goes_on(stage: FakeStage, why: str) -> None:
    ana = stage.public().author
    stage.fake.unreachable[int(ana.external_id)] = why
    with pytest.raises(Refused) as caught:
        stage.network().message(Draft("Hola", to=ana), key())
    assert (caught.value.reason, why in caught.value.detail) == ("forbidden", True)


@pytest.mark.parametrize("to", [None, Author("nadie", "nadie"), Author("424242", "nadie")])
def test_a_message_to_nobody_is_refused(stage: FakeStage, to: Author | None) -> None:
    with pytest.raises(Refused):
        stage.network().message(Draft("¿Hola?", to=to), key())


# ---------------------------------------------------------------------- refusals

@pytest.mark.parametrize(("status", "rights"), [("left", {}), ("kicked", {}), ("administrator", {"can_post_messages": False})])
def test_a_bot_that_lost_the_channel_has_to_be_connected_again(stage: FakeStage, status: str, rights: dict[str, bool]) -> None:
    stage.fake.appoint(CHANNEL, BOT, status, **rights)
    for call in (lambda: stage.network().publish(Draft("Hola"), key()),
                 lambda: stage.network().publish(Draft("Hola", pictures=(PICTURE,)), key())):
        with pytest.raises(Reconnect) as caught:
            call()
        assert caught.value.reason == "missing_scope"


def test_a_bot_that_lost_the_group_is_refused_there_only(stage: FakeStage) -> None:
    said = stage.public().mention("¿Hay pan?")
    stage.fake.appoint(GROUP, BOT, "kicked")
    with pytest.raises(Refused) as caught:
        stage.network().publish(Draft("Sí", reply_to=Ref(said)), key())
    assert caught.value.reason == "forbidden"
    stage.network().publish(Draft("Hola"), key())


def test_the_wait_of_a_limit_is_the_one_asked_for(stage: FakeStage) -> None:
    stage.break_next("limit")
    with pytest.raises(TryLater) as caught:
        stage.network().publish(Draft("Hola"), key())
    assert (caught.value.after, caught.value.scope, caught.value.reason) == (7, "account", "limited")


def test_what_is_older_than_two_days_is_not_deleted_and_it_is_said(stage: FakeStage) -> None:
    ref = stage.network().publish(Draft("Antiguo"), key()).ref
    stage.fake.messages[CHANNEL][1]["date"] -= TWO_DAYS + timedelta(minutes=1).seconds
    with pytest.raises(Refused) as caught:
        stage.network().delete(ref)
    assert (caught.value.reason, "48 horas" in caught.value.detail) == ("forbidden", True)
    assert stage.seen() == ["Antiguo"]


def test_a_deletion_whose_answer_is_lost_may_be_repeated(stage: FakeStage) -> None:
    ref = stage.network().publish(Draft("Borrar"), key()).ref
    stage.faults.plan["delete"] = ["reset_after"]
    with pytest.raises(Outcome) as caught:
        stage.network().delete(ref)
    assert isinstance(caught.value, TryLater)
    assert stage.network().delete(ref).evidence == {"already": True}
