"""A link between our documents leads to a file that is there."""

import posixpath
import re
from collections.abc import Iterator

from tools import tree

_LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


def applies(name: str) -> bool:
    return name.endswith(".md")


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), 1):
        for target in _LINK.findall(line):
            if not (tree.ROOT / posixpath.dirname(name) / target).exists():
                yield number, f"{target} is not there"


GOOD = [
    ("docs/x.md", "[a](../LICENSE) [b](decisions/) [c](https://example.org/x) [d](#here)"),
    ("README.md", "[a](LICENSE#part)"),
]
BAD = [("docs/x.md", "[a](LICENSE)"), ("README.md", "![a](docs/nothing.png)")]
