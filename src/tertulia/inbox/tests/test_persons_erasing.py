"""A person is erased: no word, name or handle of theirs is left in any table, and the days still add up."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction

from tertulia.brands.models import Brand, Member
from tertulia.channels.actions import _arrive
from tertulia.channels.models import Arrival, Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Conversation, Draft, Ending, Message
from tertulia.inbox.storing import store_arrivals
from tertulia.journal.models import Cursor, Fact
from tertulia.journal.reactions import reactions, run
from tertulia.journal.rules import shard_of
from tertulia.networks.contract import Attachment, Author, Item
from tertulia.outbox.models import Attempt, Dispatch, DispatchState
from tertulia.people import actions, erasing, exporting, joining, queries
from tertulia.people.models import Erasure, Person, Profile
from tertulia.site.tests import cast
from tertulia.triage import actions as triage
from tertulia.triage.models import Correction, Reading
from tests.work import settle

pytestmark = pytest.mark.django_db(transaction=True)

BY = "member:1"
#: What nobody may find afterwards: names, handles, ids and words of theirs.
TRACES = ("zoraida", "quiroga", "zoraidaq", "did:x:zq77", "albaricoques", "estafadores", "membrillo")


def everywhere() -> str:
    """Every column of every table in words."""
    found = []
    with connection.cursor() as sql:
        sql.execute("select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' "
                    "and table_name not like 'procrastinate%%'")
        for table, in sql.fetchall():
            sql.execute(f'select to_jsonb(t) from "{table}" t')  # names of our own tables
            found += [f"{table}: {json.dumps(row) if not isinstance(row, str) else row}" for row, in sql.fetchall()]
    return "\n".join(found).lower()


SHE = Author("did:x:zq77", "zoraidaq", "Zoraida Quiroga", "https://red.example/@zoraidaq", "https://red.example/zoraidaq.png", 12)


def said(key: str, text: str, by: Author = SHE, **more: Any) -> Item:
    """Something that she said."""
    return replace(cast.item(key, text, **more), author=by)


def left() -> list[str]:
    """Where any trace is left, but in what Luis said: that is his."""
    luis = Message.objects.get(external_id="111")
    his = ("digo que bien", f'"message_id": {luis.pk},', f'"message_id": {luis.pk}}}')
    found = [line for line in everywhere().split("\n") if any(trace in line for trace in TRACES)]
    return [line[:300] for line in found if not any(one in line for one in his)]


@pytest.fixture
def second(brand: Brand) -> Channel:
    return cast.channel(brand, "mastodon", "faro")


@pytest.fixture
def zoraida(brand: Brand, channel: Channel, second: Channel, ana: Member) -> Person:
    """Somebody who spoke on two networks, was answered, read, corrected, noted, drafted for and joined."""
    at = datetime.now(UTC) - timedelta(days=2)
    Channel.objects.update(state="paused")  # there is nobody to ask
    cast.arrive(
        channel,
        said("at://did:x:zq77/post/1", "Quiero albaricoques, estafadores", at=at, url="https://red.example/@zoraidaq/1", attachments=[
            Attachment("https://red.example/zoraidaq/foto.png", alt="membrillo")]),
        said("110", "El membrillo llegó roto y nadie contesta", at=at + timedelta(hours=1), kind="direct"),
        cast.item("111", "Pues yo, @zoraidaq no, digo que bien", who="luis", name="Luis", parent="at://did:x:zq77/post/1",
                  at=at + timedelta(hours=2)))
    cast.arrive(second, said("210", "Más albaricoques", Author("zq-otra", "zoraidaq@otra.example", "Zoraida Q"), at=at))
    settle()
    direct = Message.objects.get(external_id="110")
    answer = inbox.reply(direct, "Hola, Zoraida (@zoraidaq): lo miramos ya", ana, by=BY)
    sent = Dispatch.objects.filter(pk=answer.dispatch_id)
    sent.update(state=DispatchState.SENDING, version=1, lease_until=at)
    sent.update(state=DispatchState.SENT, sent_at=at, external_id="300")
    Message.objects.filter(pk=answer.pk).update(external_id="300")
    Attempt.objects.create(dispatch_id=answer.dispatch_id, version=9, started_at=at, worker="w", evidence={"to": "zoraidaq"})
    first = Message.objects.get(external_id="at://did:x:zq77/post/1")
    inbox.reply(first, "Zoraida, te llamamos", ana, by=BY)
    inbox.write_note(direct.conversation, "Zoraida es la del membrillo", ana, by=BY)
    inbox.bring_draft(direct.conversation, "Dile a Zoraida que mañana", source="almacén", by=BY, because="")
    triage.correct(first, "intent", ["complaint"], ana, by=BY)
    persons = [queries.person_of(one) for one in Profile.objects.filter(handle__startswith="zoraidaq").order_by("pk")]
    one, other = persons
    assert one and other
    actions.describe(one, by=BY, name="La Zoraida", tags=["membrillo"])
    actions.write_note(other, "Albaricoques siempre", ana, by=BY)
    actions.give_consent(one, "contact", ana, by=BY, how="lo dijo Zoraida en la tienda")
    joining.join(one, other, ana, by=BY)
    exporting.ask_export(one, ana, by=BY)
    settle()
    return queries.person_in(brand, one.pk)




def erased(person: Person, ana: Member) -> Erasure:
    asked = erasing.ask_erasure(person, "asked", ana, by=BY)
    Erasure.objects.filter(pk=asked.pk).update(due_at=datetime.now(UTC) - timedelta(seconds=1))
    settle()
    settle()
    asked.refresh_from_db()
    return asked


def test_no_trace_is_left_in_any_table_and_the_journal_is_whole(zoraida: Person, ana: Member) -> None:
    assert len(left()) > 10, "there was something to erase"
    told = list(Fact.objects.order_by("pk").values_list("pk", "name", "data", "at"))
    messages, ended = Message.objects.count(), set(Message.objects.filter(ending="answered").values_list("pk", flat=True))

    done = erased(zoraida, ana)
    assert (done.done_at is not None, done.traces) == (True, [])
    assert left() == []
    assert list(Fact.objects.order_by("pk").values_list("pk", "name", "data", "at"))[:len(told)] == told
    assert Message.objects.count() == messages
    theirs = Message.objects.filter(author__in=done.profile_ids, ours=False)
    assert theirs.filter(text="", erased_at__isnull=False, vanished_at__isnull=False).count() == theirs.count() == 3
    assert theirs.exclude(ending=None).count() == 3 and ended & set(theirs.values_list("pk", flat=True))
    assert theirs.filter(ending=Ending.WITHDRAWN).exists(), "what was owed is not any more"
    assert Reading.objects.filter(author__in=done.profile_ids).count() == 0
    assert Correction.objects.get().text == "" and Correction.objects.get().undone_at
    assert not Draft.objects.exists()
    names = list(Fact.objects.filter(name__in=["ErasureAsked", "PersonErased"]).order_by("pk").values_list("name", "data"))
    assert names == [("ErasureAsked", {"person_id": zoraida.pk, "erasure_id": done.pk}),
                     ("PersonErased", {"person_id": zoraida.pk, "profile_ids": done.profile_ids})]


def test_our_answers_stay_without_their_name_and_what_had_not_left_leaves_no_more(zoraida: Person, ana: Member) -> None:
    erased(zoraida, ana)
    texts = sorted(Message.objects.filter(ours=True).values_list("text", flat=True))
    assert texts == ["Hola, […] ([…]): lo miramos ya", "[…], te llamamos"]
    states = {one.payload["text"]: one.state for one in Dispatch.objects.filter(verb__in=["reply", "message"])}
    assert states == {texts[0]: "sent", texts[1]: "cancelled"}
    assert all(one.payload["to"] in (None, {"external_id": "", "handle": ""}) for one in Dispatch.objects.all())


def test_what_they_had_said_does_not_come_back_and_what_they_say_anew_does(zoraida: Person, ana: Member, channel: Channel) -> None:
    erased(zoraida, ana)
    before = Message.objects.count()
    old = said("at://did:x:zq77/post/1", "Quiero albaricoques, estafadores, otra vez", at=datetime.now(UTC) - timedelta(days=2))
    assert _arrive_in(channel, old) == 0
    assert Message.objects.count() == before and left() == []

    assert _arrive_in(channel, said("990", "Buenas, soy nueva", at=datetime.now(UTC) + timedelta(seconds=1))) == 1
    settle()
    met = Message.objects.get(external_id="990").author
    assert met and met.person and met.person_id != zoraida.pk and not met.erased_at


def test_our_own_answer_polled_again_keeps_its_redaction(zoraida: Person, ana: Member, channel: Channel) -> None:
    erased(zoraida, ana)
    _arrive_in(channel, replace(cast.item("300", "Hola, Zoraida (@zoraidaq): lo miramos ya", who="libreria", kind="direct"), ours=True))
    assert Message.objects.get(external_id="300").text == "Hola, […] ([…]): lo miramos ya"


def _arrive_in(channel: Channel, *things: Item) -> int:
    with transaction.atomic():
        new = _arrive(channel, list(things), by="")
    while store_arrivals(channel.pk, by=""):
        pass
    return new


def test_an_erasure_is_taken_back_within_its_grace(zoraida: Person, ana: Member) -> None:
    asked = erasing.ask_erasure(zoraida, "asked", ana, by=BY)
    assert erasing.ask_erasure(zoraida, "minor", ana, by=BY) == asked
    assert asked.due_at - asked.asked_at == erasing.GRACE
    settle()
    assert erasing.cancel_erasure(asked, ana, by=BY) and not erasing.cancel_erasure(asked, ana, by=BY)
    Erasure.objects.update(due_at=datetime.now(UTC) - timedelta(days=1))
    settle()
    assert queries.erasure_of(zoraida) is None and Message.objects.filter(text__contains="membrillo").exists()
    assert erasing.ask_erasure(zoraida, "asked", ana, by=BY) != asked


def test_what_is_being_sent_is_waited_for_and_nobody_is_told_that_it_is_done(zoraida: Person, brand: Brand, ana: Member) -> None:
    for state in ("waiting", "sending"):
        Dispatch.objects.filter(verb="reply").update(state=state, lease_until=datetime.now(UTC) + timedelta(hours=1))
    asked = erasing.ask_erasure(zoraida, "asked", ana, by=BY, due_at=datetime.now(UTC))
    assert erasing.erase(asked.pk, by=BY) and not erasing.erase(asked.pk, by=BY)
    run(reactions()["inbox.on_person_erased"], shard_of(brand.pk))
    cursor = Cursor.objects.get(reaction="inbox.on_person_erased", shard=shard_of(brand.pk))
    assert "StillSending" in cursor.error and not erasing.finish(asked.pk, by=BY)
    assert Message.objects.filter(text__contains="albaricoques").exists(), "all of it or nothing"

    Dispatch.objects.filter(verb="reply").update(state="sent")
    Cursor.objects.update(retry_at=None)
    settle()
    assert left() == [] and Erasure.objects.get(pk=asked.pk).done_at


def test_a_copy_has_all_that_is_held_and_is_thrown_away(zoraida: Person, ana: Member) -> None:
    content = exporting.written(zoraida)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        told, page = json.loads(archive.read("datos.json")), archive.read("datos.html").decode()
    assert {one["network"] for one in told["people"]["accounts"]} == {"plaza", "mastodon"}
    record, = told["people"]["records"]
    assert (record["name"], record["tags"], record["notes"][0]["text"]) == ("La Zoraida", ["membrillo"], "Albaricoques siempre")
    assert {one["text"] for one in told["inbox"]["messages"]} >= {"Más albaricoques", "El membrillo llegó roto y nadie contesta"}
    assert told["inbox"]["answers"] and told["inbox"]["team_notes"]
    for word in ("Lo que escribiste", "albaricoques", "Zoraida Quiroga", "Notas del equipo"):
        assert word in page
    kept = queries.exports_of(zoraida).get()
    assert kept.made_at and kept.size
    assert exporting.throw_away(by=BY) == 0
    kept.made_at -= timedelta(days=8)
    kept.save(update_fields=["made_at"])
    assert exporting.throw_away(by=BY) == 1


def test_the_conversation_of_others_goes_on(zoraida: Person, ana: Member, channel: Channel) -> None:
    erased(zoraida, ana)
    luis = Message.objects.get(external_id="111")
    assert luis.text == "Pues yo, @zoraidaq no, digo que bien" and luis.conversation.excerpt == "[…], te llamamos"
    cast.arrive(channel, cast.item("112", "Y tanto", who="eva", name="Eva", parent="111"))
    assert Message.objects.get(external_id="112").conversation_id == luis.conversation_id
    assert Conversation.objects.filter(branch__contains="zq77").count() == 0
    assert Arrival.objects.filter(external_id="111").exists()
