"""Finds the sentences that are translated: in Python, in templates, and in the networks' manifests."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation.template import templatize

from tools import tree

_CALL = re.compile(r"\b(n?p?gettext|_)\(\s*((?:u?'(?:\\.|[^'\\])*'|u?\"(?:\\.|[^\"\\])*\"|[,\s])+)")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|(?<!%)%(?:%%)*([sd])|\{(\w*)\}")
_MARKUP = re.compile(r"</?[a-z][^>]*>")


@dataclass(frozen=True, slots=True, order=True)
class Sentence:
    """A source string: Spanish, with its plural where it counts something."""

    one: str
    many: str = ""
    context: str = ""


def everywhere() -> dict[Sentence, list[str]]:
    """Every sentence of the product, with the files where it stands, in the order of the files."""
    places: dict[Sentence, list[str]] = {}
    for name in tree.named(".py", ".html", ".txt", "manifest.toml", under=f"{tree.PACKAGE}/"):
        if not tree.is_test(name):
            for sentence in sorted(set(within(name, tree.text(name)))):
                places.setdefault(sentence, []).append(name)
    counted = {(sentence.one, sentence.context) for sentence in places if sentence.many}
    # a catalogue has one entry for a sentence: with its plural, which also answers without it
    return {one: where for one, where in places.items() if one.many or (one.one, one.context) not in counted}


def within(name: str, source: str) -> Iterator[Sentence]:
    """The sentences of one file."""
    if name.endswith(".py"):
        yield from _python(source)
    elif name.endswith("manifest.toml"):
        yield from _manifest(source)
    elif "/templates/" in name:
        yield from _template(source, name)


def placeholders(text: str) -> frozenset[str]:
    """What is put into a sentence: ``%(n)d``, ``%s``, ``{n}``."""
    return frozenset(hit[0] for hit in _PLACEHOLDER.finditer(text))


def markup(text: str) -> list[str]:
    """The HTML tags of a sentence, in any order."""
    return sorted(_MARKUP.findall(text))


def _python(source: str) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            yield from _said(called, texts)


def _template(source: str, name: str) -> Iterator[Sentence]:
    for call in _CALL.finditer(templatize(source, origin=name)):
        yield from _said(call[1], list(ast.literal_eval(f"({call[2].strip().rstrip(',')},)")))


def _manifest(source: str) -> Iterator[Sentence]:
    facts = tomllib.loads(source)
    boxes = [box[word] for box in facts.get("fields", ()) for word in ("label", "help") if box.get(word)]
    notes = [" ".join(facts["notes"].split())] if facts.get("notes") else []
    yield from (Sentence(text) for text in (*boxes, *notes, *facts.get("unsupported", {}).values()))


def _said(called: str, texts: list[str]) -> Iterator[Sentence]:
    """The sentence of a call to gettext, if that is what it is and its texts are literal."""
    kind = "gettext" if called == "_" else called.removesuffix("_lazy").removesuffix("_noop")
    if kind == "gettext" and texts:
        yield Sentence(texts[0])
    elif kind == "ngettext" and len(texts) >= 2:
        yield Sentence(texts[0], texts[1])
    elif kind == "pgettext" and len(texts) >= 2:
        yield Sentence(texts[1], context=texts[0])
    elif kind == "npgettext" and len(texts) >= 3:
        yield Sentence(texts[1], texts[2], texts[0])
