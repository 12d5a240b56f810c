"""Text to rules. Wrong text is refused with a sentence, its place and the nearest thing that would be right."""

from __future__ import annotations

import re
from datetime import date
from difflib import SequenceMatcher

from tertulia.moderation.automatic.checking import pattern_fault, term_fault
from tertulia.moderation.automatic.faults import Fault, at, nearest
from tertulia.moderation.automatic.folding import fold
from tertulia.moderation.automatic.kinds import KINDS, LONGEST_WINDOW, UNITS, Kind, Takes
from tertulia.moderation.automatic.lexing import NAME, Token, token_at
from tertulia.moderation.automatic.tree import (
    HIDE,
    LABEL,
    NOTE,
    QUEUE,
    Act,
    All,
    Any,
    Condition,
    Leaf,
    Rule,
    contrary,
    leaves,
    together,
)

MOST_LEAVES, DEEPEST, LONGEST = 60, 8, 20_000
_PHRASES = {tuple(fold(kind.words).split()): kind for kind in KINDS.values()}
_SPOKEN = [kind.words for kind in KINDS.values()]
_LONGEST_PHRASE = max(map(len, _PHRASES))
_NEVER = ("borrar", "eliminar", "bloquear", "banear", "expulsar", "suspender", "silenciar", "denunciar", "responder")
_ACTS = ("ocultar por norma", "etiquetar", "revisar", "anotar")


class _Reader:
    """A place in a text that moves on."""

    def __init__(self, text: str, place: int = 0) -> None:
        self.text = text
        self.now = token_at(text, place)

    def take(self) -> Token:
        """The token here; on to the next."""
        token = self.now
        self.now = token_at(self.text, token.end)
        return token

    def fault(self, message: str, instead: str = "", token: Token | None = None) -> Fault:
        """Something wrong at ``token``, or here."""
        token = token or self.now
        return at(self.text, token.start, token.end, message, instead)

    def word(self, *known: str) -> bool:
        """Whether the token here is one of these words."""
        return self.now.kind == "word" and self.now.folded in known

    def expect(self, what: str, message: str) -> Token:
        """The token here, which must be of the kind, or the word or sign, ``what``."""
        if self.now.kind == what or (self.now.kind in ("word", "sign") and (self.now.folded or self.now.value) == what):
            return self.take()
        guess = nearest(self.now.value, [what]) if self.now.kind == "word" and what.isalpha() else ""
        raise self.fault(message, guess)

    def number(self, message: str) -> int:
        """A whole number."""
        token = self.expect("number", message)
        if len(token.value) > 9:
            raise self.fault("Ese número es demasiado grande.", token=token)
        return int(token.value)


def parse_rule(text: str) -> Rule:
    """The one rule that ``text`` is; raises ``Fault``."""
    if len(text) > LONGEST:
        raise at(text, LONGEST, LONGEST, "La regla es demasiado larga.")
    reader = _Reader(text)
    rule = _rule(reader)
    if reader.now.kind != "end":
        raise reader.fault("Aquí acaba la regla: lo que sigue sobra.")
    return rule


def parse_condition(text: str) -> Condition:
    """A condition alone; raises ``Fault``."""
    reader = _Reader(text)
    found = _any(reader, 0)
    if reader.now.kind != "end":
        raise reader.fault("Aquí acaba la condición: lo que sigue sobra.")
    return found


def rule_at(text: str, place: int) -> tuple[Rule, int]:
    """The rule that begins at ``place``, and where it ends; raises ``Fault``."""
    ends: list[int] = []
    return _rule(_Reader(text, place), ends), ends[0]


# --------------------------------------------------------------------------- a rule


def _rule(reader: _Reader, ends: list[int] | None = None) -> Rule:
    """A rule; with ``ends``, the place where it ends is put there instead of reading on."""
    reader.expect("regla", "Una regla empieza por «regla» y su nombre.")
    name = _name(reader, "la regla")
    reader.expect("{", "Después del nombre va «{».")
    purpose = ""
    if reader.word("para"):
        reader.take()
        purpose = reader.expect("string", "Después de «para» va, entre comillas, para qué es la regla.").value
    reader.expect("si", "La condición empieza por «si».")
    start = reader.now
    condition = _any(reader, 0)
    if len(leaves(condition)) > MOST_LEAVES:
        raise reader.fault(f"Tiene más de {MOST_LEAVES} condiciones: parte la regla en varias.", token=start)
    _after_condition(reader)
    acts = [_act(reader)]
    while reader.now.value == ",":
        reader.take()
        acts.append(_act(reader, acts))
    cap, expires = _limits(reader)
    if reader.now.value != "}" and (instead := nearest(reader.now.value, ["tope", "caduca", "y", "o"])):
        raise reader.fault("Esto no va aquí.", instead)
    closing = reader.now
    if ends is not None and closing.value == "}":
        ends.append(closing.end)
    else:
        reader.expect("}", "La regla acaba con «}».")
    return Rule(name, condition, tuple(acts), purpose, cap, expires)


def _after_condition(reader: _Reader) -> None:
    if reader.word("entonces"):
        reader.take()
        return
    known = ["entonces", "y", "o"]
    raise reader.fault("Después de la condición va «entonces» y lo que se hace.", nearest(reader.now.value, known))


def _name(reader: _Reader, whose: str) -> str:
    token = reader.expect("word", f"Aquí va el nombre de {whose}.")
    return checked_name(reader.text, token.value, token.start, token.end)


def checked_name(text: str, name: str, start: int, end: int) -> str:
    """``name``, if a rule or list may be called so; raises ``Fault``."""
    if not NAME.fullmatch(name) or len(name) > 60:
        right = "-".join(re.findall(r"[a-z0-9ñ]+", fold(name)))[:60]
        raise at(text, start, end, "Los nombres van en minúsculas, sin acentos y con guiones, y caben en 60 letras.", right)
    return name


def _act(reader: _Reader, before: list[Act] | None = None) -> Act:
    token = reader.now
    if token.kind == "word" and token.folded in _NEVER:
        raise reader.fault("Una regla solo hace lo que se puede deshacer: eso lo decide siempre una persona.", "revisar")
    if not reader.word("ocultar", "etiquetar", "revisar", "anotar"):
        raise reader.fault("Aquí va lo que se hace: ocultar por norma, etiquetar, revisar o anotar.", nearest(token.value, _ACTS))
    reader.take()
    if token.folded == "ocultar":
        reader.expect("por", "Se oculta citando una norma de la casa: «ocultar por norma 4».")
        reader.expect("norma", "Se oculta citando una norma de la casa: «ocultar por norma 4».")
        act = Act(HIDE, norm=reader.number("Aquí va el número de la norma de la casa."))
    elif token.folded == "revisar":
        act = Act(QUEUE)
    else:
        said = reader.expect("string", "Aquí va, entre comillas, lo que se escribe.")
        most = 40 if token.folded == "etiquetar" else 200
        if not said.value.strip() or len(said.value) > most:
            raise reader.fault(f"Escribe algo, de {most} letras como mucho.", token=said)
        act = Act(LABEL if token.folded == "etiquetar" else NOTE, text=said.value)
    if act in (before or ()) or (act.what in (HIDE, QUEUE) and any(one.what == act.what for one in before or ())):
        raise reader.fault("Eso ya está dicho.", token=token)
    return act


def _limits(reader: _Reader) -> tuple[int, date | None]:
    cap, expires = 0, None
    if reader.word("tope"):
        reader.take()
        token = reader.now
        cap = reader.number("Aquí va cuántas veces al día, como mucho.")
        if not 0 < cap <= 10_000:
            raise reader.fault("El tope va de 1 a 10000 al día.", token=token)
        reader.expect("al", "El tope es «al día».")
        reader.expect("dia", "El tope es «al día».")
    if reader.word("caduca"):
        reader.take()
        token = reader.expect("date", "Aquí va el día en que deja de valer: 2027-03-01.")
        try:
            expires = date(*map(int, token.value.split("-")))
        except ValueError as error:
            raise reader.fault("Ese día no existe.", token=token) from error
    return cap, expires


# --------------------------------------------------------------------------- a condition


def _any(reader: _Reader, depth: int) -> Condition:
    parts = [_all(reader, depth)]
    while reader.word("o"):
        reader.take()
        parts.append(_all(reader, depth))
    return together(parts, Any)


def _all(reader: _Reader, depth: int) -> Condition:
    parts = [_one(reader, depth)]
    while reader.word("y"):
        reader.take()
        parts.append(_one(reader, depth))
    return together(parts, All)


def _one(reader: _Reader, depth: int) -> Condition:
    if depth > DEEPEST:
        raise reader.fault("Hay demasiados paréntesis unos dentro de otros: parte la regla en varias.")
    if reader.word("no"):
        reader.take()
        return contrary(_one(reader, depth + 1))
    if reader.now.value == "(" and reader.now.kind == "sign":
        opened = reader.take()
        inside = _any(reader, depth + 1)
        if reader.now.value != ")":
            raise reader.fault("Este paréntesis no se cierra.", token=opened)
        reader.take()
        return inside
    return _leaf(reader)


def _leaf(reader: _Reader) -> Leaf:
    kind = _kind(reader)
    match kind.takes:
        case Takes.NOTHING:
            return Leaf(kind.key)
        case Takes.TERMS | Takes.STRINGS:
            return Leaf(kind.key, _strings(reader, kind))
        case Takes.PATTERN:
            token = reader.expect("pattern", "Aquí va el patrón, entre barras: /gana \\d+ euros/.")
            if wrong := pattern_fault(token.value):
                raise reader.fault(wrong, token=token)
            return Leaf(kind.key, (token.value,))
        case Takes.LIST:
            return Leaf(kind.key, (_name(reader, "la lista"),))
        case Takes.NUMBER | Takes.WINDOW:
            return _comparison(reader, kind)
        case Takes.CHOICES | Takes.LABELS:
            chosen = _choices(reader, kind)
            return Leaf(kind.key, chosen, sure=_sure(reader) if kind.takes is Takes.LABELS else 0)
        case Takes.HOURS:
            first = _hour(reader)
            reader.expect("y", "Una hora va entre dos: «hora entre 22:00 y 08:00».")
            return Leaf(kind.key, (first, _hour(reader)))


def _kind(reader: _Reader) -> Kind:
    if reader.now.kind != "word":
        raise reader.fault("Aquí va una condición, como «contiene enlace» o «mensajes anteriores < 3».")
    said: list[str] = []
    tokens: list[Token] = []
    peek = reader.now
    while peek.kind == "word" and len(said) < _LONGEST_PHRASE:
        said.append(peek.folded)
        tokens.append(peek)
        try:
            peek = token_at(reader.text, peek.end)
        except Fault:
            break
    for many in range(len(said), 0, -1):
        if kind := _PHRASES.get(tuple(said[:many])):
            for _ in range(many):
                reader.take()
            return kind
    longest = max(range(1, len(said) + 1), key=lambda many: _likeness(" ".join(said[:many])))
    raise at(reader.text, tokens[0].start, tokens[longest - 1].end, "No conozco esa condición.",
             nearest(" ".join(said[:longest]), _SPOKEN))


def _likeness(said: str) -> float:
    return max(SequenceMatcher(None, said, fold(words)).ratio() for words in _SPOKEN)


def _strings(reader: _Reader, kind: Kind) -> tuple[str, ...]:
    found: list[str] = []
    while True:
        if reader.now.kind == "word" and (guess := nearest(f"{kind.words} {reader.now.value}", _SPOKEN)):
            raise reader.fault("No conozco esa condición.", guess)
        token = reader.expect("string", f"Después de «{kind.words}» va algo entre comillas.")
        if not token.value.strip() or len(token.value) > 200:
            raise reader.fault("Escribe algo, de 200 letras como mucho.", token=token)
        if kind.takes is Takes.TERMS and (wrong := term_fault(token.value)):
            raise reader.fault(wrong, token=token)
        found.append(token.value)
        if reader.now.value != "," or reader.now.kind != "sign":
            return tuple(dict.fromkeys(found))
        reader.take()


def _comparison(reader: _Reader, kind: Kind) -> Leaf:
    minutes = 0
    if kind.takes is Takes.WINDOW:
        start = reader.now
        many = reader.number(f"Después de «{kind.words}» va un tiempo: «10 minutos».")
        if not reader.word(*map(fold, UNITS)):
            raise reader.fault("El tiempo va en minutos, horas o días.", nearest(reader.now.value, UNITS))
        minutes = many * {fold(name): size for name, size in UNITS.items()}[reader.take().folded]
        if not 0 < minutes <= LONGEST_WINDOW:
            raise reader.fault("El tiempo va de 1 minuto a 7 días.", token=start)
    if reader.now.kind != "op":
        raise reader.fault("Aquí va una comparación: <, <=, =, >= o >.")
    op = reader.take().value
    number = reader.number("Aquí va un número.")
    if kind.unit == "%":
        if number > 100:
            raise reader.fault("De 100 no pasa.")
        reader.expect("%", "Aquí va «%».")
    elif kind.unit and reader.word(fold(kind.unit), fold(kind.unit).removesuffix("es"), fold(kind.unit).removesuffix("s")):
        reader.take()
    return Leaf(kind.key, op=op, number=number, minutes=minutes)


def _choices(reader: _Reader, kind: Kind) -> tuple[str, ...]:
    known = {tuple(fold(name).split()): name for name in kind.choices}
    found: list[str] = []
    while True:
        said: list[str] = []
        start = reader.now
        while reader.now.kind == "word" and tuple(said) not in known and len(said) < 3:
            said.append(reader.take().folded)
        if (name := known.get(tuple(said))) is None:
            guesses = [nearest(" ".join(said[:many]), kind.choices) for many in range(len(said), 0, -1)]
            raise reader.fault(f"Aquí va una de estas: {', '.join(kind.choices)}.", next(filter(None, guesses), ""), start)
        found.append(name)
        if reader.now.value != ",":
            return tuple(name for name in kind.choices if name in found)
        reader.take()


def _sure(reader: _Reader) -> int:
    if not reader.word("con"):
        return 0
    reader.take()
    token = reader.now
    sure = reader.number("Aquí va lo segura que ha de ser la lectura: «con 90 %».")
    reader.expect("%", "Aquí va «%».")
    if not 0 < sure <= 100:
        raise reader.fault("Va de 1 a 100.", token=token)
    return sure


def _hour(reader: _Reader) -> str:
    token = reader.expect("time", "Aquí va una hora: 08:30.")
    hour, minute = map(int, token.value.split(":"))
    if hour > 23 or minute > 59:
        raise reader.fault("Esa hora no existe.", token=token)
    return f"{hour:02}:{minute:02}"
