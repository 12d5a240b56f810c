"""The house's checks together: clean posts touch none of them, nothing is too strange, and all are quick enough to type by."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.language.finding import Finding, Profile
from tertulia.language.proofing import lengths, links, notes, terms, voice
from tertulia.language.proofing.folded import Folded, fold

CHECKS: tuple[Callable[[str, Profile], Iterable[Finding]], ...] = (lengths.check, links.check, terms.check, voice.check, notes.check)
CLEAN = (Path(__file__).parent / "house_clean.txt").read_text("utf-8").splitlines()
ALL = Profile(inclusive=True, legal=True, forbidden={"barato": "suena a poca calidad", "(raro": ""}, preferred={"cliente": "socio"},
              sensitive={"planta [de] Sagunto": "un ERE"}, networks={"x": None, "bluesky": None, "instagram": None, "mastodon": None})
PIECES = st.sampled_from([
    "@", "#", "https://", "www.", "a.es", " ", "\n", "misa", "ñ", "n\u0303", "á", "👩‍👩‍👧", "🇪🇸", "XXX", "{nombre}",
    "barato", "12345678Z", "los clientes", "sorteo",
    "Semana Santa", "\u200d", "\ufe0f", "\ufeff", "ES9121000418450200051332", "¿", "!", "…", "[enlace]", "\ud800", "\x00",
    "PP", "50 %", "www,", "-", "_", "İ", "ß", "㎞",
])


def found(text: str, profile: Profile = ALL) -> list[Finding]:
    return [one for check in CHECKS for one in check(text, profile)]


def test_there_are_enough_clean_posts() -> None:
    assert len(set(CLEAN)) >= 110


@pytest.mark.parametrize("variety", ["es-ES", "es-MX", "es-AR"])
def test_clean_posts_touch_nothing(variety: str) -> None:
    profile = Profile(variety=variety, inclusive=True, legal=True, networks={"facebook": None})
    assert [(text, one.rule, one.text) for text in CLEAN for one in found(text, profile)] == []


def test_the_engines_clean_posts_touch_nothing_that_is_on_by_itself() -> None:
    lines = (Path(__file__).parent / "clean.txt").read_text("utf-8").splitlines()
    told = []
    for line in lines:
        _part, variety, text = line.split("|", 2)
        told += [(text, one.rule, one.text) for one in found(text.replace("\\n", "\n"), Profile(variety=variety))]
    assert lines and told == []


@given(st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=20).map("".join)))
@settings(deadline=None, max_examples=400)
def test_no_text_is_too_strange(text: str) -> None:
    for one in found(text):
        assert 0 <= one.start <= one.end <= len(text)
        assert one.text == text[one.start:one.end]
        assert one.why and one.rule and one.text not in one.fixes


@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=20).map("".join)))
@settings(deadline=None, max_examples=200)
def test_a_folded_text_knows_the_way_back(text: str) -> None:
    folded = Folded(text)
    for at in range(len(folded.text)):
        start, end = folded.span(at, at + 1)
        assert 0 <= start < end <= len(text)
        assert fold(text[start:end])[:1] == folded.text[at]


def test_they_are_quick_enough_to_type_by() -> None:
    text = ("Hola a todo el mundo, hoy abrimos a las 9 en www.tienda.es con café ☕ y pan. Os esperamos, @ana. " * 6)[:500]
    found(text)
    start = time.perf_counter()
    for _ in range(5):
        found(text)
    assert (time.perf_counter() - start) / 5 < 0.06


@pytest.mark.parametrize("text", [
    "a." * 250, "@" * 500, "#a" * 250, "https://" * 60, "www." * 120, "{" * 500, "x" * 500, "1 " * 250, "el cura " * 60, "¡" * 500,
])
def test_hostile_texts_do_not_hold_anybody_up(text: str) -> None:
    start = time.perf_counter()
    found(text)
    assert time.perf_counter() - start < 2
