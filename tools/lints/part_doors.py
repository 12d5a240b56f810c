"""From another part one may use facts, models, rules, queries and actions. Pages and reactions are private to theirs."""

from collections.abc import Iterator

from tools import syntax, tree

_PRIVATE = frozenset({"views", "forms", "reactions", "urls", "api", "admin"})
_MOUNTED = frozenset({"urls", "api"})  # by ``site``, which puts the parts together


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and name.endswith(".py") and not tree.is_test(name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    own = tree.part_of(name)
    for line, module, taken in syntax.imports(source):
        path = f"{module}.{taken}".split(".")
        if path[0] != "tertulia" or len(path) < 3 or path[1] in (own, "kit", "journal"):
            continue
        if path[2] in _PRIVATE and not (own == "site" and path[2] in _MOUNTED):
            yield line, f"{path[1]}.{path[2]} is private to {path[1]}: use its queries, actions or facts"


_FILE = "src/tertulia/reports/views.py"
GOOD = [
    (_FILE, "from tertulia.inbox import queries"),
    (_FILE, "from tertulia.reports.forms import Period"),
    (_FILE, "from tertulia.journal.reactions import reaction"),
    ("src/tertulia/site/urls.py", "from tertulia.inbox import urls"),
    ("src/tertulia/reports/tests/test_views.py", "from tertulia.inbox import views"),
]
BAD = [
    (_FILE, "from tertulia.inbox import views"),
    (_FILE, "from tertulia.inbox.forms import Reply"),
    (_FILE, "import tertulia.inbox.reactions"),
    ("src/tertulia/site/urls.py", "from tertulia.inbox.views import tray"),
]
