"""The engine behind its interface, the dictionary read from its file, words cut out of posts, the slips of a finger."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tertulia.language.finding import Finding, Severity
from tertulia.language.proofing import agreement, pasts, spelling
from tertulia.language.proofing.engine import ENGINE
from tertulia.language.proofing.morphology import Automaton, exactly, form, readings
from tertulia.language.proofing.proof import proof
from tertulia.language.proofing.words import sentences, words


@pytest.mark.parametrize("before", ["", "ñandú ", "👩‍👩‍👧 ", "日本 ", "\ud800 "])
def test_marks_stand_in_code_points_though_the_engine_counts_bytes(before: str) -> None:
    sentence = f"{before}Ven ya , te esperamos"
    assert " ," in [sentence[mark.start:mark.end] for mark in ENGINE.marks(sentence)]


def test_many_threads_ask_the_engine_at_once() -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len({tuple(marks) for marks in threads.map(ENGINE.marks, ["Los niño vienen"] * 16)}) == 1


def test_the_dictionary_tells_what_a_word_can_be() -> None:
    assert {(reading.lemma, reading.tag) for reading in exactly("querés")} == {("querer", "VMIP2V0")}
    assert {reading.tag for reading in readings("TIENDA")} >= {"NCFS000"}
    assert exactly("xqzt") == exactly("a_b") == exactly("") == ()


def test_the_dictionary_makes_forms() -> None:
    assert form("contar", "VMM02S0:PP1CP000") == "cuéntanos"
    assert form("contar", "VMM02V0:PP1CP000") == "contanos"
    assert form("contar", "NADA") == ""


def test_what_is_no_dictionary_is_refused() -> None:
    with pytest.raises(ValueError, match="CFSA2"):
        Automaton(b"\\fsa\x05 something else")


def test_sentences_say_where_they_begin_and_abbreviations_end_none() -> None:
    text = "Hola, Sr. Gómez. ¿Qué tal?\n\n- pan\nAdiós 👋 Chao"
    assert [sentence for _, sentence in sentences(text)] == ["Hola, Sr. Gómez.", "¿Qué tal?", "- pan", "Adiós 👋 Chao"]
    assert all(text[start:start + len(sentence)] == sentence for start, sentence in sentences(text))


def test_what_is_no_prose_is_no_word() -> None:
    kinds = {word.text: word.kind for word in words("@marca #Promo https://a.es/b?c=1 hola@a.es tienda.com 2x1 🎉 hoy")}
    assert [text for text, kind in kinds.items() if kind == "word"] == ["hoy"]
    assert {kinds[text] for text in ("@marca", "#Promo", "https://a.es/b?c=1", "hola@a.es", "tienda.com")} == {"protected"}


@pytest.mark.parametrize(("one", "other", "expected"), [
    ("gracais", "gracias", 1), ("perdrte", "perderte", 1), ("hola", "hola", 0), ("casa", "caza", 1), ("casa", "cosas", 2), ("", "a", 1),
])
def test_slips_of_a_finger_are_counted(one: str, other: str, expected: int) -> None:
    assert spelling.slips(one, other) == expected


@pytest.mark.parametrize(("text", "severity", "fix"), [
    ("Muchas gracais", Severity.ERROR, "gracias"), ("Una obeja", Severity.ERROR, "oveja"), ("Vivo en madrid", Severity.WARNING, "Madrid"),
    ("Vuelo a Cadiz", Severity.ERROR, "Cádiz"), ("Hasta manana", Severity.ERROR, "mañana"), ("El pollo asao", Severity.ERROR, "asado"),
    ("Con Otamendy y Fernet", Severity.HINT, ""), ("Un tatakix rico", Severity.HINT, ""),
])
def test_a_slip_is_an_error_and_what_nobody_knows_only_a_hint(text: str, severity: Severity, fix: str) -> None:
    found = [finding for finding in proof(text) if finding.rule in ("ortografia", "mayusculas-propias", "palabra-desconocida")]
    assert [finding.severity for finding in found][:1] == [severity]
    assert not fix or found[0].fixes[0] == fix


@pytest.mark.parametrize("word", ["pantallón", "minitienda", "videollamadas", "subrayadores", "cochecito"])
def test_words_that_anybody_may_make_are_known(word: str) -> None:
    assert spelling.derived(word)


def agreeing(text: str) -> list[Finding]:
    return list(agreement.check(words(text)))


@pytest.mark.parametrize(("text", "wrong", "fix"), [
    ("Los niños juega gratis", "juega", "juegan"), ("El equipo de reparto trabajan hoy", "trabajan", "trabaja"),
    ("Y vosotros pone las ganas", "pone", "ponéis"), ("Los pedidos se entrega hoy", "entrega", "entregan"),
    ("Los talleres de cocina es gratuito", "es", "son"), ("Ofertas especial", "especial", "especiales"),
    ("Un año llena de luz", "llena", "lleno"),
])
def test_what_does_not_agree_is_mended(text: str, wrong: str, fix: str) -> None:
    assert (wrong, fix) in [(finding.text, finding.fixes[0]) for finding in agreeing(text)]


@pytest.mark.parametrize("text", [
    "Los domingos cierra la cocina", "La mayoría prefieren té", "Las Palmas recibe al Eibar", "Los vecinos hacemos barrio",
    "El martes abren", "Camisetas rosa", "Los precios es lo de menos", "Tu amigo y yo vamos", "La semana que viene llegan",
])
def test_what_agrees_in_its_own_way_is_left_alone(text: str) -> None:
    assert agreeing(text) == []


@pytest.mark.parametrize(("text", "fixes"), [
    ("Ayer gano el equipo", ["ganó"]), ("El chef preparo la cena", ["preparó"]), ("Te llamo luego", []), ("Ayer trabajo yo", []),
    ("El precio bajo gusta", []), ("Dejanos tu foto", ["Déjanos"]), ("Ayer, pero hoy empiezo dieta", []),
])
def test_pasts_that_lost_their_accent_are_found(text: str, fixes: list[str]) -> None:
    assert [finding.fixes[0] for finding in pasts.check(words(text), "es-ES")] == fixes


def test_a_command_without_accent_is_right_in_argentina() -> None:
    assert list(pasts.check(words("Dejanos tu foto"), "es-AR")) == []
