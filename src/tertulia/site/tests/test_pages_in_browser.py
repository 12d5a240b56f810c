"""In by a link, then every page of the way around: no script error, nothing refused, no barrier; wide, narrow, light, dark."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Conversation
from tertulia.kit import clock
from tertulia.moderation.actions import write_house_rule
from tertulia.outbox import actions as outbox
from tertulia.site.tests import cast

# WhiteNoise hands files over by a synchronous iterator, and Django says so at each one.
pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")

BESIDE = ("ajustes/equipo/", "ajustes/yo/", "ajustes/api/", "moderacion/normas/", "avisos/", "ajustes/avisos/", "../../salud/")


@pytest.fixture
def ana(transactional_db: None) -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    """A lively one: names of all scripts, somebody angry, something stuck, a second brand."""
    brand = cast.brand(ana)
    channel = cast.channel(brand)
    for n, (name, text) in enumerate((
            ("Ana María de los Ángeles Fernández-Villaverde y Ruiz de la Prada", "¿Abrís el domingo? " * 9), ("سلمى بنعيسى", "شكرا!"),
            ("👩‍👩‍👧‍👦", "🎉🎉"), ("dani", "Lleváis tres semanas sin contestar"))):
        cast.conversation(channel, text, who=f"p{n}", name=name)
    Conversation.objects.filter(person__handle="p3").update(sentiment="negative", intents=["complaint"])
    inbox.assign(Conversation.objects.get(person__handle="p1"), ana, by=ana.key)
    outbox.queue(channel, "publish", {"text": "Mañana, feria"}, by=ana.key)
    write_house_rule(brand, "Respeto", "No se insulta.", by=ana.key)
    cast.joined(brand, "agent", "Luis")
    brands.create_token(ana, "Panel", ["read"], by=ana.key)
    Channel.objects.filter(pk=channel.pk).update(failing_since=clock.now())
    cast.brand(ana, "Zapatería Villanueva de la Serena")
    return brand


def barriers(page: Any) -> list[str]:
    return [f"{page.url} {one['id']}: {node['html'][:200]}" for one in Axe().run(page).response["violations"] for node in one["nodes"]]


def enter(page: Any, live: str, member: Member) -> None:
    page.goto(live + brands.make_link(member, by=member.key))
    page.click("main form button")
    page.wait_for_selector("#hoy")


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_page_of_the_way_around_opens_for_everybody(live: str, page: Any, ana: Member, brand: Brand, language: str) -> None:
    Member.objects.filter(pk=ana.pk).update(language=language)
    refused: list[str] = []
    page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
    enter(page, live, ana)
    assert page.locator("html").get_attribute("lang") == language
    ways = page.locator("nav.nav a").evaluate_all("all => all.map(one => one.href)")
    assert len(ways) == 13
    found: list[str] = []
    looks = [(1440, "light"), (360, "dark")] if language == "en" else [(1440, "light"), (1440, "dark"), (360, "light")]
    for address in [*ways, *(f"{live}/m/{brand.slug}/{one}" for one in BESIDE)]:
        for width, theme in looks:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            answer = page.goto(address)
            assert answer.status == 200, address
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"{address} scrolls sideways at {width}")
            found += barriers(page)
    assert sorted(set(found)) == []
    assert refused == []


@pytest.mark.parametrize("path", ["/cuenta/login/", "/cuenta/password/reset/", "/entrar/nada/", "/no/existe/"])
def test_the_doors_have_no_barrier(live: str, page: Any, path: str) -> None:
    page.goto(live + path)
    assert barriers(page) == []


def test_the_first_brand_is_made_by_keyboard(live: str, page: Any, ana: Member) -> None:
    page.goto(live + brands.make_link(ana, by=ana.key))
    page.keyboard.press("Enter")
    page.wait_for_url("**/marcas/nueva/")
    assert barriers(page) == []
    page.keyboard.type("Panadería Nube")
    page.keyboard.press("Enter")
    page.wait_for_selector("#primeros-pasos")
    assert barriers(page) == []


def test_hoy_shows_what_arrives_by_itself_and_is_walked_by_keyboard(live: str, page: Any, ana: Member, brand: Brand) -> None:
    enter(page, live, ana)
    page.wait_for_selector("[data-live-state=on]", state="attached")
    page.wait_for_timeout(1500)  # the stream is open a moment before the server listens to the database
    cast.conversation(brand.channels.get(), "¡Recién llegada!", who="nueva", name="Recién Llegada")
    page.wait_for_selector("text=¡Recién llegada!")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bandeja/*/**")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_selector("#hoy")


def test_the_report_prints_on_two_pages(live: str, page: Any, ana: Member, brand: Brand) -> None:
    enter(page, live, ana)
    page.goto(f"{live}/m/{brand.slug}/informe/")
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") + printed.count(b"/Type /Page/") <= 2
