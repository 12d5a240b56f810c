"""The editor in a real browser: the two halves follow each other, what is wrong is shown where it is, and it is saved."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.moderation import actions as justice
from tertulia.moderation.rulebook import actions, applying, queries, rehearsing
from tertulia.moderation.rulebook.starter import starter_text
from tertulia.site.tests import cast

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")


@pytest.fixture
def ana(transactional_db: None) -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    """With rules in every state and messages that they held of."""
    brand = cast.brand(ana)
    justice.write_house_rule(brand, "Respeto", "No se insulta.", by="x")
    justice.write_house_rule(brand, "Sin publicidad", "Nada de anuncios.", by="x")
    actions.bring_in(brand, starter_text(queries.norms(brand)), ana, by=ana.key)
    return brand


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


def barriers(page: Any) -> list[str]:
    return [f"{page.url} {one['id']}: {node['html'][:200]}" for one in Axe().run(page).response["violations"] for node in one["nodes"]]


def enter(page: Any, live: str, member: Member) -> None:
    page.goto(live + brands.make_link(member, by=member.key))
    page.click("main form button")
    page.wait_for_selector("#hoy")


def test_form_and_text_follow_each_other_and_are_saved(live: str, page: Any, ana: Member, brand: Brand) -> None:
    enter(page, live, ana)
    page.goto(f"{live}/m/{brand.slug}/moderacion/reglas/nueva/")
    box = page.locator("#texto-regla")
    box.fill('regla ladrones {\n  si contien "ladrones"\n  entonces ocultar por norma 1\n}')
    page.wait_for_selector("#fondo-texto mark.wrong")
    assert page.locator("#fondo-texto mark.wrong").inner_text().startswith("contien")
    assert "contiene" in page.locator("#dicho").inner_text()
    box.fill('regla ladrones {\n  si contiene "ladrones"\n  entonces ocultar por norma 1\n}')
    expect(page.locator("#s-1")).to_have_value("ladrones")
    page.locator("#s-1").focus()
    page.keyboard.press("End")
    page.locator("#s-1").press_sequentially(", timadores")
    expect(box).to_have_value(re.compile('"ladrones", "timadores"'))
    assert page.evaluate("document.activeElement.id") == "s-1"
    page.click("[data-do='add:0']")
    page.select_option("#k-2", "before")
    page.wait_for_selector("#o-2")
    page.locator("#s-2").press_sequentially("3")
    expect(box).to_have_value(re.compile("y mensajes anteriores < 3"))
    page.fill("#muestra", "Sois unos l4dr0nes")
    page.wait_for_selector("#probado mark")
    assert page.locator("#probado mark").inner_text() == "l4dr0nes"
    assert "La regla se cumple" in page.locator("#probado").inner_text()
    page.click("main .actions button[type=submit]")
    page.wait_for_url("**/r/ladrones/")
    assert queries.rule_of(brand, "ladrones").text == (
        'regla ladrones {\n  si contiene "ladrones", "timadores"\n    y mensajes anteriores < 3\n  entonces ocultar por norma 1\n}\n')


def test_every_page_of_the_rules_is_open_to_everybody(live: str, page: Any, ana: Member, brand: Brand, channel: Channel) -> None:
    for name in ("insultos-fuertes", "timos"):
        actions.start(queries.rule_of(brand, name), by="x")
    actions.shadow(queries.rule_of(brand, "enlaces-acortados"), by="x")
    said = [cast.conversation(channel, text, key=f"m{at}", who=f"p{at}").messages.get() for at, text in enumerate((
        "Vete a la m1erda, g.i.l.i.p.o.l.l.a.s", "Gana dinero desde casa, escríbeme por WhatsApp: 600 123 124", "Gracias, sois geniales"))]
    applying.judge([one.pk for one in said], by="x")
    actions.write(brand, queries.rule_of(brand, "timos").text.replace("tope 50", "tope 10"), ana, by="x")
    rehearsal = rehearsing.ask(queries.rule_of(brand, "insultos-fuertes"), 30, ana)
    rehearsing.rehearse.func(rehearsal_id=rehearsal.pk)
    enter(page, live, ana)
    pictures = os.environ.get("TERTULIA_PICTURES")
    found: list[str] = []
    for name, rest in (("lista", ""), ("editor", "r/datos-personales/"), ("vigor", "r/timos/"), ("nueva", "nueva/"),
                       ("ensayo", f"ensayos/{rehearsal.pk}/"),
                       ("coincidencias", "r/insultos-fuertes/coincidencias/"), ("historia", "r/timos/historia/"),
                       ("palabras", "listas/insultos-leves/"), ("importar", "importar/")):
        for width, theme in ((1440, "light"), (360, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert page.goto(f"{live}/m/{brand.slug}/moderacion/reglas/{rest}").status == 200
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{rest} scrolls sideways at {width}")
            found += barriers(page)
            if pictures:
                page.screenshot(path=str(Path(pictures) / f"{name}-{width}.png"), full_page=True)
    assert not found, "\n".join(found)
