"""Nothing of one machine in the project: no registry hosts, no absolute paths, no lock files that carry them."""

import contextlib
import re
from collections.abc import Iterator

from tools import tree

_FORBIDDEN = {
    "a registry's host": re.compile(
        # written so that no line here matches itself
        r"pyp[i]\.(?:org|python\.org)|pythonhoste[d]\.org|npmj[s]\.(?:org|com)|yarnpk[g]\.com|index[-]url|proxy\.golan[g]"
    ),
    "a path of one machine": re.compile(
        r"(?<![\w.}/~*<-])/(?:work|root|farm|home/\w+|Users/\w+|tmp/\w[\w.-]*)(?=[/\s'\"`,;)\]]|$)"
    ),
}
_LOCKS = ("uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml")


def check() -> list[str]:
    """Every line that names a machine or a registry, and every lock file."""
    problems = [f"{name}: lock files name registry hosts, pin in pyproject.toml" for name in tree.named(*_LOCKS)]
    for name in tree.files():
        with contextlib.suppress(UnicodeDecodeError):  # no text: a picture, a model
            problems += [f"{name}:{line}: {what}" for line, what in found(tree.text(name))]
    return problems


def found(source: str) -> Iterator[tuple[int, str]]:
    """(line, what is wrong with it)."""
    for number, line in enumerate(source.splitlines(), 1):
        for what, pattern in _FORBIDDEN.items():
            if hit := pattern.search(line):
                yield number, f"{what}: {hit[0]}"
