"""People by API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.models import Fact
from tertulia.people.models import Person
from tertulia.people.tests.test_joining import spoke
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


def asker(member: Member, brand: Brand) -> Any:
    """Asks the API as a member."""
    token = brands.create_token(member, "prueba", ["read", "answer"], by=member.key)[1]
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def ask(way: str, path: str = "", body: Any = None) -> tuple[int, Any]:
        told = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        response = getattr(client, way)(f"/api/v1/brands/{brand.slug}/people{path}", **told)
        return response.status_code, response.json()

    return ask


def test_people_are_listed_described_noted_and_exported(ana: Member, brand: Brand, channel: Channel) -> None:
    marta, _luis = spoke(channel, "martagil", "Marta Gil", "Llegó roto"), spoke(channel, "luisito", "Luis Peña")
    ask = asker(ana, brand)
    status, told = ask("get", "?q=marta")
    assert status == 200 and [(one["id"], one["profiles"][0]["handle"]) for one in told["items"]] == [(marta.pk, "martagil")]
    status, told = ask("patch", f"/{marta.pk}", {"tags": ["vip"], "customer": "yes"})
    assert (status, told["tags"], told["customer"], told["name"]) == (200, ["vip"], True, "")
    assert [one["id"] for one in ask("get", "?customer=yes&order=talkative")[1]["items"]] == [marta.pk]
    status, told = ask("post", f"/{marta.pk}/notes", {"text": "Mejor por teléfono"})
    assert status == 201 and ask("get", f"/{marta.pk}/notes")[1][0]["text"] == "Mejor por teléfono"
    status, told = ask("post", f"/{marta.pk}/export")
    assert status == 200 and told["inbox"]["messages"][0]["text"] == "Llegó roto"
    assert Fact.objects.filter(name="PersonExported").count() == 1


def test_only_who_manages_takes_a_copy_and_the_erased_are_left_alone(brand: Brand, channel: Channel, ana: Member) -> None:
    marta = spoke(channel, "martagil")
    assert asker(cast.joined(brand, "agent"), brand)("post", f"/{marta.pk}/export")[0] == 403
    Person.objects.filter(pk=marta.pk).update(erased_at=marta.created_at)
    ask = asker(ana, brand)
    assert ask("patch", f"/{marta.pk}", {"name": "Otra vez"})[0] == 409
    assert ask("get", "")[1]["items"] == []
    assert ask("get", "/999999")[0] == 404
