"""A rule is told the time and is handed its values: ``rules.py`` reads no clock, no database, no settings."""

import ast
from collections.abc import Iterator

from tools import syntax, tree

_CLOCKS = frozenset({"now", "utcnow", "today", "localtime", "localdate", "gmtime", "monotonic", "perf_counter", "time_ns"})
_OUTSIDE = ("django.db", "django.conf", "django.apps", "tertulia.kit.clock", "tertulia.kit.http", "random", "os", "httpx")


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and not tree.is_test(name) and (name.endswith("/rules.py") or "/rules/" in name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    for line, module, taken in syntax.imports(source):
        for outside in _OUTSIDE:
            if f"{module}.{taken}.".startswith(f"{outside}.") and taken != "Random":  # with a seed, it is a value too
                yield line, f"a rule may not use {outside}: hand it the value"
    for node in ast.walk(syntax.parsed(source)):
        if not isinstance(node, ast.Attribute):
            continue
        reads_time = node.attr == "time" and isinstance(node.value, ast.Name) and node.value.id == "time"
        if node.attr in _CLOCKS or reads_time:
            yield node.lineno, f"a rule may not read the clock ({ast.unparse(node)}): hand it the moment"
        elif node.attr == "objects":
            yield node.lineno, f"a rule may not read the database ({ast.unparse(node)})"


_FILE = "src/tertulia/triage/rules.py"
GOOD = [
    (_FILE, "from datetime import datetime\ndef late(due: datetime, now: datetime) -> bool:\n    return due < now"),
    (_FILE, "from django.utils.translation import gettext_lazy as _"),
    (_FILE, "from random import Random\nRandom(7).choice([1, 2])"),
    ("src/tertulia/triage/actions.py", "from tertulia.kit import clock\nclock.now()"),
]
BAD = [
    (_FILE, "from datetime import datetime\ndatetime.now()"),
    (_FILE, "from datetime import date\ndate.today()"),
    (_FILE, "import time\ntime.time()"),
    (_FILE, "from django.utils import timezone\ntimezone.now()"),
    (_FILE, "from tertulia.kit import clock"),
    (_FILE, "from tertulia.kit.clock import now"),
    (_FILE, "from django.db import connection"),
    (_FILE, "def f(Message):\n    return Message.objects.count()"),
    (_FILE, "import random"),
]
