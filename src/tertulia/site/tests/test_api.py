"""The API: who may call what, and that nothing thrown at it is a 500."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels.actions import keep_account
from tertulia.channels.arrivals import digest, pack
from tertulia.channels.models import Arrival, Channel
from tertulia.inbox.models import Message
from tertulia.inbox.storing import store_arrivals
from tertulia.moderation.actions import write_house_rule
from tertulia.networks.contract import Account, Author, Item
from tertulia.site.api import api

pytestmark = pytest.mark.django_db

ALL = ["read", "answer", "moderate", "publish"]


class Office:
    """A brand with a channel, one message, and a member whose token may do everything."""

    def __init__(self, name: str, role: str = "owner", scopes: list[str] = ALL) -> None:
        owner = Member.objects.create_user(f"{name}@example.test", name=name)
        self.brand: Brand = brands.create_brand(name, owner, by=owner.key)
        self.member = owner
        if role != "owner":
            self.member = Member.objects.create_user(f"{name}-{role}@example.test", name=role)
            brands.set_role(self.brand, self.member, role, by=owner.key)
        self.channel: Channel = keep_account(
            self.brand, Account("plaza", f"id-{name}", name, base_url="http://127.0.0.1:9", secrets={"token": "t"}), by=owner.key)
        item = Item(f"m-{name}", "mention", Author("a1", "ana", "Ana"), "¿A qué hora abrís?", datetime(2026, 11, 1, tzinfo=UTC))
        packed = pack(item)
        Arrival.objects.create(channel=self.channel, external_id=item.external_id, digest=digest(packed), payload=packed,
                               arrived_at=datetime(2026, 11, 1, tzinfo=UTC))
        store_arrivals(self.channel.pk, by="")
        self.message = Message.objects.get(brand=self.brand)
        self.rule = write_house_rule(self.brand, "Sin insultos", "No.", by=owner.key)
        _, self.secret = brands.create_token(self.member, "prueba", scopes, by=self.member.key)

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """An API call as this office's member: status and JSON."""
        answer = Client().generic(method, f"/api/v1/brands{path}", json.dumps(body) if body is not None else "",
                                  content_type="application/json", headers={"Authorization": f"Bearer {self.secret}"})
        return answer.status_code, answer.json() if answer.content else None


def test_the_whole_job_by_api() -> None:
    office = Office("libreria")
    here = f"/{office.brand.slug}"
    assert office.call("GET", "")[1] == [{"slug": "libreria", "name": "libreria", "time_zone": "Europe/Madrid", "language": "es-ES"}]
    status, channels = office.call("GET", f"{here}/channels")
    assert status == 200 and "publish" in channels[0]["can"]
    status, post = office.call("POST", f"{here}/posts", {"text": "Hola", "channels": {office.channel.pk: ""}})
    assert status == 201 and post["version"] == 2
    status, post = office.call("POST", f"{here}/posts/{post['id']}/schedule", {"version": 2, "local_time": "2199-01-02T10:00:00"})
    assert status == 200 and post["state"] == "scheduled" and post["due_at"].startswith("2199-01-02T09:00:00")
    dispatch = post["variants"][0]["dispatch_id"]
    assert office.call("GET", f"{here}/dispatches/{dispatch}")[1]["state"] == "waiting"
    assert office.call("POST", f"{here}/posts/{post['id']}/schedule", {"version": 2})[0] == 409
    status, page = office.call("GET", f"{here}/conversations")
    assert status == 200 and page["items"][0]["person"]["handle"] == "ana"
    conversation = page["items"][0]["id"]
    said = office.call("GET", f"{here}/conversations/{conversation}/messages")[1]["items"][0]
    status, reply = office.call("POST", f"{here}/messages/{said['id']}/replies", {"text": "De 10 a 20."})
    assert (status, reply["ours"]) == (201, True)
    assert office.call("POST", f"{here}/messages/{said['id']}/replies", {"text": "x" * 501})[0] == 422
    assert office.call("POST", f"{here}/conversations/{conversation}/notes", {"text": "ojo"})[0] == 201
    assert office.call("POST", f"{here}/conversations/{conversation}/change", {"act": "reopen"})[1]["state"] == "open"
    assert office.call("POST", f"{here}/messages/{said['id']}/hide", {"rule": 1})[1]["act"] == "hide"
    assert office.call("POST", f"{here}/messages/{said['id']}/show")[1]["act"] == "unhide"


def test_a_token_opens_only_what_its_scopes_and_its_bearer_may() -> None:
    reader = Office("lectora", scopes=["read"])
    assert reader.call("POST", f"/lectora/messages/{reader.message.pk}/replies", {"text": "no"})[0] == 403
    viewer = Office("miron", role="viewer")
    assert viewer.call("GET", "/miron/conversations")[0] == 200
    assert viewer.call("POST", f"/miron/messages/{viewer.message.pk}/replies", {"text": "no"})[0] == 403
    assert viewer.call("GET", "/lectora/conversations")[0] == 404
    assert viewer.call("GET", f"/miron/messages/{reader.message.pk}")[0] == 404
    assert Client().get("/api/v1/brands").status_code == 401
    token = reader.member.tokens.get()
    brands.revoke_token(token, by=reader.member.key)
    assert reader.call("GET", "")[0] == 401


@pytest.fixture
def office() -> Iterator[Office]:
    return Office("diana")


SCHEMA = schemathesis.openapi.from_dict(api.get_openapi_schema())


@pytest.mark.parametrize(("method", "path"), sorted(
    (method.upper(), path) for path, operations in api.get_openapi_schema()["paths"].items() for method in operations))
def test_nothing_thrown_at_it_is_a_500(office: Office, method: str, path: str) -> None:
    """Whatever the schema allows and whatever it does not: an answer of the API, never a stack trace."""
    known = {"slug": st.sampled_from([office.brand.slug, "nadie"]), "pk": st.sampled_from(
        [office.message.pk, office.message.conversation_id, office.channel.pk, 1, 2**63 - 1]),
        "month": st.sampled_from(["2026-11", "2000-01", "2099-12", "2026-13", "nada"]),
        "act": st.sampled_from(["shadow", "start", "retire", "nada"])}
    operation = SCHEMA[path][method]
    client = Client(headers={"Authorization": f"Bearer {office.secret}"}, raise_request_exception=False)

    @settings(max_examples=12, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))
    @given(data=st.data(), case=operation.as_strategy())
    def throw(data: st.DataObject, case: Any) -> None:
        for name in list(case.path_parameters or {}):
            case.path_parameters[name] = data.draw(known[name])
        sent = case.as_transport_kwargs()
        body = sent.get("json")
        answer = client.generic(
            method, path.format(**(case.path_parameters or {})), json.dumps(body) if body is not None else b"",
            content_type="application/json", query_params=_plain(case.query))
        assert answer.status_code in (200, 201, 400, 403, 404, 409, 422), (answer.status_code, answer.content[:500])
        assert answer.status_code < 300 or {"error", "detail"} <= answer.json().keys()

    throw()


def _plain(query: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in (query or {}).items()}


def test_people_can_read_what_the_api_does(office: Office, client: Client) -> None:
    client.force_login(office.member)
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    for path in api.get_openapi_schema()["paths"]:
        assert path in page.content.decode()
