"""Generic code names no network: it asks what a channel can do. Adding a network edits nothing outside its folder."""

import ast
import re
from collections.abc import Iterator

from tools import syntax, tree

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->|/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
_PAGES = (".html", ".js", ".css", ".txt", ".svg")


def applies(name: str) -> bool:
    part = tree.part_of(name)
    if not part or tree.is_test(name) or name.startswith(f"{tree.PACKAGE}/plaza/"):
        return False
    inside = name.removeprefix(f"{tree.PACKAGE}/networks/").split("/")[0]
    is_sample = name.rsplit("/", 1)[-1].startswith(("demo", "sample"))
    return inside not in tree.networks() and not is_sample and name.endswith((".py", *_PAGES))


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    for line, word in _in_python(source) if name.endswith(".py") else _in_page(source):
        yield line, f"{word} is a network: ask what the channel can do, or its manifest"


def _in_python(source: str) -> Iterator[tuple[int, str]]:
    docs = syntax.docstrings(source)
    for node in ast.walk(syntax.parsed(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield from ((node.lineno, word) for word in _said(node.value))
        for field in ("id", "attr", "arg", "name"):
            written = getattr(node, field, None)
            if isinstance(written, str) and not isinstance(node, ast.alias):
                words = {part.lower() for part in _WORD.findall(written)}
                yield from ((getattr(node, "lineno", 1), word) for word in sorted(words & tree.networks() - {"plaza"}))


def _in_page(source: str) -> Iterator[tuple[int, str]]:
    bare = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    for number, line in enumerate(bare.splitlines(), 1):
        quoted = {text for pair in re.findall(r"\"([^\"]*)\"|'([^']*)'", line) for text in pair}
        yield from ((number, word) for word in sorted({word for text in (line, *quoted) for word in _said(text)}))


def _said(text: str) -> list[str]:
    """The networks a text names. The plaza is also a part and a Spanish word: only when it is the whole text."""
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", text)}
    return [name for name in sorted(tree.networks()) if (text == name if name == "plaza" else name in words)]


_FILE = "src/tertulia/inbox/actions.py"
GOOD = [
    (_FILE, "def f(channel):\n    return can(channel, 'hide')  # Mastodon cannot"),
    (_FILE, '"""As on Bluesky."""'),
    ("src/tertulia/site/settings.py", "INSTALLED_APPS = ['tertulia.plaza']"),
    ("src/tertulia/networks/mastodon/client.py", "NAME = 'mastodon'"),
    ("src/tertulia/plaza/views.py", "NAME = 'plaza'"),
    ("src/tertulia/inbox/tests/test_actions.py", "NAME = 'mastodon'"),
    ("src/tertulia/inbox/templates/inbox/tray.html", "<p>La plaza</p>{# como en Mastodon #}"),
]
BAD = [
    (_FILE, "def f(channel):\n    return channel.network == 'bluesky'"),
    (_FILE, "def f(channel):\n    return channel.network != 'plaza'"),
    (_FILE, "def f(channel):\n    return channel.is_mastodon"),
    (_FILE, "class MastodonReply: ..."),
    (_FILE, "URL = 'https://bluesky.example/xrpc'"),
    ("src/tertulia/inbox/templates/inbox/tray.html", "{% if channel.network == 'plaza' %}x{% endif %}"),
    ("src/tertulia/inbox/templates/inbox/tray.html", "<p class='mastodon'></p>"),
    ("src/tertulia/kit/static/kit/app.css", ".bluesky { color: blue }"),
]
