"""Tú, usted, vos, vosotros, ustedes: whom a text speaks to, and where it changes its mind or leaves the brand's way.

Only what can be nothing else counts: «su» and a third person alone prove nothing, a form that tú and vos share speaks
against usted only, and what is quoted or said in a dialogue is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing.casing import as_written
from tertulia.language.proofing.lists import listed
from tertulia.language.proofing.morphology import Reading, form
from tertulia.language.proofing.words import Word, sentences, words

_QUOTED = re.compile(r"«[^»\n]*»|“[^”\n]*”|\"[^\"\n]*\"|^\s*[—–][^\n]*", re.M)
_WORDS: dict[str, tuple[str, dict[str, str]]] = {
    "tú": ("tu", {"usted": "usted", "vos": "vos"}), "contigo": ("tu", {"usted": "con usted", "vos": "con vos"}),
    "ti": ("tu", {"usted": "usted", "vos": "vos"}), "vos": ("vos", {"tu": "tú", "usted": "usted"}),
    "te": ("familiar", {"usted": "le"}), "tu": ("familiar", {"usted": "su"}), "tus": ("familiar", {"usted": "sus"}),
    "tuyo": ("familiar", {"usted": "suyo"}), "tuya": ("familiar", {"usted": "suya"}), "tuyos": ("familiar", {"usted": "suyos"}),
    "tuyas": ("familiar", {"usted": "suyas"}), "usted": ("usted", {"tu": "tú", "vos": "vos"}),
    "ustedes": ("ustedes", {"vosotros": "vosotros"}), "vosotros": ("vosotros", {"ustedes": "ustedes"}),
    "vosotras": ("vosotros", {"ustedes": "ustedes"}), "os": ("vosotros", {"ustedes": "los"}),
    "vuestro": ("vosotros", {"ustedes": "su"}), "vuestra": ("vosotros", {"ustedes": "su"}),
    "vuestros": ("vosotros", {"ustedes": "sus"}), "vuestras": ("vosotros", {"ustedes": "sus"}),
}
_PERSON = {"2S": "tu", "2V": "vos", "2P": "vosotros"}
_TAGGED = {"tu": "2S", "vos": "2V", "usted": "3S", "vosotros": "2P", "ustedes": "3P"}
_CLASH = {
    "tu": {"usted", "vos"}, "vos": {"usted", "tu"}, "familiar": {"usted"}, "usted": {"tu", "vos", "familiar", "vosotros"},
    "vosotros": {"ustedes", "usted", "vos"}, "ustedes": {"vosotros"},
}
_CALLED = {"tu": "de tú", "vos": "de vos", "familiar": "de tú", "usted": "de usted", "vosotros": "de vosotros", "ustedes": "de ustedes"}
_LINKS = listed("address.links")
_SET = listed("address.set")  # set phrases
_ARRIVES = listed("address.arrives")


@dataclass(frozen=True, slots=True)
class Sign:
    """One word that tells whom it speaks to; ``sure`` signs count against others, the rest only against the brand's way."""

    start: int
    end: int
    text: str
    form: str
    sure: bool
    readings: tuple[Reading, ...]


def check(text: str, profile: Profile) -> Iterator[Finding]:
    plain = _QUOTED.sub(lambda match: " " * len(match.group()), text)
    signs = [
        Sign(sign.start + start, sign.end + start, sign.text, sign.form, sign.sure, sign.readings)
        for start, sentence in sentences(plain) for sign in _signs(sentence)
    ]
    told: set[Sign] = set()
    for sign in signs:
        wanted, why = _against_the_brand(sign, profile)
        if wanted:
            told.add(sign)
            yield _finding(sign, wanted, "tratamiento-de-la-marca" if profile.address else "tratamiento-de-aqui", why, profile.variety)
    yield from _mixed([sign for sign in signs if sign.sure and sign not in told], profile.variety)


def _against_the_brand(sign: Sign, profile: Profile) -> tuple[str, str]:
    """What the brand, or the variety, would say instead of ``sign``; nothing where it is right."""
    american = profile.variety in ("es-MX", "es-AR")
    if profile.address in ("tu", "vos") and sign.form in ({"usted", "vos"} if profile.address == "tu" else {"usted", "tu"}):
        return profile.address, f"La marca trata {_CALLED[profile.address]}."
    if profile.address == "usted" and sign.form in ("tu", "vos", "familiar", "vosotros"):
        return ("ustedes" if sign.form == "vosotros" else "usted"), "La marca trata de usted."
    if not sign.sure:
        return "", ""
    if american and sign.form == "vosotros":
        return "ustedes", "Aquí se dice «ustedes», no «vosotros»."
    if profile.variety != "es-AR" and sign.form == "vos" and profile.address != "vos":
        return profile.address or "tu", "El voseo no es de aquí: el resto de la marca habla de tú."
    return "", ""


def _mixed(signs: Sequence[Sign], variety: str) -> Iterator[Finding]:
    """The signs of the side with fewer of them; of two that are even, the later."""
    forms = [sign.form for sign in signs]
    for form_, others in _CLASH.items():
        against = [sign for sign in signs if sign.form in others]
        if form_ not in forms or not against or form_ == "familiar" and "tu" in forms + ["vos"] * ("vos" in forms):
            continue
        mine = sum(1 for each in forms if each == form_ or form_ == "tu" and each == "familiar")
        for sign in against:
            theirs = sum(1 for each in forms if each == sign.form)
            if theirs < mine or theirs == mine and forms.index(form_) < forms.index(sign.form):
                wanted = "tu" if form_ == "familiar" else form_
                yield _finding(sign, wanted, "tratamiento-mezclado", f"El texto trata {_CALLED[form_]} y aquí cambia: elige uno.", variety)


def _finding(sign: Sign, wanted: str, rule: str, why: str, variety: str) -> Finding:
    return Finding(
        sign.start, sign.end, sign.text, Kind.ADDRESS, rule, Severity.WARNING, why,
        tuple(as_written(sign.text, fix) for fix in _fixes(sign, wanted, variety)),
    )


def _fixes(sign: Sign, wanted: str, variety: str) -> tuple[str, ...]:
    if sign.text.lower() in _WORDS:
        fix = _WORDS[sign.text.lower()][1].get(wanted)
        return (fix,) if fix else ()
    if wanted in ("tu", "vos") and _is_plural(sign):
        wanted = "vosotros" if variety == "es-ES" else "ustedes"
    ordered = sorted(sign.readings, key=lambda reading: (reading.tag[1] == "M", reading.tag[2] == "M"))  # «eres» is of «ser» first
    found = dict.fromkeys(_turned(reading, wanted) for reading in ordered)
    return tuple(fix for fix in found if fix and fix != sign.text.lower())[:2]


def _turned(reading: Reading, wanted: str) -> str:
    """The same form said to ``wanted``, with the pronoun that hangs on it: «suscríbete», «suscríbase»."""
    own = "PP3CN000" if wanted in ("usted", "ustedes") else "PP2CP000" if wanted == "vosotros" else "PP2CS000"
    tail = re.sub(r"PP2C[SP]000|PP3CN000", own, reading.tag[6:])
    found = form(reading.lemma, reading.tag[:4] + _TAGGED[wanted] + tail)
    return found or (form(reading.lemma, reading.tag[:4] + "2S" + tail) if wanted == "vos" else "")


def _is_plural(sign: Sign) -> bool:
    return sign.form in ("vosotros", "ustedes")


@lru_cache(maxsize=2_048)
def _signs(sentence: str) -> tuple[Sign, ...]:
    tokens = words(sentence)
    found = []
    for index, word in enumerate(tokens):
        if word.kind != "word" or word.text.isupper() and len(word.text) > 1 and word.lower not in _WORDS:
            continue
        told = _told(tokens, index)
        if told:
            form_, sure, readings = told
            found.append(Sign(word.start, word.end, word.text, form_, sure, readings))
    return tuple(found)


def _told(tokens: Sequence[Word], index: int) -> tuple[str, bool, tuple[Reading, ...]] | None:
    word = tokens[index]
    if word.lower in _WORDS:
        before = tokens[index - 1].lower if index else ""
        if word.lower in ("tú", "vos") and before in ("que", "entre"):  # «yo que tú», «entre tú y yo»
            return None
        return _WORDS[word.lower][0], True, ()
    if not word.readings or word.lower in _SET:
        return None
    verbs = tuple(reading for reading in word.readings if reading.tag[0] == "V")
    if word.lower.endswith(("áis", "éis")):  # «estáis» is no plural of a ship's «estay»
        return "vosotros", True, verbs
    second = _second_person(word, verbs, index)
    return second or _commanded(tokens, index, verbs)


def _second_person(word: Word, verbs: tuple[Reading, ...], index: int) -> tuple[str, bool, tuple[Reading, ...]] | None:
    """A verb that is of a second person and nothing else."""
    persons = {reading.tag[4:6] for reading in verbs if reading.tag[2] in "ISM"}
    if len(verbs) != len(word.readings) or any(reading.tag[2] not in "ISM" for reading in verbs):
        return None
    if word.text[:1].isupper() and index and len(persons) > 1:
        return None
    if persons in ({"2S"}, {"2V"}, {"2P"}):
        person = _PERSON[persons.pop()]
        if person == "tu" and not any(_differs(reading) for reading in verbs):
            return "familiar", True, verbs
        return person, True, verbs
    return ("familiar", True, verbs) if persons == {"2S", "2V"} else None


def _differs(reading: Reading) -> bool:
    """Whether vos would say it otherwise: «tienes», «ven»; not «tendrás», «llegaste», «tengas»."""
    if reading.tag[2:4] not in ("IP", "M0"):
        return False
    other = form(reading.lemma, reading.tag.replace("2S", "2V", 1))
    return other != form(reading.lemma, reading.tag)


def _commanded(tokens: Sequence[Word], index: int, verbs: tuple[Reading, ...]) -> tuple[str, bool, tuple[Reading, ...]] | None:
    """A verb that commands by where it stands: «Descubra la carta», «Reserva tu mesa», «Disculpen la espera»."""
    commands = tuple(reading for reading in verbs if reading.tag[2] == "M")
    if not commands or any(reading.tag[0] not in "VNA" for reading in tokens[index].readings):
        return None
    enclitic = all(":" in reading.tag for reading in commands) and len(commands) == len(tokens[index].readings)
    persons = {reading.tag[4:6] for reading in commands}
    asked = any(token.text == "¿" for token in tokens[:index])
    if not enclitic and (asked or not _begins(tokens, index) or _echoed(tokens, index)):
        return None
    if any(reading.tag[0] in "NA" and reading.tag[1] in "CQ" for reading in tokens[index].readings) and not _takes(tokens, index):
        return None
    if enclitic and "3S" in persons:
        return "usted", True, tuple(r for r in commands if r.tag[4:6] == "3S")
    if enclitic and "3P" in persons:
        return "ustedes", True, commands
    if persons == {"3S"}:
        return "usted", True, commands
    if persons == {"3P"} and (tokens[index].lower == "vengan" or not any(reading.tag[:3] == "VMI" for reading in verbs)):
        return "ustedes", True, commands
    joined = index > 0 and tokens[index - 1].lower in ("y", "o", "e")
    if joined and not enclitic and not any(_commands(tokens, before) for before in range(index - 1)):
        return None  # «tu saldo es de 10 € y vence el lunes»
    if "2S" in persons and not any(reading.lemma in _ARRIVES for reading in commands) and _takes(tokens, index):
        return "tu", False, tuple(r for r in commands if r.tag[4:6] == "2S")
    return None


def _commands(tokens: Sequence[Word], index: int) -> bool:
    told = _told(tokens, index)
    return told is not None and bool(told[2]) and told[2][0].tag[2] == "M"


def _begins(tokens: Sequence[Word], index: int) -> bool:
    """Whether a command can stand here: first in its clause, and nothing before makes it hang on something else."""
    if any(token.lower in _LINKS for token in tokens[:index]) and not _after_condition(tokens, index):
        return False
    before = index - 1
    while before >= 0 and tokens[before].lower in ("no", "por", "favor", "ya", "también", "hoy", "ahora"):
        before -= 1
    return before < 0 or tokens[before].kind in ("emoji", "sign", "protected") or tokens[before].lower in ("y", "o", "e")


def _after_condition(tokens: Sequence[Word], index: int) -> bool:
    """«Si tienes dudas, contacte»: the command right after the comma that ends the condition with which all began."""
    links = [at for at, token in enumerate(tokens[:index]) if token.lower in _LINKS]
    return len(links) == 1 and links[0] == 0 and tokens[0].lower in ("si", "cuando") and tokens[index - 1].text == ","


def _echoed(tokens: Sequence[Word], index: int) -> bool:
    """«Pase lo que pase», «cueste lo que cueste»."""
    return any(token.lower == tokens[index].lower for token in tokens[index + 1:index + 5])


def _takes(tokens: Sequence[Word], index: int) -> bool:
    """Whether what follows is what a command takes: an object, a place, «ya»."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and following.kind == "word" and (
        any(reading.tag[:2] in ("DA", "DP", "DD", "DI") or reading.tag[:2] == "RG" for reading in following.readings)
        or following.lower in ("con", "a", "al", "en", "nuestro", "nuestra", "y")
    )
