"""Two people in one conversation, each in a real browser of their own: they see each other, and only one answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tertulia.brands.actions import set_answers
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, saved
from tertulia.inbox.models import Draft, Note, SavedReply
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

Enter = Callable[..., Any]


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
def enter(live: str, browser: Any, brand: Brand) -> Iterator[Enter]:
    """Opens the inbox for a member, in a browser of their own; a script error on any page fails the test."""
    contexts, errors = [], []

    def open_for(member: Member, more: str = "", **options: Any) -> Any:
        context = browser.new_context(locale="es-ES", viewport={"width": 1440, "height": 900}, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        client = Client()
        client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{live}/m/{brand.slug}/bandeja/{more}")
        return page

    yield open_for
    for one in contexts:
        one.close()
    assert not errors, errors


def shot(page: Any, name: str) -> None:
    """A picture for whoever looks, where ``PICTURES`` says."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def until(page: Any, condition: str) -> None:
    """Waits for an expression to hold; the page's own policy forbids Playwright to wait for it inside."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)


def test_two_people_see_each_other_and_only_one_answers(enter: Enter, channel: Channel, brand: Brand, ana: Member) -> None:
    talk, luis = cast.conversation(channel, "¿Abrís el domingo?", name="Marta Gil"), cast.joined(brand, "agent", "Luis Pardo")
    hers, his = enter(ana, f"{talk.pk}/"), enter(luis, f"{talk.pk}/")
    hers.wait_for_selector("#estado .here [title='Luis Pardo la tiene abierta']")
    hers.wait_for_selector(f"#aqui-{talk.pk} .one", state="attached")
    his.wait_for_selector("#estado .here [title='Ana Torres la tiene abierta']")

    his.fill("#texto", "Sí, de diez a dos")
    hers.wait_for_selector("#escribe:has-text('Luis Pardo está escribiendo una respuesta')")
    shot(hers, "writing")
    hers.fill("#texto", "Abrimos a las diez")
    his.wait_for_selector("#escribe:has-text('Ana Torres está escribiendo')")

    # both press at once: nothing of what the other sent has been seen
    for page in (hers, his):
        page.evaluate("document.getElementById('respuesta').requestSubmit()")
    won, lost = hers, his
    for page in (hers, his):
        until(page, "document.querySelector('#escribir .banner.warn') !== null || document.getElementById('texto').value === ''")
    if hers.query_selector("#escribir .banner.warn"):
        won, lost = his, hers
    given = Dispatch.objects.get().payload["text"]
    assert won.input_value("#texto") == ""
    assert given in lost.inner_text("#escribir .banner.warn") and lost.input_value("#texto") not in ("", given)
    shot(lost, "answered-meanwhile")
    lost.wait_for_selector(f".said.ours:has-text('{given}')")

    won.close()
    lost.wait_for_selector("#estado .here .one", state="detached")


def test_a_double_click_and_a_form_posted_again_answer_once(enter: Enter, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    page = enter(ana, f"{talk.pk}/")
    page.fill("#texto", "Una vez")
    page.dblclick("#respuesta button[type=submit]")
    page.wait_for_selector(".said.ours:has-text('Una vez')")
    page.wait_for_timeout(300)
    assert Dispatch.objects.count() == 1


def test_what_is_written_is_kept_on_every_key_and_nothing_loses_it(enter: Enter, channel: Channel, ana: Member) -> None:
    one = cast.conversation(channel, "Primera", name="Uno Uno", key="k1")
    two = cast.conversation(channel, "Segunda", name="Dos Dos", key="k2")
    page = enter(ana, f"{one.pk}/")
    page.type("#texto", "A medias")
    page.wait_for_selector(f"#fila-{one.pk} .chip:has-text('Borrador')")
    assert Draft.objects.get().text == "A medias" and page.evaluate("localStorage.length") == 0
    page.type("#texto", " y más")
    page.click(f"#enlace-{two.pk}")  # before it rests
    page.wait_for_selector(f"#detalle[data-conversation='{two.pk}']")
    assert page.input_value("#texto") == ""
    elsewhere = enter(ana, f"{one.pk}/")
    assert elsewhere.input_value("#texto") == "A medias y más"
    page.click(f"#enlace-{one.pk}")
    page.wait_for_selector(f"#detalle[data-conversation='{one.pk}']")
    assert page.input_value("#texto") == "A medias y más"
    page.fill("#texto", "Adiós")
    page.reload()  # at once, before it rests
    assert page.input_value("#texto") == "Adiós"
    page.fill("#texto", "")
    page.wait_for_selector(f"#fila-{one.pk} .chip:has-text('Borrador')", state="detached")
    assert not Draft.objects.exists()


def test_without_the_server_the_copy_of_this_browser_stays(enter: Enter, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    page = enter(ana, f"{talk.pk}/")
    page.route("**/borrador/", lambda route: route.abort())
    page.fill("#texto", "Sin red")
    page.wait_for_timeout(1300)
    assert page.evaluate("Object.values(localStorage)") == ["Sin red"]
    page.unroute("**/borrador/")
    page.reload()
    assert page.input_value("#texto") == "Sin red"
    until(page, "Object.values(localStorage).length === 0")
    assert Draft.objects.get().text == "Sin red"


def test_saved_replies_by_slash_and_what_is_missing_stops(enter: Enter, channel: Channel, brand: Brand, ana: Member) -> None:
    saved.save_reply(brand, "Horario", "Hola, {nombre}: abrimos de 10 a 14. {enlace}", ["question"], ana, by=ana.key)
    saved.save_reply(brand, "Gracias", "¡Gracias a ti!", ["praise"], ana, by=ana.key)
    talk = cast.conversation(channel, name="Marta Gil")
    page = enter(ana, f"{talk.pk}/")
    page.type("#texto", "/hor")
    page.wait_for_selector("#guardadas [role=option][aria-selected=true]:has-text('Horario')")
    shot(page, "saved")
    page.keyboard.press("Enter")
    assert page.input_value("#texto") == "Hola, Marta: abrimos de 10 a 14. {enlace}"
    page.wait_for_selector("#huecos:has-text('Falta rellenar {enlace}')")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#escribir-error:has-text('{enlace}')")
    shot(page, "gap")
    page.fill("#texto", "Hola, Marta: abrimos de 10 a 14.")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".said.ours:has-text('abrimos de 10 a 14')")
    assert SavedReply.objects.get(title="Horario").used == 1


def test_a_note_calls_somebody_by_keyboard(enter: Enter, channel: Channel, brand: Brand, ana: Member) -> None:
    luis, talk = cast.joined(brand, "agent", "Luis Pardo"), cast.conversation(channel)
    page = enter(ana, f"{talk.pk}/")
    page.keyboard.press("n")
    page.wait_for_selector("#nota:focus")
    page.keyboard.type("Ojo, @lu")
    page.wait_for_selector("#llamadas [role=option]:has-text('Luis Pardo')")
    page.keyboard.press("Enter")
    assert page.input_value("#nota") == "Ojo, @Luis Pardo "
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".said.note:has-text('@Luis Pardo')")
    assert Note.objects.get().mentions == [luis.pk]


def test_an_answer_is_asked_for_approved_and_leaves_and_every_page_is_accessible(
        enter: Enter, channel: Channel, brand: Brand, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis Pardo")
    set_answers(brand, luis, approved=True, initials="LP", by=ana.key)
    talk = cast.conversation(channel, "¿Abrís el domingo?", name="Marta Gil")
    his = enter(luis, f"{talk.pk}/")
    his.wait_for_selector("html[data-live-state=on]")
    actions.bring_draft(talk, "La avería ya está arreglada: puede pasar cuando quiera.", source="Taller · Juan Peña", by="desk:1")
    his.wait_for_selector(".draft-card.brought:has-text('arreglada')")
    his.fill("#texto", "Sí, de diez a dos")
    his.click("#respuesta button[type=submit]")
    his.wait_for_selector(".draft-card.asked:has-text('Tu respuesta espera aprobación')")
    hers = enter(ana, f"{talk.pk}/")
    hers.wait_for_selector(".draft-card.asked:has-text('Luis Pardo pide aprobación')")
    shot(hers, "approving")
    accessible(hers, "#detalle")
    hers.click(".draft-card.asked button:has-text('Aprobar y enviar')")
    hers.wait_for_selector(".said.ours:has-text('Sí, de diez a dos · LP')")
    his.wait_for_selector(".said.ours:has-text('Sí, de diez a dos · LP')")

    hers.click(".draft-card.brought button:has-text('Usar')")
    until(hers, "document.getElementById('texto').value.includes('arreglada')")
    hers.click("#respuesta button[type=submit]")
    hers.wait_for_selector(".draft-card.brought", state="detached")
    assert Draft.objects.get(state="sent", source="Taller · Juan Peña").message is not None


@pytest.mark.parametrize(("name", "width", "scheme"), [("wide", 1440, "light"), ("dark", 1440, "dark"), ("phone", 360, "light")])
def test_pictures_of_the_writer(enter: Enter, channel: Channel, brand: Brand, ana: Member, name: str, width: int, scheme: str) -> None:
    set_answers(brand, ana, initials="AT", by=ana.key)
    saved.save_reply(brand, "Horario", "Hola, {nombre}: abrimos de 10 a 14.", ["question"], ana, by=ana.key)
    talk = cast.conversation(channel, "¿Abrís el domingo?", name="Marta Gil")
    actions.bring_draft(talk, "La avería ya está arreglada: puede pasar cuando quiera.", source="Taller · Juan Peña", by="desk:1")
    page = enter(ana, f"{talk.pk}/", color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_selector("#texto")
    with page.expect_file_chooser() as chosen:
        page.click("[popovertarget=imagenes-menu]")
        page.click("[data-pick-files]")
    chosen.value.set_files([{"name": "a.png", "mimeType": "image/png", "buffer": png()}])
    page.wait_for_selector("#respuesta .shot textarea")
    page.fill("#respuesta .shot textarea", "El escaparate de Navidad")
    page.fill("#texto", "¡Hola, Marta! Este domingo abrimos de 10 a 14.")
    page.wait_for_timeout(600)
    shot(page, f"writer-{name}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("#respuesta button[type=submit]")
    page.wait_for_selector(".said.ours img[alt='El escaparate de Navidad']")
    assert Dispatch.objects.get().payload["pictures"][0]["alt"] == "El escaparate de Navidad"


def png() -> bytes:
    import io

    from PIL import Image
    written = io.BytesIO()
    Image.new("RGB", (320, 200), "#b4552d").save(written, "PNG")
    return written.getvalue()


def test_what_stands_around_the_writer_is_accessible(enter: Enter, channel: Channel, brand: Brand, ana: Member, live: str) -> None:
    saved.save_reply(brand, "Horario", "Hola, {nombre}: abrimos de 10 a 14.", ["question"], ana, by=ana.key)
    cast.conversation(channel, "Sigo esperando", key="otra", name="Marta Gil")
    talk = cast.conversation(channel, "¿Abrís el domingo?", name="Marta Gil", key="esta")
    page = enter(ana, f"{talk.pk}/")
    page.click("[data-saved-open]")
    page.wait_for_selector("#guardadas [role=option]")
    accessible(page, "#detalle")
    page.keyboard.press("Escape")
    page.click("[popovertarget=mas-actos]")
    page.click("#mas-actos a")
    page.wait_for_selector("dialog#unir[open] .merge-choice .row")
    shot(page, "merging")
    accessible(page, "#unir")
    page.click("dialog#unir .merge-choice button")
    page.wait_for_selector(".said:has-text('Sigo esperando')")
    page.wait_for_selector(".said:has-text('¿Abrís el domingo?')")
    page.click("[data-toast-undo]")
    page.wait_for_selector(".said:has-text('Sigo esperando')", state="detached")
    for address, name in ((f"/m/{brand.slug}/bandeja/respuestas/", "saved-page"), (f"/m/{brand.slug}/ajustes/yo/", "me"),
                          (f"/m/{brand.slug}/ajustes/equipo/", "team")):
        page.goto(live + address)
        shot(page, name)
        accessible(page, "main")


def accessible(page: Any, part: str) -> None:
    """Nothing that axe knows of stands in anybody's way in this part of the page."""
    wrong = Axe().run(page, context=part).response["violations"]
    assert not wrong, [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in wrong]
