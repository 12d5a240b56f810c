"""Links, handles and hashtags that would not work, and what was left to fill in."""

from __future__ import annotations

import pytest

from tertulia.kit.lengths.tests.vendors import twitter_text
from tertulia.language.finding import Kind, Profile, Severity
from tertulia.language.proofing import links
from tertulia.language.proofing.mentioned import is_address, mentioned


@pytest.mark.parametrize(("text", "rule", "right"), [
    ("Mira htp://tienda.es", "link-scheme", "Mira http://tienda.es"),
    ("Mira https//tienda.es", "link-scheme", "Mira https://tienda.es"),
    ("Mira https:/tienda.es", "link-scheme", "Mira https://tienda.es"),
    ("Mira htttps://tienda.es", "link-scheme", "Mira https://tienda.es"),
    ("Mira https;//tienda.es", "link-scheme", "Mira https://tienda.es"),
    ("Mira https:www.tienda.es", "link-scheme", "Mira https://www.tienda.es"),
    ("Mira https:// tienda.es", "link-space", "Mira https://tienda.es"),
    ("Mira www. tienda.es", "link-space", "Mira www.tienda.es"),
    ("Mira www.tienda,es", "link-space", "Mira www.tienda.es"),
    ("Mira www.tienda .es", "link-space", "Mira www.tienda.es"),
    ("Mira wwww.tienda.es", "link-www", "Mira www.tienda.es"),
    ("Mira www,tienda.es", "link-www", "Mira www.tienda.es"),
    ("Mira www.tienda hoy", "link-www", None),
    ("Mira https://tienda/oferta", "link-end", None),
    ("https://a.eshttps://b.es", "link-glued", "https://a.es https://b.es"),
    ("Compra aquíhttps://a.es", "link-glued-word", "Compra aquí https://a.es"),
    ("https://a.es/pan👇", "link-emoji", "https://a.es/pan 👇"),
    ("https://tienda.es/ofer…", "link-cut", None),
    ("http://localhost:8000/", "link-local", None),
    ("https://192.168.1.3/x", "link-local", None),
    ("https://docs.google.com/document/d/1/edit", "link-private", None),
    ("https://a.es/?fbclid=1&x=2#pan", "link-tracks", "https://a.es/?x=2#pan"),
    ("https://a.es/?igsh=1", "link-tracks", "https://a.es/"),
    ("http://a.es", "link-insecure", "https://a.es"),
    ("https://goo.gl/abc", "link-dead", None),
    ("bit.ly/abc", "link-short", None),
    ("Hola @@ana", "handle-twice", "Hola @ana"),
    ("Hola @ ana", "handle-space", "Hola @ana"),
    ("Hola @panadería_núñez", "handle-accent", "Hola @panaderia_nunez"),
    ("##pan", "hashtag-twice", "#pan"),
    ("Ven # pan", "hashtag-space", "Ven #pan"),
    ("Feliz #2026", "hashtag-digits", None),
    ("#uno#dos", "hashtag-glued", "#uno #dos"),
    ("#pan-casero", "hashtag-cut", "#panCasero"),
    ("#R&B", "hashtag-cut", "#RB"),
    ("Compra en [enlace]", "placeholder", None),
    ("Hola, {nombre}:", "placeholder", None),
    ("Hola, {{cliente.nombre}}:", "placeholder", None),
    ("INSERTAR FOTO", "placeholder", None),
    ("Desde XX €", "placeholder", None),
    ("A las XX:XX", "placeholder", None),
    ("Ven el XXX", "placeholder", None),
    ("Lorem ipsum dolor sit amet", "placeholder", None),
    ("Ven a [LUGAR]", "placeholder", None),
])
def test_what_would_not_work(text: str, rule: str, right: str | None) -> None:
    [found] = [one for one in links.check(text, Profile()) if one.rule == rule]
    assert text[found.start:found.end] == found.text
    fixed = text[:found.start] + found.fixes[0] + text[found.end:] if found.fixes else None
    assert fixed == right


@pytest.mark.parametrize("text", [
    "https://tienda.es/una/ruta?utm_source=ig&utm_medium=social.", "(https://tienda.es/pan_(comida))", "tienda.es y www.tienda.es.",
    "https://web.archive.org/web/2020/https://tienda.es", "https://tienda.es/?url=https://otra.es", "hola@peluqueria.es",
    "La XXX edición",
    "Siglo XX", "Talla XXL o XXXL", "Somos #1", "El 24/7 y el 50/50", "Un 3.5 sobre 5.", "[…] y siguió",
    "[Vídeo] Cómo se hace", "1.º y 2.ª",
    "#pan #Día2 #30años", "@ana_ruiz, @panes.es y @uno2", "¡Vamos!#FelizLunes", "Y/o", "a.m. y p.m.", "J. R. R. Tolkien",
    "AC/DC", "S.L.", "{}", "#️⃣1️⃣",
    "https://a.es/x#seccion-dos", "Precio: 20 € @ la tienda", "todo TODO todito", "10:00-14:00", "…", "100%", "El «www» ya no hace falta",
])
def test_what_works_is_left_alone(text: str) -> None:
    assert [(one.rule, one.text) for one in links.check(text, Profile()) if one.rule != "handle-space"] == []


def test_what_x_takes_for_an_address() -> None:
    for case in twitter_text("validate")["urls"]:
        assert is_address(case["text"]) is case["expected"], case["description"]


@pytest.mark.parametrize("text", ["https://tienda-.es/pan", "https://-tienda.es", "http://256.1.2.3/x"])
def test_an_address_that_nobody_can_open(text: str) -> None:
    assert [(one.rule, one.text) for one in links.check(text, Profile()) if one.severity is Severity.ERROR] == [("link-impossible", text)]


def test_a_name_that_a_network_cannot_have() -> None:
    to = Profile(networks={"x": None, "instagram": None})
    found = list(links.check("Con @pan-de-casa y @tienda.oficial y @ana", to))
    assert [(one.rule, one.text) for one in found] == [
        ("handle-x", "@pan-de-casa"), ("handle-instagram", "@pan-de-casa"), ("handle-x", "@tienda.oficial")]
    assert {one.kind for one in found} == {Kind.HANDLE} and {one.severity for one in found} == {Severity.WARNING}
    assert list(links.check("@pan-de-casa", Profile(networks={"bluesky": None}))) == []


def test_what_a_text_mentions() -> None:
    text = "Con @ana, @luis@casa.example y @pan.bsky.social: https://tienda.es/pan. O tienda.es/té (hola@tienda.es). Rico.Es"
    told = mentioned(text)
    assert [one.value for one in told.links] == ["https://tienda.es/pan", "https://tienda.es/té"]
    assert [one.value for one in told.handles] == ["ana", "luis@casa.example", "pan.bsky.social"]
    assert [text[one.start:one.end] for one in told.links] == ["https://tienda.es/pan", "tienda.es/té"]
    assert mentioned("") == ((), ())
