"""The design page in a real browser: every component drawn, readable by everybody, and alive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

# Playwright keeps a loop running in the thread of the test, which Django would not touch its database from.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# WhiteNoise hands files over by a synchronous iterator, and Django says so at each one.
pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")

STATIC = Path(__file__).parents[1] / "static/kit"


def _violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_design_page_has_no_barrier_in_any_theme_or_width(live: str, page: Any, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto(f"{live}/diseno/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    assert _violations(page) == []


def test_no_page_breaks_its_own_content_security_policy(live: str, page: Any) -> None:
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if "Content Security Policy" in line.text else None)
    page.goto(f"{live}/diseno/")
    page.wait_for_load_state("networkidle")
    assert refused == []


def test_a_menu_opens_moves_with_the_arrows_and_gives_the_focus_back(live: str, page: Any) -> None:
    page.goto(f"{live}/diseno/")
    page.locator("[popovertarget=menu-muestra]").focus()
    page.keyboard.press("Enter")
    assert page.locator("#menu-muestra button").first.evaluate("one => one === document.activeElement")
    page.keyboard.press("ArrowDown")
    assert page.locator("#menu-muestra button").nth(1).evaluate("one => one === document.activeElement")
    page.keyboard.press("Escape")
    assert page.locator("[popovertarget=menu-muestra]").evaluate("one => one === document.activeElement")


def test_rows_are_walked_with_j_and_k_and_not_while_writing(live: str, page: Any) -> None:
    page.goto(f"{live}/diseno/")
    row = "[...document.querySelectorAll('[data-rows]')[0].querySelectorAll('.row-link')].indexOf(document.activeElement)"
    page.keyboard.press("j")
    here = page.evaluate(row)
    page.keyboard.press("k")
    assert page.evaluate(row) == here - 1
    page.keyboard.press("j")
    assert page.evaluate(row) == here
    page.locator("#respuesta").fill("")
    page.locator("#respuesta").press("j")
    assert page.locator("#respuesta").input_value() == "j"


def test_a_question_mark_opens_the_help_and_it_lists_the_shortcuts_of_the_page(live: str, page: Any) -> None:
    page.goto(f"{live}/diseno/")
    page.evaluate("document.querySelector('.button').dataset.key = 'y'")
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    assert "y" in page.locator("#shortcuts [data-own] kbd").all_inner_texts()


def test_what_is_written_comes_back_after_the_page_is_loaded_again(live: str, page: Any) -> None:
    page.goto(f"{live}/diseno/")
    text = page.locator("textarea[data-keep=muestra]").first
    text.fill("Mañana no abrimos, pero contestamos.")
    page.goto(f"{live}/diseno/?otra")
    assert page.locator("textarea[data-keep=muestra]").first.input_value() == "Mañana no abrimos, pero contestamos."


def test_the_ring_counts_a_family_of_emoji_as_one(live: str, page: Any) -> None:
    page.goto(f"{live}/diseno/")
    page.locator("#respuesta").fill("👩‍👩‍👧‍👦é")
    assert page.locator("[data-count=respuesta] .ring-left").inner_text() == "298"


def test_the_theme_is_kept_before_the_first_paint(live: str, page: Any) -> None:
    page.goto(f"{live}/diseno/")
    page.locator(".head [data-theme-set=dark]").click()
    page.goto(f"{live}/diseno/?otra", wait_until="commit")
    page.wait_for_selector("body")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_a_notice_from_the_server_shows_itself_and_can_be_closed(live: str, page: Any) -> None:
    page.goto(f"{live}/diseno/")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('toast', {bubbles: true, detail: {text: 'Oculto.'}}))")
    notice = page.locator("#notices [data-toast]")
    assert notice.locator(".text").inner_text() == "Oculto."
    notice.locator("[data-toast-close]").click()
    notice.wait_for(state="detached")


def test_pages_stay_light() -> None:
    styles = sum(path.stat().st_size for path in STATIC.glob("*.css") if path.name != "design.css")
    modules = sum(path.stat().st_size for path in STATIC.glob("*.js"))
    assert styles < 48_000 and modules < 25_000
