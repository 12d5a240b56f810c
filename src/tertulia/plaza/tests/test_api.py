"""The API as a stranger would call it: its doors, its bad input, its controls."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tertulia.networks.stage import png
from tertulia.plaza import actions

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Caller:
    """Calls as one account."""

    def __init__(self, handle: str) -> None:
        self.who, self.token = actions.settle(handle=handle, name=handle.title(), now=NOW)
        self._client = Client(headers={"Authorization": f"Bearer {self.token}"}, raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        more.setdefault("content_type", "application/json")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self._client.generic(method, f"/plaza/api/{path}", data, **more)


@pytest.fixture
def ana() -> Caller:
    return Caller("ana")


def test_an_account_says_reads_and_takes_back(ana: Caller) -> None:
    made = ana("POST", "utterances", {"text": "Hola", "key": "k"})
    assert made.status_code == 201
    assert ana("POST", "utterances", {"text": "Hola", "key": "k"}).status_code == 200
    pk = made.json()["id"]
    assert ana("GET", f"utterances/{pk}").json()["text"] == "Hola"
    assert ana("GET", "me/utterances?key=k").json()["utterances"][0]["id"] == pk
    assert ana("DELETE", f"utterances/{pk}").status_code == 200
    assert ana("GET", f"utterances/{pk}").status_code == 410
    assert ana("DELETE", f"utterances/{pk}").status_code == 410
    assert ana("GET", "me/utterances?key=k").json()["utterances"] == []


def test_a_profile_is_read_and_changed(ana: Caller) -> None:
    changed = ana("PATCH", "me", {"name": "Ana Ñ", "bio": "Leo", "website": "https://ana.example"})
    assert changed.json()["bio"] == "Leo"
    assert ana("GET", "me").json()["name"] == "Ana Ñ"
    assert ana("PATCH", "me", {"name": ""}).status_code == 422


def test_notices_come_by_pages(ana: Caller) -> None:
    actions.settle(handle="luis", name="Luis", now=NOW)
    luis = Caller("luis")
    for number in range(45):
        luis("POST", "utterances", {"text": f"@ana {number}"})
    first = ana("GET", "me/notices?limit=1000").json()
    assert (len(first["notices"]), first["more"]) == (40, True)
    second = ana("GET", f"me/notices?after={first['notices'][-1]['id']}").json()
    assert (len(second["notices"]), second["more"]) == (5, False)


def test_a_picture_is_shown_as_itself_and_can_do_nothing(ana: Caller) -> None:
    kept = ana("POST", "pictures", png(), content_type="image/png").json()["id"]
    address = f"/plaza/pictures/{kept}"
    assert Client().get(address).status_code == 404
    ana("POST", "utterances", {"text": "Foto", "pictures": [{"id": kept, "alt": "Gris"}]})
    shown = Client().get(address)
    assert (shown.status_code, shown["Content-Type"], shown.content) == (200, "image/png", png())
    assert "sandbox" in shown["Content-Security-Policy"]


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "utterances/x", 404), ("GET", "utterances/99999999999999999999999", 404), ("GET", "utterances/0", 404),
    ("PUT", "utterances/1/hidden", 404), ("PUT", "me/blocks/nadie", 404), ("PUT", "me/blocks/ana", 422),
    ("GET", "me/notices?after=-1&limit=x", 200), ("GET", "me/notices?after=²", 200), ("PUT", "me", 405),
    ("GET", "me/utterances?since=ayer&before=9999999999999999999", 200), ("GET", "utterances?ids=1,2,x", 404),
    ("GET", "me/utterances?since=0001-01-01T00:00:00%2B23:59", 200), ("GET", "me/utterances?key=%00", 422),
    ("PUT", "me/blocks/%00", 404),
])
def test_strange_addresses_have_an_answer(ana: Caller, method: str, path: str, status: int) -> None:
    assert ana(method, path).status_code == status


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"text": 7}', b'{"text": ["a"]}', b'{"text": "a", "key": 7}',
    b'{"text": "a\\u0000"}', b'{"text": "a\\ud800"}', b'{"text": "a", "pictures": "x"}', b'{"text": "a", "pictures": [1]}',
    b'{"text": "a", "pictures": [{"id": "x"}]}', b'{"text": "a", "parent": "x"}', b'{"text": "a", "to": "nadie"}',
    b'{"text": "a", "parent": {"a": 1}}', b'{"text": "a", "to": []}  x', b'{"text": "a", "key": "\\u0000"}',
    b'{"text": "a", "to": "\\u0000"}', b"[" * 100_000,
])
def test_strange_bodies_are_refused_and_say_nothing(ana: Caller, body: bytes) -> None:
    answer = ana("POST", "utterances", body)
    assert answer.status_code in (400, 404, 415, 422), answer.content
    assert answer.json()["message"]
    assert ana("GET", "me/utterances").json()["utterances"] == []


def test_a_body_past_every_ceiling_is_refused(ana: Caller, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert ana("POST", "utterances", {"text": "a" * 2000}).status_code == 413


def test_without_a_token_nothing_is_said(ana: Caller) -> None:
    for token in ("", "x", "ñ", f"{ana.token}x"):
        headers = {"Authorization": f"Bearer {token}"}
        answer = Client(headers=headers).post("/plaza/api/utterances", {"text": "a"}, content_type="application/json")
        assert answer.status_code == 401


def test_another_site_cannot_speak_for_anybody(ana: Caller) -> None:
    assert ana("POST", "utterances", {"text": "a"}, content_type="text/plain").status_code == 415


def test_the_controls_are_shut_unless_the_installation_opens_them(settings: Any) -> None:
    settings.TERTULIA_PLAZA_CONTROL = False
    for path in ("seen", "neighbours", "faults"):
        assert Client().get(f"/plaza/api/public/{path}").status_code == 404
    assert Client().post("/plaza/api/public/bulk", {}, content_type="application/json").status_code == 404


@pytest.mark.parametrize(("path", "body"), [
    ("neighbours", {}), ("neighbours", {"handle": "no vale"}), ("neighbours", {"handle": "x" * 41}), ("speak", {}),
    ("speak", {"as": "nadie", "text": "a"}), ("undo", {}), ("bulk", {}), ("bulk", {"mention": "nadie"}),
    ("bulk", {"mention": "ana", "count": "x"}), ("bulk", {"utterances": [1]}), ("bulk", {"utterances": [{"as": "ana"}]}),
    ("faults", {}), ("faults", {"effect": "slow", "seconds": "x"}), ("faults", {"effect": "slow", "times": -1}),
    ("faults", {"effect": "slow", "seconds": "nan"}), ("faults", {"effect": "slow", "times": 1e30}),
    ("populate", {"handle": "a"}), ("populate", {"handle": "a", "theme": "libreria", "days": "x"}),
    ("tick", {"pace": "x"}), ("tick", {"most": []}), ("tick", {"now": "2026-99-99T00:00:00"}),
])
def test_the_controls_refuse_what_they_do_not_understand(
        ana: Caller, settings: Any, path: str, body: dict[str, Any]) -> None:
    settings.TERTULIA_PLAZA_CONTROL = True
    answer = Client(raise_request_exception=False).post(
        f"/plaza/api/public/{path}", body, content_type="application/json")
    assert answer.status_code in (400, 404, 422), answer.content[:200]


def test_the_controls_give_a_brand_a_past_and_let_the_public_speak(settings: Any) -> None:
    settings.TERTULIA_PLAZA_CONTROL = True

    def post(path: str, body: dict[str, Any]) -> Any:
        return Client().post(f"/plaza/api/public/{path}", body, content_type="application/json").json()

    token = post("populate", {"handle": "latertulia", "theme": "libreria"})["token"]
    Client(headers={"Authorization": f"Bearer {token}"}).post(
        "/plaza/api/utterances", {"text": "Hoy cerramos antes"}, content_type="application/json")
    assert post("tick", {"pace": 100_000})["said"] >= 3
    seen = Client().get("/plaza/api/public/seen").json()["utterances"]
    assert len({one["id"] for one in seen}) == len(seen) > 50
