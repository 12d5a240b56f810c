"""What a preview colours, and where a text stops fitting."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tertulia.publishing.marks import fitting, pieces


@pytest.mark.parametrize(("text", "marked"), [
    ("Mira https://latertulia.example/otoño?x=1, por favor", [("link", "https://latertulia.example/otoño?x=1")]),
    ("(en libreria.es/club)", [("link", "libreria.es/club")]),
    ("Con @marta y @ana@mastodon.example.", [("mention", "@marta"), ("mention", "@ana@mastodon.example")]),
    ("¡#Otoño2026, #niños!", [("tag", "#Otoño2026"), ("tag", "#niños")]),
    ("El nº #1 y correo@casa.es", []),
    ("Sin nada", []),
])
def test_links_mentions_and_tags_are_marked(text: str, marked: list[tuple[str, str]]) -> None:
    assert [(one.kind, one.text) for one in pieces(text) if one.kind] == marked


@given(st.text(), st.integers(0, 50))
def test_nothing_of_a_text_is_lost_by_marking_it(text: str, fits: int) -> None:
    cut = pieces(text, fits)
    assert "".join(one.text for one in cut) == text
    assert "".join(one.text for one in cut if not one.over) == text[:fits]


@given(st.text(alphabet="aé👩‍👧\u200d\u0301🇪🇸 "), st.integers(1, 10))
def test_what_fits_is_the_longest_beginning_that_cuts_no_sign(text: str, most: int) -> None:
    def count(words: str) -> int:
        return len(regex.findall(r"\X", words))

    end = fitting(text, count, most)
    assert count(text[:end]) == min(count(text), most)
