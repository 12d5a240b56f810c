"""What a person reads on a page stands inside ``translate`` or ``blocktranslate``: English must be complete."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tools import tree
from tools.page_text import without_tags

#: Words that are the same in every language, or no words at all.
SAME_EVERYWHERE = frozenset({
    "tertulia", "json", "csv", "pdf", "url", "api", "html", "ai", "id", "utc", "kb", "mb", "min", "ok", "rss", "qr",
    "totp", "jpg", "png", "gif", "webp", "alt", "ctrl", "esc", "enter", "español", "english", "es", "en", "px",
})
_READ = frozenset({"title", "placeholder", "alt", "aria-label", "aria-description", "aria-roledescription", "label"})
_NOT_READ = frozenset({"script", "style", "code", "kbd", "pre", "samp"})
_WORD = re.compile(r"[^\W\d_]{2,}")


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and name.endswith(".html") and not tree.is_test(name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    page = _Page()
    page.feed(without_tags(source, without_translated=True))
    page.close()
    yield from page.faults


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[tuple[int, str]] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_READ:
            self.inside.append(tag)
        for name, value in attrs:
            if name in _READ:
                self._read(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self._read(data)

    def _read(self, text: str) -> None:
        if [word for word in _WORD.findall(text) if word.lower() not in SAME_EVERYWHERE]:
            self.faults.append((self.getpos()[0], f"not translated: {' '.join(text.split())[:60]}"))


_FILE = "src/tertulia/inbox/templates/inbox/tray.html"
GOOD = [
    (_FILE, "{% load i18n %}<p title=\"{% translate 'Sin responder' %}\">{% translate 'Bandeja' %}: {{ total }}</p>"),
    (_FILE, "{% blocktranslate count n=total %}Un mensaje{% plural %}{{ n }} mensajes{% endblocktranslate %}"),
    (_FILE, "{# Sin responder #}{% comment %}Sin responder{% endcomment %}<!-- Sin responder -->"),
    (_FILE, "<kbd>Alt</kbd> <code>make demo</code> Tertulia · 3 × 4 h"),
    (_FILE, "<input type='text' name='texto' class='campo grande'>"),
    (_FILE, "<{% if x %}a href='{{ x }}'{% else %}div{% endif %} class='caja'></{% if x %}a{% else %}div{% endif %}>"),
]
BAD = [
    (_FILE, "<p>Bandeja</p>"),
    (_FILE, "<p>{{ total }} mensajes</p>"),
    (_FILE, "<p>Sí</p>"),
    (_FILE, "{% translate 'Bandeja' %} abierta"),
    (_FILE, "<input placeholder='Buscar'>"),
    (_FILE, "<button aria-label='Cerrar'></button>"),
]
