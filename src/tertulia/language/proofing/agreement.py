"""Subject and verb, noun and adjective: the agreements that the engine lets pass."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing.casing import as_written
from tertulia.language.proofing.lists import listed
from tertulia.language.proofing.morphology import Reading, form
from tertulia.language.proofing.words import Word

_OPENS = frozenset(".:;!?¡¿…,—–-•*(")
_BETWEEN = listed("agreement.between")
_TIMES = listed("agreement.times")
_CROWDS = listed("agreement.crowds")
_FRONTED = listed("agreement.fronted")
_COLOURS = listed("agreement.colours")
_PERSONS = {
    "yo": "1S", "nosotros": "1P", "nosotras": "1P", "vosotros": "2P", "vosotras": "2P", "ellos": "3P", "ellas": "3P",
    "ustedes": "3P", "él": "3S", "ella": "3S", "usted": "3S",
}
_PLURAL = listed("agreement.plural")  # with «y» before them the verb is theirs all the same
_FINITE = re.compile(r"V[MAS][ISC].([123])([SPV]).*")
_FULL = ("lleno", "repleto", "cargado", "rodeado")


def check(sentence: Sequence[Word]) -> Iterator[Finding]:
    yield from _verbs(sentence)
    yield from _adjectives(sentence)


def _any(word: Word, wanted: Callable[[Reading], bool]) -> bool:
    return any(wanted(reading) for reading in word.readings)


def _is_noun(reading: Reading) -> bool:
    return reading.tag[:2] == "NC"


def _at(sentence: Sequence[Word], index: int) -> Word | None:
    return sentence[index] if 0 <= index < len(sentence) else None


def _verbs(sentence: Sequence[Word]) -> Iterator[Finding]:
    for start, word in enumerate(sentence):
        before = _at(sentence, start - 1)
        opens = before is None or before.text in _OPENS or before.kind == "emoji"
        subject: tuple[str, int] | None = None
        joined = ("y", "pero", "que", "si", "cuando") if word.lower in _PLURAL else ("que", "si", "cuando")
        if word.lower in _PERSONS and (opens or before is not None and before.lower in joined):
            subject = _PERSONS[word.lower], start + 1
        elif opens and (before is None or before.text != ",") and word.kind == "word":
            subject = _noun_phrase(sentence, start)
        if subject is None:
            continue
        person, at = subject
        while (between := _at(sentence, at)) is not None and between.lower in _BETWEEN:
            at += 1
        verb = _at(sentence, at)
        if verb is not None:
            hung = at > 1 and sentence[at - 1].lower in ("se", "te", "nos", "os", "le", "les", "lo", "me")
            yield from _disagreeing(verb, person, word, _at(sentence, at + 1), hung)


def _noun_phrase(sentence: Sequence[Word], start: int) -> tuple[str, int] | None:
    """The person and number of the subject that may begin at ``start``, and where it ends."""
    at = start
    if sentence[at].lower in ("todos", "todas") and start + 1 < len(sentence):
        at += 1
    article = sentence[at]
    numbers = {reading.tag[4] for reading in article.readings if reading.tag[0] == "D" and reading.tag[1] in "ADPI"}
    if len(numbers) != 1 or not numbers <= {"S", "P"} or article.lower in ("cada", "qué", "lo"):
        return None
    number = numbers.pop()
    at += 1
    adjective, noun = _at(sentence, at), _at(sentence, at + 1)
    if adjective is not None and noun is not None and _any(adjective, lambda r: r.tag[0] == "A") and _any(noun, _is_noun):
        at += 1
    noun = _at(sentence, at)
    if noun is None or not _is_subject(noun, number):
        return None
    at += 1
    if (adjective := _at(sentence, at)) is not None and adjective.readings and all(
        r.tag[0] == "A" or r.tag[:3] == "VMP" for r in adjective.readings
    ):
        at += 1
    link = _at(sentence, at)
    if link is not None and link.lower in ("de", "del", "con", "sin", "en"):
        at += 1
        while (inner := _at(sentence, at)) is not None and inner.readings and all(r.tag[0] in "DA" for r in inner.readings):
            at += 1
        inner = _at(sentence, at)
        if inner is None or not _any(inner, lambda r: r.tag[0] == "N") or _any(inner, lambda r: r.lemma in _TIMES):
            return None
        at += 1
    return f"3{number}", at


def _is_subject(noun: Word, number: str) -> bool:
    names = [reading for reading in noun.readings if reading.tag.startswith("NC")]
    return (
        bool(names) and noun.text[:1].islower() and {reading.tag[3] for reading in names} == {number}
        and not any(reading.lemma in _TIMES or number == "S" and reading.lemma in _CROWDS for reading in names)
    )


def _disagreeing(verb: Word, person: str, first: Word, following: Word | None, hung: bool) -> Iterator[Finding]:
    """``hung``: a pronoun hangs before it, so that it is a verb though it could be a noun."""
    if verb.kind != "word" or not verb.readings or verb.text[:1].isupper():
        return
    persons = set()
    for reading in verb.readings:
        match = _FINITE.fullmatch(reading.tag)
        if match:
            persons.add(match[1] + match[2])
        elif not reading.tag.startswith("VMM0") and not (hung and reading.tag[0] == "N"):
            return
        described = reading.lemma == "ser" and following is not None and following.readings and all(
            other.tag[0] == "A" for other in following.readings
        )
        if reading.lemma in _FRONTED and not described:
            return
    # only the number is judged after a noun: «los vecinos hacemos» is right
    wrong = bool(persons) and person not in persons and (first.lower in _PERSONS or persons in ({"3S"}, {"3P"}, {"1S", "3S"}))
    if not wrong or following is not None and following.lower in ("yo", "tú", "él", "ella", "usted", "nosotros"):
        return
    if all(reading.tag[2] == "S" for reading in verb.readings) and first.lower in ("él", "ella", "usted", "yo"):
        return
    fixes = dict.fromkeys(
        form(reading.lemma, reading.tag[:4] + person + reading.tag[6:]) for reading in verb.readings if _FINITE.fullmatch(reading.tag)
    )
    cased = tuple(as_written(verb.text, fix) for fix in fixes if fix)
    why = f"El sujeto pide «{cased[0]}»." if cased else "El verbo no concuerda con su sujeto."
    yield Finding(verb.start, verb.end, verb.text, Kind.GRAMMAR, "sujeto-verbo", Severity.ERROR, why, cased)


def _adjectives(sentence: Sequence[Word]) -> Iterator[Finding]:
    for index, noun in enumerate(sentence[:-1]):
        names = [reading for reading in noun.readings if reading.tag.startswith("NC")]
        adjective, before = sentence[index + 1], _at(sentence, index - 1)
        if not names or not adjective.readings or noun.text[:1].isupper() and before is not None and before.kind == "word":
            continue
        if before is not None and before.lower in ("y", "e", "o", "u", ",", "ni"):
            continue
        yield from _of_number(names, noun, adjective, before, _at(sentence, index + 2))
        yield from _of_gender(names, adjective, _at(sentence, index + 2))


def _of_number(
    names: Sequence[Reading], noun: Word, adjective: Word, before: Word | None, following: Word | None,
) -> Iterator[Finding]:
    numbers = {reading.tag[3] for reading in names}
    described = {reading.tag[4] for reading in adjective.readings if reading.tag[0] == "A"}
    only = all(reading.tag[0] == "A" for reading in adjective.readings)
    starts = before is None or before.text in _OPENS or before.kind == "emoji"
    if not (only and numbers == {"P"} and described == {"S"}) or adjective.lower in _COLOURS or adjective.text[:1].isupper():
        return
    introduced = before is not None and _any(before, lambda r: r.tag[0] == "D" and r.tag[4] == "P")
    if not introduced and not (starts and all(r.tag[0] == "N" or r.tag[:3] in ("VMI", "VMS") for r in noun.readings)):
        return
    if following is not None and following.lower not in ("solo", "este", "para", "hasta") and _any(following, _is_noun):
        return
    fixes = dict.fromkeys(form(r.lemma, r.tag[:4] + "P" + r.tag[5:]) for r in adjective.readings)
    yield from _said(adjective, tuple(fix for fix in fixes if fix))


def _of_gender(names: Sequence[Reading], adjective: Word, following: Word | None) -> Iterator[Finding]:
    """«Un año llena de música»: adjectives that ask for «de», where the engine takes them for verbs."""
    if following is None or following.lower != "de":
        return
    genders, numbers = {reading.tag[2] for reading in names}, {reading.tag[3] for reading in names}
    for reading in adjective.readings:
        if reading.lemma in _FULL and reading.tag[0] == "A" and len(genders) == len(numbers) == 1:
            gender, number = genders.copy().pop(), numbers.copy().pop()
            if gender in "MF" and number in "SP" and (reading.tag[3] != gender or reading.tag[4] != number):
                yield from _said(adjective, (form(reading.lemma, f"AQ0{gender}{number}0"),))
                return


def _said(adjective: Word, fixes: tuple[str, ...]) -> Iterator[Finding]:
    cased = tuple(as_written(adjective.text, fix) for fix in fixes)
    why = f"No concuerda con el nombre que acompaña: prueba con «{cased[0]}»." if cased else "No concuerda con el nombre."
    yield Finding(adjective.start, adjective.end, adjective.text, Kind.GRAMMAR, "nombre-adjetivo", Severity.ERROR, why, cased)
