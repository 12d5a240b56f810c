"""Ceilings are a ratchet: they hold, and their exceptions only shrink."""

import pytest

from tools import ceilings

LONG = "def f():\n" + "    pass\n" * 50


def test_functions_are_measured_wherever_they_stand() -> None:
    source = "class A:\n    @property\n    def b(self):\n        def c():\n            pass\n        return c\n"
    assert [(name, lines) for name, lines, _ in ceilings.measure("x.py", source)] == [
        ("x.py", 6), ("x.py::A.b", 4), ("x.py::A.b.c", 2),
    ]


@pytest.mark.parametrize(("exceptions", "says"), [
    ({}, "51 lines, at most 40"),
    ({"x.py::f": {"lines": 50, "reason": "a table"}}, "51 lines, at most 50"),
    ({"x.py::f": {"lines": 60, "reason": "a table"}}, "51 lines now"),
    ({"x.py::f": {"lines": 51}}, "gives no reason"),
])
def test_what_is_too_large_is_found(exceptions: dict[str, dict[str, object]], says: str) -> None:
    [problem] = ceilings.verdict(ceilings.measure("x.py", LONG), exceptions)
    assert says in problem


def test_an_exact_exception_with_a_reason_passes() -> None:
    assert ceilings.verdict(ceilings.measure("x.py", LONG), {"x.py::f": {"lines": 51, "reason": "a table"}}) == []


@pytest.mark.parametrize("source", ["def f(): ...", ""])
def test_an_exception_no_longer_needed_is_found(source: str) -> None:
    [problem] = ceilings.verdict(ceilings.measure("x.py", source), {"x.py::f": {"lines": 51, "reason": "a table"}})
    assert "take it out" in problem


def test_a_style_sheet_has_a_ceiling_too() -> None:
    [problem] = ceilings.verdict(ceilings.measure("x.css", "a {}\n" * 401), {})
    assert "401 lines, at most 400" in problem
