"""Pausing, going through what was held and resuming in a real browser: by keyboard, live, without barriers."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from tertulia.kit import clock
from tertulia.networks.contract import Ref
from tertulia.outbox import pausing
from tertulia.outbox.models import Pause, Readback
from tertulia.outbox.tests.stage import claim, fresh, say
from tertulia.outbox.tests.test_browser import barriers, enter
from tertulia.outbox.tests.test_graph import put
from tertulia.site.tests import cast

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop in the thread of the test

LONG = "Palabrasinespaciosquenuncaseacaba" * 9


def test_everything_is_paused_gone_through_and_resumed_by_keyboard(live: str, page: Any) -> None:
    brand = enter(live, page)
    channel = cast.channel(brand)
    page.goto(f"{live}/m/{brand.slug}/envios/")
    page.keyboard.press("Shift+P")
    page.wait_for_selector(".toast >> text=En pausa")
    post, answer = say(channel, "Mañana hay pan"), say(channel, "Sí, hasta las ocho", reply_to=Ref("1"))
    for one in (post, answer):
        claim(one)
    page.locator("#standing").get_by_role("link", name="Revisar y reanudar").press("Enter")
    page.wait_for_url("**/envios/revisar/")
    choices = page.get_by_role("group", name="Mañana hay pan")
    choices.get_by_label("Decidir luego").press("ArrowUp")
    choices.get_by_label("Se retira").press("ArrowUp")
    hour = page.locator(".hour input").first
    hour.fill((clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
    hour.blur()
    page.keyboard.press("e")
    page.wait_for_selector("text=1 sale ahora, 1 cambia de hora.")
    assert [fresh(one).state for one in (post, answer)] == ["waiting", "waiting"]
    assert fresh(post).due_at > clock.now() + timedelta(days=1)
    assert page.locator("#standing").inner_text().strip() == ""


def test_a_pause_is_undone_from_its_notice(live: str, page: Any) -> None:
    brand = enter(live, page)
    page.goto(f"{live}/m/{brand.slug}/envios/")
    page.get_by_role("button", name="Pausar todo").click()
    page.locator(".toast").get_by_role("button", name="Deshacer").click()
    page.wait_for_selector("text=Reanudado")
    assert not Pause.objects.exists()


def test_a_pause_shows_on_a_page_that_is_open_and_goes_away_again(live: str, page: Any) -> None:
    brand = enter(live, page)
    page.goto(f"{live}/m/{brand.slug}/canales/")
    page.wait_for_selector("[data-live-state=on]", state="attached")
    pausing.pause_all(brand, by="member:1")
    page.wait_for_selector("#standing >> text=En pausa")
    pausing.resume_all(brand, by="member:1")
    page.wait_for_selector("#standing >> text=En pausa", state="detached")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_the_pages_have_no_barrier_in_any_theme_or_width(live: str, page: Any, theme: str, width: int) -> None:
    brand = enter(live, page)
    channel = cast.channel(brand, handle="un-nombre-larguisimo-que-no-cabe-en-ningun-sitio.red.example")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    sent = say(channel, LONG)
    put(sent, "sent")
    Readback.objects.create(brand=brand, dispatch=sent, state="differs", since=clock.now(), looked_at=clock.now(), found={"text": "x"},
                            differences=[{"what": "text", "approved": LONG, "live": f"Mañana {LONG}"}])
    pausing.pause_all(brand, by="member:1")
    held = say(channel, LONG)
    for path in ("envios/revisar/", "envios/pausa/", "bandeja/", f"envios/{sent.pk}/"):
        _look(page, f"{live}/m/{brand.slug}/{path}", width)
    page.goto(f"{live}/m/{brand.slug}/envios/revisar/")
    page.get_by_label("Otra hora").first.check()
    assert barriers(page) == []
    pausing.resume_all(brand, by="member:1")
    for path in ("envios/", f"envios/{held.pk}/", "envios/revisar/"):
        _look(page, f"{live}/m/{brand.slug}/{path}", width)


def _look(page: Any, address: str, width: int) -> None:
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{address} scrolls sideways"
    assert barriers(page) == [], address
