"""Ceilings: a file of at most 400 lines, a function of at most 40. Exceptions are listed, and may only shrink."""

import ast
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tools import tree

FILE, FUNCTION = 400, 40
_FILES = (".py", ".js", ".css")


def check() -> list[str]:
    """What is too large, and which exceptions are no longer true."""
    names = [name for name in tree.named(*_FILES) if "/migrations/" not in name]
    sizes = [size for name in names for size in measure(name, tree.text(name))]
    return verdict(sizes, tomllib.loads(tree.text("tools/ceilings.toml")))


def measure(name: str, source: str) -> Iterator[tuple[str, int, int]]:
    """What is measured in a file: (its name, its lines, its ceiling)."""
    yield name, len(source.splitlines()), FILE
    if name.endswith(".py"):
        yield from ((f"{name}::{path}", lines, FUNCTION) for path, lines in _functions(ast.parse(source)))


def verdict(sizes: Iterable[tuple[str, int, int]], exceptions: Mapping[str, Any]) -> list[str]:
    """Problems, given what was measured and the exceptions allowed."""
    problems, large = [], set()
    for what, lines, ceiling in sizes:
        allowed = exceptions[what]["lines"] if what in exceptions else ceiling
        if lines > ceiling:
            large.add(what)
        if lines > allowed:
            problems.append(f"{what}: {lines} lines, at most {allowed}: split it")
        elif ceiling < lines < allowed:
            problems.append(f"{what}: {lines} lines now, write that in tools/ceilings.toml instead of {allowed}")
    problems += [f"{what}: not too large, take it out of tools/ceilings.toml" for what in exceptions if what not in large]
    problems += [f"{what}: its exception gives no reason" for what, why in exceptions.items() if not why.get("reason")]
    return problems


def _functions(node: ast.AST, inside: str = "") -> Iterator[tuple[str, int]]:
    """Each function with its lines, without its decorators; those nested in it count as its own lines too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inside + child.name, (child.end_lineno or child.lineno) - child.lineno + 1
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _functions(child, f"{inside}{child.name}.")
        else:
            yield from _functions(child, inside)
