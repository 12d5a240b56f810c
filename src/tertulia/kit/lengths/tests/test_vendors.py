"""The vendors' vectors, all of them: X's texts and links, Bluesky's graphemes, Unicode's clusters and emoji."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import regex

from tertulia.kit.lengths import entities, length, over, rules
from tertulia.kit.lengths.tests.vendors import twitter_text, vendor_file


def _values(find: Callable[[str], list[entities.Entity]]) -> Callable[[str], list[str]]:
    return lambda text: [one.value for one in find(text)]


def _placed(find: Callable[[str], list[entities.Entity]], name: str) -> Callable[[str], list[dict[str, Any]]]:
    return lambda text: [{name: one.value, "indices": [one.start, one.end]} for one in find(text)]


def _lists(text: str) -> list[dict[str, Any]]:
    return [{"screen_name": one.value, "list_slug": one.list, "indices": [one.start, one.end]} for one in entities.mentions(text)]


EXTRACTS: Mapping[str, Callable[[str], Any]] = {
    "mentions": _values(entities.mentions), "mentions_with_indices": _placed(entities.mentions, "screen_name"),
    "mentions_or_lists_with_indices": _lists, "replies": entities.reply,
    "urls": _values(entities.links), "urls_with_indices": _placed(entities.links, "url"),
    "urls_with_directional_markers": _placed(entities.links, "url"), "tco_urls_with_params": _values(entities.links),
    "hashtags": _values(entities.hashtags), "hashtags_from_astral": _values(entities.hashtags),
    "hashtags_with_indices": _placed(entities.hashtags, "hashtag"),
    "cashtags": _values(entities.cashtags), "cashtags_with_indices": _placed(entities.cashtags, "cashtag"),
}


@pytest.mark.parametrize("group", EXTRACTS)
def test_x_finds_what_its_library_finds(group: str) -> None:
    vectors = twitter_text("extract")
    assert set(vectors) == set(EXTRACTS)
    for case in vectors[group]:
        assert EXTRACTS[group](case["text"]) == case["expected"], case["text"]


def test_every_top_level_domain_makes_a_link() -> None:
    for cases in twitter_text("tlds").values():
        for case in cases:
            assert [one.value for one in entities.links(case["text"])] == case["expected"]


@pytest.mark.parametrize(("group", "emoji"), [
    ("WeightedTweetsCounterTest", False), ("WeightedTweetsWithDiscountedEmojiCounterTest", True),
    ("UnicodeDirectionalMarkerCounterTest", True)])
def test_x_weighs_what_its_library_weighs(group: str, emoji: bool) -> None:
    for case in twitter_text("validate")[group]:
        text, expected = case["text"], case["expected"]
        weight = sum(one.weight for one in rules.weighted(unicodedata.normalize("NFC", text), emoji=emoji))
        assert weight == expected["weightedLength"], case["description"]
        assert expected["permillage"] == weight * 1000 // 280
        assert expected["valid"] is (0 < weight <= 280 and not set(text) & set(entities.INVALID))
        if emoji and (excess := over(text, "weighted", 280)):
            fits = len(text[:excess.start].encode("utf-16-le")) // 2
            assert (excess.length, fits - 1) == (weight, expected["validRangeEnd"]), case["description"]


def test_what_x_validates() -> None:
    vectors = twitter_text("validate")
    wholes: Mapping[str, Callable[[str], bool]] = {
        "usernames": lambda text: _whole(entities.mentions(text), text) and "/" not in text,
        "lists": lambda text: _whole([one for one in entities.mentions(text) if one.list], text),
        "hashtags": lambda text: _whole(entities.hashtags(text), text),
        "urls_without_protocol": lambda text: _whole(entities.links(text), text),
    }
    for group, valid in wholes.items():
        for case in vectors[group]:
            assert valid(case["text"]) is case["expected"], case["text"]
    for case in vectors["tweets"]:  # of the first configuration: 140, a link 23 and every sign one
        pieces = rules.weighted(unicodedata.normalize("NFC", case["text"]), emoji=False)
        assert (0 < sum(one.weight if one.weight == rules.LINK else 1 for one in pieces) <= 140) is case["expected"]


def _whole(found: list[entities.Entity], text: str) -> bool:
    return [(one.start, one.end) for one in found] == [(0, len(text))]


_ANCHOR = re.compile(r'<a (?:class="tweet-url (?P<name>username|list-slug)" )?href="(?P<href>[^"]*)"[^>]*>(?P<shown>.*?)</a>')


def _anchors(marked: str) -> list[str]:
    """What the vendor's library makes a link of, as written; its signs before mentions stand outside the link."""
    found = []
    for one in _ANCHOR.finditer(marked):
        shown = html.unescape(re.sub("<[^>]*>", "", one["shown"]))
        found.append(f"@{shown}" if one["name"] else shown)
    return found


@pytest.mark.parametrize("group", ["usernames", "lists", "hashtags", "urls", "cashtags", "all"])
def test_x_links_what_its_library_links(group: str) -> None:
    for case in twitter_text("autolink")[group]:
        text = case["text"]
        links = [one for one in entities.links(text) if "://" in one.value]  # its library marks no others by itself
        others = [*entities.mentions(text), *entities.hashtags(text), *entities.cashtags(text)] if group != "urls" else []
        found = sorted([*links, *others], key=lambda one: (one.start, -one.end))
        kept: list[entities.Entity] = []
        for one in found:
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
        said = [text[one.start:one.end].replace("＠", "@").replace("＃", "#") for one in kept]
        assert said == [shown.replace("＃", "#") for shown in _anchors(case["expected"])], case["description"]


def test_clusters_are_those_of_unicode() -> None:
    lines = vendor_file("unicode/GraphemeBreakTest-15.0.txt").read_text("utf-8").splitlines()
    cases = [line.split("#")[0].split() for line in lines if line.split("#")[0].strip()]
    assert len(cases) > 600
    for case in cases:
        text = "".join(chr(int(one, 16)) for one in case if one not in "÷×")
        if "\u2701" in text:  # no pictograph any more since Unicode 17
            continue
        assert len(regex.findall(r"\X", text)) == case.count("÷") - 1, case


def test_an_emoji_of_unicode_weighs_two_on_x_and_its_bytes_on_threads() -> None:
    counted = 0
    for line in vendor_file("unicode/emoji-test-15.0.txt").read_text("utf-8").splitlines():
        signs, _, rest = line.partition(";")
        if not rest or line.startswith("#"):
            continue
        emoji, counted = "".join(chr(int(one, 16)) for one in signs.split()), counted + 1
        if emoji in "©®":  # shown as text they are letters
            assert (length(emoji, "weighted"), length(emoji, "emoji bytes")) == (1, 1)
        elif emoji != "™" and emoji != "♟":
            assert (length(emoji, "weighted"), length(emoji, "emoji bytes")) == (2, len(emoji.encode())), line
    assert counted == 4733


def test_graphemes_and_bytes_are_those_of_bluesky() -> None:
    for case in json.loads(vendor_file("bluesky/richtext-vectors.json").read_text("utf-8"))["grapheme_length"]:
        assert length(case["text"], "graphemes") == case["graphemes"], case
        if "utf8_bytes" in case:  # as sent: not composed
            assert sum(one.weight for one in rules.utf8(case["text"])) == case["utf8_bytes"], case
