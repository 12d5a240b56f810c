"""People in a real browser: joined from the inbox and undone, tagged by keyboard, accessible."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.people import actions, joining
from tertulia.people.models import Join, Person, Profile
from tertulia.people.tests.test_joining import spoke
from tertulia.site.tests import cast


@pytest.fixture
def ana(transactional_db: None) -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def marta(brand: Brand, channel: Channel, second: Channel) -> Person:
    """Somebody who seems to speak on two networks."""
    person = spoke(channel, "martagil", "Marta Gil", "Llegó roto y nadie contesta")
    spoke(second, "martagil", "Marta Gil", "Muchas gracias a todo el equipo")
    joining.compare()
    return person


@pytest.fixture
def signed(live: str, page: Any, ana: Member, brand: Brand) -> Any:
    """The page, signed in, at an address of the brand once ``open(path)`` is called."""
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    page.open = lambda path: page.goto(f"{live}/m/{brand.slug}/{path}")
    return page


def test_two_are_joined_beside_their_conversation_and_parted_by_undoing(signed: Any, marta: Person) -> None:
    signed.set_viewport_size({"width": 1600, "height": 1000})
    conversation = marta.profiles.get().conversation_set.get()
    signed.open(f"bandeja/{conversation.pk}/")
    beside = signed.locator("#persona")
    assert "Parece la misma persona que" in beside.inner_text() and "el mismo nombre de usuario" in beside.inner_text()
    beside.get_by_role("button", name="Unir", exact=True).click()
    beside.get_by_text("Muchas gracias a todo el equipo").wait_for()
    assert not beside.locator(".likely").count()
    assert {one.person_id for one in Profile.objects.all()} == {marta.pk}

    signed.locator("#notices").get_by_text("Deshacer").click()
    beside.locator(".likely").wait_for()
    assert Join.objects.get().undone_at and len({one.person_id for one in Profile.objects.all()}) == 2

    beside.get_by_role("button", name="Son dos").click()
    beside.locator(".likely").wait_for(state="detached")


def test_tags_are_written_one_after_another_without_leaving_the_keyboard(signed: Any, marta: Person) -> None:
    signed.open(f"personas/{marta.pk}/")
    for tag in ("club", "prensa"):
        signed.locator("#etiqueta-nueva").focus()
        signed.keyboard.type(tag)
        signed.keyboard.press("Enter")
        signed.locator(".known .tags .chip", has_text=tag).wait_for()
    assert signed.evaluate("document.activeElement.id") == "etiqueta-nueva"
    assert Person.objects.get(pk=marta.pk).tags == ["club", "prensa"]


def test_an_erasure_is_asked_for_and_cancelled_where_it_says_so(signed: Any, marta: Person) -> None:
    signed.open(f"personas/{marta.pk}/")
    signed.get_by_text("Borrar todo lo que consta").click()
    signed.get_by_role("button", name="Borrar dentro de un día").click()
    signed.get_by_role("button", name="No borrar").click()
    signed.get_by_role("button", name="No borrar").wait_for(state="detached")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_people_are_accessible_and_fit(signed: Any, marta: Person, ana: Member, width: int, scheme: str) -> None:
    actions.describe(marta, by=ana.key, tags=["club de lectura"])
    actions.write_note(marta, "Mejor por teléfono", ana, by=ana.key)
    actions.give_consent(marta, "contact", ana, by=ana.key, how="de palabra")
    signed.emulate_media(color_scheme=scheme)
    signed.set_viewport_size({"width": width, "height": 800})
    for path in ("personas/", "personas/parejas/", f"personas/{marta.pk}/"):
        signed.open(path)
        signed.wait_for_load_state("networkidle")
        found = Axe().run(signed).response["violations"]
        assert not found, [(one["id"], re.sub(r"\s+", " ", one["nodes"][0]["html"])[:200]) for one in found]
        assert signed.evaluate("document.documentElement.scrollWidth") <= width, path
