"""Rules by API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.moderation.models import HouseRule
from tertulia.moderation.rulebook import rehearsing
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
TEXT = 'regla insultos {\n  si contiene "ladrones"\n  entonces ocultar por norma 1\n}\n'


@pytest.fixture
def call(ana: Member, brand: Brand) -> Any:
    """Calls the API with every right; its status and what it said."""
    _token, secret = brands.create_token(ana, "Todo", ["read", "publish"], by="x")

    def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = Client().generic(method, f"/api/v1/brands/{brand.slug}{path}", content_type="application/json",
                                  data=json.dumps(body) if body is not None else "",
                                  headers={"Authorization": f"Bearer {secret}"})
        return answer.status_code, answer.json()

    return call


def test_rules_go_in_and_out_as_text(call: Any, rule: HouseRule) -> None:
    status, written = call("PUT", "/automatic-rules", {"text": TEXT.replace("\n ", " ")})
    assert (status, written["state"], written["text"]) == (200, "draft", TEXT)
    assert written["said"] == "Si el mensaje dice «ladrones», se oculta por la norma 1."
    assert call("GET", "/automatic-rules/file") == (200, {"text": TEXT})
    assert call("PUT", "/automatic-rules/file", {"text": TEXT}) == (200, {"rules": [], "lists": [], "same": 1})
    assert [one["name"] for one in call("GET", "/automatic-rules")[1]] == ["insultos"]


def test_what_is_wrong_is_told(call: Any, rule: HouseRule) -> None:
    status, told = call("PUT", "/automatic-rules", {"text": "regla a { si contien enlace entonces revisar }"})
    assert status == 422
    assert "¿Querías decir «contiene enlace»?" in str(told)


def test_a_rule_is_tried_rehearsed_and_started(call: Any, rule: HouseRule, channel: Channel) -> None:
    cast.conversation(channel, "Sois unos ladrones", key="k1")
    pk = call("PUT", "/automatic-rules", {"text": TEXT})[1]["id"]
    tried = call("POST", "/automatic-rules/try", {"text": TEXT, "sample": "unos l4drones"})[1]
    assert (tried["held"], tried["spans"]) == (True, [[5, 13]])
    status, asked = call("POST", f"/automatic-rules/{pk}/rehearsals/new", {"days": 30})
    assert (status, asked["state"]) == (202, "waiting")
    rehearsing.rehearse.func(rehearsal_id=asked["id"])
    found = call("GET", f"/rehearsals/{asked['id']}")[1]
    assert (found["matched"], found["found"][0]["text"]) == (1, "Sois unos ladrones")
    assert call("POST", f"/automatic-rules/{pk}/start")[1]["state"] == "live"
    assert call("POST", f"/automatic-rules/{pk}/retire")[1]["state"] == "retired"
    assert call("POST", "/automatic-rules/999999/start")[0] == 404
