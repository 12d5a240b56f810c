"""Folding: once, with the way back."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from tertulia.moderation.automatic.folding import WORD, Text, disguises, fold, squeeze

anything = st.text(max_size=60)
spanish = st.text(st.sampled_from("abcñáéüÑÁ ¡!¿?.,0134@$*_-рaо\u200b\u0303\u0301😡❤\ufe0f🏽ﬁＡ\n"), max_size=60)


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, spanish))
def test_every_place_of_the_folded_text_has_its_place_in_the_raw_one(raw: str) -> None:
    text = Text(raw)
    assert text.plain == fold(raw)
    last = 0
    for at in range(len(text.plain)):
        start, end = text.span(at, at + 1)
        assert 0 <= start < end <= len(raw)
        assert start >= last
        last = start


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, spanish))
def test_folding_twice_is_folding_once(raw: str) -> None:
    assert fold(fold(raw)) == fold(raw)


@settings(max_examples=300, deadline=None)
@given(st.one_of(anything, spanish))
def test_the_quick_way_folds_as_sign_by_sign_does(raw: str) -> None:
    by_sign = "".join(fold(f"\u200b{char}") if char != "\u0303" else char for char in raw)
    assert fold(raw) == by_sign.replace("n\u0303", "ñ").replace("\u0303", "")


@settings(max_examples=200, deadline=None)
@given(st.one_of(anything, spanish))
def test_what_is_said_in_disguise_lies_in_the_text(raw: str) -> None:
    text = Text(raw)
    for start, end, forms in text.disguised:
        assert WORD.search(text.plain[start:end])
        assert all(form for form in forms) or not forms
    for word in text.words:
        assert text.places(word)


def test_enye_is_a_letter_of_its_own() -> None:
    assert fold("AÑO an\u0303o ano") == "año año ano"


def test_letters_of_other_scripts_and_fonts_are_the_latin_ones_they_look_like() -> None:
    written = ("puta", "PUTÁ", "рutа", "ｐｕｔａ", "𝐩𝐮𝐭𝐚", "🅿🅤🆃🅰", "ᴘᴜᴛᴀ", "pu\u200bta", "ρυτα", "p\u0336u\u0336t\u0336a\u0336")
    assert {fold(one) for one in written} == {"puta"}


def test_stretched_words_keep_what_is_double_in_spanish() -> None:
    assert disguises("perro") == ()
    assert disguises("perrrro") == ("~perro", "~pero")
    assert disguises("tontooo") == ("~tonto",)
    assert squeeze("llorón") == "llorón"


def test_a_message_is_folded_in_no_time() -> None:
    raw = "Hola, buenos días: llevo tres semanas esperando mi pedido y nadie contesta. ¿Me podéis decir algo ya? Gracias por nada 😡"
    began = time.process_time()
    for _ in range(1000):
        Text(raw)
    assert time.process_time() - began < 0.25  # 0.25 ms each at the very worst; 0.02 on a quiet machine
