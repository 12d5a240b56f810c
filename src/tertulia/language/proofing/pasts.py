"""«Ayer gano»: presents that a sentence in the past asks to be «ganó», and commands that lost their accent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing.casing import as_written
from tertulia.language.proofing.lists import listed
from tertulia.language.proofing.morphology import Reading, form, readings
from tertulia.language.proofing.words import Word

_PAST = listed("pasts.past")
_LAST = listed("pasts.last")
_TIMES = listed("pasts.times")
_ANEW = listed("pasts.anew")
_HANGS = listed("pasts.hangs")
_ACUTE = dict(zip("aeiou", "áéíóú", strict=True))


def check(sentence: Sequence[Word], variety: str) -> Iterator[Finding]:
    for index, word in enumerate(sentence):
        if word.kind != "word" or not word.readings:
            continue
        if variety != "es-AR":
            yield from _command(word)
        if word.lower[-1] in "oe":
            past = _past(sentence, index)
            if past or word.lower[-1] == "o" and (_after_subject(sentence, index) or _before_subject(sentence, index)):
                yield from _present(word, sentence, index, past)


def _past(sentence: Sequence[Word], index: int) -> bool:
    """Whether «ayer», «el año pasado»… rule over the verb: said before it with nothing new between, or right after it."""
    for at, word in enumerate(sentence):
        marks = word.lower in _PAST or word.lower in _LAST and at > 0 and any(r.lemma in _TIMES for r in sentence[at - 1].readings)
        if marks and at < index and not any(each.lower in _ANEW for each in sentence[at + 1:index]):
            return True
        if word.lower in _PAST and at == index + 1:
            return True
    return False


def _after_subject(sentence: Sequence[Word], index: int) -> bool:
    """«El chef preparo»: a subject with its article opens the sentence."""
    if index < 2:
        return False
    article, noun = sentence[index - 2], sentence[index - 1]
    opens = index == 2 or sentence[index - 3].kind in ("emoji", "sign")
    return opens and any(r.tag[:2] in ("DA", "DP", "DD") for r in article.readings) and any(
        r.tag[:2] == "NC" and r.tag[3] == "S" for r in noun.readings
    ) and not any(r.lemma in _TIMES for r in noun.readings)


def _before_subject(sentence: Sequence[Word], index: int) -> bool:
    """«Te llamo una compañera y no contestaste»: a subject after it, and another verb in the past for sure."""
    if not 0 < index < len(sentence) - 2 or sentence[index - 1].lower not in ("te", "os", "nos", "le", "les", "se"):
        return False
    return any(r.tag[:2] in ("DA", "DI") for r in sentence[index + 1].readings) and any(
        word.readings and all(r.tag[:4] == "VMIS" and r.tag[4:6] != "1P" for r in word.readings) for word in sentence[index + 2:]
    )


def _present(word: Word, sentence: Sequence[Word], index: int, past: bool) -> Iterator[Finding]:
    ending = word.lower[-1]
    wanted = word.lower[:-1] + _ACUTE[ending]
    today = [r for r in word.readings if r.tag[:6] == "VMIP1S" or r.tag[:3] == "VMS" and ending == "e"]
    if not today or not any(r.tag[:6] == "VMIS" + ("3S" if ending == "o" else "1S") for r in readings(wanted)):
        return
    before = sentence[index - 1] if index else None
    if any(r.tag[0] in "NARSDCP" for r in word.readings) and not (past and _verbal(before)):
        return
    around = {each.lower for each in sentence[max(0, index - 4):index + 3]}
    if "yo" in around or ending == "e" and around & _HANGS:
        return
    if not past and before is not None and before.lower in ("lo", "la", "los", "las"):
        return
    fix = as_written(word.text, wanted)
    yield Finding(
        word.start, word.end, word.text, Kind.SPELLING, "pasado-sin-tilde", Severity.WARNING,
        f"Hablas de algo que pasó: «{fix}», con tilde.", (fix,),
    )


def _verbal(before: Word | None) -> bool:
    """Whether a verb, and no noun, is to be expected after ``before``."""
    return before is None or before.lower in _PAST or before.lower in _LAST or before.lower in (
        "se", "te", "nos", "le", "les", "os", "me", "no", "ya", ",",
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
