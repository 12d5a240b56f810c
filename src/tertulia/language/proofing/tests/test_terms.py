"""Politics, religion and the tragedy of the day: what is seen, with its reason, and what must not be."""

from __future__ import annotations

import pytest

from tertulia.language.finding import Kind, Profile, Severity
from tertulia.language.proofing import terms


def seen(text: str, variety: str = "es-ES", **more: object) -> list[tuple[str, str]]:
    return [(one.rule, one.text) for one in terms.check(text, Profile(variety=variety, **more))]  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "rule", "found"), [
    ("El presidente del Gobierno nos visitó.", "politics-government", "presidente del Gobierno"),
    ("Con los MINISTROS no hay quien pueda.", "politics-government", "MINISTROS"),
    ("La ministra probó el pan.", "politics-government", "ministra"),
    ("Si el Congreso de los Diputados trabajara así…", "politics-parliament", "Congreso de los Diputados"),
    ("Más aplausos que una moción de censura.", "politics-parliament", "moción de censura"),
    ("Ni el PSOE lo vio venir.", "politics-parties-of-spain", "PSOE"),
    ("Lo dice hasta el PP.", "politics-parties-of-spain", "PP"),
    ("Un mensaje para Vox.", "politics-parties-of-spain", "Vox"),
    ("Los votantes de Podemos también comen.", "politics-parties-of-spain", "Podemos"),
    ("Votantes del Partido Popular, esta va por vosotros.", "politics-parties-by-kind", "Partido Popular"),
    ("Comunistas y fachas, todos a la mesa.", "politics-parties-by-kind", "Comunistas"),
    ("Vuelven las elecciones y las croquetas.", "politics-elections", "elecciones"),
    ("Este domingo, a las urnas.", "politics-elections", "a las urnas"),
    ("Ni independentistas ni unionistas: bocadillo.", "politics-territory", "independentistas"),
    ("Las Malvinas son argentinas.", "politics-territory", "Malvinas"),
    ("Todo por Gaza.", "politics-war", "Gaza"),
    ("La guerra empezó hoy.", "politics-war", "guerra"),
    ("Hay que recordar la dictadura.", "politics-memory", "dictadura"),
    ("No seas facha.", "politics-contested", "facha"),
    ("Se nos ha colado un okupa en el sofá.", "politics-contested", "okupa"),
    ("Hablemos del aborto.", "politics-rights-in-dispute", "aborto"),
    ("Los católicos saben de vinos.", "religion-faiths", "católicos"),
    ("Ideal para musulmanas.", "religion-faiths", "musulmanas"),
    ("Dios existe y hace pizza.", "religion-sacred", "Dios"),
    ("La Virgen del Carmen nos protege.", "religion-sacred", "La Virgen"),
    ("El Papa no lleva estas zapatillas.", "religion-clergy", "Papa"),
    ("Más callado que un obispo.", "religion-clergy", "obispo"),
    ("Misa flamenca este viernes en el auditorio.", "religion-rites", "Misa"),
    ("Ponte a rezar.", "religion-rites", "rezar"),
    ("Feliz Ramadán.", "religion-feasts", "Ramadán"),
    ("Semana Santa: pasión de verdad.", "religion-feasts", "Semana Santa"),
    ("Que Dios os bendiga.", "religion-sacred", "Dios"),
    ("Nos han prohibido el burkini.", "religion-symbols-in-dispute", "burkini"),
    ("Hubo un atentado en el centro.", "tragedy-attack", "atentado"),
    ("Precios de terremoto.", "tragedy-nature", "terremoto"),
    ("La DANA nos ha traído rebajas.", "tragedy-nature", "DANA"),
    ("Las víctimas lo agradecerán.", "tragedy-death", "víctimas"),
    ("Minuto de silencio por tu dieta.", "tragedy-death", "Minuto de silencio"),
    ("Otra pandemia como esta y cerramos.", "tragedy-health", "pandemia"),
    ("Un accidente de tren de libro.", "tragedy-accident", "accidente de tren"),
    ("El terremoto\u0301 fue ayer.", "tragedy-nature", "terremoto\u0301"),
])
def test_what_is_seen(text: str, rule: str, found: str) -> None:
    assert (rule, found) in seen(text), seen(text)


IDIOMS = """
¡Por Dios, qué croquetas!
Vale, vale, como Dios manda: con tomate de verdad.
No sabe de la misa la media.
Lo que dice mi madre va a misa.
La procesión va por dentro, pero el postre va por fuera.
Todo Cristo quiere torrijas.
Partido de fútbol el sábado, ¿te vienes?
Nos vemos en el banco de la plaza.
Arranca la campaña de verano.
El presidente del club entregó el trofeo.
La ley del mínimo esfuerzo: sofá, manta y peli.
Ofertas de Semana Santa: hasta el domingo.
Horario de Semana Santa: jueves y viernes, cerrado.
Escapadas de Semana Santa desde Sevilla.
Menús de comunión desde 35 €.
Aceite de oliva virgen extra de Jaén.
Judías verdes de la huerta y judías con chorizo.
Imán de nevera de regalo con tu compra.
La guerra de almohadas empieza a las ocho.
Guerra de precios en la sección de juguetes.
Mis hijos dan mucha guerra.
Una explosión de sabor en cada bocado.
Mi perro es un terremoto.
Avalancha de pedidos: os leemos a todos.
Víctimas de la moda, bienvenidas.
Puente de la Constitución: abrimos.
Estamos en la plaza de la Constitución, 3.
Calle Virgen del Pilar, 4, bajo.
Tienda en la avenida de la República.
Podemos ayudarte con tu pedido.
Sumar puntos es fácil: uno por euro.
PAN DE MASA MADRE RECIÉN HECHO
¡HOLA, MORENA GUAPA! MIRA ESTO
El pan nuestro de cada día, con mantequilla.
Ciudadanos del mundo, tenemos wifi.
Gobierno corporativo: informe anual disponible.
Vox populi: la tortilla, con cebolla.
A la derecha, los probadores; a la izquierda, la caja.
Papá Noel y los Reyes Magos pasan por la tienda.
Feliz Navidad y próspero año nuevo.
Belén viviente hecho con galletas.
Día de Muertos: pan y chocolate.
Cura de sueño: siesta de media hora.
El queso cura doce meses en bodega.
El cardenal de la rodilla se me va con hielo.
Rosario, gracias por tu reseña.
Jesús y María os atienden en tienda.
El santo de la abuela se celebra con tarta.
Este bizcocho es un pecado.
Milagro: aún quedan entradas.
Salida de emergencia señalizada.
Seguro de accidentes incluido.
El virus informático llegó por correo.
Vota por tu sabor favorito en comentarios.
Muerta de risa con este vídeo.
Bomba de chocolate con helado.
Una idea revolucionaria para tu cocina.
La reina de la casa es la sartén.
El rey del rock vuelve en vinilo.
Corona de flores para tu boda.
Banderines para tu fiesta.
Sudaderas rojas, azules y moradas.
Rebajas de enero: medio armario a mitad de precio.
Ensaladilla rusa de la casa.
Corta, pega y colorea: taller infantil.
""".strip().splitlines()


@pytest.mark.parametrize("text", IDIOMS)
def test_idioms_and_trade_are_left_alone(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(("text", "variety", "rules"), [
    ("Vamos con MORENA", "es-MX", ["politics-parties-of-mexico"]), ("Vamos con MORENA", "es-ES", []),
    ("Lo dijo el PAN", "es-MX", ["politics-parties-of-mexico"]), ("Lo dijo el PAN", "es-AR", []),
    ("El intendente vino", "es-AR", ["politics-argentine-offices"]), ("El intendente vino", "es-ES", []),
    ("Balotaje en puerta", "es-AR", ["politics-argentine-elections"]), ("Van a las PASO", "es-AR", ["politics-argentine-elections"]),
    ("Envíos a toda la República", "es-MX", []), ("La Libertad Avanza", "es-AR", ["politics-parties-of-argentina"]),
])
def test_some_words_are_politics_only_in_their_country(text: str, variety: str, rules: list[str]) -> None:
    assert [rule for rule, _ in seen(text, variety)] == rules


def test_a_brand_chooses_its_lists_and_adds_its_own_terms() -> None:
    text = "Elecciones, misa y la planta de Sagunto"
    assert seen(text, neutral=frozenset()) == []
    assert [rule for rule, _ in seen(text, neutral=frozenset({"religion"}))] == ["religion-rites"]
    [own] = terms.check(text, Profile(neutral=frozenset(), sensitive={"planta de sagunto": "hay un ERE en marcha", " ": "nada"}))
    assert (own.kind, own.rule, own.severity, own.text) == (Kind.NEUTRALITY, "sensitive", Severity.WARNING, "planta de Sagunto")
    assert own.why == "«planta de sagunto»: hay un ERE en marcha"
    assert [one.rule for one in terms.check("Las misas (del C.E.O.)", Profile(sensitive={"misa": "no",
    "c.e.o.": "no"}))] == ["sensitive", "sensitive"]


def test_a_mild_term_is_a_hint_and_stops_nothing() -> None:
    [mild] = terms.check("El alcalde vino a desayunar.", Profile())
    [warned] = terms.check("La ministra vino a desayunar.", Profile())
    assert (mild.severity, warned.severity) == (Severity.HINT, Severity.WARNING)
    stops = Profile(stops=frozenset({Kind.NEUTRALITY}))
    assert (stops.stopped_by(mild), stops.stopped_by(warned)) == (False, True)


def test_every_group_has_a_reason_a_date_and_patterns_that_compile() -> None:
    for name in terms.SUBJECTS:
        for group in terms.subject(name).groups:
            assert group.why.endswith(".") and group.read.year >= 2026, group.name
            assert "_" not in group.name
