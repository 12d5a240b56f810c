"""A text folded once for all rules, with the way back, and the words that it can be read as.

Lower case, accents off (ñ stays), look-alikes of other scripts as the Latin letters they look like, what is not seen out.
Words are read as they are and, besides, as what they are disguised as: figures for letters (``1mb3cil``), stretched letters
(``tontoooo``), letters set apart (``p.u.t.o``, ``t o n t o``), a star for a letter (``p*ta``). Linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Span = tuple[int, int]

#: What begins the form of a stretched word: it is compared with terms squeezed in the same way, never with those as written.
SQUEEZED = "~"
#: In a form: any one letter.
ANY = "?"
#: Longer ones are nobody's insult: they are not read as a word in disguise.
LONGEST_DISGUISE = 40

_ACCENTS = (("á", "a"), ("é", "e"), ("í", "i"), ("ó", "o"), ("ú", "u"), ("ü", "u"))
_EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2500-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001f12f\U0001f18a-\U0001f1e5\U0001f200-\U0001faff"
#: A text without any of these needs but lower case and its accents off.
_ODD = re.compile(f"[^\t\n -~¡¿«»“”‘’–—ñÑáéíóúüÁÉÍÓÚÜ{_EMOJI}]|[\U0001f3fb-\U0001f3ff]")
EMOJI = re.compile(f"[{_EMOJI}\U0001f1e6-\U0001f1ff]")
_BESIDE_EMOJI = re.compile("[\\s\u200d\ufe0f\u20e3\U0001f3fb-\U0001f3ff]+")

#: Letters of other scripts that are taken for Latin ones: by sight, our own choice.
_LOOKS = {char: letter for letter, chars in {
    "a": "аαάɑᴀ", "b": "вьбβʙ", "c": "сϲᴄ", "d": "ԁđᴅð", "e": "еёэєεέɛᴇ", "f": "ғꜰ", "g": "ɡɢ", "h": "нһћħʜ", "i": "іїιίıɩɪ",
    "j": "јϳᴊ", "k": "кқκᴋ", "l": "ӏłʟ", "m": "мᴍ", "n": "пηήɴ", "o": "оөσοόøᴏ", "p": "рρᴘ", "q": "ԛ", "r": "гяʀ", "s": "ѕꜱ",
    "t": "тτŧᴛ", "u": "υύμиᴜ", "v": "ѵνᴠ", "w": "ԝшωώᴡ", "x": "хχ", "y": "уүұγʏ", "z": "зζᴢ",
}.items() for char in chars}
_LOOKS_IN_CAPITALS = {"Η": "h", "Μ": "m", "Ν": "n", "Υ": "y", "И": "n", "Ρ": "p"}
#: White letters on black grounds, which Unicode does not decompose.
_LOOKS |= {chr(first + at): chr(97 + at) for first in (0x1F150, 0x1F170) for at in range(26)}

_GLUE = r".@$!€*#_\-·'’|/\\~+^="
WORD = re.compile(r"[^\W_]+")
# possessive throughout: a word is looked at once, whatever follows
_GLUED = re.compile(
    rf"(?<![^\W_@$€*])(?:[$€][^\W_]++(?:[{_GLUE}]{{1,3}}+[^\W_]++)*+[@*]?+"
    rf"|[^\W_]++(?:(?:[{_GLUE}]{{1,3}}+[^\W_]++)++[@*]?+|[@*]))")
_APART = re.compile(r"(?<![^\W_])[^\W_](?![^\W_])(?:[\s.\-_*·,|/~]{1,3}+[^\W_](?![^\W_])){2,}+")
_DIGITS = re.compile(r"[a-zñ]\d|\d[a-zñ]")
_STRETCHED = re.compile(r"(.)\1\1|([^rlcn\d])\2")
_RUN = re.compile(r"(.)\1+")
_FIGURES = (str.maketrans("0134578@$!€", "oieastbasie"), str.maketrans("0134579@$!€", "oleastgosie"))
_NOT_WORD = re.compile(r"[\W_]+")


@lru_cache(maxsize=8_192)
def _plain(char: str) -> str:
    """One sign folded: none for what is not seen, several for a ligature."""
    if char in "ñÑ":
        return "ñ"
    if char in _LOOKS_IN_CAPITALS:
        return _LOOKS_IN_CAPITALS[char]
    if char in _LOOKS:
        return _LOOKS[char]
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf", "Cs") or 0x1F3FB <= ord(char) <= 0x1F3FF:
        return ""
    if char != "\n" and category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    signs = unicodedata.normalize("NFKD", char)[:4]
    seen = "".join(one for one in signs if unicodedata.category(one) not in ("Mn", "Me", "Cf"))
    return "".join(_LOOKS_IN_CAPITALS.get(one) or _LOOKS.get(one.lower(), one.lower()) for one in seen)


def _quick(raw: str) -> str:
    """``raw`` folded, where there is nothing odd in it: as long as it was."""
    plain = raw.lower()
    if not plain.isascii():
        for accented, letter in _ACCENTS:
            if accented in plain:
                plain = plain.replace(accented, letter)
    return plain


def _by_piece(raw: str) -> tuple[str, list[int]]:
    """``raw`` folded, and where in it each sign of that comes from: what is odd sign by sign, what lies between at once."""
    said: list[str] = []
    came: list[int] = []
    done = 0
    for odd in _ODD.finditer(raw):
        at = odd.start()
        if at > done:
            said.append(_quick(raw[done:at]))
            came.extend(range(done, at))
        done = at + 1
        if raw[at] == "\u0303" and said and said[-1][-1] == "n":
            said[-1] = said[-1][:-1] + "ñ"
        elif folded := _plain(raw[at]):
            said.append(folded)
            came.extend([at] * len(folded))
    said.append(_quick(raw[done:]))
    came.extend(range(done, len(raw)))
    return "".join(said), came


def fold(raw: str) -> str:
    """``raw`` folded, without the way back."""
    return _by_piece(raw)[0] if _ODD.search(raw) else _quick(raw)


@lru_cache(maxsize=65_536)
def disguises(word: str) -> tuple[str, ...]:
    """What else a folded word may be read as; most words as nothing else."""
    forms = [word]
    if len(word) <= LONGEST_DISGUISE and _DIGITS.search(word):
        forms += dict.fromkeys(word.translate(figures) for figures in _FIGURES)
    for one in tuple(forms):
        if _STRETCHED.search(one):
            forms += dict.fromkeys((SQUEEZED + squeeze(one), SQUEEZED + squeeze(one, hard=True)))
    return tuple(forms[1:])


def squeeze(word: str, hard: bool = False) -> str:
    """Every run of a letter as one; of r, l, c and n as at most two (``hard``: three or more as one: «perrrro» may be «pero»)."""

    def once(run: re.Match[str]) -> str:
        keep = run[1] in "rlcn" and not (hard and len(run[0]) > 2)
        return run[1] * 2 if keep else run[1]

    return _RUN.sub(once, word)


def _joined(said: str) -> tuple[str, ...]:
    """The words that a piece with signs inside may be: the signs out, or letters, or stars for letters."""
    if len(said) > LONGEST_DISGUISE:
        return ()
    forms = {_NOT_WORD.sub("", said): None}
    if any(sign in said for sign in "@$!€"):
        forms |= {_NOT_WORD.sub("", said.translate(figures)): None for figures in _FIGURES}
    stars = said.count("*") + said.count("#")
    seen = len(_NOT_WORD.sub("", said))
    if stars and seen >= max(2, stars):
        forms[re.sub(r"[^\w?]|_", "", said.replace("*", ANY).replace("#", ANY))] = None
    return tuple(forms)


def _spelled(said: str) -> tuple[str, ...]:
    """Letters set apart, as a word; a letter at an end that is a word itself («y», «a»…) may be none of it."""
    word = _NOT_WORD.sub("", said)
    if len(word) > LONGEST_DISGUISE:
        return ()
    forms = {word: None}
    if len(word) > 3 and word[-1] in "yaoeu":
        forms[word[:-1]] = None
    if len(word) > 3 and word[0] in "yaoeu":
        forms |= {one[1:]: None for one in tuple(forms)}
    return tuple(forms)


class Text:
    """A text as rules see it. ``plain``: folded; ``words``: of it, in order; ``disguised``: (start, end, forms) in ``plain`` of
    pieces that may be one word. Places are turned into those of ``raw`` by ``span``.
    """

    __slots__ = ("_came", "_places", "disguised", "plain", "raw", "words")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self._came: list[int] | None = None
        if _ODD.search(raw):
            self.plain, self._came = _by_piece(raw)
        else:
            self.plain = _quick(raw)
        self.words: list[str] = WORD.findall(self.plain)
        self.disguised = [(*one.span(), _joined(one[0])) for one in _GLUED.finditer(self.plain)]
        self.disguised += [(*one.span(), _spelled(one[0])) for one in _APART.finditer(self.plain)]
        self._places: dict[str, list[Span]] | None = None

    def span(self, start: int, end: int) -> Span:
        """Of ``plain[start:end]``, in ``raw``, with the marks that belong to its last sign."""
        if self._came is None or start >= end:
            return start, end
        after = self._came[end] if end < len(self._came) else len(self.raw)
        return self._came[start], max(after, self._came[end - 1] + 1)

    def places(self, word: str) -> list[Span]:
        """Where ``word`` is said, or a piece that may be read as it, in ``plain``, in order."""
        if self._places is None:
            self._places = {}
            for one in WORD.finditer(self.plain):
                self._places.setdefault(one[0], []).append(one.span())
            for start, end, forms in self.disguised:
                for form in forms:
                    self._places.setdefault(form, []).append((start, end))
        return self._places.get(word, [])

    def only_emoji(self) -> bool:
        """Whether it says nothing but with emoji."""
        return not self.words and bool(EMOJI.search(self.raw)) and not EMOJI.sub("", _BESIDE_EMOJI.sub("", self.raw))
