"""«Ayer gano»: presents that a sentence in the past asks to be «ganó», and commands that lost their accent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing.morphology import Reading, form, readings
from tertulia.language.proofing.patterns import as_written
from tertulia.language.proofing.words import Word

_PAST = frozenset("ayer anoche anteayer antenoche antier".split())
_LAST = frozenset("pasado pasada pasados pasadas".split())
_ACUTE = dict(zip("aeiou", "áéíóú", strict=True))


def check(sentence: Sequence[Word], variety: str) -> Iterator[Finding]:
    lower = {word.lower for word in sentence}
    past = bool(lower & _PAST) or _last(sentence)
    for index, word in enumerate(sentence):
        if word.kind != "word" or not word.readings:
            continue
        before = sentence[index - 1] if index else None
        if variety != "es-AR":
            yield from _command(word)
        if word.lower[-1] in "oe" and (past or _told(sentence, index)):
            yield from _present(word, before, sentence, index, past)


def _last(sentence: Sequence[Word]) -> bool:
    return any(
        word.lower in _LAST and index and any(r.lemma in ("año", "mes", "semana", "verano", "invierno", "lunes", "martes",
        "miércoles", "jueves", "viernes", "sábado", "domingo", "noche", "temporada") for r in sentence[index - 1].readings)
        for index, word in enumerate(sentence)
    )


def _told(sentence: Sequence[Word], index: int) -> bool:
    """Whether a verb near by is in the past for sure, or a subject stands right before: «el chef preparo»."""
    if any(
        word.readings and all(r.tag[:4] == "VMIS" and r.tag[4:6] != "1P" for r in word.readings)
        for at, word in enumerate(sentence) if at != index and abs(at - index) < 9
    ):
        return True
    return _after_subject(sentence, index)


def _after_subject(sentence: Sequence[Word], index: int) -> bool:
    noun = sentence[index - 1] if index > 1 else None
    article = sentence[index - 2] if index > 1 else None
    if noun is None or article is None or sentence[index].lower[-1] != "o":
        return False
    opens = index == 2 or sentence[index - 3].kind in ("emoji", "sign")
    return opens and any(r.tag[:2] in ("DA", "DP", "DD") for r in article.readings) and any(
        r.tag[:2] == "NC" and r.tag[3] == "S" for r in noun.readings
    ) and not any(
        r.lemma in ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo", "día", "noche", "tarde", "semana",
                    "mes", "año", "vez", "verano", "finde") for r in noun.readings
    )


def _present(word: Word, before: Word | None, sentence: Sequence[Word], index: int, past: bool) -> Iterator[Finding]:
    first_person = [r for r in word.readings if r.tag[:3] == "VMI" and r.tag[3:6] == "P1S" or r.tag[:3] == "VMS" and word.lower[-1] == "e"]
    wanted = word.lower[:-1] + _ACUTE[word.lower[-1]]
    person = "3S" if word.lower[-1] == "o" else "1S"
    if not first_person or not any(r.tag[:6] == "VMIS" + person for r in readings(wanted)):
        return
    if word.lower[-1] == "e" and not past:
        return
    nominal = any(r.tag[0] in "NARSDCP" for r in word.readings)
    if nominal and before is not None and any(r.tag[0] in "DASN" or r.tag[:2] == "VM" for r in before.readings):
        if not (past and before.lower in ("se", "te", "nos", "le", "les", "os", "me", "anoche", "ayer")):
            return
    if nominal and not past:
        return
    around = {each.lower for each in sentence[max(0, index - 4):index + 3]}
    if around & {"yo", "que", "ojalá", "cuando", "aunque", "como", "no"} and (word.lower[-1] == "e" or "yo" in around):
        return
    if before is not None and before.lower in ("lo", "la", "los", "las") and not past:
        return
    fix = as_written(word.text, wanted)
    yield Finding(
        word.start, word.end, word.text, Kind.SPELLING, "pasado-sin-tilde", Severity.WARNING,
        f"Hablas de algo que pasó: «{fix}», con tilde.", (fix,),
    )


def _command(word: Word) -> Iterator[Finding]:
    """«Dejanos» outside Argentina is «déjanos» that lost its accent; «contanos», which is voseo, is for address.py."""
    commands = [r for r in word.readings if r.tag.startswith("VMM02V0:")]
    if not commands or len(commands) != len(word.readings):
        return
    fix = tuteo(commands[0])
    if fix and _plain(fix) == word.lower:
        cased = as_written(word.text, fix)
        yield Finding(
            word.start, word.end, word.text, Kind.SPELLING, "imperativo-sin-tilde", Severity.ERROR,
            f"Lleva tilde: «{cased}».", (cased,),
        )


def tuteo(reading: Reading) -> str:
    """The same said to a tú."""
    return form(reading.lemma, reading.tag.replace("2V", "2S", 1))


def _plain(word: str) -> str:
    return word.translate(str.maketrans("áéíóú", "aeiou"))
