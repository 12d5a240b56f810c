"""The matcher: the same as looking at every rule, faster, with its reasons; broken rules are told as broken."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.moderation.automatic.cases import Said
from tertulia.moderation.automatic.engine import Broken, Matched, Matcher
from tertulia.moderation.automatic.files import parse_all
from tertulia.moderation.automatic.parsing import parse_condition
from tertulia.moderation.automatic.saying import say_match
from tertulia.moderation.automatic.tests.naive import naive
from tertulia.moderation.automatic.tests.strategies import LISTS, rules
from tertulia.moderation.automatic.tests.strategies import said as saids
from tertulia.moderation.automatic.tree import Act, Rule

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def held(condition: str, text: str = "hola", **known: object) -> bool:
    """Whether a condition holds of a message."""
    matcher = Matcher([(1, Rule("una", parse_condition(condition), (Act("queue"),)))], LISTS)
    assert not matcher.broken
    found = matcher.match(replace(Said(text, NOON), **known))  # type: ignore[arg-type]
    assert not any(isinstance(one, Broken) for one in found), found
    return bool(found)


@settings(max_examples=200, deadline=None)
@given(st.lists(rules, min_size=1, max_size=12, unique_by=lambda rule: rule.name), saids)
def test_the_engine_says_what_looking_at_every_rule_says(some: list[Rule], said: Said) -> None:
    matcher = Matcher(list(enumerate(some)), LISTS)
    assert not matcher.broken
    found = matcher.match(said)
    assert [some[one.key].name for one in found] == naive(some, LISTS, said)
    for one in found:
        assert isinstance(one, Matched)
        for why in one.whys:
            assert all(0 <= start < end <= len(said.text) for start, end in why.spans)


@settings(max_examples=80, deadline=None)
@given(rules, saids)
def test_a_rule_alone_says_what_it_says_among_others(rule: Rule, said: Said) -> None:
    others = [replace(rule, name=f"x{at}", condition=parse_condition(text)) for at, text in enumerate(
        ["contiene enlace", 'contiene "idiota", "puta madre"', "no contiene mención", "contiene patrón /gana/", "largo > 3"])]
    alone = Matcher([(7, rule)], LISTS).match(said)
    among = Matcher([*enumerate(others), (7, rule)], LISTS).match(said)
    assert [one for one in among if one.key == 7] == alone


SAYS = [
    ('"imbécil"', "eres IMBECIL", True), ('"imbécil"', "eres 1mb3cil", True), ('"imbécil"', "imbeciles todos", False),
    ('"imbécil*"', "imbeciles todos", True), ('"idiota"', "i.d.i.o.t.a", True), ('"idiota"', "i d i o t a y ya", True),
    ('"idiota"', "eres un ıdіоtа", True), ('"idiota"', "ｉｄｉｏｔａ", True), ('"idiota"', "𝓲𝓭𝓲𝓸𝓽𝓪", True),
    ('"idiota"', "idi\u200bota", True),
    ('"idiota"', "idiotaaaaa", True), ('"idiota"', "iidiotaa", True), ('"idiota"', "id*ota", True), ('"idiota"', "*diota*", False),
    ('"puta"', "disputa", False), ('"puta"', "computadora", False), ('"perra"', "pera", False), ('"pero"', "perro", False),
    ('"perro"', "perrrrro", True), ('"pero"', "perrrrro", True), ('"caña"', "cana", False), ('"cana"', "caña", False),
    ('"caña"', "CAN\u0303A", True), ('"año"', "ano", False), ('"hijo de puta"', "hijo, de... puta", True),
    ('"hijo de puta"', "hijo de la puta", False), ('"hijo de puta"', "h1jo de p.u.t.a", True), ('"hijo de puta"', "hijo\nde p*ta!", True),
    ('"puta madre"', "de puta hijo madre", False), ('"tontas"', "sois tont@s", True), ('"tontos"', "sois tont@s", True),
    ('"subnormal"', "$ubnormal", True), ('"un subnormal"', "un $ubnormal", True), ('"🖕"', "toma 🖕🏽", True), ('"2026"', "2o26", False),
    ('"leer"', "leeeeer", True), ("tal cual \"ASCO\"", "qué ASCO", True), ("tal cual \"ASCO\"", "qué asco", False),
    ("tal cual \"ASCO\"", "ASCOS", False), ("lista insultos", "tontería", True), ("lista insultos", "listo", False),
    ("enlace", "mira spam.test/x", True), ("enlace", "genial.es lo mejor", False), ("enlace", "en www.tienda.es", True),
    ("enlace", "ver hola.com", True), ("enlace a \"spam.test\"", "http://a.spam.test/", True),
    ("enlace a \"*.spam.test\"", "http://spam.test/", False),
    ("enlace fuera de lista sitios", "http://spam.test", False), ("enlace fuera de lista sitios", "http://bueno.test", True),
    ("dato teléfono", "llámame al 600 12 31 24", True), ("dato teléfono", "cuesta 600 euros", False), ("dato documento", "12345678Z", True),
    ("dato documento", "12345678A", False), ("dato cuenta", "ES9121000418450200051332", True),
    ("dato cuenta", "ES9121000418450200051333", False),
    ("dato tarjeta", "4111 1111 1111 1111", True), ("dato tarjeta", "4111 1111 1111 1112", False), ("dato correo", "ana@casa.test", True),
    ("patrón /gana \\d+ euros/", "GANA 500 €uros... gana 500 euros", True),
    ("mención", "oye @ana", True), ("mención", "ana@casa.test", False),
]


@pytest.mark.parametrize(("what", "text", "wanted"), SAYS)
def test_what_a_text_says(what: str, text: str, wanted: bool) -> None:
    assert held(f"contiene {what}", text) is wanted


OTHERS = [
    ("solo emojis", {"text": "👍🏽 ❤️"}, True), ("solo emojis", {"text": "👍 sí"}, False), ("solo emojis", {"text": ""}, False),
    ("mayúsculas > 70 %", {"text": "ESTO ES UNA VERGÜENZA"}, True), ("mayúsculas > 70 %", {"text": "OK"}, False),
    ("palabras <= 2", {"text": "vaya tela"}, True), ("enlaces >= 2", {"text": "a.com b.com"}, True),
    ("emojis > 2", {"text": "👍👍"}, False),
    ("mensajes anteriores < 3", {"before": 2}, True), ("mensajes anteriores < 3", {"before": 3}, False),
    ("mensajes anteriores < 3", {}, False), ("no mensajes anteriores >= 3", {}, False),
    ("no mensajes anteriores >= 3", {"before": 1}, True),
    ("persona es cliente", {"customer": None}, False), ("no persona es cliente", {"customer": None}, False),
    ("no persona es cliente", {"customer": False}, True), ("perfil en lista amigos", {"handle": "@ANA"}, True),
    ("perfil es \"bot*\"", {"handle": "bot77"}, True), ("nombre contiene \"idiota\"", {"name": "Rey 1d10ta"}, True),
    ("canal es \"Plaza\"", {"network": "plaza"}, True), ("tipo es privado, reseña", {"kind": "review"}, True), ("día es viernes", {}, True),
    ("hora entre 22:00 y 13:00", {}, True), ("hora entre 12:01 y 13:00", {}, False),
    ("mensajes en 10 minutos > 3", {"counts": {("author_rate", 10): 4}}, True), ("mensajes en 10 minutos > 3", {}, False),
    ("sentimiento es negativo", {"reading": {"sentiment": {"label": "negative", "p": 0.6, "sure": True}}}, True),
    ("sentimiento es negativo con 90 %", {"reading": {"sentiment": {"label": "negative", "p": 0.6, "sure": True}}}, False),
    ("sentimiento es negativo", {"reading": {"sentiment": {"label": "negative", "p": 0.9, "sure": False}}}, False),
    ("no sentimiento es negativo", {"reading": {"sentiment": {"label": "positive", "p": 0.9, "sure": False}}}, False),
    ("no sentimiento es negativo", {"reading": {"sentiment": {"label": "positive", "p": 0.9, "sure": True}}}, True),
    ("intención es queja, spam", {"reading": {"intent": {"labels": [
        {"label": "praise", "p": 1}, {"label": "spam", "p": 0.7}], "sure": True}}}, True),
    ("odio es seguro o contiene \"hola\"", {}, True), ("odio es seguro y contiene \"hola\"", {}, False),
]


@pytest.mark.parametrize(("condition", "known", "wanted"), OTHERS)
def test_what_is_known_of_a_message(condition: str, known: dict[str, object], wanted: bool) -> None:
    assert held(condition, **known) is wanted


def test_a_match_says_which_condition_held_where_and_with_which_value() -> None:
    found, lists, faults = parse_all(
        'lista insultos { imbécil }\nregla a { si contiene lista insultos y mensajes anteriores < 3 y no contiene enlace '
        "entonces ocultar por norma 1 }")
    assert not faults
    matched, = Matcher([(9, found[0])], {"insultos": lists[0].entries}).match(Said("Vaya 1mb3cil", NOON, before=1))
    assert isinstance(matched, Matched)
    assert [(why.place, why.spans, why.value, why.negated) for why in matched.whys] == [
        (0, ((5, 12),), "imbécil", False), (1, (), "1", False), (2, (), "", True)]
    assert say_match(matched.whys, "Vaya 1mb3cil") == (
        "dice algo de la lista «insultos»: «1mb3cil» (imbécil); lo escribe alguien con menos de 3 mensajes anteriores: 1; "
        "no lleva un enlace")


def test_a_rule_that_does_not_compile_is_broken_and_the_others_go_on() -> None:
    found, _lists, _faults = parse_all(
        "regla a { si contiene lista nada entonces revisar }\nregla b { si contiene enlace entonces revisar }")
    matcher = Matcher(list(enumerate(found)), {})
    assert matcher.broken == [Broken(0, "LookupError: no hay ninguna lista «nada»")]
    assert [one.key for one in matcher.match(Said("a.com", NOON))] == [1]


def test_a_rule_that_raises_is_broken_and_never_as_if_it_had_not_matched() -> None:
    found, _lists, _faults = parse_all(
        "regla a { si seguidores > 3 entonces revisar }\nregla b { si contiene enlace entonces revisar }")
    told = Matcher(list(enumerate(found)), {}).match(Said("a.com", NOON, followers="muchos"))  # type: ignore[arg-type]
    assert isinstance(told[0], Broken)
    assert "TypeError" in told[0].error
    assert isinstance(told[1], Matched)


def test_what_must_be_counted_is_told() -> None:
    found, _lists, _faults = parse_all(
        "regla a { si mensajes en 10 minutos > 3 o cuentas con lo mismo en 1 hora >= 2 entonces revisar }")
    matcher = Matcher([(1, found[0])], {})
    assert matcher.windows == [("alike", 60), ("author_rate", 10)]
    assert "author_rate" in matcher.facts


@pytest.mark.parametrize("piece", [
    "a", "a.", "a ", "p*ta ", "a*", "$a", "@a", "😡️", "1a", "hijo de ", "idiota ", "h.i.j.o ", "http://", "a.com ",
    "600 ", "\u0301", "ﷺ", "реrro ", "…"])
def test_a_text_ten_times_longer_takes_about_ten_times_longer(piece: str) -> None:
    found, _lists, _faults = parse_all("\n".join([
        'regla a { si contiene "hijo de puta", "idiota", "tont*" entonces revisar }',
        "regla b { si contiene patrón /(a|aa)+b/ entonces revisar }",
        "regla c { si enlaces > 2 y menciones > 2 y no contiene dato teléfono, correo, cuenta, tarjeta, documento entonces revisar }",
        'regla d { si mayúsculas > 50 % o solo emojis o contiene tal cual "A a" entonces revisar }']))
    matcher = Matcher(list(enumerate(found)), {})

    def takes(many: int) -> float:
        text = (piece * many)[:many]
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            matcher.match(Said(text, NOON))
            best = min(best, time.process_time() - began)
        return best

    takes(1_000)
    short, long = takes(3_000), takes(30_000)
    assert long < 30 * short + 0.02, (short, long)


