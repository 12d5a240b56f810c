"""Readings on the pages: the line, the card with its reasons, putting it right, «Comprensión», departments; who may what."""

from __future__ import annotations

from typing import Any

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.actions import attach_readings
from tertulia.inbox.models import Message
from tertulia.language import phrases, weight
from tertulia.language.parts import CIRCUMSTANCES
from tertulia.site.tests import cast
from tertulia.triage import actions, queries, words
from tertulia.triage.models import Correction, Reading

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
TEXT = "Mi pedido 40031 no ha llegado y sois unos inútiles."
WHY = [{"start": 10, "end": 15, "text": "40031", "weight": 1.0}]
READING: dict[str, Any] = {
    "language": {"label": "es", "p": 0.99, "sure": True},
    "sentiment": {"label": "negative", "p": 0.91, "sure": True, "why": []},
    "intent": {"labels": [{"label": "complaint", "p": 0.55}], "sure": False, "why": []},
    "judgement": {"label": "angry", "p": 0.83, "sure": True, "why": WHY, "parts": [
        {"name": "order", "weight": 0.8, "said": WHY, "count": 1}, {"name": "known_customer", "weight": -0.4, "said": [], "count": 1},
        {"name": "offended_before", "weight": 0.7, "said": [], "count": 3}]},
    "urgency": {"level": 2, "rule": "waiting", "p": 0.7, "sure": True, "why": WHY},
    "hate": {"label": "hateful", "p": 0.4, "sure": False, "why": [], "at": ["migrants"]},
    "department": {"label": "logistics", "p": 0.8, "sure": True, "why": []}, "version": "1-x"}


@pytest.fixture
def message(brand: Brand) -> Message:
    return understood(brand, TEXT)


def understood(brand: Brand, text: str, key: str = "m1") -> Message:
    """A message of the brand with the reading above."""
    channel = Channel.objects.filter(brand=brand).first() or cast.channel(brand)
    found = cast.arrive(channel, cast.item(key, text, who=key))[0]
    Reading.objects.create(message=found, brand=brand, said_at=found.at, model="1-x", heads=READING, at=found.at)
    attach_readings({found.pk: READING}, by="test")
    found.refresh_from_db()
    return found


def at(brand: Brand, path: str = "") -> str:
    return f"/m/{brand.slug}/comprension/{path}"


# --------------------------------------------------------------------------- words


def test_every_rule_and_every_part_has_its_sentence() -> None:
    for scale, rules in weight.shipped().items():
        assert {rule.name for rule in rules} == set(words.RULES[scale]), scale
    told = {"amount", "when", "shouting", "insult_at_somebody"} | set(CIRCUMSTANCES) | set(phrases.phrases_of("parts").names) - {"you"}
    assert all(words.part(name, 3) != name for name in told)


# --------------------------------------------------------------------------- one message


def test_the_line_says_it_quietly_and_the_card_gives_the_reasons(brand: Brand, ana: Member, message: Message) -> None:
    page = cast.enter(ana).get(f"/m/{brand.slug}/bandeja/{message.conversation_id}/").content.decode()
    assert "Cliente enfadado" in page and "Envíos y transporte" in page and 'data-key="l"' in page
    assert '<mark class="why-judgement part-order why-urgency">40031</mark>' in page
    assert "Está esperando algo, o pide que se haga." in page and "Esta persona ya ofendió 3 veces" in page
    assert page.index("Habla de algo que se puede comprobar") < page.index("En contra") < page.index("Ya es cliente")
    assert "quizá queja, 55 %" in page and "Contra las personas migrantes." in page
    alone = cast.enter(ana).get(at(brand, f"mensaje/{message.pk}/"))
    assert alone.status_code == 200 and "Cliente enfadado" in alone.content.decode() and "<html" in alone.content.decode()


def test_putting_it_right_shows_at_once_who_said_so_and_can_be_taken_back(brand: Brand, ana: Member, message: Message) -> None:
    client = cast.enter(ana)
    answer = client.post(at(brand, f"mensaje/{message.pk}/corregir/"), {"head": "judgement", "right": "troll"}, headers=HTMX)
    one = Correction.objects.get()
    assert answer.status_code == 200 and "Lo dijiste tú" in answer.content.decode()
    assert "Antes se entendía: cliente enfadado." in answer.content.decode()
    assert f"deshacer/{one.pk}/" in answer["HX-Trigger"] and str(message.conversation_id) in answer["HX-Trigger"]
    colleague = cast.enter(cast.joined(brand, "agent", "Luis"))
    assert "Lo dijo Ana Torres" in colleague.get(f"/m/{brand.slug}/bandeja/{message.conversation_id}/").content.decode()
    back = colleague.post(at(brand, f"deshacer/{one.pk}/"), headers=HTMX)
    assert back.status_code == 204 and f"reading-{message.pk}" in back["HX-Trigger"]
    message.refresh_from_db()
    assert message.reading and message.reading["judgement"]["label"] == "angry"


def test_saying_that_it_is_so_and_that_it_is_several_things(brand: Brand, ana: Member, message: Message) -> None:
    client = cast.enter(ana)
    client.post(at(brand, f"mensaje/{message.pk}/corregir/"), {"head": "sentiment", "confirm": "1"}, headers=HTMX)
    assert Correction.objects.get(head="sentiment").confirms
    client.post(at(brand, f"mensaje/{message.pk}/corregir/"), {"head": "intent", "right": ["incident", "complaint"]}, headers=HTMX)
    assert Correction.objects.get(head="intent").right == ["complaint", "incident"]
    answer = client.post(at(brand, f"mensaje/{message.pk}/corregir/"), {"head": "intent"}, headers=HTMX)
    assert answer.status_code == 204 and "al menos una" in answer["HX-Trigger"].encode().decode("unicode_escape")


@pytest.mark.parametrize("told", [{"head": "mood", "right": "good"}, {"head": "sentiment", "right": "angry"}, {},
                                  {"head": "urgency", "right": ["1", "2"]}, {"head": "offence", "confirm": "1"}])
def test_what_makes_no_sense_is_not_kept(brand: Brand, ana: Member, message: Message, told: dict[str, Any]) -> None:
    answer = cast.enter(ana).post(at(brand, f"mensaje/{message.pk}/corregir/"), told, headers=HTMX)
    assert answer.status_code == 422 and not Correction.objects.exists()


def test_without_htmx_it_works_as_pages(brand: Brand, ana: Member, message: Message) -> None:
    client = cast.enter(ana)
    done = client.post(at(brand, f"mensaje/{message.pk}/corregir/"), {"head": "judgement", "right": "troll"}, follow=True)
    assert "Corregido: Troll." in done.content.decode() and "Lo dijiste tú" in done.content.decode()
    back = client.post(at(brand, f"deshacer/{Correction.objects.get().pk}/"), follow=True)
    assert back.status_code == 200 and Correction.objects.get().undone_at


def test_who_may_only_look_sees_and_does_not_touch(brand: Brand, message: Message) -> None:
    viewer = cast.enter(cast.joined(brand, "viewer", "Vera"))
    card = viewer.get(at(brand, f"mensaje/{message.pk}/"), headers=HTMX).content.decode()
    assert "Cliente enfadado" in card and "<form" not in card
    assert viewer.get(at(brand)).status_code == viewer.get(at(brand, "departamentos/")).status_code == 200
    where, told = at(brand, f"mensaje/{message.pk}/corregir/"), {"head": "judgement", "right": "troll"}
    assert viewer.post(where, told).status_code == 403
    assert viewer.post(at(brand, "departamentos/"), {"name": "x"}).status_code == 403
    agent = cast.enter(cast.joined(brand, "agent", "Luis"))
    assert agent.post(where, told, headers=HTMX).status_code == 200
    assert agent.post(at(brand, "departamentos/"), {"name": "x"}).status_code == 403


def test_nothing_of_another_brand_is_there(brand: Brand, ana: Member, message: Message) -> None:
    berta = cast.member("Berta")
    other = cast.brand(berta, "La otra")
    one = actions.correct(message, "judgement", ["troll"], ana, by=ana.key)
    client = cast.enter(berta)
    for path in (f"mensaje/{message.pk}/", f"mensaje/{message.pk}/parecidos/"):
        assert client.get(at(other, path)).status_code == 404
    assert client.post(at(other, f"mensaje/{message.pk}/corregir/"), {"head": "judgement", "right": "none"}).status_code == 404
    assert client.post(at(other, f"deshacer/{one.pk}/")).status_code == 404
    assert TEXT not in client.get(at(other) + "?que=judgement&ver=dichos").content.decode()


def test_what_it_is_like_names_the_brands_own_first(brand: Brand, ana: Member, message: Message) -> None:
    copy = understood(brand, "mi pedido 40032 no ha llegado y sois unos inutiles!!", "m2")
    actions.correct(copy, "judgement", ["important"], ana, by=ana.key)
    actions.learn(brand.pk, by="test")
    found = cast.enter(ana).get(at(brand, f"mensaje/{message.pk}/parecidos/"), headers=HTMX).content.decode()
    assert found.index("40032") < found.index("Lo corregisteis vosotros") < found.index("Queja importante")


# --------------------------------------------------------------------------- Comprensión


def test_nothing_is_claimed_before_ten(brand: Brand, ana: Member, message: Message) -> None:
    client = cast.enter(ana)
    page = client.get(at(brand)).content.decode()
    assert "Corrige diez mensajes y te diremos cuánto acertamos" in page and "de 10 contigo" not in page
    for n in range(9):
        actions.correct(understood(brand, f"Texto número {n} de prueba", f"n{n}"), "judgement", ["angry"], ana, by=ana.key)
    page = client.get(at(brand) + "?que=judgement").content.decode()
    assert "falta 1 para poder decirlo" in page and "de 10 contigo" not in page
    actions.correct(message, "judgement", ["troll"], ana, by=ana.key)
    page = client.get(at(brand) + "?que=judgement").content.decode()
    assert "Acierta 9 de 10 contigo" in page and "casi seguro, entre el 60 % y el 98 %" in page


def test_the_queues_lead_to_what_is_worth_a_look(brand: Brand, ana: Member, message: Message) -> None:
    client = cast.enter(ana)
    doubts = client.get(at(brand) + "?que=intent&ver=dudosos").content.decode()
    assert TEXT in doubts and "Quizá <strong>Queja</strong>, 55 %" in doubts
    told = {"head": "intent", "right": "praise", "queue": "dudosos"}
    done = client.post(at(brand, f"mensaje/{message.pk}/corregir/"), told, headers=HTMX).content.decode()
    assert "es <strong>Elogio</strong>" in done and "data-item" in done
    assert TEXT not in client.get(at(brand) + "?que=intent&ver=dudosos").content.decode()
    worst = client.get(at(brand) + "?que=intent&ver=errores").content.decode()
    assert TEXT in worst and "Todavía se equivoca" in worst
    Message.objects.filter(pk=message.pk).delete()
    kept = client.get(at(brand) + "?que=intent&ver=dichos").content.decode()
    assert TEXT in kept and "El mensaje ya no está" in kept and "Deshacer lo dicho" in kept


@pytest.mark.parametrize("query", ["?que=nada&ver=nada", "?que=%00", "?que=language&ver=dichos"])
def test_an_address_that_asks_for_nonsense_shows_the_page(brand: Brand, ana: Member, query: str) -> None:
    assert cast.enter(ana).get(at(brand) + query).status_code == 200


# --------------------------------------------------------------------------- departments


def keys(brand: Brand) -> list[tuple[str, str]]:
    return [(one.key, one.name) for one in queries.own_departments(brand)]


def test_departments_are_renamed_ordered_added_and_put_away(brand: Brand, ana: Member, message: Message) -> None:
    client, rows = cast.enter(ana), {"key": ["care", "sales"], "name": ["Socias", "Tienda"], "about": ["cuotas", ""]}
    client.post(at(brand, "departamentos/"), rows)
    assert keys(brand) == [("care", "Socias"), ("sales", "Tienda")]
    client.post(at(brand, "departamentos/"), rows | {"act": "up:sales"})
    assert keys(brand) == [("sales", "Tienda"), ("care", "Socias")]
    client.post(at(brand, "departamentos/"), rows | {"add": "1", "new-name": "Club de lectura", "new-about": "sesiones"})
    assert keys(brand)[-1] == ("club-de-lectura", "Club de lectura")
    card = client.get(at(brand, f"mensaje/{message.pk}/"), headers=HTMX).content.decode()
    assert "Club de lectura" in card and "Servicio técnico" not in card
    client.post(at(brand, "departamentos/"), rows | {"act": "drop:care"})
    assert keys(brand) == [("sales", "Tienda")]
    twice = client.post(at(brand, "departamentos/"), rows | {"name": ["Tienda", "tienda"]}, follow=True)
    assert "no pueden llamarse igual" in twice.content.decode() and keys(brand) == [("sales", "Tienda")]
    client.post(at(brand, "departamentos/"), rows | {"usual": "1"})
    assert keys(brand) == []


def test_a_department_without_a_name_is_asked_for_it(brand: Brand, ana: Member) -> None:
    answer = cast.enter(ana).post(at(brand, "departamentos/"), {"add": "1", "new-name": " "})
    assert answer.status_code == 422 and "Escribe el nombre." in answer.content.decode() and keys(brand) == []
