"""Every lint, by its own examples."""

import pytest

from tools import lints

GOOD = [(lint, name, source) for lint in lints.every() for name, source in lint.GOOD]
BAD = [(lint, name, source) for lint in lints.every() for name, source in lint.BAD]


def _title(value: object) -> str | None:
    return getattr(value, "__name__", "").rsplit(".", 1)[-1] or None


@pytest.mark.parametrize(("lint", "name", "source"), GOOD, ids=_title)
def test_a_good_example_passes(lint: lints.Lint, name: str, source: str) -> None:
    assert lints.faults(lint, name, source) == []


@pytest.mark.parametrize(("lint", "name", "source"), BAD, ids=_title)
def test_a_bad_example_is_found(lint: lints.Lint, name: str, source: str) -> None:
    assert lints.faults(lint, name, source)


@pytest.mark.parametrize("lint", lints.every(), ids=_title)
def test_a_lint_says_its_rule_and_carries_examples(lint: lints.Lint) -> None:
    assert lint.__doc__
    assert lint.GOOD
    assert lint.BAD
