"""A module of JavaScript holds no sentence: the page hands it its words, translated, in data attributes."""

import re
from collections.abc import Iterator

from tools import tree

_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\\n])*)\"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`")
_SENTENCE = re.compile(r"[áéíóúñÁÉÍÓÚÑ¿¡]|(?<![\w.#-])[A-Z][a-z]+,? [a-z]+")


def applies(name: str) -> bool:
    return bool(tree.part_of(name)) and name.endswith((".js", ".mjs")) and not tree.is_test(name)


def look(name: str, source: str) -> Iterator[tuple[int, str]]:
    bare = _COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), source)
    for found in _QUOTED.finditer(bare):
        text = next(group for group in found.groups() if group is not None)
        if _SENTENCE.search(text):
            yield bare.count("\n", 0, found.start()) + 1, f"a sentence, {text[:60]!r}: take it from a data attribute"


_FILE = "src/tertulia/kit/static/kit/tray.js"
GOOD = [
    (_FILE, "const words = root.dataset.words; // Se ha perdido la conexión"),
    (_FILE, "fetch(url, {headers: {'Content-Type': 'application/json'}})"),
    (_FILE, "document.querySelector('.tray li[aria-current]')"),
]
BAD = [
    (_FILE, "alert('Se ha perdido')"),
    (_FILE, 'status.textContent = "Conexión"'),
    (_FILE, "say(`Faltan ${n} días`)"),
]
