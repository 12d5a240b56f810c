"""What a letter says, be it a mail or a push: its notices, brand by brand, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tertulia.brands.models import Brand
from tertulia.notices.asking import load, words_of
from tertulia.notices.kinds import Kind, Words, kind
from tertulia.notices.models import Notice

#: How many things of a brand a letter names; the rest it counts.
MOST = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One notice of a letter."""

    kind: Kind
    words: Words
    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Part:
    """What a letter says of one brand. ``many``: how many things, of which ``items`` are shown."""

    brand: Brand
    items: Sequence[Item]
    many: int
    url: str
    kinds: Sequence[Kind]

    @property
    def more(self) -> int:
        """How many are only counted."""
        return self.many - len(self.items)


def parts(told: Sequence[Notice]) -> list[Part]:
    """The notices of one letter, brand by brand, the heaviest first; nothing is said twice."""
    load(told)
    by_brand: dict[Brand, list[Notice]] = {}
    for one in told:
        by_brand.setdefault(one.brand, []).append(one)
    return [part for brand, some in by_brand.items() if (part := _part(brand, some))]


def _part(brand: Brand, told: Sequence[Notice]) -> Part | None:
    said = [(found, one, words) for one in _each_once(told)
            if (found := kind(one.kind)) and (words := words_of(found, one))]
    if not said:
        return None
    said.sort(key=lambda row: -row[0].weight)
    items = [Item(found, words, one.at, settings.PUBLIC_URL + words.address) for found, one, words in said[:MOST]]
    page = settings.PUBLIC_URL + reverse("notices:list", args=[brand.slug])
    return Part(brand, items, len(said), page, [row[0] for row in said])


def _each_once(told: Sequence[Notice]) -> list[Notice]:
    """Of what was told twice of one thing, the last; nothing of what another notice tells with it."""
    last = {(one.kind, *sorted(one.about.items())): one for one in told}
    whole = {(one.kind, key, value) for one in last.values() for key, value in one.about.items()}
    kept = []
    for one in last.values():
        under = found.under if (found := kind(one.kind)) else None
        if under is None or (*under, one.about.get(under[1])) not in whole:
            kept.append(one)
    return kept


def subject(written: Sequence[Part]) -> str:
    """What happened and to whom, in a line."""
    many, brand = sum(one.many for one in written), written[0].brand.name
    if len(written) > 1:
        others = len(written) - 1
        return ngettext("%(many)s avisos de %(brand)s y otra marca", "%(many)s avisos de %(brand)s y otras %(others)s marcas",
                        others) % {"many": many, "brand": brand, "others": others}
    if len({one.name for one in written[0].kinds}) == 1:
        return written[0].kinds[0].called(many, brand)
    return _("%(many)s avisos de %(brand)s") % {"many": many, "brand": brand}
