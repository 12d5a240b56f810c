"""Lengths by every rule, where a text passes its limit, and that no text is too strange."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.kit.lengths import RULES, entities, length, over

FAMILY, FLAG, ACCENT = "👨‍👩‍👧‍👦", "🇪🇸", "n\u0303"  # the last one is ñ in two signs


@pytest.mark.parametrize(("text", "rule", "counted"), [
    ("¡Hola, señora!", "code points", 14), (ACCENT, "code points", 1), (FAMILY, "code points", 7), ("", "code points", 0),
    (" hola\n", "code points", 6), (" hola\n", "trimmed code points", 4), (f" {FAMILY} ", "trimmed utf16", 11),
    ("🥖", "utf16", 2), (FAMILY, "utf16", 11), ("ñ", "utf16", 1),
    (FAMILY, "graphemes", 1), (FLAG, "graphemes", 1), (f"ma{ACCENT}ana", "graphemes", 6), ("e\u0301\u0323", "graphemes", 1),
    ("ñ", "bytes", 2), (ACCENT, "bytes", 2), (FAMILY, "bytes", 25), ("€", "bytes", 3),
    ("hola", "weighted", 4), ("¡Mañana, pan!", "weighted", 13), ("日本", "weighted", 4), ("€", "weighted", 2), ("–—“”…",
    "weighted", 6), ("©", "weighted", 1), ("©️", "weighted", 2),
    (FAMILY, "weighted", 2), (FLAG, "weighted", 2), ("👍🏽", "weighted", 2), ("1️⃣", "weighted", 2), ("❤️", "weighted", 2),
    ("☺", "weighted", 2), ("⚽️🏆", "weighted", 4),
    ("https://ejemplo.es/una/ruta/muy/larga?con=todo", "weighted", 23), ("ejemplo.es", "weighted", 23), ("www.ejemplo.es.",
    "weighted", 24),
    ("Abrimos.Ven", "weighted", 11), ("¡Corre!A las 9.30", "weighted", 17), ("hola@ejemplo.es", "weighted", 15),
    ("(ejemplo.es)", "weighted", 25),
    ("rico.es de hoy", "weighted", 30),  # X does take it for an address
    (FAMILY, "emoji bytes", 25), ("hola 🥖", "emoji bytes", 9), ("ñandú", "emoji bytes", 5), ("1️⃣", "emoji bytes", 7),
    ("❤️", "emoji bytes", 6),
    ("https://ejemplo.es/una/ruta", "emoji bytes", 27), ("12 #uno *", "emoji bytes", 9),
    ("https://ejemplo.es/una/ruta.", "local mentions", 24), ("ejemplo.es", "local mentions", 10), ("@ana@casa.example",
    "local mentions", 4),
    ("@ana", "local mentions", 4), (f"{FAMILY} @ana@casa.example http://localhost/", "local mentions", 24), ("hola@casa.es",
    "local mentions", 12),
])
def test_a_text_counts_by_the_rule(text: str, rule: str, counted: int) -> None:
    assert length(text, rule) == counted


@pytest.mark.parametrize(("text", "rule", "most", "past"), [
    ("hola", "code points", 4, None), ("hola!", "code points", 4, "!"), ("", "weighted", 0, None),
    (f"a{FAMILY}b", "weighted", 2, f"{FAMILY}b"), (f"a{FAMILY}b", "graphemes", 2, "b"), (f"a{FAMILY}", "utf16", 5, FAMILY),
    (f"ma{ACCENT}ana", "code points", 3, "ana"), (f"ma{ACCENT}ana", "code points", 2, f"{ACCENT}ana"),
    ("ven a https://ejemplo.es/ruta ya", "weighted", 28, "https://ejemplo.es/ruta ya"), ("ven a ejemplo.es ya", "weighted", 29, " ya"),
])
def test_what_is_past_the_limit(text: str, rule: str, most: int, past: str | None) -> None:
    excess = over(text, rule, most)
    assert (text[excess.start:] if excess else None) == past


@pytest.mark.parametrize("rule", RULES)
@given(text=st.text(max_size=60) | st.text("aAñ@#./:- é\u0301🥖👩\u200d👧🏽🇪🇸1️⃣日", max_size=60))
@settings(deadline=None, max_examples=60)
def test_any_text_has_a_length_and_a_place_where_it_passes_it(rule: str, text: str) -> None:
    whole = length(text, rule)
    assert over(text, rule, whole) is None
    pieces = list(RULES[rule](unicodedata.normalize("NFC", text)))
    assert all(one.start < one.end and one.weight >= 0 for one in pieces)
    assert all(one.end == other.start for one, other in pairwise(pieces))
    if whole:
        excess = over(text, rule, whole - 1)
        assert excess and excess.length == whole and 0 <= excess.start < len(text)


@pytest.mark.parametrize("text", ["a." * 250, "http://" + "a" * 500, "あ" * 500 + ".", "a-" * 250 + ".x", "http://a.es/" + "((a)" * 100])
def test_hostile_texts_do_not_hold_anybody_up(text: str) -> None:
    start = time.perf_counter()
    for find in (entities.links, entities.mentions, entities.hashtags, entities.cashtags):
        find(text)
    assert time.perf_counter() - start < 1
