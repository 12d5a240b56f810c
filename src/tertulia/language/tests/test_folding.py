"""The folded text and its way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.language.folding import LONGEST, fold


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("HOLAAAA", "hola"),
        ("¿Qué tal, corazón?", "¿que tal, corazon?"),
        ("mañana MAÑANA man\u0303ana", "mañana mañana mañana"),
        ("jajajajaja jjaja jejeje xdxd", "jaja jaja jaja jaja"),
        ("mira https://ejemplo.es/a?b=c y www.ejemplo.es", "mira @l y @l"),
        ("URL @usuario", "@l @u"),
        ("@tienda_centro escribid a hola@ejemplo.es", "@u escribid a @e"),
        ("12,50 € a las 10:15", "0 € a las 0"),
        ("no!!!!! qué???", "no!! que??"),
        ("i\u200bd\u200bi\u200bo\u200bt\u200ba", "idiota"),
        ("a\x00b\tc\nd", "a b c d"),
        ("👍🏽 ❤️", "👍 ❤"),
        ("", ""),
    ],
)
def test_texts_fold_to_what_the_model_reads(original: str, folded: str) -> None:
    assert fold(original).text == folded


def test_an_emoji_family_is_one_sign_and_leads_back_to_the_whole_family() -> None:
    family = "👨\u200d👩\u200d👧"
    folded = fold(f"a {family} b")
    assert folded.text == "a 👨 b"
    assert f"a {family} b"[folded.starts[2] : folded.ends[2]] == family


@given(st.text(max_size=300))
def test_every_folded_character_comes_from_a_piece_of_the_original_in_order(original: str) -> None:
    folded = fold(original)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert all(0 <= start < end <= len(original) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert folded.starts == sorted(folded.starts)
    assert folded.ends == sorted(folded.ends)


def test_only_the_beginning_of_a_huge_text_is_read_and_it_says_so() -> None:
    folded = fold("hola " * 2_000_000)
    assert folded.partial
    assert max(folded.ends) <= LONGEST


@pytest.mark.parametrize(
    ("original", "folded"),
    [
        ("p3rr4, m1erda y put4", "perra, mierda y puta"),
        ("eres t o n t o", "eres tonto"),
        ("xq no m contestan? q pasa", "porque no m contestan? que pasa"),
        ("#NoVuelvoMas a #la_tienda", "#no vuelvo mas a #la tienda"),
        ("el iphone7 y la 5G desde hace 1h30m", "el iphone0 y la 0g desde hace 0h0m"),
        ("hola@iberia.com", "@e"),
    ],
)
def test_what_people_write_to_save_letters_or_to_hide_is_read_all_the_same(original: str, folded: str) -> None:
    assert fold(original).text == folded


def test_the_words_of_a_hashtag_know_where_they_stand() -> None:
    told = fold("Ya #NoVuelvoMas")
    at = told.text.index("vuelvo")
    assert "Ya #NoVuelvoMas"[told.starts[at] : told.ends[at + 5]] == "Vuelvo"
