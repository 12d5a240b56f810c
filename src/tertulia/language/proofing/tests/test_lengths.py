"""Length by each network's own rule, and the networks' own manifests and counts, which must agree with it."""

from __future__ import annotations

import pytest

from tertulia import networks
from tertulia.kit.lengths import RULES
from tertulia.language.finding import Kind, Profile, Severity
from tertulia.language.proofing import lengths

TEXTS = ("", "hola", " ¡Hola, señora! ", "👩‍👩‍👧 🥖", "ven a https://ejemplo.es/una/ruta", "@ana@casa.example y @luis", "uno\ndos")


def past(text: str, **networks_: int | None) -> list[tuple[str, str]]:
    return [(one.rule, one.text) for one in lengths.check(text, Profile(networks=networks_))]


@pytest.mark.parametrize(("text", "to", "most", "found"), [
    ("a" * 280, "x", None, []), ("a" * 281, "x", None, [("length-x-caracteres", "a")]),
    ("日" * 141, "x", None, [("length-x-caracteres", "日")]), ("a" * 281, "x", 25000, []),
    ("a " * 139 + "corre rápido", "x", None, [("length-x-caracteres", "corre rápido")]),
    ("a " * 138 + "hola https://ejemplo.es/ruta", "x", None, [("length-x-caracteres", " https://ejemplo.es/ruta")]),
    ("👩‍👩‍👧" * 140, "x", None, []), ("👩‍👩‍👧" * 120, "bluesky", None, []),
    ("👩‍👩‍👧" * 200, "bluesky", None, [("length-bluesky-bytes", "👩‍👩‍👧" * 34)]),
    ("a" * 300, "bluesky", None, []), ("a" * 499 + "🥖", "threads", None, [("length-threads-caracteres", "🥖")]),
    ("a" * 500, "mastodon", None, []), ("a" * 500, "mastodon", 400, [("length-mastodon-caracteres", "a" * 100)]),
    ("hola", "desconocida", None, []), ("a" * 4097, "telegram", None, [("length-telegram-caracteres", "a")]),
    ("ñ" * 2049, "google_business.comment", None, [("length-google_business.comment-bytes", "ñ")]),
])
def test_what_does_not_fit(text: str, to: str, most: int | None, found: list[tuple[str, str]]) -> None:
    assert past(text, **{to: most}) == found


def test_the_finding_says_by_how_much() -> None:
    [found] = lengths.check("a" * 282, Profile(networks={"x": None}))
    assert (found.kind, found.severity, found.start, found.end) == (Kind.LENGTH, Severity.ERROR, 280, 282)
    assert found.why == "En X caben 280 caracteres y esto cuenta 282: sobran 2."
    [found] = lengths.check("á" * 3001, Profile(networks={"linkedin": None}))
    assert found.why == "En LinkedIn caben 3000 caracteres y esto cuenta 3001: sobra 1."


def test_hashtags_of_instagram() -> None:
    few, many, too_many = (" ".join(f"#pan{number}" for number in range(most)) for most in (5, 6, 31))
    assert past(few, instagram=None) == []
    assert past(many, instagram=None) == [("hashtags-instagram-many", "#pan5")]
    assert past(too_many, instagram=None) == [("hashtags-instagram", "#pan30")]


def test_a_sign_that_x_refuses_is_found() -> None:
    assert past("hola\ufeff", x=None) == [("sign-x", "\ufeff")]


@pytest.mark.parametrize("name", networks.names())
def test_a_network_and_its_limits_agree(name: str) -> None:
    limits, first = networks.manifest(name).limits, lengths.limits(name)[0]
    assert first.most == limits.characters
    if limits.extra_bytes is not None:
        assert (limits.extra_bytes, "bytes") in [(one.most, one.rule) for one in lengths.limits(name)]
    if limits.with_pictures is not None:
        assert lengths.limits(f"{name}.caption")[0].most == limits.with_pictures
    for text in TEXTS:
        assert networks.load(name).count(text) == lengths.length(text, name), text


def test_every_limit_has_a_rule_and_a_source() -> None:
    for network, parts in lengths._table().items():
        assert lengths.title(network) != network
        for part in parts:
            for limit in lengths.limits(f"{network}.{part}"):
                assert limit.most > 0 and limit.source and (limit.rule in RULES or limit.rule == "hashtags")
