"""What is harmless in the way a network writes, and what is a difference."""

from __future__ import annotations

from typing import Any

import pytest

from tertulia.outbox.differences import Part, compare, marked, same

HARMLESS = [
    ("Hay pan de nueces", "Hay pan de nueces"),
    ("  Hay  pan\n\nde nueces ", "Hay pan de nueces"),
    ("Man\u0303ana", "Mañana"),
    ("Pan\u200b recién\u00ad hecho", "Pan recién hecho"),
    ("❤️ pan", "❤ pan"),
    ("Míralo en https://www.faro.example/pan/", "Míralo en faro.example/pan"),
    ("Míralo en https://faro.example/un/camino/largo?y=1", "Míralo en faro.example/un/camin…"),
    ("Gracias, @ana@red.example", "Gracias, @ana"),
    ("Gracias, @ana", "Gracias, @ana@red.example"),
    ("Gracias", "@ana Gracias"),
    ("@ana gracias", "@ana gracias"),
    ("", ""),
    ("مرحبا 👩‍👩‍👧", "مرحبا 👩‍👩‍👧"),
]

DIFFERENT = [
    ("Hay pan de nueces", "Hay pan"),
    ("Hay pan", "Hay pan de nueces"),
    ("Hay pan", "hay pan"),
    ("Hay pan", ""),
    ("@ana gracias", "gracias"),
    ("Hola @ana@red.example", "Hola @ana@otra.example"),
    ("Hola @ana", "Hola @anabel"),
    ("Gracias", "@ana @berto Muchas gracias"),
    ("Míralo en https://faro.example/pan", "Míralo en https://faro.example/vino"),
    ("Míralo en https://faro.example/pan", "Míralo en"),
    ("son 1.5 euros", "son 1.50 euros"),
    ("hasta luego", "hasta…"),
    ("50% hoy", "50% hoy."),
]


@pytest.mark.parametrize(("approved", "live"), HARMLESS)
def test_another_way_of_writing_is_the_same(approved: str, live: str) -> None:
    assert same(approved, live)
    assert not any(part.changed for side in marked(approved, live) for part in side)


@pytest.mark.parametrize(("approved", "live"), DIFFERENT)
def test_a_word_that_is_missing_added_or_changed_is_a_difference(approved: str, live: str) -> None:
    assert not same(approved, live)
    ours, theirs = marked(approved, live)
    assert any(part.changed for part in [*ours, *theirs])
    assert ("".join(part.text for part in ours), "".join(part.text for part in theirs)) == (approved, live)


def test_what_changed_is_marked_word_by_word() -> None:
    ours, theirs = marked("Hay pan de nueces hasta las ocho", "@ana Hay pan de higos hasta las ocho hoy")
    assert ours == [Part("Hay pan de ", False), Part("nueces", True), Part(" hasta las ocho", False)]
    assert theirs == [Part("@ana Hay pan de ", False), Part("higos", True), Part(" hasta las ocho ", False), Part("hoy", True)]


def test_a_very_long_text_is_not_marked_and_does_not_take_long() -> None:
    ours, theirs = marked("pan " * 20_000, "vino " * 20_000)
    assert [len(side) for side in (ours, theirs)] == [1, 1]


def live(text: str = "Pan", language: str = "es", *alts: str, link: str = "") -> dict[str, Any]:
    shown = [{"kind": "image", "alt": alt, "url": "https://x.example/1"} for alt in alts]
    return {"text": text, "language": language, "attachments": [*shown, *([{"kind": "link", "alt": "", "url": link}] if link else [])]}


def approved(text: str = "Pan", language: str = "es", *alts: str) -> dict[str, Any]:
    return {"text": text, "language": language, "pictures": [{"id": 1, "alt": alt} for alt in alts]}


@pytest.mark.parametrize(("ours", "theirs", "found"), [
    (approved(), live(), []),
    (approved("Pan", "es"), live("Pan", "es-MX"), []),
    (approved("Pan", "es"), live("Pan", ""), []),
    (approved("Pan", "es"), live("Pan", "en"), [("language", "es", "en")]),
    (approved("Pan", "es", "Una hogaza"), live("Pan", "es", "Una hogaza"), []),
    (approved("Pan", "es", "Una hogaza"), live("Pan", "es", ""), [("alt", "Una hogaza", "")]),
    (approved("Pan", "es", "Una", "Otra"), live("Pan", "es", "Una"), [("pictures", 2, 1)]),
    (approved(), live(link="https://faro.example"), []),
    (approved("Pan https://faro.example/a"), live("Pan"),
     [("text", "Pan https://faro.example/a", "Pan"), ("links", "https://faro.example/a", "")]),
    (approved("Pan https://faro.example/a"), live("Pan", link="https://faro.example/a"), [("text", "Pan https://faro.example/a", "Pan")]),
])
def test_text_links_pictures_their_words_and_the_language_are_compared(ours: Any, theirs: Any, found: list[tuple[Any, ...]]) -> None:
    assert [(one["what"], one["approved"], one["live"]) for one in compare(ours, theirs)] == found
