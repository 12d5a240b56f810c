"""Translations, with no program but Python. Spanish sentences are the source; a catalogue a language is kept here.

    python -m tools.locale extract            brings the catalogue up to date; keeps what is translated, drops the rest
    python -m tools.locale missing > TODO     as JSON, what has no translation: a list of {"es", "en", …}
    python -m tools.locale fill TODO          takes translations from such a list, or from {"Spanish": "English"}
    python -m tools.locale check              fails unless complete and with the same placeholders and markup
    python -m tools.locale compile            writes the .mo files that Django reads
"""

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools import sentences, tree
from tools.sentences import Sentence

CATALOGUE = tree.ROOT / tree.PACKAGE / "locale/en/LC_MESSAGES/django.po"
_HEADER = "# English. The source is Spanish; brought up to date by `python -m tools.locale extract`."
_UNSTABLE = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Generated-By", "Report-Msgid")


def read(path: Path = CATALOGUE) -> Catalog:
    """The catalogue as it is on disk; an empty one if there is none."""
    with path.open("rb") if path.exists() else BytesIO() as file:
        return read_po(file, locale="en")


def write(catalogue: Catalog, path: Path = CATALOGUE) -> None:
    """Stores it, in an order and with a header that change only when a sentence does."""
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, ignore_obsolete=True)
    lines = out.getvalue().decode().splitlines(keepends=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line for line in lines if not line.startswith(tuple(f'"{word}' for word in _UNSTABLE))), "utf-8")


def merged(old: Catalog, found: dict[Sentence, list[str]]) -> Catalog:
    """What was found, with the translations there were."""
    new = Catalog(locale="en", project="Tertulia", version="1", header_comment=_HEADER, fuzzy=False)
    for sentence, places in found.items():
        known = old.get(_id(sentence), sentence.context or None)
        new.add(_id(sentence), known.string if known else None, context=sentence.context or None,
                locations=[(place, 0) for place in places], flags=known.flags if known else ())
    return new


def missing(catalogue: Catalog) -> list[dict[str, str]]:
    """The sentences with no translation, ready to be filled in."""
    todo = []
    for message in _messages(catalogue):
        if not all(_strings(message)):
            one, many = _pair(message)
            row = {"es": one, "en": ""}
            row |= {"es_plural": many, "en_plural": ""} if many else {}
            todo.append(row | ({"context": message.context} if message.context else {}))
    return todo


def fill(catalogue: Catalog, given: Any) -> list[str]:
    """Puts translations in; the problems of those that were not taken."""
    rows = [{"es": es, "en": en} for es, en in given.items()] if isinstance(given, dict) else given
    problems = []
    for row in rows:
        if not row.get("en"):
            continue
        message = catalogue.get(row["es"], row.get("context") or None)
        if message is None:
            problems.append(f"no such sentence: {row['es']!r}")
            continue
        before = message.string
        message.string = (row["en"], row.get("en_plural", "")) if message.pluralizable else row["en"]
        if faults := list(_faults(message)):
            problems, message.string = problems + faults, before
    return problems


def check() -> list[str]:
    """What is untranslated, missing from the catalogue, no longer in the product, or translated with a fault."""
    catalogue, found = read(), sentences.everywhere()
    known = {Sentence(*_pair(message), message.context or "") for message in _messages(catalogue)}
    problems = [f"new, not in the catalogue: {one.one!r} ({places[0]})" for one, places in found.items() if one not in known]
    problems += [f"no longer in the product: {one.one!r}" for one in sorted(known - set(found))]
    problems += [fault for message in _messages(catalogue) for fault in _faults(message)]
    return [*problems, "python -m tools.locale extract, then missing and fill"] if problems else []


def compile_all(folder: Path = CATALOGUE.parents[2]) -> None:
    """Writes the ``.mo`` beside each ``.po`` of a folder of languages."""
    for path in folder.glob("*/LC_MESSAGES/*.po"):
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))


def _faults(message: Message) -> Iterator[str]:
    one, many = _pair(message)
    strings = _strings(message)
    if not all(strings):
        yield f"not translated: {one!r}"
        return
    if message.fuzzy:
        yield f"marked fuzzy: {one!r}"
    for source, text in zip((one, many) if many else (one,), strings, strict=True):
        allowed = sentences.placeholders(one) | sentences.placeholders(many)
        needed = sentences.placeholders(source)
        if not needed <= sentences.placeholders(text) <= allowed:
            yield f"not the same placeholders: {source!r} → {text!r}"
        if sentences.markup(source) != sentences.markup(text):
            yield f"not the same markup: {source!r} → {text!r}"
        if (source[:1].isspace(), source[-1:].isspace()) != (text[:1].isspace(), text[-1:].isspace()):
            yield f"not the same blanks at the ends: {source!r} → {text!r}"


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _id(sentence: Sentence) -> str | tuple[str, str]:
    return (sentence.one, sentence.many) if sentence.many else sentence.one


def _pair(message: Message) -> tuple[str, str]:
    return (message.id, "") if isinstance(message.id, str) else (message.id[0], message.id[1])


def _strings(message: Message) -> list[str]:
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return [text or "" for text in strings]


def main(words: list[str]) -> int:
    """The command line; the exit status."""
    match words:
        case ["extract"]:
            write(catalogue := merged(read(), sentences.everywhere()))
            print(f"{len(catalogue)} sentences, {len(missing(catalogue))} not translated")
        case ["missing"]:
            print(json.dumps(missing(read()), ensure_ascii=False, indent=1))
        case ["fill", path]:
            problems = fill(catalogue := read(), json.loads(Path(path).read_text("utf-8")))
            write(catalogue)
            print(*problems, f"{len(missing(catalogue))} not translated", sep="\n")
            return 1 if problems else 0
        case ["check"]:
            print(*(problems := check()), sep="\n")
            return 1 if problems else 0
        case ["compile"]:
            compile_all()
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
