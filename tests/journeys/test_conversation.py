"""A conversation from its first word to its last, as people live it: five stories in real browsers, with a real worker.

Each is also a film of the guide (``python -m tools.films``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels import actions as channels
from tertulia.handoffs import desks
from tertulia.handoffs.leads import add_outlet
from tertulia.handoffs.models import Idea, Kind, Suggestion
from tertulia.handoffs.tests.steps import link_in
from tertulia.inbox.models import Conversation, Ending, Message
from tertulia.kit import clock
from tertulia.moderation.actions import write_house_rule
from tertulia.notices.tests.mailbox import Mailbox, mailbox
from tertulia.plaza.actions import Saying, say_many
from tertulia.plaza.queries import neighbour, utterance
from tertulia.site.tests import cast
from tests.journeys.conftest import Town
from tests.journeys.film import Film
from tests.journeys.steps import live_rule, note_as_suggestion, opening_hours
from tests.journeys.test_main_job import come_in

pytestmark = pytest.mark.django_db(transaction=True)

POST = "El sábado presentamos la nueva colección en la tienda de Gran Vía. Os esperamos a las doce."
COMPLAINT = ("Llevo tres semanas esperando el pedido 4417, lo pagué el día 2 y en la tienda nadie me contesta. "
             "Es una vergüenza: quiero mi dinero o mi pedido, ya.")
INSULT = "Menudos 1mb3c1l3s, sois unos g i l i p o l l a s y vuestra tienda es una estafa"
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def letters(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server on this machine, for the web and for the worker."""
    with mailbox(settings) as box:
        monkeypatch.setenv("TERTULIA_SMTP", f"smtp://127.0.0.1:{box.port}")
        yield box


@pytest.fixture
def ana(town: Town) -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def shop(town: Town, ana: Member) -> Brand:
    """A bookshop on the plaza, with its post, and the people who will speak."""
    brand = cast.brand(ana)
    channels.connect(brand, "plaza", {"base_url": town.address, "token": town.settle("libreria", "Librería Faro")}, by=ana.key)
    for handle, name in (("lola", "Lola Ruiz"), ("kike", "Kike"), ("marta", "Marta Gil"), ("nuria", "Nuria Sanz")):
        town.settle(handle, name)
    return brand


@pytest.fixture
def post(town: Town, shop: Brand) -> str:
    return town.speak("libreria", POST)


def home(town: Town, brand: Brand) -> str:
    return f"{town.address}/m/{brand.slug}/"


def arrived(town: Town, external_id: str) -> Message:
    """The message in the inbox, read."""
    def there() -> Message | None:
        return Message.objects.filter(external_id=external_id, reading__isnull=False).select_related("conversation").first()

    return town.until(there, "the message, read")  # type: ignore[no-any-return]


def opened(page: Any, town: Town, message: Message) -> None:
    page.goto(f"{home(town, message.brand)}bandeja/{message.conversation_id}/")
    page.locator(f"#m{message.pk}").wait_for()


def stranger(browser: Any, width: int = 390) -> Any:
    """A browser of somebody who has no account, on a phone."""
    context = browser.new_context(locale="es-ES", viewport={"width": width, "height": 780})
    context.set_default_timeout(10_000)
    return context.new_page()


def ending(message: Message) -> str | None:
    return Message.objects.values_list("ending", flat=True).get(pk=message.pk)


# --------------------------------------------------------------------------- one


def hand_over(page: Any, film: Film) -> None:
    """By keyboard, with an answer for the meantime."""
    page.keyboard.press("t")
    dialog = page.locator("#trasladar-cuerpo")
    dialog.locator("select[name=kind]").wait_for()
    assert dialog.locator("select[name=kind]").input_value() in (Kind.COMPLAINT, Kind.INCIDENT), "guessed by what was understood"
    dialog.locator("textarea[name=brief]").fill("¿Qué ha pasado con el pedido 4417? ¿Podemos enviarlo hoy?")
    film.shot(page, "Con la tecla «t» se traslada a la tienda: qué es, a quién, qué ve y para cuándo.")
    dialog.get_by_role("button", name="Trasladar", exact=True).click()


def answered_outside(browser: Any, address: str, film: Film) -> None:
    """The shop's manager, on a phone, with nothing but the letter."""
    theirs = stranger(browser)
    theirs.goto(address)
    theirs.get_by_text("4417").first.wait_for()
    film.shot(theirs, "La encargada, sin cuenta, lo abre desde el correo: ve el asunto, no la bandeja.")
    theirs.locator("textarea[name=text]").fill("Se quedó en el almacén por error. Sale hoy y le llega mañana antes de las 12.")
    theirs.get_by_role("button", name="Enviar", exact=True).click()
    theirs.get_by_text("Respuesta recibida").wait_for()
    theirs.context.close()


def test_a_complaint_goes_to_the_shop_and_comes_back(page: Any, browser: Any, town: Town, letters: Mailbox, worker: Any, ana: Member,
                                                     shop: Brand, post: str, film: Film) -> None:
    desk = desks.write_desk(shop, "Tienda de Gran Vía", {Kind.COMPLAINT: 240, Kind.INCIDENT: 120}, by=ana.key)
    desks.add_holder(desk, name="Marta", email="marta@tienda.example", by=ana.key)
    message = arrived(town, town.speak("lola", COMPLAINT, parent=post))
    come_in(town, page, ana)
    page.goto(f"{home(town, shop)}bandeja/?vista=enfadadas")
    page.locator(".rows .row", has_text="4417").wait_for()
    film.shot(page, "Una clienta furiosa entra la primera en «Enfadadas», con su plazo corriendo.")
    opened(page, town, message)
    hand_over(page, film)
    town.until(lambda: letters.mails, "the letter to the shop")
    assert "4417" in letters.text() and ending(message) == Ending.HANDED
    answered_outside(browser, town.address + link_in(letters.text()), film)
    opened(page, town, message)
    brought = page.locator(".brought", has_text="almacén")
    brought.wait_for()
    film.shot(page, "Su respuesta vuelve a la conversación como borrador, con quién lo dice.")
    brought.get_by_role("button", name=re.compile("Usar")).click()
    town.until(lambda: "almacén" in page.locator("#texto").input_value(), "the words in the writer")
    page.locator("#texto").fill("Hola, Lola. Se quedó en el almacén por un error nuestro: lo tienes mañana antes de las 12. Perdona.")
    page.keyboard.press("Control+Enter")
    town.until(lambda: any("Perdona" in one["text"] for one in town.seen("libreria")), "the answer on the plaza")
    page.locator(".said.ours", has_text="Perdona").wait_for(timeout=20_000)
    film.shot(page, "La CM la edita y la envía: nada sale solo.")
    assert ending(message) == Ending.ANSWERED
    page.goto(f"{home(town, shop)}libro/")
    page.get_by_text("Cuadra").first.wait_for()
    assert not Message.objects.filter(brand=shop, ours=False, ending=None).exists()
    film.shot(page, "El libro cierra el día: todo lo recibido tiene su final.")


# --------------------------------------------------------------------------- two


def hidden_there(town: Town, said: str) -> bool:
    return bool(next(one for one in town.seen("kike") if one["id"] == said)["hidden"])


def link_to_appeal(page: Any, town: Town, message: Message) -> str:
    """The address that the notice to the author carries; a person would send it."""
    page.goto(f"{home(town, message.brand)}moderacion/mensajes/{message.pk}/")
    page.get_by_role("button", name=re.compile("Decírselo")).click()
    page.wait_for_timeout(500)
    text = message.conversation.drafts.exclude(state="dropped").latest("pk").text
    path = re.search(r"https?://[^/\s]+(/apelar/[^\s/]+/)", text)
    assert path, text
    return town.address + path[1]


def judged_by_another(browser: Any, town: Town, judge: Member, brand: Brand, film: Film) -> None:
    context = browser.new_context(locale="es-ES", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    come_in(town, page, judge)
    page.goto(f"{home(town, brand)}moderacion/reclamaciones/")
    page.locator("main a[href*='/reclamaciones/']").last.click()
    page.locator("input[value=reversed]").check()
    page.locator("textarea[name=text]").fill("Tienes razón en la queja. Lo volvemos a mostrar; te pedimos que cuides las palabras.")
    film.shot(page, "La responde otra persona del equipo, no quien decidió.")
    page.get_by_role("button", name="Responder", exact=True).click()
    page.get_by_text("Tienes razón en la queja").first.wait_for()
    context.close()


def test_a_troll_is_hidden_by_rule_and_wins_the_appeal(page: Any, browser: Any, town: Town, worker: Any, ana: Member, shop: Brand,
                                                       post: str, film: Film) -> None:
    luis = cast.joined(shop, "editor", "Luis Prado")
    write_house_rule(shop, "Sin insultos", "Aquí se discute de todo, pero no se insulta a nadie.", by=ana.key)
    live_rule(shop, ana)
    said = town.speak("kike", INSULT, parent=post)
    message = arrived(town, said)
    town.until(lambda: hidden_there(town, said), "the insult hidden on the plaza")
    come_in(town, page, ana)
    opened(page, town, message)
    page.locator(f"#m{message.pk}", has_text="Oculto").wait_for(timeout=20_000)
    film.shot(page, "Un insulto disfrazado se oculta por la norma 1, y la regla dice qué vio.")
    town.until(lambda: ending(message) == Ending.HIDDEN, "the ledger's word")

    theirs = stranger(browser)
    theirs.goto(link_to_appeal(page, town, message))
    theirs.locator("textarea").fill("Estaba enfadado porque me cobrasteis dos veces. Retiro los insultos, pero la queja es cierta.")
    film.shot(theirs, "El autor reclama desde un enlace, sin cuenta: ve su texto y la norma.")
    theirs.get_by_role("button", name="Enviar la reclamación").click()
    theirs.get_by_text("La hemos recibido").wait_for()
    judged_by_another(browser, town, luis, shop, film)
    town.until(lambda: not hidden_there(town, said), "the message seen again")
    theirs.reload()
    theirs.get_by_text("Tienes razón", exact=True).wait_for()
    film.shot(theirs, "La respuesta, en el mismo enlace.")
    theirs.context.close()
    town.until(lambda: ending(message) is None, "it needs an answer again")
    opened(page, town, message)
    film.shot(page, "El comentario vuelve a verse y espera respuesta como otro cualquiera.")


# --------------------------------------------------------------------------- three


def test_a_question_at_three_waits_for_opening(page: Any, town: Town, worker: Any, ana: Member, shop: Brand, post: str,
                                               film: Film) -> None:
    opening_hours(shop, ana, {str(day): [["09:00", "14:00"], ["16:00", "20:00"]] for day in range(7)})
    night = datetime.combine(datetime.now(MADRID).date(), time(3), MADRID)
    night -= timedelta(days=1) if night > datetime.now(MADRID) else timedelta()
    shop.channels.update(connected_at=night - timedelta(days=1))  # what was said before that is history, and owed from then on
    [(said, _new)] = say_many([Saying(by=neighbour("marta"), text="¿Hacéis envíos a Canarias?", at=night.astimezone(UTC),
                                      parent=_utterance(post))])
    message = arrived(town, str(said.pk))
    opening = datetime.combine(night.date(), time(9), MADRID)
    due = town.until(lambda: Conversation.objects.get(pk=message.conversation_id).answer_due_at, "its deadline")
    assert due == opening + timedelta(hours=4), "counted from the opening, not from the small hours"
    come_in(town, page, ana)
    page.goto(f"{home(town, shop)}ajustes/horario/")
    page.get_by_role("heading", name=re.compile("[Hh]orario")).first.wait_for()
    film.shot(page, "El horario en que contesta la marca, con sus festivos.")
    page.goto(f"{home(town, shop)}ajustes/plazos/")
    page.get_by_role("heading", name="En cuánto tiempo").wait_for()
    film.shot(page, "Los plazos, por intención e importancia, y quién se entera si se pasan.")
    opened(page, town, message)
    page.locator("#estado").wait_for()
    film.shot(page, "Una pregunta de las tres de la mañana: el plazo empieza a las nueve.")
    page.keyboard.press("r")
    page.keyboard.insert_text("¡Hola, Marta! Sí, enviamos a Canarias en cinco días.")
    page.keyboard.press("Control+Enter")
    page.locator(".said.ours", has_text="cinco días").wait_for(timeout=20_000)
    town.until(lambda: ending(message) == Ending.ANSWERED, "the ledger's word")
    film.shot(page, "Contestada en horario, dentro de plazo.")


def _utterance(pk: str) -> Any:
    return utterance(pk, None, clock.now())


# --------------------------------------------------------------------------- four

SUGGESTIONS = (
    "Estaría bien que abrierais los domingos por la tarde", "¿Por qué no abrís los domingos por la tarde? Sería genial",
    "Sugerencia: abrid los domingos por la tarde, por favor", "Ojalá abrieseis también los domingos por la tarde",
    "Podríais abrir los domingos por la tarde, que es cuando podemos ir", "Yo propongo que abráis los domingos por la tarde",
    "Me gustaría que la librería abriese los domingos por la tarde", "¿Y si abrís los domingos por la tarde?",
    "Deberíais abrir los domingos por la tarde, os iría muy bien", "Una idea: abrir los domingos por la tarde con café")


def test_a_suggestion_meets_nine_others(page: Any, town: Town, worker: Any, ana: Member, shop: Brand, post: str, film: Film) -> None:
    messages = []
    for number, text in enumerate(SUGGESTIONS):
        town.settle(f"vecina{number}", f"Vecina {number}")
        messages.append(arrived(town, town.speak(f"vecina{number}", text, parent=post)))
    town.speak("nuria", "Propongo que pongáis un banco en la puerta para leer al sol", parent=post)
    come_in(town, page, ana)
    opened(page, town, messages[0])
    film.shot(page, "Alguien propone algo en un comentario.")
    note_as_suggestion(page, town, messages)
    town.until(lambda: Suggestion.objects.filter(idea__brand=shop).count() >= len(SUGGESTIONS), "the suggestions")
    page.goto(f"{home(town, shop)}asuntos/sugerencias/")
    idea = town.until(lambda: Idea.objects.filter(brand=shop, suggestions__message__in=messages).order_by("pk").first(), "an idea")
    assert Suggestion.objects.filter(idea=idea, message__in=messages).count() >= 9, "grouped by likeness"
    page.reload()
    film.shot(page, "Se junta con las que se le parecen: diez personas piden lo mismo.")
    page.locator(".row-link", has_text=idea.title).click()
    page.get_by_role("heading", level=1).wait_for()
    page.locator("select[name=state]").select_option("shipped")
    page.locator("#i-news").fill("¡Ya está! Desde este domingo abrimos también por la tarde, de cinco a ocho.")
    page.locator("form", has=page.locator("select[name=state]")).get_by_role("button", name="Guardar").click()
    film.shot(page, "Tiene dueña y estado. Cuando se hace…")
    page.get_by_role("button", name=re.compile("[Pp]reparar")).click()
    drafts = town.until(lambda: Message.objects.filter(pk__in=[one.pk for one in messages], conversation__drafts__state="brought").count(),
                        "an answer for each who proposed it")
    assert drafts >= 9
    opened(page, town, messages[3])
    page.locator(".brought").first.wait_for()
    film.shot(page, "…a cada cual le espera su respuesta preparada, para que alguien la envíe.")


# --------------------------------------------------------------------------- five


def test_a_lead_goes_to_sales(page: Any, town: Town, letters: Mailbox, worker: Any, ana: Member, shop: Brand, post: str,
                              film: Film) -> None:
    sales = desks.write_desk(shop, "Ventas a empresas", {Kind.LEAD: 480}, by=ana.key)
    desks.add_holder(sales, name="Pau", email="pau@ventas.example", by=ana.key)
    add_outlet(shop, "mail", "ventas@faro.example", by=ana.key)
    message = arrived(town, town.speak("nuria", "Hola, somos un colegio y queremos comprar 200 libros. ¿Nos hacéis precio? "
                                                "Podéis escribirme a nuria@colegio.example", parent=post))
    come_in(town, page, ana)
    opened(page, town, message)
    film.shot(page, "Alguien quiere comprar.")
    page.keyboard.press("t")
    dialog = page.locator("#trasladar-cuerpo")
    dialog.locator("select[name=kind]").wait_for()
    if dialog.locator("select[name=kind]").input_value() != Kind.LEAD:
        dialog.locator("select[name=kind]").select_option(Kind.LEAD)
        page.wait_for_timeout(500)
    dialog.locator("textarea[name=brief]").fill("Colegio, 200 libros: quieren precio.")
    dialog.locator("select[name=consent]").select_option("message")
    dialog.locator("#t-words").fill("Podéis escribirme a nuria@colegio.example")
    film.shot(page, "Se traslada a ventas con su permiso, y con qué palabras lo dio.")
    dialog.get_by_role("button", name="Trasladar", exact=True).click()
    town.until(lambda: len(letters.mails) >= 2, "the letters to sales")
    assert {"pau@ventas.example", "ventas@faro.example"} <= {str(one["To"]).rpartition("<")[2].strip("> ") for one in letters.mails}
    page.goto(f"{home(town, shop)}asuntos/ventas/")
    page.locator(".rows .row", has_text="Con permiso").wait_for()
    film.shot(page, "Queda apuntado por dónde ha salido, una sola vez.")
    assert ending(message) == Ending.HANDED
