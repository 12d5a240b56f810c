"""Readings of the shipped model."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.language import Reading, Span, read, read_many
from tertulia.language.read import shipped
from tertulia.language.reading import HEADS, LABELS, Circumstances


def assert_well_formed(reading: Reading, text: str) -> None:
    told = reading.as_dict()
    assert set(HEADS) <= set(told) <= set(HEADS) | {"languages", "version", "partial", "near"}
    assert told["version"]
    for name, labels in LABELS.items():
        head = told[name]
        answers = head["labels"] if name in ("intent", "touches") else [head]
        assert answers
        assert all(answer["label"] in labels and 0 <= answer["p"] <= 1 for answer in answers)
        assert isinstance(head["sure"], bool)
        for span in head.get("why", []):
            assert span["weight"] > 0
            assert_in_place(span, text)
    for scale in ("importance", "urgency"):
        assert told[scale]["level"] in (1, 2, 3)
        assert told[scale]["rule"] and 0 < told[scale]["p"] < 1
    for span in (place for part in told["judgement"]["parts"] for place in part["said"]):
        assert_in_place(span, text)


def assert_in_place(span: dict[str, Any], text: str) -> None:
    assert 0 <= span["start"] < span["end"] <= len(text)
    assert span["text"] == text[span["start"] : span["end"]]


def intents(text: str) -> set[str]:
    told = read(text).intent
    assert told is not None
    return {chosen.label for chosen in told.labels}


def test_a_reading_has_the_keys_and_the_types_of_the_interface() -> None:
    text = "Llevo tres semanas esperando el pedido y nadie contesta, qué vergüenza 😡"
    told: dict[str, Any] = read(text).as_dict()
    assert_well_formed(read(text), text)
    assert set(told["language"]) == {"label", "p", "sure"}
    assert set(told["sentiment"]) == {"label", "p", "sure", "why"}
    assert set(told["intent"]) == set(told["touches"]) == {"labels", "sure", "why"}
    assert set(told["judgement"]) == {"label", "p", "sure", "why", "parts"}
    assert set(told["hate"]) == {"label", "p", "sure", "why", "at"}
    assert set(told["urgency"]) == {"level", "rule", "p", "sure", "why"}
    assert told["languages"] == ["es"]
    assert "partial" not in told
    assert json.loads(json.dumps(told)) == told


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=200), max_size=5))
def test_any_texts_are_read_in_order_with_reasons_that_stand_in_them(texts: list[str]) -> None:
    readings = read_many(texts)
    assert len(readings) == len(texts)
    for text, reading in zip(texts, readings, strict=True):
        assert_well_formed(reading, text)


def test_a_text_is_read_the_same_alone_and_among_others() -> None:
    texts = ["¿A qué hora abrís?", "", "Gracias por todo, sois geniales", "no funciona la app", "👨‍👩‍👧", "hola"] * 60
    together = read_many(texts)
    for text, reading in zip(texts[:6], together[:6], strict=True):
        alone = read(text)
        assert alone.as_dict().keys() == reading.as_dict().keys()
        assert alone.sentiment and reading.sentiment
        assert alone.sentiment.label == reading.sentiment.label
        assert alone.sentiment.p == pytest.approx(reading.sentiment.p, abs=0.002)
    assert [told.as_dict() for told in together] == [told.as_dict() for told in read_many(texts)]


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00\x01", "\u200b", "…", "123", "\ud83d", "مرحبا بالعالم", "\u202eabc"])
def test_a_text_that_says_nothing_is_read_without_being_sure_of_its_language(text: str) -> None:
    reading = read(text)
    assert_well_formed(reading, text)
    if not any(map(str.isalpha, text)):
        assert not reading.language.sure


def test_of_an_empty_text_nothing_is_sure() -> None:
    told = read("").as_dict()
    assert not any(told[name]["sure"] for name in LABELS)
    assert "near" not in told


def test_ten_megabytes_are_read_by_their_beginning_and_the_reading_says_so() -> None:
    text = "El pedido no llega. " * 500_000
    reading = read(text)
    assert reading.partial
    assert reading.as_dict()["partial"] is True
    assert_well_formed(reading, text)


def test_reasons_are_whole_words_of_the_original_with_their_accents() -> None:
    told = read("Muchísimas graciassss, sois unos ÁNGELES ❤️").sentiment
    assert told is not None
    assert told.label == "positive"
    assert {span.text for span in told.why} & {"graciassss", "❤️"}
    assert all(isinstance(span, Span) for span in told.why)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("¿Me podéis decir a qué hora cerráis hoy?", "question"),
        ("Buenas, ¿qué precio tiene la bici y tenéis stock en rojo?", "presales"),
        ("Llevo un mes esperando el reembolso y nadie contesta, una vergüenza", "complaint"),
        ("No me carga la aplicación desde ayer, sale un error", "incident"),
        ("Estaría bien que pusierais más sombra en el patio", "suggestion"),
        ("Muchas gracias por la atención, un trato exquisito", "praise"),
        ("Gana dinero desde casa, escríbeme al privado", "spam"),
    ],
)
def test_clear_intents_are_seen(text: str, label: str) -> None:
    assert label in intents(text)


@pytest.mark.parametrize("text", ["Gracias por todo", "Muchas gracias, sois geniales!!", "Mil gracias por la ayuda"])
def test_a_thank_you_is_no_complaint_and_no_offence(text: str) -> None:
    reading = read(text)
    assert "complaint" not in intents(text)
    assert reading.sentiment and reading.sentiment.label == "positive"
    assert reading.offence and reading.offence.label == "NO"


@pytest.mark.parametrize(
    "text", ["eres un idiota", "Eres una imbécil y das asco", "vete a la mierda, gilipollas", "ERES IDIOTAAAA"]
)
def test_an_insult_is_an_offence(text: str) -> None:
    told = read(text).offence
    assert told is not None
    assert told.label != "NO"
    assert told.why


def test_a_friendly_expletive_offends_nobody() -> None:
    told = read("qué puta maravilla de disco, joder").offence
    assert told is not None
    assert told.label == "NOE"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Buenos días, ¿a qué hora abrís mañana?", "es"),
        ("Bon dia, a quina hora obriu demà?", "ca"),
        ("Bo día, a que hora abrides mañá? Grazas", "gl"),
        ("Egun on, zer ordutan irekitzen duzue bihar?", "eu"),
        ("Bom dia, a que horas vocês abrem amanhã?", "pt"),
        ("Good morning, what time do you open tomorrow?", "en"),
        ("Bonjour, à quelle heure ouvrez-vous demain ?", "fr"),
        ("Buongiorno, a che ora aprite domani?", "it"),
        ("Guten Morgen, wann öffnet ihr morgen?", "other"),
    ],
)
def test_languages_are_told_apart(text: str, label: str) -> None:
    assert read(text).language.label == label


@pytest.mark.parametrize("text", ["ok", "hola", "x", "jajajaja", "👍"])
def test_of_a_very_short_text_the_language_is_not_sure(text: str) -> None:
    assert not read(text).language.sure


def test_of_a_text_surely_in_another_language_nothing_else_is_sure() -> None:
    told = read("Good morning, what time do you open tomorrow? Thank you very much").as_dict()
    assert told["language"]["sure"]
    assert not any(told[name]["sure"] for name in LABELS if name != "language")


def test_what_is_alike_is_shown_with_its_labels_the_likest_first() -> None:
    near = read("¿A qué hora abrís los domingos?").near
    assert len(near) == 3
    assert [one.likeness for one in near] == sorted((one.likeness for one in near), reverse=True)
    assert all(one.ours and "question" in one.labels["intent"] for one in near)


def test_what_is_known_of_a_person_tilts_the_judgement() -> None:
    text = "sois unos ladrones, dais asco"
    alone, known = shipped().read_many([text] * 2, circumstances=[None, Circumstances(messages=9, offences=8, alike=5)])
    assert alone.judgement and known.judgement
    assert known.judgement.label == "troll"
    assert {part.name for part in known.judgement.parts} >= {"offended_before", "written_by_others", "insult_at_somebody"}
    assert alone.offence == known.offence


def test_a_judgement_shows_the_parts_it_rests_on() -> None:
    told = read("Llevo tres semanas esperando el pedido 48213 y nadie contesta, qué vergüenza, sois unos ladrones").judgement
    assert told and told.label == "angry"
    assert {part.name for part in told.parts} >= {"order", "insult_at_somebody"}


@pytest.mark.parametrize("spoilt", [
    "no me a llegado el pedidoo", "NO ME HA LLEGADO EL PEDIDO", "no me ha llegado el p3d1do", "aun no m ha llegado el pedido xq??",
    "sigo esperando el pedido 📦📦", "no me ha llegado #ElPedido"])
def test_an_incident_is_seen_however_it_is_written(spoilt: str) -> None:
    assert intents(spoilt) & {"incident", "complaint"}


def test_hate_says_at_whom() -> None:
    told = read("Los inmigrantes son basura, que se vayan a su país").hate
    assert told and told.label == "hateful"
    assert told.at == ("migrants",)
