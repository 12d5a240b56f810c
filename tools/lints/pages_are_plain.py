"""A page carries no inline style, script or handler, and fetches nothing from outside: the content policy holds."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tools import tree
from tools.page_text import without_tags

_FETCHES = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src",
            "embed": "src", "object": "data", "use": "href"}
_OUTSIDE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and name.endswith(".html") and "/email" not in name and not tree.is_test(name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    page = _Page()
    page.feed(without_tags(source))
    yield from page.faults


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in given:
            if name == "style" or (name.startswith("on") and name.isalpha()) or name.startswith("hx-on"):
                self._fault(f"inline {name}=: use a class, or a module that listens")
        if tag == "style":
            self._fault("inline <style>: it belongs in a style sheet")
        if tag == "script" and "src" not in given and given.get("type") not in ("application/json", "importmap"):
            self._fault("inline <script>: it belongs in a module")
        if _OUTSIDE.match(given.get(_FETCHES.get(tag, ""), "")) and given.get("rel") != "canonical":
            self._fault(f"<{tag}> fetches from outside: {given[_FETCHES[tag]]}")

    def _fault(self, what: str) -> None:
        self.faults.append((self.getpos()[0], what))


_FILE = "src/tertulia/inbox/templates/inbox/tray.html"
GOOD = [
    (_FILE, '<a href="https://example.org">fuera</a>'),
    (_FILE, "<script type=\"module\" src=\"{% static 'kit/live.js' %}\"></script>"),
    (_FILE, '<script type="application/json">{}</script>'),
    (_FILE, '<img src="{{ author.avatar_url }}" alt="">'),
    (_FILE, '<form {% if x %}hidden{% endif %} class="one two"></form>'),
]
BAD = [
    (_FILE, '<p style="color: red">x</p>'),
    (_FILE, '<button onclick="go()">x</button>'),
    (_FILE, '<button hx-on:click="go()">x</button>'),
    (_FILE, "<script>go()</script>"),
    (_FILE, "<style>p { color: red }</style>"),
    (_FILE, '<script src="https://cdn.example.org/x.js"></script>'),
    (_FILE, '<link rel="stylesheet" href="//fonts.example.org/css">'),
]
