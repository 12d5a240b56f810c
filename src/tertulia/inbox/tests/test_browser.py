"""The inbox in a real browser: by keyboard, live, accessible."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions
from tertulia.inbox.models import Conversation, Note, SavedView
from tertulia.moderation.actions import write_house_rule
from tertulia.moderation.models import Verdict
from tertulia.outbox.models import Dispatch
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
def inbox(live: str, page: Any, ana: Member, brand: Brand) -> Any:
    """The page, signed in, at the inbox of the brand once ``open()`` is called."""
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    page.open = lambda more="": page.goto(f"{live}/m/{brand.slug}/bandeja/{more}")
    return page


def three(channel: Channel) -> list[Conversation]:
    """Newest first, as the list shows them."""
    return [cast.conversation(channel, f"Pregunta {name}", who=name.lower(), name=name) for name in ("Carla", "Berta", "Ada")][::-1]


def test_answering_and_noting_by_keyboard(inbox: Any, channel: Channel) -> None:
    ada, _berta, _carla = three(channel)
    inbox.open()
    keys = inbox.keyboard
    keys.press("j")
    keys.press("Enter")
    inbox.wait_for_selector(f"#detalle[data-conversation='{ada.pk}']")
    assert f"/bandeja/{ada.pk}/" in inbox.url

    keys.press("r")
    inbox.wait_for_selector("#texto:focus")
    keys.type("Abrimos a las diez")
    inbox.wait_for_selector("#quedan:has-text('482')")
    keys.press("Control+Enter")
    inbox.wait_for_selector(".said.ours:has-text('Abrimos a las diez')")
    assert Dispatch.objects.get().payload["text"] == "Abrimos a las diez" and inbox.input_value("#texto") == ""

    keys.press("Escape")
    keys.press("n")
    inbox.wait_for_selector("#nota:focus")
    keys.type("Ojo")
    keys.press("Control+Enter")
    inbox.wait_for_selector(".said.note:has-text('Ojo')")
    assert Note.objects.get().text == "Ojo"


def test_assigning_closing_hiding_and_snoozing_by_keyboard(inbox: Any, channel: Channel, ana: Member, brand: Brand) -> None:
    ada, berta, carla = three(channel)
    write_house_rule(brand, "Respeto", "No se insulta.", by=ana.key)
    inbox.open(f"{ada.pk}/")
    keys = inbox.keyboard
    inbox.focus(f"#enlace-{ada.pk}")
    keys.press("j")
    keys.press("a")  # on a row that is not open: opens it and does it
    inbox.wait_for_selector(f"#fila-{berta.pk} .push")
    keys.press("e")  # they are owed an answer: closing asks why
    inbox.wait_for_selector("#porque:popover-open button:focus")
    keys.press("Enter")
    inbox.wait_for_selector(f"#fila-{berta.pk}.out")
    inbox.wait_for_selector(f"#detalle[data-conversation='{carla.pk}']")  # on to the next
    berta.refresh_from_db()
    assert berta.state == "closed" and berta.assignee == ana

    inbox.click("[data-toast-undo]")
    inbox.wait_for_selector(f"#fila-{berta.pk}:not(.out)")
    berta.refresh_from_db()
    assert berta.state == "open"

    keys.press("h")
    inbox.wait_for_selector("dialog#ocultar[open] input[name=rule]")
    inbox.check("dialog#ocultar input[name=rule]")
    inbox.click("dialog#ocultar button.primary")
    inbox.wait_for_selector(".said:has-text('Ocultando')")
    assert Verdict.objects.get().rule.title == "Respeto" and not inbox.is_visible("dialog#ocultar")
    carla.refresh_from_db()
    assert carla.state == "closed", "what is hidden is owed no answer"

    inbox.focus(f"#enlace-{berta.pk}")
    keys.press("z")
    inbox.wait_for_selector("#posponer:popover-open button:focus")
    keys.press("Enter")
    inbox.wait_for_selector(f"#fila-{berta.pk}.out")
    berta.refresh_from_db()
    assert berta.state == "snoozed"


def test_what_is_owed_is_closed_with_a_reason_and_what_is_not_without(inbox: Any, channel: Channel, ana: Member) -> None:
    ada, _berta, _carla = three(channel)
    inbox.open(f"{ada.pk}/")
    inbox.keyboard.press("e")
    inbox.wait_for_selector("#porque:popover-open button:focus")
    inbox.click("#porque button:has-text('Es spam')")
    inbox.wait_for_selector(f"#fila-{ada.pk}.out")
    assert set(ada.messages.values_list("ending", "ended_because")) == {("silent", "spam")}
    actions.reopen(ada, by=ana.key)
    actions.reply(ada.messages.first(), "Sí", ana, by=ana.key)  # type: ignore[arg-type]
    actions.reopen(ada, by=ana.key)  # nothing is owed there, but somebody wants it open
    inbox.open(f"{ada.pk}/")
    inbox.keyboard.press("e")
    inbox.wait_for_selector(".toast:has-text('Cerrada')")
    ada.refresh_from_db()
    assert ada.state == "closed"


def test_a_countdown_warns_and_is_late_without_asking_the_server(inbox: Any, channel: Channel) -> None:
    ada, _berta, _carla = three(channel)
    now = datetime.now(UTC)
    Conversation.objects.filter(pk=ada.pk).update(waiting_since=now - timedelta(hours=1), answer_due_at=now + timedelta(seconds=25))
    inbox.open(f"{ada.pk}/")
    row, head = f"#fila-{ada.pk} .due", "#estado .due"
    inbox.wait_for_selector(f"{row}.soon")
    assert inbox.is_visible(f"{head}.soon:has-text('Responder')")
    inbox.context.set_offline(True)
    inbox.wait_for_selector(f"{row}.late:has-text('Venció')", timeout=40_000)
    inbox.wait_for_selector(f"{head}.late:has-text('Venció')")
    inbox.context.set_offline(False)


def test_several_are_chosen_and_closed_by_keyboard(inbox: Any, channel: Channel) -> None:
    ada, berta, _carla = three(channel)
    inbox.open()
    for key in ("j", "x", "j", "x"):
        inbox.keyboard.press(key)
    inbox.wait_for_selector("#elegidas:has-text('2')")
    inbox.keyboard.press("e")
    inbox.wait_for_selector("#cerrarlas:popover-open button:focus")
    inbox.keyboard.press("Enter")
    inbox.wait_for_selector(f"#fila-{ada.pk}.out")
    assert set(Conversation.objects.filter(state="closed")) == {ada, berta}


def test_what_arrives_waits_in_a_pill_and_the_open_conversation_grows(inbox: Any, channel: Channel) -> None:
    talk = cast.conversation(channel, "Hola", key="k1", who="ada")
    inbox.open(f"{talk.pk}/")
    inbox.wait_for_selector("[data-live-state=on]")
    inbox.fill("#texto", "Estoy escribiendo")
    cast.arrive(channel, cast.item("k2", "¿Hay alguien?", who="ada", parent="k1"))
    inbox.wait_for_selector("#cola .said:has-text('¿Hay alguien?')")
    cast.conversation(channel, "Soy otra", who="eva", name="Eva")
    inbox.wait_for_selector("#novedades a:has-text('nueva')")
    assert inbox.locator(".rows .row").count() == 1, "the list did not jump"
    assert inbox.input_value("#texto") == "Estoy escribiendo" and inbox.evaluate("document.activeElement.id") == "texto"
    inbox.click("#novedades a")
    inbox.wait_for_selector(".rows .row:has-text('Eva')")
    inbox.reload()
    assert inbox.input_value("#texto") == "Estoy escribiendo", "a draft outlives the page"


def test_searching_narrows_while_one_types_and_keeps_the_address(inbox: Any, channel: Channel) -> None:
    cast.conversation(channel, "Quiero la suscripción", who="ada")
    cast.conversation(channel, "Otra cosa", who="eva")
    inbox.open()
    inbox.keyboard.press("/")
    inbox.keyboard.type("suscripcion")
    inbox.wait_for_selector(".rows .row mark:has-text('suscripción')")
    inbox.wait_for_function("document.querySelectorAll('.rows .row').length === 1 && location.search.includes('suscripcion')")
    assert inbox.evaluate("document.activeElement.id") == "buscar"


def test_on_a_phone_one_pane_at_a_time_and_back(inbox: Any, channel: Channel) -> None:
    talk = cast.conversation(channel, "Hola")
    inbox.set_viewport_size({"width": 360, "height": 740})
    inbox.open()
    inbox.click(f"#fila-{talk.pk}")
    inbox.wait_for_selector("#texto")
    assert not inbox.is_visible("#filas")
    assert inbox.evaluate("document.documentElement.scrollWidth") <= 360
    inbox.click("[data-back]")
    inbox.wait_for_selector("#filas", state="visible")
    assert not inbox.is_visible("#detalle")
    inbox.go_back()
    inbox.wait_for_selector("#texto")


def test_it_all_works_without_javascript(live: str, browser: Any, ana: Member, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel, "Hola")
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    plain = context.new_page()
    plain.goto(f"{live}/m/{brand.slug}/bandeja/")
    plain.click(".row-link")
    plain.fill("#texto", "Buenas")
    plain.click("#escribir button[type=submit]")
    plain.locator(".said.ours:has-text('Buenas')").wait_for()
    plain.click("#estado button:has-text('Abrir otra vez')")
    plain.click("#estado button:has-text('Cerrar')")
    plain.click(".toast button:has-text('Deshacer')")
    talk.refresh_from_db()
    assert talk.state == "open"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing(inbox: Any, channel: Channel, ana: Member, brand: Brand, scheme: str, width: int) -> None:
    first = cast.arrive(channel, cast.item("k1", "Qué asco de tienda", name="أحمد"), cast.item("k2", "Gracias", who="eva", name="Eva"))[0]
    actions.attach_readings({first.pk: {
        "sentiment": {"label": "negative", "p": 0.9, "sure": True, "why": [{"start": 4, "end": 8, "text": "asco", "weight": 1}]},
        "intent": {"labels": [{"label": "complaint", "p": 0.8}], "sure": True, "why": []},
        "offence": {"label": "NOE", "p": 0.4, "sure": False, "why": []}, "language": {"label": "es", "p": 0.9, "sure": True}}}, by="x")
    actions.reply(first, "Lo sentimos", ana, by=ana.key)
    actions.write_note(first.conversation, "Ojo", ana, by=ana.key)
    write_house_rule(brand, "Respeto", "No se insulta.", by=ana.key)
    inbox.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    inbox.set_viewport_size({"width": width, "height": 900})
    for more in ("?vista=todas", f"{first.conversation_id}/?vista=todas", "?vista=mias", "../moderacion/normas/"):
        inbox.open(more)
        found = Axe().run(inbox).response["violations"]
        assert not found, [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("width", [1280, 360])
def test_a_row_opens_also_while_the_list_looks_again(inbox: Any, channel: Channel, width: int) -> None:
    talk = cast.conversation(channel, "Hola", key="k1")
    inbox.set_viewport_size({"width": width, "height": 740})
    inbox.open()
    inbox.wait_for_selector("[data-live-state=on]")
    inbox.route("**/bandeja/filas/**", lambda asked: None)  # the answer never comes
    with inbox.expect_request("**/bandeja/filas/**"):
        inbox.evaluate("document.body.dispatchEvent(new CustomEvent('live:message_read'))")
    inbox.click(f"#enlace-{talk.pk}")
    inbox.wait_for_selector("#texto", state="visible")
    assert f"/bandeja/{talk.pk}/" in inbox.url
    inbox.unroute_all(behavior="ignoreErrors")


# --------------------------------------------------------------------------- the list


def test_filtering_saving_the_view_and_taking_filters_off_by_keyboard(inbox: Any, channel: Channel, ana: Member) -> None:
    three(channel)
    cast.conversation(channel, "En privado", kind="direct", root="", who="dora", name="Dora")
    inbox.open()
    keys = inbox.keyboard
    keys.press("f")
    inbox.wait_for_selector("#filtros select[name=tipo]")
    inbox.select_option("#filtros select[name=tipo]", "direct")
    inbox.wait_for_selector(".chip[data-filter=tipo]")
    assert inbox.locator(".rows .row").count() == 1 and "tipo=direct" in inbox.url
    keys.press("Escape")
    keys.press("v")
    inbox.wait_for_selector("#guardar-vista input[name=name]:focus")
    keys.type("Privados")
    keys.press("Enter")
    inbox.wait_for_selector("#vistas-guardadas a[aria-current=page]:has-text('Privados')")
    inbox.wait_for_selector("#vistas-guardadas .count:has-text('1')")
    assert SavedView.objects.get().filters == {"tipo": "direct"} and "guardada=" in inbox.url
    inbox.click(".chip[data-filter=tipo]")
    inbox.wait_for_selector(".rows .row:nth-of-type(4)")


def test_choosing_several_labelling_them_and_taking_it_back(inbox: Any, channel: Channel) -> None:
    three(channel)
    inbox.open()
    keys = inbox.keyboard
    for _ in range(2):
        keys.press("j")
        keys.press("x")
    inbox.wait_for_selector("#elegidas:has-text('2')")
    keys.press("m")
    inbox.fill("#etiquetarlas input[name=name]", "vip")
    keys.press("Enter")
    inbox.wait_for_selector(".row .chip:has-text('vip')")
    assert Conversation.objects.filter(labels=["vip"]).count() == 2
    inbox.click("[data-toast-undo]")
    inbox.wait_for_selector(".row .chip:has-text('vip')", state="detached")
    assert not Conversation.objects.exclude(labels=[]).exists()


@pytest.mark.parametrize("width", [360, 1440])
def test_the_list_and_the_queue_of_all_brands_are_accessible(inbox: Any, live: str, channel: Channel, ana: Member, width: int) -> None:
    three(channel)
    cast.conversation(cast.channel(cast.brand(ana, "Segunda")), "Otra marca", who="z")
    inbox.set_viewport_size({"width": width, "height": 800})
    for address in (lambda: inbox.open("?tipo=comment"), lambda: inbox.goto(f"{live}/bandeja/"),
                    lambda: inbox.open("vistas/guardadas/")):
        address()
        found = Axe().run(inbox, options={"resultTypes": ["violations"]})
        assert not found.response["violations"], found.generate_report()
        assert inbox.evaluate("document.documentElement.scrollWidth <= innerWidth")
