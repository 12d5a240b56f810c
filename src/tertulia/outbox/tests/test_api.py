"""The outbox by API: pausing, deciding, and what was read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.outbox.models import Dispatch, Pause, Readback
from tertulia.outbox.tests.noticing import post
from tertulia.outbox.tests.test_graph import put
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db

Call = Callable[..., tuple[int, Any]]


def caller(member: Member, brand: Brand, *scopes: str) -> Call:
    """Calls of the brand's operations with a token of these scopes: status and JSON."""
    _kept, secret = brands.create_token(member, "prueba", list(scopes), by=member.key)

    def call(path: str, **body: Any) -> tuple[int, Any]:
        method = "GET" if "?" in path or not body and path.split("/")[-1] not in ("pause", "resume") else "POST"
        answer = Client().generic(method, f"/api/v1/brands/{brand.slug}/{path}", json.dumps(body), content_type="application/json",
                                  headers={"Authorization": f"Bearer {secret}"})
        return answer.status_code, answer.json()

    return call


@pytest.fixture
def call(owner: Member, brand: Brand) -> Call:
    return caller(owner, brand, "read", "publish", "answer")


def held(channel: Channel, member: Member, text: str = "Hay pan", reason: str = "review") -> Dispatch:
    one = post(channel, member, text)
    put(one, "held")
    Dispatch.objects.filter(pk=one.pk).update(reason=reason)
    return one


def state(one: Dispatch) -> str:
    return Dispatch.objects.get(pk=one.pk).state


# --------------------------------------------------------------------------- pausing


def test_a_brand_is_paused_once_and_resumed(call: Call, owner: Member, brand: Brand, channel: Channel) -> None:
    assert call("pauses") == (200, [])
    status, told = call("pause", because="Se ha quemado\x00 el horno")
    assert status == 200 and (told["everywhere"], told["by"], told["because"]) == (False, owner.key, "Se ha quemado el horno")
    assert call("pause")[1]["because"] == "Se ha quemado el horno", "the first stands"
    Pause.objects.create(by="member:0", since=clock.now())
    assert [one["everywhere"] for one in call("pauses")[1]] == [False, True]
    assert call("resume") == (200, {"send": 0, "ask": 0})
    assert call("resume")[0] == 409
    assert [one["everywhere"] for one in call("pauses")[1]] == [True], "that of the installation is not the brand's to end"


@pytest.mark.parametrize(("how", "expected"), [
    ("usual", {"send": 0, "ask": 2}), ("ask", {"send": 0, "ask": 2}), ("send", {"send": 2, "ask": 0})])
def test_what_a_pause_held_becomes_what_was_asked(call: Call, owner: Member, channel: Channel, how: str, expected: Any) -> None:
    call("pause")
    due = [held(channel, owner, "Uno", "brand_paused"), post(channel, owner, "Dos")]
    assert call("dispatches?state=to_decide")[1]["items"] == [], "not while it is paused"
    assert call("resume", held=how) == (200, expected)
    assert {state(one) for one in due} == {"waiting" if how == "send" else "held"}
    assert len(call("dispatches?state=to_decide")[1]["items"]) == expected["ask"]


def test_only_who_may_publish_pauses(brand: Brand, owner: Member) -> None:
    reader, viewer = caller(owner, brand, "read"), caller(cast.joined(brand, Role.VIEWER), brand, "read", "publish")
    for call in (reader, viewer):
        assert call("pause")[0] == call("resume")[0] == 403
        assert call("pauses") == (200, [])
    assert caller(cast.member("Eva"), brand, "read", "publish")("pause")[0] == 404
    assert not Pause.objects.exists()


# --------------------------------------------------------------------------- deciding


def test_what_waits_for_a_decision_is_listed_and_sent_dated_or_discarded(call: Call, owner: Member, channel: Channel) -> None:
    now, later, never = (held(channel, owner, text) for text in ("Ahora", "Luego", "Nunca"))
    held(channel, owner, "Otra cosa", "reconnect")
    assert {one["id"] for one in call("dispatches?state=to_decide")[1]["items"]} == {now.pk, later.pk, never.pk}
    assert call(f"dispatches/{now.pk}/decide", decision="send_now")[1]["state"] == "waiting"
    status, told = call(f"dispatches/{later.pk}/decide", decision="new_hour", local_time="2199-07-02T10:00:00")
    assert status == 200 and (told["state"], told["due_at"][:16]) == ("waiting", "2199-07-02T08:00")
    assert call(f"dispatches/{never.pk}/decide", decision="cancel")[1]["state"] == "cancelled"
    assert call("dispatches?state=to_decide")[1]["items"] == []
    assert call(f"dispatches/{now.pk}/decide", decision="send_now")[0] == 409, "it waits for nobody"


@pytest.mark.parametrize("hour", [None, "2001-01-01T10:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59", "2199-07-02T10:00:00Z"])
def test_an_hour_that_is_none_or_over_changes_nothing(call: Call, owner: Member, channel: Channel, hour: str | None) -> None:
    one = held(channel, owner)
    assert call(f"dispatches/{one.pk}/decide", decision="new_hour", local_time=hour)[0] == 422
    assert state(one) == "held"


def test_the_scope_is_that_of_the_verb_as_on_the_pages(call: Call, owner: Member, brand: Brand, channel: Channel) -> None:
    publication, reply = held(channel, owner), held(channel, owner)
    Dispatch.objects.filter(pk=reply.pk).update(verb="reply")
    publisher, answerer = caller(owner, brand, "publish"), caller(owner, brand, "answer")
    assert answerer(f"dispatches/{publication.pk}/decide", decision="send_now")[0] == 403
    assert publisher(f"dispatches/{reply.pk}/decide", decision="send_now")[0] == 403
    assert publisher(f"dispatches/{publication.pk}/decide", decision="send_now")[0] == 200
    assert answerer(f"dispatches/{reply.pk}/decide", decision="send_now")[0] == 200
    elsewhere = held(cast.channel(cast.brand(owner, "Panadería Nube")), owner)
    assert call(f"dispatches/{elsewhere.pk}/decide", decision="send_now")[0] == 404


# --------------------------------------------------------------------------- read back


def test_what_was_read_back_is_told_and_taken_note_of(call: Call, owner: Member, brand: Brand, channel: Channel) -> None:
    one = post(channel, owner)
    assert call(f"dispatches/{one.pk}")[1]["readback"] is None
    put(one, "sent")
    differences = [{"what": "text", "approved": "Hay pan", "live": "Hay"}, {"what": "pictures", "approved": 2, "live": 1},
                   {"what": "alt", "approved": "Pan", "live": "", "place": 1}]
    Readback.objects.create(brand=brand, dispatch=one, state="differs", since=clock.now() - timedelta(hours=1),
                            looked_at=clock.now(), differences=differences)
    told = call(f"dispatches/{one.pk}")[1]["readback"]
    assert (told["state"], told["seen_at"]) == ("differs", None)
    assert told["differences"] == [{"place": None, **each} for each in differences]
    assert call("dispatches?state=attention")[1]["items"][0]["readback"] == told
    noted = call(f"dispatches/{one.pk}/decide", decision="note")[1]["readback"]
    assert noted["seen_by"] == owner.key and noted["seen_at"]
    assert call("dispatches?state=attention")[1]["items"] == []
