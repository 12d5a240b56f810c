"""Our own lints, a file each. Every one says its rule in its docstring and carries the examples that test it.

A lint is a module here with ``applies(name)``: whether it looks at that file of ours; ``look(name, source)``: (line,
what is wrong) of each fault; ``GOOD`` and ``BAD``: files, as (name, source), that must pass and must not.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol, cast

from tools import tree

Fault = tuple[int, str]
Example = tuple[str, str]


class Lint(Protocol):
    """What the module of a lint has."""

    __name__: str
    GOOD: Sequence[Example]
    BAD: Sequence[Example]

    def applies(self, name: str) -> bool: ...

    def look(self, name: str, source: str) -> Iterator[Fault]: ...


@cache
def every() -> tuple[Lint, ...]:
    """The lints there are: the modules of this folder."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return tuple(cast(Lint, importlib.import_module(f"{__name__}.{name}")) for name in names)


def faults(lint: Lint, name: str, source: str) -> list[str]:
    """What one lint has to say of one file."""
    title = lint.__name__.rsplit(".", 1)[-1]
    return [f"{name}:{line}: {what} ({title})" for line, what in lint.look(name, source)] if lint.applies(name) else []


def check() -> list[str]:
    """What all of them have to say of all our files."""
    problems = []
    for name in tree.files():
        if any(lint.applies(name) for lint in every()):
            source = tree.text(name)
            problems += [fault for lint in every() for fault in faults(lint, name, source)]
    return problems
