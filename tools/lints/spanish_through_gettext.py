"""What Python says to a person goes through gettext as well. Betrayed by its accents; what is not said to people is English."""

import ast
import re
from collections.abc import Iterator

from tools import syntax, tree

_SPANISH = re.compile(r"[áéíóúñÁÉÍÓÚÑ¿¡]")
_CALLS = frozenset({"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy"})
#: Word lists, the language of the rules, a simulated public, samples, and what is said on a terminal before there is any Django.
_ELSEWHERE = ("language/", "plaza/", "networks/", "moderation/automatic/", "kit/cluster.py", "kit/database.py",
              "kit/folding.py", "kit/processes.py",
              "site/command.py", "site/settings.py")


def applies(name: str) -> bool:
    inside = name.removeprefix(f"{tree.PACKAGE}/")
    is_sample = inside.rsplit("/", 1)[-1].startswith(("demo", "sample", "specimens"))
    is_code = bool(tree.part_of(name)) and name.endswith(".py") and not tree.is_test(name) and "/migrations/" not in name
    return is_code and not is_sample and not inside.startswith(_ELSEWHERE)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    passed = syntax.docstrings(source)
    for node in ast.walk(syntax.parsed(source)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in _CALLS:
                passed = passed | {id(argument) for argument in node.args}
        elif isinstance(node, ast.Constant) and id(node) not in passed and _is_sentence(node.value):
            # a call is seen before its arguments: the walk goes from the outside in
            yield node.lineno, f"not translated: {str(node.value)[:60]!r}"


def _is_sentence(text: object) -> bool:
    return isinstance(text, str) and len(text) > 1 and text != "Español" and bool(_SPANISH.search(text))


_FILE = "src/tertulia/inbox/views.py"
GOOD = [
    (_FILE, "say(_('Cerrada, y ya está'))"),
    (_FILE, "say(ngettext('Un día más', '%(n)d días más', n) % {'n': n})"),
    (_FILE, '"""¿Qué?"""\n# ¿Qué?\nLETTERS = ["ñ"]'),
    ("src/tertulia/language/lexicon.py", "WORDS = ['tacón']"),
]
BAD = [
    (_FILE, "say('Cerrada, y ya está')"),
    (_FILE, "say(f'Día {n}')"),
    ("src/tertulia/site/context.py", "MENU = [('hoy', 'Envíos')]"),
]
