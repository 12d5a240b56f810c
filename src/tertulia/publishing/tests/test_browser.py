"""The main path in a real browser: write, schedule, see it on the calendar, drag it, move it by keyboard; two people at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.publishing import actions, repeating
from tertulia.publishing.models import Post
from tertulia.publishing.recurring import Rule
from tertulia.publishing.tests.conftest import photo
from tertulia.site.tests import cast

# Playwright keeps a loop running in the thread of the test, which Django would not touch its database from.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
Write = Callable[..., Post]


def _enter(page: Any, live: str, member: Member) -> Any:
    client = Client()
    client.force_login(member)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    return page


def _violations(page: Any) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}" for one in found for node in one["nodes"]]


def _free_day(tomorrow: datetime) -> date:
    """A day to come whose week shows two more: so that a drag stays inside the calendar that is seen."""
    day = tomorrow.date()
    return day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())


@pytest.fixture
def planned(write: Write, lucia: Member, tomorrow: datetime) -> Post:
    post = write("Club de lectura del jueves")
    return actions.schedule(post, datetime.combine(_free_day(tomorrow), tomorrow.time()), seen=post.version, by=lucia.key)


def test_from_the_first_word_to_another_day_on_the_calendar(
    live: str, page: Any, lucia: Member, house: Brand, ways: list[Channel], tomorrow: datetime,
) -> None:
    day = _free_day(tomorrow)
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/componer/?fecha={day}")
    page.fill("#text", "Mañana, cuentacuentos con #familias 👨‍👩‍👧 en https://libreria.example/cuentos")
    page.wait_for_url(lambda url: "/componer/" in url and url.rstrip("/")[-1].isdigit())
    page.locator("#previews .mention", has_text="#familias").first.wait_for()
    page.locator("#saved", has_text="Guardado").wait_for()
    page.click("#schedule")
    page.locator("#doing", has_text="Programada").wait_for()
    post = Post.objects.get()
    assert (post.state, post.local_date) == ("scheduled", day)

    page.goto(f"{live}/m/{house.slug}/calendario/?fecha={day}")
    page.locator(f"#post-{post.pk}").drag_to(page.locator(f".day[data-day='{day + timedelta(days=1)}']"))
    page.locator("[data-toast]", has_text="Movida al").wait_for()
    page.locator(f".day[data-day='{day + timedelta(days=1)}'] #post-{post.pk}[data-seen='{post.version + 1}']").wait_for()
    post.refresh_from_db()
    assert (post.local_date, post.local_time.hour) == (day + timedelta(days=1), 12)
    assert not page.locator("#peek").is_visible(), "a drag opens nothing"

    page.focus(f"#post-{post.pk}")
    page.keyboard.press("m")
    assert "Tienes cogida" in page.locator("#moving-said").inner_text()
    page.keyboard.press("ArrowRight")
    assert "Sobre el" in page.locator("#moving-said").inner_text()
    page.keyboard.press("Enter")
    page.locator(f".day[data-day='{day + timedelta(days=2)}'] #post-{post.pk}[data-seen='{post.version + 1}']").wait_for()
    post.refresh_from_db()
    assert post.local_date == day + timedelta(days=2)
    page.locator("[data-toast-undo]").last.click()
    page.locator(f".day[data-day='{day + timedelta(days=1)}'] #post-{post.pk}").wait_for()


def test_in_a_week_the_arrows_move_by_quarters_and_escape_leaves_it(
    live: str, page: Any, lucia: Member, house: Brand, planned: Post,
) -> None:
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/calendario/?vista=semana&fecha={planned.local_date}")
    page.focus(f"#post-{planned.pk}")
    for key in ("m", "ArrowDown", "Escape"):
        page.keyboard.press(key)
    assert page.locator(f"#post-{planned.pk} time").inner_text() == "12:00"
    for key in ("m", "ArrowDown", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.locator(f".slot[data-hour='13'] #post-{planned.pk}[data-at$='13:15']").wait_for()
    planned.refresh_from_db()
    assert planned.local_time.isoformat("minutes") == "13:15"


def test_two_people_drag_the_same_post(live: str, page: Any, browser: Any, lucia: Member, house: Brand, planned: Post) -> None:
    marta = cast.joined(house, "editor", "Marta")
    # Marta's page hears nothing live: her calendar is the one of before.
    theirs = browser.new_context(locale="es-ES", viewport={"width": 1280, "height": 800})
    theirs.route("**/vivo*", lambda route: route.abort())
    slow = _enter(theirs.new_page(), live, marta)
    address, day = f"{live}/m/{house.slug}/calendario/?fecha={planned.local_date}", planned.local_date
    slow.goto(address)
    _enter(page, live, lucia).goto(address)
    page.locator(f"#post-{planned.pk}").drag_to(page.locator(f".day[data-day='{day + timedelta(days=1)}']"))
    page.locator("[data-toast]", has_text="Movida al").wait_for()
    slow.locator(f"#post-{planned.pk}").drag_to(slow.locator(f".day[data-day='{day + timedelta(days=2)}']"))
    slow.locator("[data-toast]", has_text="Lucía la movió al").wait_for()
    slow.locator(f".day[data-day='{day + timedelta(days=1)}'] #post-{planned.pk}").wait_for()
    planned.refresh_from_db()
    assert planned.local_date == day + timedelta(days=1)
    theirs.close()


def test_what_one_does_the_other_sees(live: str, page: Any, lucia: Member, house: Brand, planned: Post) -> None:
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/calendario/?fecha={planned.local_date}")
    page.locator("html[data-live-state=on]").wait_for(state="attached")
    later = datetime.combine(planned.local_date + timedelta(days=1), planned.local_time)
    actions.schedule(planned, later, seen=planned.version, by=lucia.key)
    page.locator(f".day[data-day='{planned.local_date + timedelta(days=1)}'] #post-{planned.pk}").wait_for()


def test_pictures_are_chosen_described_and_put_in_order_by_keyboard(
    live: str, page: Any, lucia: Member, house: Brand, ways: list[Channel],
) -> None:
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/componer/")
    files = [{"name": f"{n}.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(40 + n, 40))} for n in range(2)]
    page.set_input_files("#files", [*files, {"name": "nota.txt", "mimeType": "text/plain", "buffer": b"no"}])
    page.locator("#upload-said", has_text="nota.txt no es una imagen").wait_for()
    assert page.locator("[data-shot]").count() == 2
    first = page.locator("[data-shot] [name=picture]").first.get_attribute("value")
    page.locator("[data-shot] textarea").first.fill("Una mesa con libros")
    page.locator("[data-shot] [data-step='1']").first.press("Enter")
    page.locator("#saved", has_text="Guardado").wait_for()
    page.wait_for_function("() => !document.querySelector('#saved').textContent.includes('…')")
    page.locator("#previews img").first.wait_for()
    page.wait_for_timeout(1500)
    kept = [(str(one.picture_id) == first, one.alt) for one in Post.objects.get().pictures.all()]
    assert kept == [(False, ""), (True, "Una mesa con libros")]


def test_who_writes_over_another_loses_nothing(live: str, page: Any, lucia: Member, house: Brand, write: Write) -> None:
    post = write("Al principio")
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/componer/{post.pk}/")
    marta = cast.joined(house, "editor", "Marta")
    actions.edit(post, seen=post.version, text="Lo de Marta", by=marta.key)
    page.fill("#text", "Lo de Lucía")
    clash = page.locator(".clash")
    clash.wait_for()
    assert "Marta cambió el contenido" in clash.inner_text() and page.input_value("#text") == "Lo de Lucía"
    clash.get_by_role("button", name="Guardar lo mío encima").click()
    page.locator("#saved", has_text="Guardado").wait_for()
    clash.wait_for(state="detached")
    post.refresh_from_db()
    assert post.text == "Lo de Lucía"


def test_leaving_now_can_be_regretted(live: str, page: Any, lucia: Member, house: Brand, ways: list[Channel]) -> None:
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/componer/")
    page.fill("#text", "Esto sale ya")
    page.locator("#now:enabled").wait_for()
    page.click("#now")
    notice = page.locator("[data-toast]", has_text="Sale en 10 segundos.")
    notice.locator("[data-toast-undo]").click()
    page.locator("#now").wait_for()
    assert Post.objects.get().state == "draft" and page.input_value("#text") == "Esto sale ya"


def test_a_finger_holds_and_drags(live: str, browser: Any, lucia: Member, house: Brand, planned: Post) -> None:
    context = browser.new_context(locale="es-ES", viewport={"width": 800, "height": 1000}, has_touch=True)
    page = _enter(context.new_page(), live, lucia)
    page.goto(f"{live}/m/{house.slug}/calendario/?fecha={planned.local_date}")
    day = planned.local_date + timedelta(days=1)
    page.locator(f"#post-{planned.pk}").scroll_into_view_if_needed()
    start, end = page.locator(f"#post-{planned.pk}").bounding_box(), page.locator(f".day[data-day='{day}']").bounding_box()
    finger = context.new_cdp_session(page)
    at = {"x": start["x"] + 20, "y": start["y"] + 10}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
    page.locator(".entry.ghost").wait_for()
    for share in (0.3, 0.7, 1):
        moved = {"x": at["x"] + (end["x"] + 30 - at["x"]) * share, "y": at["y"] + (end["y"] + 40 - at["y"]) * share}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [moved]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.locator(f".day[data-day='{day}'] #post-{planned.pk}[data-seen='{planned.version + 1}']").wait_for()
    planned.refresh_from_db()
    assert planned.local_date == day
    context.close()


def test_too_long_shuts_the_doors_and_says_why(live: str, page: Any, lucia: Member, house: Brand, ways: list[Channel]) -> None:
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/componer/")
    page.fill("#text", "a" * 301)
    page.locator("#why", has_text="Hay algo que corregir").wait_for()
    page.wait_for_function("() => document.querySelector('#now').disabled")
    page.fill("#text", "a" * 300)
    page.wait_for_function("() => !document.querySelector('#now').disabled")


def test_a_draft_is_made_to_repeat_one_is_skipped_and_the_series_is_stopped_and_taken_up_again(
    live: str, page: Any, lucia: Member, house: Brand, write: Write, tomorrow: datetime,
) -> None:
    post = write("Horario de hoy")
    _enter(page, live, lucia).goto(f"{live}/m/{house.slug}/componer/{post.pk}/")
    page.fill("#day", tomorrow.date().isoformat())
    page.fill("#hour", "18:00")
    page.click(".repeats > summary")
    page.select_option("#every", "day")
    assert page.locator("#now").is_hidden() and page.locator(".weekdays").is_hidden()
    page.select_option("#ends", "times")
    page.locator("#hour-said", has_text="Di hasta cuándo").wait_for()
    page.wait_for_function("() => document.querySelector('#schedule').disabled")
    page.fill("#times", "3")
    page.locator("#hour-said", has_text="Cada día a las 18:00: 3 publicaciones.").wait_for()
    page.click("#schedule")
    page.locator("#serie li").nth(2).wait_for()
    page.locator("#serie li").nth(1).get_by_role("button", name="Saltar").click()
    page.locator("[data-toast]", has_text="Descartada").wait_for()
    page.locator("#serie li").nth(2).wait_for(state="detached")
    page.get_by_role("button", name="Parar la serie").click()
    page.get_by_role("button", name="Repetir otra vez").click()
    page.locator("#serie li").nth(1).wait_for()
    assert page.locator("#serie li").count() == 2, "what was skipped stays out"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_neither_page_has_a_barrier(
    live: str, page: Any, lucia: Member, house: Brand, ways: list[Channel], planned: Post, write: Write, theme: str, width: int,
    tomorrow: datetime,
) -> None:
    series = write("Cada día")
    repeating.repeat(series, Rule("day", _free_day(tomorrow)), time(9), seen=series.version, by=lucia.key)
    write("مرحبا بكم 👨‍👩‍👧‍👦 " + "x" * 320, on=ways)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    _enter(page, live, lucia)
    newest = Post.objects.order_by("-pk")[0].pk
    month, week = f"calendario/?fecha={planned.local_date}", f"calendario/?vista=semana&fecha={planned.local_date}"
    for place in (month, week, "componer/", f"componer/{newest}/", f"componer/{planned.pk}/", f"componer/{series.pk}/"):
        page.goto(f"{live}/m/{house.slug}/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{place} scrolls sideways"
        assert _violations(page) == [], place
    page.goto(f"{live}/m/{house.slug}/calendario/?fecha={planned.local_date}")
    page.click(f"#post-{planned.pk}")
    page.locator("#peek[open] .preview").wait_for()
    assert _violations(page) == []
