"""Matters by API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.handoffs.models import Desk, HandOff, State
from tertulia.inbox.models import Conversation
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_handed_over_spoken_of_and_ended(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    _token, secret = brands.create_token(ana, "prueba", ["read", "answer"], by=cast.BY)
    client, base = Client(headers={"authorization": f"Bearer {secret}"}), f"/api/v1/brands/{brand.slug}"

    def post(path: str, **told: Any) -> Any:
        return client.post(base + path, json.dumps(told), content_type="application/json")

    assert [one["name"] for one in client.get(f"{base}/desks").json()] == [shop.name]
    given = {"desk": shop.pk, "kind": "complaint", "title": "Pedido 4417", "brief": "¿Qué pasó?", "minutes": 60, "conversation": talk.pk,
             "messages": [talk.messages.get().pk]}
    made = post("/matters", **given)
    assert made.status_code == 201 and post("/matters", **given).status_code == 409
    one = HandOff.objects.get(pk=made.json()["id"])
    assert one.messages.count() == 1 and client.get(f"{base}/matters").json()["matters"][0]["id"] == one.pk
    assert post(f"/matters/{one.pk}/words", text="¿Sabéis algo?").status_code == 201
    assert [word["text"] for word in client.get(f"{base}/matters/{one.pk}/words").json()] == ["¿Qué pasó?", "¿Sabéis algo?"]
    assert post(f"/matters/{one.pk}/end", state="solved").json()["state"] == State.SOLVED
    again = [post(f"/matters/{one.pk}/end", state=state).status_code for state in ("solved", "x")]
    assert again == [409, 422]
    assert client.get(f"{base}/ideas").json() == []
