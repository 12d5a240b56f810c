"""A sentence is translated whole: gettext gets a literal, and what varies is put in afterwards by name."""

import ast
from collections.abc import Iterator

from tools import syntax, tree

_CALLS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"})


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and name.endswith(".py")


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(syntax.parsed(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            for argument in node.args:
                if isinstance(argument, ast.JoinedStr | ast.BinOp) or (
                    isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute)
                    and argument.func.attr == "format"
                ):
                    yield node.lineno, f"{ast.unparse(argument)[:60]} is built before it is translated"


_FILE = "src/tertulia/inbox/views.py"
GOOD = [
    (_FILE, "_('Faltan %(n)d') % {'n': n}"),
    (_FILE, "_('Una frase '\n  'en dos líneas')"),
    (_FILE, "_(field.label)"),
    (_FILE, "ngettext('Un mensaje', '%(n)d mensajes', n) % {'n': n}"),
]
BAD = [
    (_FILE, "_(f'Faltan {n}')"),
    (_FILE, "_('Faltan %d' % n)"),
    (_FILE, "gettext('Faltan ' + n)"),
    (_FILE, "_('Faltan {}'.format(n))"),
]
