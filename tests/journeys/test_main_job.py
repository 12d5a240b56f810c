"""The main job as people do it: in real browsers, with a real worker, judged by what the plaza shows."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels import actions as channels
from tertulia.inbox.models import Message
from tertulia.site.tests import cast
from tests.journeys.conftest import Town

pytestmark = pytest.mark.usefixtures("worker")

POST = "Mañana abrimos una hora antes: hay desayuno. 👩‍👩‍👧‍👦"
QUESTION = "¿A qué hora abrís el domingo?"
COMPLAINT = "Mi pedido lleva tres semanas pagado y nadie me contesta. Quiero una solución."
INSULT = "Sois unos inútiles y unos sinvergüenzas, panda de imbéciles, cerrad ya."
ANSWER = "¡Hola, Marta! El domingo abrimos de diez a dos. 🫶🏽"


def come_in(town: Town, page: Any, member: Member) -> None:
    """By a link that opens once."""
    page.goto(town.address + brands.sign_in_link(member.email))
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(re.compile(r"/m/|/marcas/"))


def connect_by_form(page: Any, home: str, town: Town, token: str) -> None:
    page.goto(f"{home}canales/conectar/")
    page.get_by_role("link", name="Plaza").click()
    page.get_by_label("Dirección de la plaza").fill(town.address)
    page.get_by_label("Clave de la cuenta").fill(token)
    page.get_by_role("main").get_by_role("button", name="Conectar").click()
    page.wait_for_url(re.compile(r"/canales/\d+/"))


def write_rule(page: Any, home: str) -> None:
    page.goto(f"{home}moderacion/normas/")
    page.locator("[name=title]").fill("Sin insultos")
    page.locator("[name=text]").fill("Aquí no se insulta a nadie.")
    page.get_by_role("button", name="Añadir la norma").click()
    page.get_by_role("heading", name="Sin insultos").wait_for()


def poster() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 200), "#8a3b12").save(file, "PNG")
    return file.getvalue()


def publish(page: Any, home: str) -> None:
    """With a picture and what it shows, for this very minute."""
    page.goto(f"{home}componer/")
    page.locator("#text").fill(POST)
    page.set_input_files("#files", {"name": "cartel.png", "mimeType": "image/png", "buffer": poster()})
    page.get_by_label("Texto alternativo").fill("Un cartel con el horario")
    page.get_by_role("checkbox", name="libreria").check()
    now = datetime.now(ZoneInfo("Europe/Madrid"))
    page.locator("#day").fill(now.date().isoformat())
    page.locator("#hour").fill(now.strftime("%H:%M"))
    page.get_by_role("button", name="Programar", exact=True).click()
    page.locator("#doing").wait_for()


def all_arrive(page: Any, town: Town, many: int) -> None:
    """The page is never loaded again: what arrives is offered, and taken."""
    rows, offered = page.locator(".rows .row"), page.locator("#novedades a")

    def looked() -> bool:
        if offered.count():
            offered.click()
            page.wait_for_timeout(300)
        return bool(rows.count() == many)

    town.until(looked, f"{many} rows in the list")


def answer_by_keyboard(page: Any) -> None:
    page.get_by_role("link", name="marta", exact=False).first.focus()
    page.keyboard.press("Enter")
    page.locator(".said .bubble", has_text="domingo").wait_for()
    page.keyboard.press("r")
    page.locator("#texto:focus").wait_for()
    page.keyboard.insert_text(ANSWER)
    page.keyboard.press("Control+Enter")
    page.locator(".said.ours", has_text="Enviada").wait_for(timeout=20_000)
    page.keyboard.press("Escape")


def hide_by_keyboard(page: Any) -> None:
    page.locator(".rows .row", has_text="inútiles").get_by_role("link").click()
    page.locator(".said .bubble", has_text="inútiles").wait_for()
    page.keyboard.press("h")
    page.get_by_role("radio", name=re.compile("Sin insultos")).check()
    page.get_by_role("dialog").get_by_role("button", name="Aplicar", exact=True).click()


def figures(page: Any, home: str) -> dict[str, str]:
    page.goto(f"{home}informe/")
    return dict(zip(page.locator(".tile-label").all_text_contents(), page.locator(".tile-value").all_text_contents(), strict=True))


def test_a_day_from_the_door_to_the_report(page: Any, browser: Any, town: Town) -> None:
    token = town.settle("libreria", "Librería Faro")
    for who in ("marta", "paco", "kike"):
        town.settle(who)
    ana = cast.member("Ana Torres")
    come_in(town, page, ana)
    page.get_by_label("Nombre").fill("Librería Faro")
    page.get_by_role("button", name="Crear la marca").click()
    page.wait_for_url(re.compile("/m/"))
    home = f"{town.address}/m/{Brand.objects.get().slug}/"
    connect_by_form(page, home, town, token)
    write_rule(page, home)
    publish(page, home)
    [post] = town.until(lambda: town.seen("libreria"), "the post on the plaza")
    assert post["text"] == POST and [one["alt"] for one in post["pictures"]] == ["Un cartel con el horario"]
    page.locator("#doing", has_text="Enviada").wait_for(timeout=20_000)

    page.goto(f"{home}bandeja/?vista=todas")
    page.locator("[data-live-state=on]").wait_for()
    asked = town.speak("marta", QUESTION, parent=post["id"])
    town.speak("paco", COMPLAINT, parent=post["id"])
    insult = town.speak("kike", INSULT, parent=post["id"])
    all_arrive(page, town, 3)
    page.locator(".rows .row", has_text="domingo").locator(".chip", has_text="Pregunta").wait_for(timeout=20_000)
    page.locator(".rows .row", has_text="semanas").locator(".chip", has_text="Queja").wait_for()

    answer_by_keyboard(page)
    hide_by_keyboard(page)
    page.locator(".said", has_text="por la norma").filter(has_text="Oculto").wait_for(timeout=20_000)
    said = town.seen()
    assert [one["text"] for one in said if one["parent"] == asked] == [ANSWER], "answered once, where it was asked"
    assert [one["id"] for one in said if one["hidden"]] == [insult]

    shown = figures(page, home)
    assert {name: shown[name] for name in ("Publicadas", "Recibidos", "Respondidas", "Ocultados")} == {
        "Publicadas": "1", "Recibidos": "3", "Respondidas": "1", "Ocultados": "1"}
    others_see(browser, town, home)


def others_see(browser: Any, town: Town, home: str) -> None:
    """A colleague, in a browser of their own, all of it; a stranger, nothing."""
    brand = Brand.objects.get()
    luis, eva = cast.joined(brand, "agent"), cast.member("Eva")
    cast.brand(eva, "Café Sol")
    context = browser.new_context(locale="es-ES")
    context.set_default_timeout(10_000)
    theirs = context.new_page()
    come_in(town, theirs, luis)
    theirs.goto(f"{home}bandeja/?vista=todas")
    assert theirs.locator(".rows .row").count() == 3
    theirs.locator(".rows .row", has_text="diez a dos").get_by_role("link").click()
    theirs.locator(".said.ours", has_text="Ana Torres").filter(has_text="diez a dos").wait_for()
    assert figures(theirs, home)["Respondidas"] == "1"
    context.close()
    context = browser.new_context(locale="es-ES")
    strange = context.new_page()
    come_in(town, strange, eva)
    for where in ("", "bandeja/", "calendario/", "componer/", "envios/", "canales/", "informe/", "ajustes/", "moderacion/normas/"):
        assert strange.goto(home + where).status == 404, where
    context.close()


def test_a_question_is_answered_from_a_phone(page: Any, town: Town) -> None:
    ana = cast.member("Ana")
    brand = cast.brand(ana)
    answers = {"base_url": town.address, "token": town.settle("libreria")}
    channels.connect(brand, "plaza", answers, by=ana.key)
    town.settle("marta", "Marta مريم 👩‍👩‍👧‍👦")
    post = town.speak("libreria", POST)
    asked = town.speak("marta", QUESTION, parent=post)
    page.set_viewport_size({"width": 360, "height": 740})
    come_in(town, page, ana)
    page.goto(f"{town.address}/m/{brand.slug}/bandeja/")
    town.until(lambda: Message.objects.filter(external_id=asked).exists(), "the question in the inbox")
    all_arrive(page, town, 1)
    page.locator(".rows .row").get_by_role("link").click()
    page.locator("#texto").fill(ANSWER)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#escribir").get_by_role("button", name="Responder").click()
    page.locator(".said.ours", has_text="Enviada").wait_for(timeout=20_000)
    assert [one["text"] for one in town.seen() if one["parent"] == asked] == [ANSWER]
    page.get_by_role("link", name="Volver a la lista").click()
    assert page.locator("#filas").is_visible()
