"""No file or folder is called after nothing: a name says what of the domain is inside."""

from collections.abc import Iterator
from pathlib import PurePosixPath

_EMPTY = frozenset({
    "utils", "util", "services", "service", "helpers", "helper", "managers", "manager", "base", "common", "misc", "shared",
    "core", "lib",
})


def applies(name: str) -> bool:
    return name.endswith((".py", ".js"))


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    path = PurePosixPath(name)
    for word in (*path.parts[:-1], path.stem):
        if word.strip("_") in _EMPTY:
            yield 1, f"{word!r} says nothing: name it after what is inside"


GOOD = [("src/tertulia/inbox/ledger.py", ""), ("src/tertulia/site/templates/base.html", "")]
BAD = [("src/tertulia/inbox/utils.py", ""), ("src/tertulia/services/inbox.py", ""), ("src/tertulia/kit/static/base.js", "")]
