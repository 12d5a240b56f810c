"""Readings of the shipped model."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.language import Reading, Span, read, read_many

LABELS = {
    "language": {"es", "ca", "gl", "eu", "pt", "en", "fr", "it", "other"},
    "sentiment": {"negative", "neutral", "positive"},
    "intent": {"question", "presales", "complaint", "incident", "suggestion", "praise", "spam", "chat"},
    "offence": {"NO", "NOE", "OFP", "OFG"},
    "emotion": {"anger", "disgust", "fear", "joy", "sadness", "surprise", "others"},
    "spam": {"ham", "spam"},
    "hate": {"hateful", "not"},
}


def assert_well_formed(reading: Reading, text: str) -> None:
    told = reading.as_dict()
    assert set(LABELS) <= set(told) <= set(LABELS) | {"version", "partial"}
    assert told["version"]
    for name, labels in LABELS.items():
        head = told[name]
        answers = head["labels"] if name == "intent" else [head]
        assert answers
        assert all(answer["label"] in labels and 0 <= answer["p"] <= 1 for answer in answers)
        assert isinstance(head["sure"], bool)
        for span in head.get("why", []):
            assert 0 <= span["start"] < span["end"] <= len(text)
            assert span["text"] == text[span["start"] : span["end"]]
            assert span["weight"] > 0


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
    assert set(told["intent"]) == {"labels", "sure", "why"}
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
