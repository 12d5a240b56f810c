"""Inclusive and legal notes, and personal data: what they say, and where they keep silent."""

from __future__ import annotations

import pytest

from tertulia.language.finding import Kind, Profile, Severity
from tertulia.language.proofing import notes


def noted(text: str, variety: str = "es-ES", **which: bool) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.rule, one.text, one.fixes) for one in notes.check(text, Profile(variety=variety, **which))]  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "rule", "found", "first"), [
    ("Gracias a los clientes", "inclusive-generic", "los clientes", "la clientela"),
    ("Los usuarios mandan", "inclusive-generic", "Los usuarios", "Quienes usan el servicio"),
    ("LOS ALUMNOS de 2.º", "inclusive-generic", "LOS ALUMNOS", "EL ALUMNADO"),
    ("¡Bienvenidos!", "inclusive-generic", "Bienvenidos", "Os damos la bienvenida"),
    ("Plaza para minusválidos", "inclusive-disability", "minusválidos", "personas con discapacidad"),
    ("Acceso de discapacitados", "inclusive-disability", "discapacitados", "personas con discapacidad"),
    ("Está confinada a una silla de ruedas", "inclusive-disability-pity", "confinada a una silla de ruedas", None),
    ("Tiempo bipolar", "inclusive-mental-health", "Tiempo bipolar", None),
    ("Descuento para la tercera edad", "inclusive-age", "la tercera edad", "las personas mayores"),
    ("Corres como una nena", "inclusive-gender", "Corres como una nena", None),
    ("La señora de la limpieza", "inclusive-gender", "señora de la limpieza", "persona de la limpieza"),
    ("Trabajamos como negros", "inclusive-origin", None, None),
    ("Trabajamos como unos negros", "inclusive-origin", "Trabajamos como unos negros", None),
    ("No hay moros en la costa", "inclusive-origin", "No hay moros en la costa", None),
    ("Su opción sexual", "inclusive-identity", "opción sexual", "orientación sexual"),
])
def test_inclusive_notes(text: str, rule: str, found: str | None, first: str | None) -> None:
    told = noted(text, inclusive=True)
    assert [(one[0], one[1], next(iter(one[2]), None)) for one in told] == ([(rule, found, first)] if found else [])


@pytest.mark.parametrize("text", [
    "Las clientas y los clientes", "Los clientes y las clientas", "La clientela", "Todos los días", "La oveja negra",
    "Personas con discapacidad",
    "El mercado negro de croquetas", "Los autobuses", "El niño y la niña", "Bienvenidas y bienvenidos", "Una persona mayor",
])
def test_inclusive_notes_keep_silent(text: str) -> None:
    assert noted(text, inclusive=True) == []


@pytest.mark.parametrize(("text", "rule"), [
    ("¡SORTEO! Comenta y participa.", "legal-giveaway"), ("Sorteamos dos entradas", "legal-giveaway"),
    ("Gana un viaje a Cádiz", "legal-giveaway"),
    ("Gracias a @marca por enviarme estas zapatillas", "legal-paid"), ("Con mi código ANA10 pagas menos", "legal-paid"),
    ("Viernes de vermut y bravas", "legal-alcohol"), ("Nuevo vapeador de fresa", "legal-tobacco"),
    ("La infusión que cura el insomnio", "legal-health"),
    ("Pierde 5 kilos con este té", "legal-health"), ("Gratis por tu compra de 30 €", "legal-free"),
    ("La mejor pizza del mundo", "legal-superlative"),
    ("El mejor pan del mercado", "legal-superlative"), ("Más barato que la competencia", "legal-superlative"),
    ("-50 % en sofás", "legal-discount"),
    ("Rebajas en toda la tienda", "legal-discount"), ("Financiación a tu medida", "legal-finance"),
    ("Invierte y gana con bitcoin", "legal-finance"),
    ("Comparte fotos de tus hijos en la tienda con niños", "legal-minors"), ("Os lo garantizamos", "legal-promise"),
    ("No volverá a pasar.", "legal-promise"),
    ("Camiseta 100 % sostenible", "legal-green"), ("Somos neutros en carbono", "legal-green"),
])
def test_legal_notes(text: str, rule: str) -> None:
    [found] = [one for one in notes.check(text, Profile(legal=True)) if one.rule == rule]
    assert found.kind is Kind.LEGAL and "Es una nota, no un consejo legal: " in found.why and " de " in found.why
    assert notes.check(text, Profile()) is not None and list(notes.check(text, Profile())) == []


@pytest.mark.parametrize("text", [
    "Sorteo: bases en https://tienda.es/bases", "¡Enhorabuena a la ganadora del sorteo!", "Concurso de acreedores: qué es",
    "#publi Gracias a @marca por enviarme esto",
    "Vino ayer mi prima", "Vinagre de vino de Jerez", "Vermut sin alcohol", "Cerveza, solo mayores de 18 años y con consumo responsable",
    "Envío gratis", "Entrada gratuita", "Chocolate 70 % cacao", "-20 % hasta el domingo", "Del 3 al 9 de marzo, descuento del 10 %",
    "Hipoteca al 2 % TAE", "La mejor tarde del año", "Según la encuesta de lectores, el mejor bar de la ciudad",
    "El 30 % de los bosques", "Copa del Rey, esta noche",
    "Un cóctel de gambas", "Chaqueta 80% lana", "Os esperamos", "Préstamo de libros",
])
def test_legal_notes_keep_silent(text: str) -> None:
    assert noted(text, legal=True) == []


def test_a_note_names_the_law_of_the_country() -> None:
    laws = {variety: next(iter(notes.check("¡Sorteo!", Profile(variety=variety, legal=True)))).why for variety in ("es-ES",
    "es-MX", "es-AR")}
    assert "Ley 13/2011" in laws["es-ES"] and "Juegos y Sorteos" in laws["es-MX"] and "Lealtad Comercial" in laws["es-AR"]


@pytest.mark.parametrize(("text", "rule", "found"), [
    ("Hola, Ana, con DNI 12345678Z", "private-document", "12345678Z"), ("NIE X1234567L", "private-document", "X1234567L"),
    ("Tu cuenta ES91 2100 0418 4502 0005 1332", "private-iban", "ES91 2100 0418 4502 0005 1332"),
    ("Tarjeta 4539 1488 0343 6467", "private-card", "4539 1488 0343 6467"),
    ("Hemos visto tu pedido 48213377", "private-order", "tu pedido 48213377"), ("Le llegó a ana.ruiz@gmail.com",
    "private-mail", "ana.ruiz@gmail.com"),
    ("Ana, tu móvil es el 612 345 678, ¿verdad?", "private-phone", "612 345 678"), ("Apuntado, Ana: 612 345 678",
    "private-phone", "612 345 678"),
])
def test_personal_data(text: str, rule: str, found: str | None) -> None:
    told = [(one.rule, one.text) for one in notes.check(text, Profile(legal=True))]
    assert told == ([(rule, found)] if found else [])


@pytest.mark.parametrize("text", [
    "📞 612 345 678", "Llámanos al 612 34 56 78", "WhatsApp: +34 612 345 678", "Escríbenos a tienda@gmail.com", "12345678A",
    "Ref. 1234 5678 9012 3456", "Pedido mínimo: 20 €",
    "De 1000 a 2000 visitas", "hola@tienda.es", "En 2026 cumplimos 25", "900 123 456",
])
def test_what_is_nobodys_data(text: str) -> None:
    assert noted(text, legal=True) == []


def test_the_sure_ones_are_errors() -> None:
    assert [one.severity for one in notes.check("DNI 12345678Z", Profile(legal=True))] == [Severity.ERROR]
