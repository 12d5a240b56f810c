"""What may be said, who hears of it, and what may be done to it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from tertulia.networks.stage import png
from tertulia.plaza import actions, queries, rules
from tertulia.plaza.actions import Saying
from tertulia.plaza.models import Fault, Neighbour, Notice, Picture, Utterance
from tertulia.plaza.rules import Refusal

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def neighbour(handle: str, **about: object) -> Neighbour:
    return actions.settle(handle=handle, name=handle.title(), now=NOW, **about)[0]


def said(by: Neighbour, text: str = "Hola", **more: object) -> Utterance:
    return actions.say(Saying(by=by, text=text, at=NOW, **more))[0]  # type: ignore[arg-type]


def heard(owner: Neighbour) -> list[tuple[str, int]]:
    return [(notice.kind, notice.utterance_id) for notice in queries.notices(owner, 0, 100)]


@pytest.mark.parametrize(("text", "reason"), [
    ("", "empty"), ("   \n", "empty"), ("a" * 501, "too_long"), ("a\x00", "invalid"), ("a\ud800", "invalid"),
    (7, "invalid"), (None, "invalid"),
])
def test_what_cannot_be_said(text: object, reason: str) -> None:
    with pytest.raises(Refusal) as caught:
        rules.clean(text)
    assert caught.value.reason == reason


@pytest.mark.parametrize(("text", "kept"), [
    ("  hola ", "hola"), ("an\u0303o", "año"), ("👨‍👩‍👧‍👦", "👨‍👩‍👧‍👦"), ("سلام", "سلام"),
    ("uno\n\tdos", "uno\n\tdos"), ("a" * 500, "a" * 500),
])
def test_what_is_said_is_kept_as_it_was(text: str, kept: str) -> None:
    assert rules.clean(text) == kept


@pytest.mark.parametrize(("text", "names"), [
    ("@Ana y @luis_2, ¿venís?", ("ana", "luis_2")), ("ana@correo.es", ()), ("@ana @ana", ("ana",)),
    ("¡@ana!", ("ana",)), ("@@ana", ()),
])
def test_who_is_named(text: str, names: tuple[str, ...]) -> None:
    assert rules.mentions(text) == names


@pytest.mark.parametrize(("name", "letters"), [
    ("Marta del Río", "MR"), ("kike77", "K"), ("👨‍👩‍👧", "·"), ("سلمى بنعيسى", "سب"), ("", "·"),
])
def test_a_face_has_letters(name: str, letters: str) -> None:
    assert rules.initials(name) == letters


@pytest.mark.django_db
class TestHearing:
    def test_each_hears_once_of_a_thing_and_nobody_of_their_own(self) -> None:
        brand, ana, luis = neighbour("brand"), neighbour("ana"), neighbour("luis")
        post = said(brand, "@ana mira")
        comment = said(ana, "@brand @luis gracias", parent=post)
        answer = said(luis, "de nada", parent=comment)
        assert heard(brand) == [("comment", comment.pk), ("comment", answer.pk)]
        assert heard(ana) == [("mention", post.pk), ("comment", answer.pk)]
        assert heard(luis) == [("mention", comment.pk)]

    def test_a_key_is_used_once_however_many_say_it_at_once(self) -> None:
        ana = neighbour("ana")
        first, new = actions.say(Saying(by=ana, text="uno", at=NOW, key="k"))
        again, old = actions.say(Saying(by=ana, text="otro", at=NOW, key="k"))
        assert (new, old, again.pk, again.text) == (True, False, first.pk, "uno")
        twice = actions.say_many([Saying(by=ana, text="dos", at=NOW, key="j")] * 2)
        assert twice[0][0].pk == twice[1][0].pk

    def test_what_is_not_visible_yet_is_told_when_it_is(self) -> None:
        brand, ana = neighbour("brand"), neighbour("ana")
        late = said(ana, "@brand luego", visible_at=NOW + timedelta(minutes=5))
        soon = said(ana, "@brand ahora")
        actions.announce(NOW)
        assert heard(brand) == [("mention", soon.pk)]
        actions.announce(NOW + timedelta(minutes=6))
        actions.announce(NOW + timedelta(minutes=6))
        assert heard(brand) == [("mention", soon.pk), ("mention", late.pk)]

    def test_private_talk_is_seen_by_two(self) -> None:
        brand, ana, luis = neighbour("brand"), neighbour("ana"), neighbour("luis")
        secret = said(ana, "psst", to=brand)
        reply = said(brand, "dime", parent=secret)
        assert reply.to == ana
        for who, seen in ((brand, 2), (ana, 2), (luis, 0), (None, 0)):
            assert queries.utterances(who, NOW).count() == seen
        with pytest.raises(Refusal):
            queries.utterance(secret.pk, luis, NOW)

    def test_the_blocked_are_not_heard_and_may_not_comment_nor_write(self) -> None:
        brand, troll = neighbour("brand"), neighbour("troll")
        post = said(brand)
        actions.block(by=brand, whom=troll, now=NOW)
        said(troll, "@brand eh")
        assert heard(brand) == []
        for where in ({"parent": post}, {"to": brand}):
            with pytest.raises(Refusal) as caught:
                said(troll, "eh", **where)
            assert caught.value.status == 403

    def test_who_was_told_is_told_when_it_is_taken_back(self) -> None:
        brand, ana = neighbour("brand"), neighbour("ana")
        mention = said(ana, "@brand hola")
        with pytest.raises(Refusal):
            actions.withdraw(by=brand, said=mention, now=NOW)
        actions.withdraw(by=ana, said=mention, now=NOW)
        actions.withdraw(by=ana, said=mention, now=NOW)
        assert heard(brand) == [("mention", mention.pk), ("deleted", mention.pk)]


@pytest.mark.django_db
def test_a_hidden_comment_is_seen_by_its_author_and_who_hid_it() -> None:
    brand, ana, luis = neighbour("brand"), neighbour("ana"), neighbour("luis")
    post = said(brand)
    comment = said(ana, "feo", parent=post)
    with pytest.raises(Refusal):
        actions.hide(by=luis, said=comment, hidden=True)
    actions.hide(by=brand, said=comment, hidden=True)
    assert [queries.thread(post, who, NOW).count() for who in (brand, ana, luis, None)] == [2, 2, 1, 1]
    actions.hide(by=brand, said=comment, hidden=False)
    assert queries.thread(post, luis, NOW).count() == 2


@pytest.mark.django_db
def test_pictures_are_checked_and_shown_once() -> None:
    ana, luis = neighbour("ana"), neighbour("luis")
    for content in (b"", b"GIF89a", b"<svg/>", b"x" * (rules.PICTURE_BYTES + 1)):
        with pytest.raises(Refusal) as caught:
            actions.upload(by=ana, content=content)
        assert caught.value.reason == "bad_media"
    picture = actions.upload(by=ana, content=png())
    assert queries.picture(picture.pk) is None
    with pytest.raises(Refusal):
        said(luis, "mía", pictures=[(str(picture.pk), "")])
    post = said(ana, "", pictures=[(str(picture.pk), "Gris")])
    assert [(one.alt, one.mime) for one in post.pictures.all()] == [("Gris", "image/png")]
    with pytest.raises(Refusal):
        said(ana, "otra vez", pictures=[(str(picture.pk), "")])
    assert Utterance.objects.count() == 1
    assert Picture.objects.count() == 1


@pytest.mark.django_db
def test_a_fault_falls_as_often_as_it_says_where_it_says() -> None:
    ana, luis = neighbour("ana"), neighbour("luis")
    actions.set_fault(Fault(effect="error_before", method="POST", path="utterances*", account=ana, times=2))
    assert actions.strike("GET", "utterances", ana) is None
    assert actions.strike("POST", "me", ana) is None
    assert actions.strike("POST", "utterances", luis) is None
    assert [actions.strike("POST", "utterances", ana) is not None for _ in range(3)] == [True, True, False]
    with pytest.raises(Refusal):
        actions.set_fault(Fault(effect="explode"))


@pytest.mark.django_db(transaction=True)
def test_a_notice_is_never_seen_before_an_earlier_number() -> None:
    """Two speak at once and the first commits last: the second has to wait, so that a cursor skips nobody."""
    brand, ana, luis = neighbour("brand"), neighbour("ana"), neighbour("luis")
    begun, finish = threading.Event(), threading.Event()

    def slowly() -> None:
        try:
            with transaction.atomic():
                said(ana, "@brand primera")
                begun.set()
                finish.wait(10)
        finally:
            connection.close()

    def quickly() -> None:
        try:
            said(luis, "@brand segunda")
        finally:
            connection.close()

    first, second = threading.Thread(target=slowly), threading.Thread(target=quickly)
    first.start()
    assert begun.wait(10)
    second.start()
    second.join(0.5)
    assert second.is_alive()
    assert Notice.objects.count() == 0
    finish.set()
    first.join(10)
    second.join(10)
    notices = queries.notices(brand, 0, 10)
    assert [(one.number, one.by.handle) for one in notices] == [(1, "ana"), (2, "luis")]


@pytest.mark.django_db(transaction=True)
def test_one_key_said_by_many_threads_is_one_utterance() -> None:
    ana, barrier = neighbour("ana"), threading.Barrier(6)

    def speak() -> None:
        try:
            barrier.wait(10)
            actions.say(Saying(by=ana, text="una", at=NOW, key="k"))
        finally:
            connection.close()

    threads = [threading.Thread(target=speak) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert Utterance.objects.count() == 1
