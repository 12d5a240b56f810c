"""Titles, slugs, the HTML that goes out, and the text that comes back."""

from __future__ import annotations

import random

import pytest

from tertulia.networks.wordpress import text

LONG = "Hoy abrimos a las ocho y media de la mañana porque hay fiesta en el barrio y queremos que todos tengáis pan"


@pytest.mark.parametrize(("written", "title", "body"), [
    ("Pan de hoy", "Pan de hoy", ""), ("Pan de hoy\n\nRecién hecho.", "Pan de hoy", "Recién hecho."),
    ("  Pan \r\nRecién\n\nhecho ", "Pan", "Recién\n\nhecho"), ("Uno. Dos.", "Uno. Dos.", ""), ("", "", ""),
    (f"¡Hola! {LONG}.\nAdiós", "¡Hola!", f"{LONG}.\nAdiós"),
    (LONG, "Hoy abrimos a las ocho y media de la mañana porque hay fiesta en el barrio y queremos…", LONG),
    ("a" * 200, "a" * 89 + "…", "a" * 200), (f"3.50 euros la barra, {LONG}", None, f"3.50 euros la barra, {LONG}"),
])
def test_the_title_is_the_first_line_or_its_first_sentence(written: str, title: str | None, body: str) -> None:
    found = text.split(written)
    assert found[1] == body
    assert title is None or found[0] == title
    assert len(found[0]) <= text.TITLE


@pytest.mark.parametrize("written", ["Pan", "Pan\n\nRecién hecho", LONG, "a" * 200, "Pan…\n\nhecho", f"Hoy…\n\n{LONG}", f"…\n\n{LONG}"])
def test_what_was_taken_apart_is_put_together(written: str) -> None:
    assert text.joined(*text.split(written)) == written


PIECES = ("Hola", "¿Qué tal?", "Sí.", "…", "pan & café", "<b>", "[gallery]", "https://a.example/[x]?y=1&z='2'", "(https://b.example/c)",
          "\n", "\n\n", "\n \n", "palabra", "3.50 €", "👩‍👩‍👧", "&amp;", "&#91;", "supercalifragilístico" * 5, "- uno", "«Fin»", "\t",
          "a < b > c")


@pytest.mark.parametrize("seed", range(150))
def test_no_word_is_lost_on_the_way_there_and_back(seed: int) -> None:
    chance = random.Random(seed)
    written = " ".join(chance.choice(PIECES) for _ in range(chance.randint(1, 60)))
    title, body = text.split(written)
    there = text.joined(text.read(text.escaped(title)).text, text.read(text.content(body)).text)
    assert text.same(there, written)
    assert text.same(text.read(text.comment(written)).text, written)


@pytest.mark.parametrize(("written", "slug"), [
    ("Pan de hoy", "pan-de-hoy-0123456789ab"), ("¡Señora, el café!", "senora-el-cafe-0123456789ab"), ("👩‍👩‍👧", "0123456789ab"),
    ("", "0123456789ab"),
    ("日本", "0123456789ab"), ("palabra " * 11, "palabra-" * 7 + "pala-0123456789ab"), ("../<b>&%2e", "b-2e-0123456789ab"),
])
def test_a_slug_is_readable_and_nobody_elses(written: str, slug: str) -> None:
    assert text.slug(written, "ffffffffffffffffffff0123456789AB") == slug


@pytest.mark.parametrize(("body", "html"), [
    ("Hola", "<p>Hola</p>"), ("Una\notra", "<p>Una<br>otra</p>"), ("Una\n\n\n otra ", "<p>Una</p><p>otra</p>"), ("", ""),
    ("<script>alert(1)</script> & «más»", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; «más»</p>"),
    ("[gallery ids=\"1\"]", "<p>&#91;gallery ids=\"1\"&#93;</p>"),
    ("Mira https://a.example/x?y=1&z='2'.", '<p>Mira <a href="https://a.example/x?y=1&amp;z=&#x27;2">https://a.example/x?y=1&amp;z=\'2</a>\'.</p>'),
    ("(https://a.example/pan_(comida))", '<p>(<a href="https://a.example/pan_(comida)">https://a.example/pan_(comida)</a>)</p>'),
    ('https://a.example/"><script>', '<p><a href="https://a.example/">https://a.example/</a>"&gt;&lt;script&gt;</p>'),
    ("javascript:alert(1) ftp://a.example", "<p>javascript:alert(1) ftp://a.example</p>"),
])
def test_a_body_is_paragraphs_that_show_it_as_it_is(body: str, html: str) -> None:
    made = text.content(body)
    assert "".join(line for line in made.splitlines() if not line.startswith("<!--")) == html
    assert made.count("<!-- wp:paragraph -->") == made.count("<!-- /wp:paragraph -->") == html.count("<p>")
    shown = "\n\n".join(part.strip() for part in body.split("\n\n") if part.strip())
    assert text.read(made).text == shown.strip()


def test_pictures_follow_with_their_words() -> None:
    made = text.content("Hola", [text.Media(7, "https://a.example/p.png?a=1&b=2", 'Una "barra" <gris> & más')])
    assert '<!-- wp:image {"id":7} -->' in made
    assert text.read(made).pictures == (("https://a.example/p.png?a=1&b=2", 'Una "barra" <gris> & más'),)


@pytest.mark.parametrize(("html", "plain"), [
    ("<p>¿Abrís &amp; cuándo?</p>\n", "¿Abrís & cuándo?"), ("Una\notra", "Una\notra"), ("<p>a</p><p>b<br />c</p>", "a\n\nb\nc"),
    ('Ve <a href="https://a.example/">aquí</a>', "Ve aquí (https://a.example/)"), ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
    ('<a href="https://a.example/">https://a.example/</a>', "https://a.example/"), ('<a href="javascript:x">ven</a>', "ven"),
    ("<script>alert(1)</script>hola<style>p{}</style>", "hola"), ("n\u0303\x00\x1b", "ñ"), ("&lt;b&gt;", "<b>"), ("", ""),
    ("&#x1f956; pan", "🥖 pan"), ("<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->", "a"), ("a < b", "a < b"),
])
def test_html_is_read_as_text(html: str, plain: str) -> None:
    assert text.read(html).text == plain


@pytest.mark.parametrize(("one", "other", "alike"), [
    ("Hola  a\ntodos", "hola a todos", False), ("Hola  a\ntodos", "Hola a todos", True), ("n\u0303", "ñ", True), ("Sí", "Sí.", False)])
def test_words_are_the_same_whatever_the_spaces(one: str, other: str, alike: bool) -> None:
    assert text.same(one, other) is alike
