"""No work hidden in a signal, nor in a model's ``save`` or ``delete``: an action does it, where it can be read."""

import ast
from collections.abc import Iterator

from tools import syntax, tree

_HIDDEN = frozenset({"save", "asave", "delete", "adelete", "bulk_create"})


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and name.endswith(".py") and not tree.is_test(name) and "/migrations/" not in name


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    for line, module, taken in syntax.imports(source):
        if module == "django.dispatch" or module.endswith(".signals") or taken == "signals":
            yield line, f"a signal ({module}): call an action, or record a fact and react to it"
    if name.endswith("/models.py") or "/models/" in name:
        for model in (node for node in ast.walk(syntax.parsed(source)) if isinstance(node, ast.ClassDef)):
            for method in model.body:
                if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name in _HIDDEN:
                    yield method.lineno, f"{model.name}.{method.name} hides work"


_FILE = "src/tertulia/inbox/models.py"
GOOD = [
    (_FILE, "class Message:\n    def is_open(self): ..."),
    ("src/tertulia/kit/live.py", "class Feed:\n    def save(self): ..."),
    ("src/tertulia/inbox/actions.py", "import signal"),
]
BAD = [
    (_FILE, "class Message:\n    def save(self, *args): ..."),
    (_FILE, "class Message:\n    def delete(self): ..."),
    (_FILE, "from django.dispatch import receiver"),
    ("src/tertulia/inbox/actions.py", "from django.db.models.signals import post_save"),
    ("src/tertulia/inbox/actions.py", "from django.db.models import signals"),
]
