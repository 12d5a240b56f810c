"""Envíos in a real browser: by keyboard, without barriers, alive."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tertulia.brands.actions import make_link
from tertulia.outbox import actions
from tertulia.outbox.tests.stage import fresh, say
from tertulia.outbox.tests.test_graph import put
from tertulia.site.tests import cast

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the thread of the test


def enter(live: str, page: Any) -> Any:
    owner = cast.member()
    brand = cast.brand(owner)
    page.goto(live + make_link(owner, by="test"))
    if (button := page.locator("main form button[type=submit], form button[type=submit]")).count():
        button.first.click()
        page.wait_for_load_state()
    return brand


def barriers(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_an_unsure_one_is_found_opened_and_decided_by_keyboard(live: str, page: Any) -> None:
    brand = enter(live, page)
    channel = cast.channel(brand)
    dispatch = say(channel, "Hogaza de espelta 👩‍👩‍👧 مرحبا")
    put(dispatch, "unsure")
    page.goto(f"{live}/m/{brand.slug}/canales/")
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url("**/envios/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/envios/{dispatch.pk}/")
    page.keyboard.press("p")
    page.wait_for_selector("text=Anotado")
    assert fresh(dispatch).state == "sent"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_the_pages_have_no_barrier_in_any_theme_or_width(live: str, page: Any, theme: str, width: int) -> None:
    brand = enter(live, page)
    channel = cast.channel(brand, handle="un-nombre-larguisimo-que-no-cabe-en-ningun-sitio.red.example")
    for state in ("unsure", "refused", "waiting", "sent", "sending"):
        dispatch = say(channel, "Palabrasinespaciosquenuncaseacaba" * 9)
        put(dispatch, state)
    unsure = dispatch.pk - 4
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    for path in ("envios/?ver=todos", f"envios/{unsure}/", "canales/", "canales/conectar/", "canales/conectar/mastodon/",
                 f"canales/{channel.pk}/"):
        page.goto(f"{live}/m/{brand.slug}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
        assert barriers(page) == [], path


def test_the_list_looks_again_by_itself(live: str, page: Any) -> None:
    brand = enter(live, page)
    channel = cast.channel(brand)
    page.goto(f"{live}/m/{brand.slug}/envios/?ver=todos")
    page.wait_for_selector("[data-live-state=on]", state="attached")
    actions.queue(channel, "publish", {"text": "Recién llegada"}, by="member:1")
    page.wait_for_selector("text=Recién llegada")
