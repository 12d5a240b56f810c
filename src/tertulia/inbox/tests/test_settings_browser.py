"""Horario, Plazos, Reparto and Libro in a real browser: the week is drawn as it is written; everything is accessible."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import assigning, targets
from tertulia.site.tests import cast


@pytest.fixture
def ana(transactional_db: None) -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


@pytest.fixture
def signed(live: str, page: Any, ana: Member, brand: Brand) -> Any:
    """The page, signed in; ``go(name)`` opens a page of the brand."""
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    page.go = lambda name, *args: page.goto(live + reverse(name, args=[brand.slug, *args]))
    return page


def test_a_week_is_drawn_while_it_is_written_and_copied(signed: Any, brand: Brand) -> None:
    signed.go("brands:hours")
    signed.check("input[name=mode][value=week]")
    monday, sunday = signed.locator("[data-day='0']"), signed.locator("[data-day='6']")
    monday.locator("[data-drop]").last.click()
    monday.locator("input[name=from-0]").fill("22:00")
    monday.locator("input[name=to-0]").fill("02:00")
    assert monday.locator("rect.open").count() == 1 and signed.locator("[data-day='1'] rect.open").first.get_attribute("width") is not None
    monday.locator("[data-copy-all]").click()
    assert sunday.locator("input[name=from-6]").input_value() == "22:00" and sunday.locator("rect.open").count() == 2
    sunday.locator("[data-add]").click()
    sunday.locator("input[name=from-6]").last.fill("10:00")
    sunday.locator("input[name=to-6]").last.fill("12:00")
    signed.click("button:has-text('Guardar el horario')")
    signed.wait_for_selector(".toast:has-text('Horario guardado')")
    brand.refresh_from_db()
    assert brand.hours["0"] == [["22:00", "02:00"]] and brand.hours["6"] == [["22:00", "02:00"], ["10:00", "12:00"]]


def test_an_example_answers_while_it_is_chosen(signed: Any, brand: Brand) -> None:
    targets.promise_first(brand, by="x")
    signed.go("deadlines:settings")
    signed.select_option("#que", "complaint")
    signed.wait_for_selector("#ejemplo:has-text('Una queja que llega el lunes a las 18:45 se responde antes de las 19:45')")


@pytest.mark.parametrize("width", [1440, 360])
def test_these_pages_are_accessible_and_fit(signed: Any, brand: Brand, channel: Channel, ana: Member, width: int) -> None:
    targets.promise_first(brand, by="x")
    targets.set_ladder(brand, [(ana, 30)], by="x")
    assigning.write_rule(brand, assigning.Ruling("Quejas", {"intent": ["complaint"]}, ana, []), by="x")
    cast.conversation(channel)
    signed.set_viewport_size({"width": width, "height": 900})
    for name, *args in (("brands:hours",), ("channels:hours", channel.pk), ("deadlines:settings",), ("assigning:settings",),
                        ("ledger:ledger",), ("ledger:entries",)):
        signed.go(name, *args)
        signed.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        found = Axe().run(signed)
        assert not found.response["violations"], (name, found.generate_report())
        assert signed.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
