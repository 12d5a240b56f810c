"""What a person's word does to a reading; how alike texts are told; how sure a share is. Pure."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tertulia.kit.folding import fold
from tertulia.language.learning import LEVELS, RULED, SEVERAL
from tertulia.language.reading import HEADS, LABELS

#: Fewer than this prove nothing: no share is told.
ENOUGH = 10
_ALIKE_FROM = 20
_Z = 1.96


class NotALabel(ValueError):
    """There is no such head, or it cannot say so."""


@dataclass(frozen=True, slots=True)
class Place:
    """A department as it is offered: its key, its name, what it answers for."""

    key: str
    name: str
    about: str = ""


def usual_departments() -> list[Place]:
    """The list of a brand that made none of its own."""
    names = {
        "sales": _("Ventas"), "care": _("Atención al cliente"), "technical": _("Servicio técnico"), "billing": _("Facturación"),
        "logistics": _("Envíos y transporte"), "product": _("Producto"), "communication": _("Comunicación"), "legal": _("Legal"),
        "jobs": _("Empleo"), "none": _("Ninguno")}
    return [Place(key, names[key]) for key in LABELS["department"]]


@dataclass(frozen=True, slots=True)
class Told:
    """What a reading told of one head; no ``labels``: nothing."""

    labels: tuple[str, ...] = ()
    p: float | None = None
    sure: bool = False


def told(heads: Mapping[str, Any] | None, head: str) -> Told:
    """What ``heads`` (a reading as JSON) say of ``head``."""
    one = (heads or {}).get(head) if head in HEADS else None
    if not one:
        return Told()
    if "level" in one:
        return Told((str(one["level"]),), one["p"], one["sure"])
    if "labels" in one:
        return Told(tuple(each["label"] for each in one["labels"]), max(each["p"] for each in one["labels"]), one["sure"])
    return Told((one["label"],), one["p"], one["sure"])


def checked(head: str, right: Sequence[str], departments: Sequence[str]) -> list[str]:
    """``right`` in the order of the head's labels, each once; ``NotALabel`` if they are none of its labels, or too many."""
    if head not in HEADS:
        raise NotALabel(head)
    known = LEVELS if head in RULED else tuple(departments) if head == "department" else LABELS[head]
    if not right or not set(right) <= set(known) or (len(set(right)) > 1 and head not in SEVERAL):
        raise NotALabel(f"{head}: {', '.join(right)}")
    return [label for label in known if label in right]


def as_said(heads: Mapping[str, Any], words: Iterable[tuple[str, Sequence[str]]]) -> dict[str, Any]:
    """The reading with people's ``words`` (head, right labels) in the place of what the model told: certain, ``person`` true."""
    shown = dict(heads)
    for head, right in words:
        word: dict[str, Any] = {"p": 1.0, "sure": True, "why": [], "person": True}
        if head in RULED:
            word |= {"level": int(right[0]), "rule": "person"}
        elif head in SEVERAL:
            word["labels"] = [{"label": label, "p": 1.0} for label in right]
        else:
            word["label"] = right[0]
        before = heads.get(head) or {}
        shown[head] = {**{key: before[key] for key in ("parts", "at") if key in before}, **word}
    return shown


def offends(heads: Mapping[str, Any]) -> bool:
    """Whether somebody is surely offended or hated there."""
    return any(set(one.labels) & wrong and one.sure
               for one, wrong in ((told(heads, "offence"), {"OFP", "OFG"}), (told(heads, "hate"), {"hateful"})))


_NOT_LETTERS = re.compile(r"@\w+|https?://\S+|[^a-z\u00f1]+")
_STRETCHED = re.compile(r"(.)\1+")


def echo(text: str) -> int | None:
    """A number (64 bits) that is equal for texts with the same letters, whatever the accents, signs, figures, handles and
    links; None where they are too few to mean anything.
    """
    letters = _STRETCHED.sub(r"\1", _NOT_LETTERS.sub("", fold(text)))
    if len(letters) < _ALIKE_FROM:
        return None
    return int.from_bytes(hashlib.blake2b(letters.encode(), digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``of``, with the interval where the true share lies 19 times in 20 (Wilson)."""

    right: int
    of: int

    @property
    def enough(self) -> bool:
        """Whether there are so many that it may be told."""
        return self.of >= ENOUGH

    @property
    def in_ten(self) -> int | None:
        """«acierta 7 de 10»; None while it may not be told."""
        return round(10 * self.right / self.of) if self.enough else None

    @property
    def percent(self) -> int:
        """The share; 0 of nothing."""
        return round(100 * self.right / self.of) if self.of else 0

    @property
    def low(self) -> int:
        """The interval's lower end, in percent."""
        return round(100 * self._wilson(-1))

    @property
    def high(self) -> int:
        """Its upper end."""
        return round(100 * self._wilson(1))

    def _wilson(self, sign: int) -> float:
        if not self.of:
            return 0.0 if sign < 0 else 1.0
        p, n = self.right / self.of, self.of
        middle = p + _Z * _Z / (2 * n)
        reach = _Z * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n))
        return min(1.0, max(0.0, (middle + sign * reach) / (1 + _Z * _Z / n)))
