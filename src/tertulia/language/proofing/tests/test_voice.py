"""The brand's words in all their forms, and whether a text sounds like what it published."""

from __future__ import annotations

import pytest

from tertulia.language.finding import Kind, Profile, Severity
from tertulia.language.proofing import voice
from tertulia.language.proofing.inflection import Form, forms, inflected, replaced

BREAD = tuple(f"Hoy tenemos pan de {one}. Te esperamos en la tienda, en la calle Mayor." for one in (
    "trigo", "centeno", "maíz", "espelta", "avena", "soja", "nueces", "pasas", "aceite", "queso", "semillas"))
TEAM = tuple(f"Nos gusta {one}, y por eso lo hacemos en nuestro taller. Os lo contamos en la web." for one in (
    "el cuero", "la lana", "el lino", "la seda", "el corcho", "la madera", "el barro", "el vidrio", "la piedra", "el hierro"))


@pytest.mark.parametrize(("word", "form", "told"), [
    ("barato", Form.FEMININE_PLURAL, "baratas"), ("francés", Form.FEMININE, "francesa"), ("francés", Form.PLURAL, "franceses"),
    ("vez", Form.PLURAL, "veces"), ("trabajador", Form.FEMININE_PLURAL, "trabajadoras"), ("fácil", Form.PLURAL, "fáciles"),
    ("promoción", Form.PLURAL, "promociones"), ("lunes", Form.PLURAL, "lunes"), ("café", Form.PLURAL, "cafés"),
    ("cliente", Form.FEMININE, "cliente"),
])
def test_a_word_is_inflected_by_its_ending(word: str, form: Form, told: str) -> None:
    assert inflected(word, form) == told


def test_several_words_are_inflected_up_to_the_preposition() -> None:
    assert set(forms("usuario de la web")) == {"usuario de la web", "usuarios de la web", "usuaria de la web", "usuarias de la web"}
    assert forms("") == {} and forms("de la casa") == {"de la casa": Form.SAME}


@pytest.mark.parametrize(("found", "term", "instead", "right"), [
    ("BARATAS", "barato", "económico", "ECONÓMICAS"), ("Barato", "barato", "económico", "Económico"), ("barata", "barato",
    "asequible", "asequible"),
    ("baratos", "barato", "asequible", "asequibles"), ("clientes", "cliente", "socio", "socios"), ("ofertas", "oferta",
    "precio especial", "precios especiales"),
    ("low-cost", "low cost", "económico", "económico"), ("clientes", "cliente", "persona que nos compra", "personas que nos compra"),
])
def test_a_replacement_takes_number_gender_and_capitals(found: str, term: str, instead: str, right: str) -> None:
    assert replaced(found, term, instead) == right


PROFILE = Profile(forbidden={"barato": "suena a poca calidad", "chollo": "", "low cost": "en español"},
                  preferred={"cliente": "socio", "barato": "económico", "oferta": "precio especial"})


@pytest.mark.parametrize(("text", "found"), [
    ("Lo más barato.", [("forbidden", "barato", ("económico",))]), ("¡BARATÍSIMO!", []),
    ("Baratas y baratos", [("forbidden", "Baratas", ("Económicas",)), ("forbidden", "baratos", ("económicos",))]),
    ("¡Qué CHOLLOS!", [("forbidden", "CHOLLOS", ())]), ("Vuelos low-cost", [("forbidden", "low-cost", ())]),
    ("A nuestros clientes", [("preferred", "clientes", ("socios",))]), ("#barato", [("forbidden", "barato", ("económico",))]),
    ("https://tienda.es/barato y @cliente", []), ("Clientela y baratijas", []), ("", []),
])
def test_the_brands_words(text: str, found: list[tuple[str, str, tuple[str, ...]]]) -> None:
    told = list(voice.check(text, PROFILE))
    assert [(one.rule, one.text, one.fixes) for one in told] == found
    assert all(one.kind is Kind.VOICE and one.text == text[one.start:one.end] for one in told)


def test_why_a_word_is_not_used() -> None:
    first, second = voice.check("Un chollo barato", PROFILE)
    assert {one.why for one in (first, second)} == {"La marca no usa «barato»: suena a poca calidad", "La marca no usa «chollo»."}
    [word] = voice.check("Un cliente", PROFILE)
    assert (word.why, word.severity) == ("La marca dice «socio» en vez de «cliente».", Severity.WARNING)


@pytest.mark.parametrize("text", [
    "Hoy tenemos pan de higos. Te esperamos en la tienda.", "Mañana, pan de castañas. Te esperamos.",
    "Ven a probar el pan de maíz 🥖.", "Pan.",
])
def test_a_text_like_the_brands_own_is_let_be(text: str) -> None:
    assert list(voice.check(text, Profile(past=BREAD))) == []


def test_a_text_unlike_the_brands_own_gets_a_hint_with_its_reasons() -> None:
    text = "¡¡HOLA, FAMILIA!! ¡CORRED! 😀😀😀😀 ¡Que se acaba! #uno #dos #tres #cuatro ¡YA!"
    [found] = voice.check(text, Profile(past=BREAD))
    assert (found.rule, found.severity, found.start, found.end) == ("unlike-past", Severity.HINT, 0, len(text))
    assert found.why.startswith("No suena como lo que publicas: 4 emojis (sueles poner 0)")
    assert list(voice.check(text, Profile(past=BREAD[:voice.ENOUGH - 1]))) == []
    assert voice.unlike("Le invitamos a que consulte usted su pedido.", BREAD) == ("tratas de «usted» y sueles tratar de «tú»",)
    assert voice.unlike("Yo soy de las que cosen en mi casa.", TEAM) == ("hablas en singular y sueles hablar de «nosotros»",)


def test_likeness_shows_the_nearest_post() -> None:
    like = voice.likeness("Hoy hay pan de queso. Te esperamos.", BREAD)
    unlike = voice.likeness("Ya está el balance trimestral de la compañía. #bolsa", BREAD)
    assert like and unlike and like.score > unlike.score and "queso" in like.nearest and like.reasons == ()
    assert voice.likeness("Hoy hay pan", BREAD[:3]) is None
    empty = voice.likeness("", BREAD)
    assert empty and empty.nearest == ""
