"""The ``__init__`` of a part says what the part is for."""

import ast
from collections.abc import Iterator

from tools import syntax, tree


def applies(name: str) -> bool:
    return name == f"{tree.PACKAGE}/{tree.part_of(name)}/__init__.py"


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    if not ast.get_docstring(syntax.parsed(source)):
        yield 1, "what is this part for? its line of the design goes here"


GOOD = [
    ("src/tertulia/inbox/__init__.py", '"""COLLECT: conversations addressed to us."""'),
    ("src/tertulia/inbox/tests/__init__.py", ""),
]
BAD = [("src/tertulia/inbox/__init__.py", ""), ("src/tertulia/inbox/__init__.py", "import os")]
