"""The lists of words that the checks in code go by: ``lists.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _lists() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("lists.toml").read_text("utf-8"))


def listed(name: str) -> frozenset[str]:
    """The words of the list ``part.name``. KeyError where there is none."""
    part, _, of = name.partition(".")
    return frozenset(_lists()[part][of].split())
