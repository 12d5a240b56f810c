"""Moderation by API: the same actions as the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.moderation import actions, appeals, transparency
from tertulia.moderation.models import Case, HouseRule, Verdict

pytestmark = pytest.mark.django_db


def caller(brand: Brand, member: Member, scopes: tuple[str, ...] = ("read", "moderate")) -> Any:
    _token, secret = brands.create_token(member, "prueba", list(scopes), by=member.key)

    def call(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        told = Client().generic(method, f"/api/v1/brands/{brand.slug}{path}", json.dumps(body) if body is not None else "",
                                content_type="application/json", headers={"Authorization": f"Bearer {secret}"})
        return told.status_code, told.json() if told.content else None

    return call


def test_deciding_reading_and_undoing(brand: Brand, message: Message, rule: HouseRule, ana: Member) -> None:
    call = caller(brand, ana)
    assert call("POST", f"/messages/{message.pk}/decide", {"act": "delete"})[0] == 422
    status, verdict = call("POST", f"/messages/{message.pk}/decide", {"act": "delete", "rule": 1})
    assert (status, verdict["act"], verdict["rule"]["number"], verdict["lifted"]) == (201, "delete", 1, "")
    assert [one["id"] for one in call("GET", f"/messages/{message.pk}/verdicts")[1]] == [verdict["id"]]
    assert call("POST", f"/verdicts/{verdict['id']}/undo")[1]["lifted"] == "taken_back"
    assert call("POST", f"/messages/{message.pk}/decide", {"act": "hide", "rule": 9})[0] == 404


def test_a_case_is_claimed_and_decided_once(brand: Brand, message: Message, rule: HouseRule, ana: Member, luis: Member) -> None:
    call, other = caller(brand, ana), caller(brand, luis)
    assert call("POST", "/cases/claim")[0] == 404
    actions.enqueue(message, because="x", by="rule:1")
    _status, case = call("POST", "/cases/claim")
    assert other("POST", "/cases/claim")[0] == 404
    body = {"act": "keep", "token": case["token"]}
    assert call("POST", f"/cases/{case['id']}/decide", body)[0] == 201
    assert call("POST", f"/cases/{case['id']}/decide", body)[0] == 409 and Verdict.objects.count() == 1
    assert Case.objects.get().decided_by == ana


def test_an_appeal_is_answered_by_somebody_else(brand: Brand, message: Message, rule: HouseRule, ana: Member, luis: Member) -> None:
    made = appeals.make(actions.hide(message, rule, ana, by=ana.key), "No es justo")
    assert caller(brand, ana)("GET", "/appeals")[1][0]["text"] == "No es justo"
    body = {"outcome": "upheld", "text": "Lo sentimos"}
    assert caller(brand, ana)("POST", f"/appeals/{made.pk}/answer", body)[0] == 409
    assert caller(brand, luis)("POST", f"/appeals/{made.pk}/answer", body)[1]["outcome"] == "upheld"
    assert caller(brand, luis)("POST", f"/appeals/{made.pk}/answer", body)[0] == 409


def test_months_and_scopes(brand: Brand, message: Message, ana: Member) -> None:
    month = f"{transparency.this_month(brand):%Y-%m}"
    call = caller(brand, ana, ("read",))
    assert call("GET", f"/moderation/{month}")[1]["received"] == 1
    assert call("GET", "/moderation/2020-13")[0] == 422 and call("GET", "/moderation/2020-01")[0] == 404
    assert call("POST", f"/messages/{message.pk}/decide", {"act": "keep"})[0] == 403
