"""Notices by API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.notices.tests.sample import errand
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(ana: Member, brand: Brand) -> Any:
    _kept, secret = brands.create_token(ana, "prueba", ["read"], by=ana.key)

    def call(path: str, body: Any = None) -> tuple[int, Any]:
        answer = Client().generic("GET" if body is None else "POST", f"/api/v1/brands/{brand.slug}/notices{path}",
                                  json.dumps(body) if body is not None else "", content_type="application/json",
                                  headers={"Authorization": f"Bearer {secret}", "Accept-Language": "es"})
        return answer.status_code, answer.json()

    return call


def test_what_the_bearer_was_told_is_listed_page_by_page(call: Any, ana: Member, owner: Member, brand: Brand) -> None:
    first, _second, third = (errand(ana, brand, number) for number in (1, 2, 3))
    errand(owner, brand, 4)
    errand(ana, cast.brand(ana, "Otra"), 5)
    status, told = call("?most=2")
    assert status == 200 and [one["about"]["errand"] for one in told["notices"]] == [3, 2] and told["unread"] == 3
    assert told["notices"][0] == {
        "id": third.pk, "kind": "test.errand", "label": "Recado", "title": "Recado 3", "quote": "Lo del número 3", "text": "Hazlo hoy.",
        "address": f"/m/{brand.slug}/hoy/?recado=3", "about": {"errand": 3}, "at": told["notices"][0]["at"], "read_at": None,
        "pending": True}
    _status, rest = call(f"?most=2&before={told['before']}")
    assert [one["id"] for one in rest["notices"]] == [first.pk] and rest["before"] == 0


def test_reading_some_or_all_is_repeatable_and_leaves_what_is_not_theirs(call: Any, ana: Member, owner: Member, brand: Brand) -> None:
    one, _two, theirs = errand(ana, brand, 1), errand(ana, brand, 2), errand(owner, brand, 3)
    elsewhere = errand(ana, cast.brand(ana, "Otra"), 5)
    for _twice in range(2):
        assert call("/read", {"ids": [one.pk, theirs.pk, elsewhere.pk]}) == (200, {"unread": 1})
    assert call("/read", {}) == (200, {"unread": 0})
    assert call("?unread=true")[1]["notices"] == []
    for row in (theirs, elsewhere):
        row.refresh_from_db()
        assert row.read_at is None
    assert call("/read", {"ids": ["x"]})[0] == 422 and call("?most=1000")[0] == 422
