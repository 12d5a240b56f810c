"""The own rules as tables: each finds what its row says is wrong, and none of them touches what any row says is right."""

from __future__ import annotations

import pytest

from tertulia.language.finding import Profile
from tertulia.language.proofing import patterns
from tertulia.language.proofing.proof import proof
from tertulia.language.proofing.words import words

WRONG = [(rule, example) for rule in patterns.rules() for example in rule.wrong]
RIGHT = sorted({example for rule in patterns.rules() for example in rule.right})


@pytest.mark.parametrize(("rule", "example"), WRONG, ids=[f"{rule.name}: {example}" for rule, example in WRONG])
def test_a_rule_finds_its_own_examples_and_nothing_else_in_them(rule: patterns.Rule, example: str) -> None:
    start, text = example.index("⟦"), example.replace("⟦", "").replace("⟧", "")
    found = [finding for finding in patterns.check(words(text), text, "es-ES") if finding.rule == rule.name]
    assert [(finding.start, finding.text) for finding in found] == [(start, example[start + 1:example.index("⟧")])]
    assert all(finding.fixes and finding.why.endswith((".", "?")) for finding in found)


@pytest.mark.parametrize("text", RIGHT)
def test_no_rule_touches_what_is_right(text: str) -> None:
    assert list(patterns.check(words(text), text, "es-ES")) == []


def test_every_rule_shows_what_it_is_for() -> None:
    assert [rule.name for rule in patterns.rules() if not rule.wrong] == []
    assert len({rule.name for rule in patterns.rules()}) == len(patterns.rules())


@pytest.mark.parametrize(("text", "fix"), [
    ("TU DECIDES", "TÚ"), ("Tu decides", "Tú"), ("Hoy tu decides", "tú"), ("Haber si vienes", "A ver si"),
])
def test_a_fix_keeps_the_case_of_what_was_written(text: str, fix: str) -> None:
    assert fix in [finding.fixes[0] for finding in proof(text) if finding.fixes]


@pytest.mark.parametrize("rule", ["tu-pronombre", "ortografia"])
def test_a_silenced_rule_is_silent(rule: str) -> None:
    text = "Tu decides el orijen."
    assert rule in {finding.rule for finding in proof(text)}
    assert rule not in {finding.rule for finding in proof(text, Profile(silenced=frozenset({rule})))}
