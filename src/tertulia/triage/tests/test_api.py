"""Correcting by API, and how right we are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.site.tests import cast
from tertulia.triage import actions

pytestmark = pytest.mark.django_db


class Caller:
    """A brand with one message that was read, and calls as its owner."""

    def __init__(self, name: str = "Faro", scopes: tuple[str, ...] = ("read", "answer")) -> None:
        self.owner: Member = cast.member(name)
        self.brand: Brand = cast.brand(self.owner, name)
        self.message: Message = cast.conversation(cast.channel(self.brand), "Gracias, un trato estupendo").messages.get()
        actions.read([self.message.pk], by="test")
        _kept, self.secret = brands.create_token(self.owner, "prueba", list(scopes), by=self.owner.key)

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = Client().generic(
            method, f"/api/v1/brands/{self.brand.slug}/{path}", json.dumps(body) if body is not None else "",
            content_type="application/json", headers={"Authorization": f"Bearer {self.secret}"})
        return answer.status_code, json.loads(answer.content) if answer.content else None


def test_a_reading_is_corrected_confirmed_and_taken_back() -> None:
    call = Caller()
    path = f"messages/{call.message.pk}/corrections"
    status, said = call("POST", path, {"head": "sentiment"})
    assert status == 201 and said["confirms"] and said["right"] == said["said"]
    status, said = call("POST", path, {"head": "intent", "right": ["chat"]})
    assert status == 201 and said["right"] == ["chat"]
    assert [one["head"] for one in call("GET", path)[1]] == ["sentiment", "intent"]
    assert call("GET", f"messages/{call.message.pk}")[1]["reading"]["intent"]["person"] is True
    assert call("DELETE", f"corrections/{said['id']}")[0] == call("DELETE", f"corrections/{said['id']}")[0] == 204
    assert [one["head"] for one in call("GET", path)[1]] == ["sentiment"]
    status, scores = call("GET", "understanding")
    assert status == 200 and scores[0]["told"] == {"right": 1, "of": 1, "low": 21, "high": 100, "enough": False}


@pytest.mark.parametrize(("body", "expected"), [
    ({"head": "sentiment", "right": ["angry"]}, 422), ({"head": "mood", "right": ["good"]}, 422), ({"head": "version"}, 409),
    ({"head": "a\u0000b"}, 409), ({"head": "sentiment", "right": []}, 422), ({"right": ["chat"]}, 422)])
def test_what_is_no_label_is_told_so(body: dict[str, Any], expected: int) -> None:
    call = Caller()
    assert call("POST", f"messages/{call.message.pk}/corrections", body)[0] == expected


def test_another_brands_messages_and_corrections_are_not_there() -> None:
    call, other = Caller(), Caller("Otra")
    _status, said = other("POST", f"messages/{other.message.pk}/corrections", {"head": "sentiment"})
    assert call("GET", f"messages/{other.message.pk}/corrections")[0] == 404
    assert call("POST", f"messages/{other.message.pk}/corrections", {"head": "sentiment"})[0] == 404
    assert call("DELETE", f"corrections/{said['id']}")[0] == 404


def test_who_may_only_look_corrects_nothing() -> None:
    call = Caller(scopes=("read",))
    assert call("POST", f"messages/{call.message.pk}/corrections", {"head": "sentiment"})[0] == 403
    assert call("GET", "departments")[1][-1]["key"] == "none"
    assert call("GET", "doubtful?head=sentiment")[0] == call("GET", "doubtful?head=%00")[0] == 200
