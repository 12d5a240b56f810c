"""Rich text by the vendor's vectors, and by Spanish."""

from __future__ import annotations

from typing import Any

import pytest

from tertulia.networks.bluesky import Bluesky
from tertulia.networks.bluesky.facets import facets, spans
from tertulia.networks.bluesky.tests.payloads import vectors


@pytest.mark.parametrize("vector", vectors("link_and_mention_detection"), ids=lambda one: one["text"][:30])
def test_links_and_mentions_are_where_the_vendor_says(vector: dict[str, Any]) -> None:
    wanted = [(one["byteStart"], one["byteEnd"], one.get("mentionDid") or one["uri"]) for one in vector["facets"]]
    found = facets(vector["text"], lambda handle: f"did:fake:{handle}")
    assert [(one["index"]["byteStart"], one["index"]["byteEnd"], one["features"][0].get("did") or one["features"][0]["uri"])
            for one in found] == wanted


@pytest.mark.parametrize("vector", vectors("tag_detection") + vectors("cashtag_detection"), ids=lambda one: one["text"][:30])
def test_tags_are_where_the_vendor_says(vector: dict[str, Any]) -> None:
    wanted = [(tag, at["byteStart"], at["byteEnd"]) for tag, at in zip(vector["tags"], vector["index"], strict=True)]
    assert [(one.value, one.start, one.end) for one in spans(vector["text"]) if one.kind == "tag"] == wanted


@pytest.mark.parametrize("vector", vectors("grapheme_length"), ids=lambda one: one["text"])
def test_graphemes_count_as_the_vendor_counts(vector: dict[str, Any]) -> None:
    assert Bluesky.count(vector["text"]) == vector["graphemes"]


@pytest.mark.parametrize(("text", "wanted"), [
    ("¡@maria.test!", [("@maria.test", "maria.test")]),
    ("«tienda.es/pan».", [("tienda.es/pan", "https://tienda.es/pan")]),
    ("¿#café o #té?", [("#café", "café"), ("#té", "té")]),
    ("escribe a hola@tienda.es", []),
    ("pan rico.Es de hoy", []),
    ("(https://ejemplo.test/Pan_(comida))", [("https://ejemplo.test/Pan_(comida)", "https://ejemplo.test/Pan_(comida)")]),
    ("#uno(https://ejemplo.test", [("#uno(https://ejemplo.test", "uno(https://ejemplo.test")]),
])
def test_spanish_signs_do_not_hide_what_they_enclose(text: str, wanted: list[tuple[str, str]]) -> None:
    coded = text.encode()
    assert [(coded[one.start:one.end].decode(), one.value) for one in spans(text)] == wanted


def test_who_is_nobody_is_not_mentioned() -> None:
    assert facets("hola @nadie.test", lambda handle: None) == []
