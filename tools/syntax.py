"""Small questions about Python source, asked by the lints."""

import ast
from collections.abc import Iterator
from functools import lru_cache


@lru_cache(maxsize=4)
def parsed(source: str) -> ast.Module:
    """The tree of a file; the lints look at one file after another."""
    return ast.parse(source)


def public_functions(source: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions at the top of the file whose name has no underscore in front."""
    for node in parsed(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            yield node


def imports(source: str) -> Iterator[tuple[int, str, str]]:
    """Each import of the file, wherever it stands: (line, module, name taken from it or nothing)."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, node.module, alias.name) for alias in node.names)


def docstrings(source: str) -> set[int]:
    """The ``id`` of each docstring's node."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    first = (node.body[0] for node in ast.walk(parsed(source)) if isinstance(node, holders) and node.body)
    return {id(one.value) for one in first if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)}
