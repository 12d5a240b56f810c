"""The parts that a judgement can point at: an order, a fault, what is asked, an insult and at whom, what is known besides.

They are found by lists (``lists/parts.toml``) and by form (numbers, hours, capitals), so that each can be shown. What a
part weighs is not decreed here: in the text it is what its words weighed in the head that judged; besides the text it is
the share of ``CIRCUMSTANCES``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tertulia.language.folding import Folded
from tertulia.language.phrases import Found, phrases_of
from tertulia.language.reading import Circumstances, Part, Span

_FORMS = {
    # five figures, or letters and figures together: the number of an order, a flight, a case
    "order": re.compile(r"(?<![\w@/.])#?(?=[A-Z0-9-]*\d{2})(?:[A-Z]{1,5}-?\d{3,}[A-Z0-9]*|\d{5,})\b"),
    "amount": re.compile(r"(?:[€$£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:€|\$|euros?\b|pesos?\b|mxn\b|ars\b|usd\b|lucas\b|pavos\b))", re.I),
    "when": re.compile(
        r"\b(?:(?:(?:a|desde) las )?\d{1,2}[:.]\d{2}\b|(?:a|desde) las \d{1,2}"
        r"|hace (?:\w+ ){1,2}(?:minutos?|horas?|d[ií]as?|semanas?|meses|años?)"
        r"|\d+ ?(?:min|minutos?|hs?|horas?|d[ií]as?|semanas?|meses|años?)|el d[ií]a \d+|\d{1,2} de [a-z]{4,10}|\d{1,2}/\d{1,2}"
        r"|ayer|anoche|desde (?:ayer|hoy|el \w+)|el (?:lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo))\b",
        re.I,
    ),
    "shouting": re.compile(r"(?:\b[A-ZÁÉÍÓÚÜÑ]{4,}\b[^\w\n]{0,3}){2,}|[!¡]{3,}|(?:[?¿!¡]{2,}[?¿!¡]{2,})"),
}
"""The parts that are found by form."""
# Log-odds that what is known besides the text adds to each judgement. Ours, and few: a history tilts, it never decides.
CIRCUMSTANCES: dict[str, dict[str, float]] = {
    "offended_before": {"troll": 0.7, "important": -0.4, "none": -0.3},
    "written_by_others": {"troll": 0.8, "senseless": -0.2},
    "known_customer": {"troll": -1.0, "angry": 0.5, "important": 0.4},
    "spoke_well_before": {"troll": -0.5},
}


def part_names() -> frozenset[str]:
    """Every name that a part of a text may have."""
    return phrases_of("parts").names | frozenset(_FORMS) | {"insult_at_somebody"}


@dataclass(frozen=True, slots=True)
class Parts:
    """What was found in one text: the places of each part in the original, and the names that conditions ask for."""

    said: dict[str, tuple[Span, ...]]
    known: dict[str, int]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.said) | frozenset(self.known)


def parts_of(original: str, folded: Folded, known: Circumstances | None = None) -> Parts:
    """The parts of ``original``, which folds to ``folded``, and of what is ``known`` besides."""
    places: dict[str, list[Span]] = {}
    found = list(phrases_of("parts").find(folded.text))
    aimed = [one for one in found if one.name == "you"]
    for one in found:
        if one.name != "you":
            places.setdefault(one.name, []).append(one.span(original, folded))
    if any(_beside(one, aimed) for one in found if one.name == "insult"):
        places["insult_at_somebody"] = places.pop("insult")
    for name, form in _FORMS.items():
        for match in form.finditer(original[: len(folded.starts) and folded.ends[-1]]):
            places.setdefault(name, []).append(Span(match.start(), match.end(), match.group(), 0.0))
    return Parts({name: _apart(spans) for name, spans in places.items()}, dict(_known(known or Circumstances())))


def _beside(insult: Found, aimed: list[Found]) -> bool:
    return any(-40 <= insult.start - you.end <= 40 or -40 <= you.start - insult.end <= 12 for you in aimed)


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """The places in order, of overlapping ones the longest."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return tuple(kept)


def _known(circumstances: Circumstances) -> Iterator[tuple[str, int]]:
    if circumstances.offences:
        yield "offended_before", circumstances.offences
    elif circumstances.messages >= 3:
        yield "spoke_well_before", circumstances.messages
    if circumstances.alike >= 3:
        yield "written_by_others", circumstances.alike
    if circumstances.customer:
        yield "known_customer", 1


def tilt(parts: Parts, label: str) -> float:
    """The log-odds that what is known besides the text adds to ``label``."""
    return sum(_share(name, count, label) for name, count in parts.known.items())


def _share(name: str, count: int, label: str) -> float:
    """Grows with the logarithm of the count, up to three times."""
    times = 1.0 if name == "known_customer" else min(1 + math.log2(max(count, 1)), 3.0)
    return CIRCUMSTANCES[name].get(label, 0.0) * times


def shown(parts: Parts, label: str, weigh: Callable[[Span], float]) -> tuple[Part, ...]:
    """The parts as they are told, the heaviest first; ``weigh`` says what a place weighed for ``label``."""
    told = []
    for name, spans in parts.said.items():
        said = tuple(Span(span.start, span.end, span.text, round(weigh(span), 3)) for span in spans)
        told.append(Part(name, round(sum(span.weight for span in said), 3), said, len(said)))
    told += [Part(name, round(_share(name, count, label), 3), (), count) for name, count in parts.known.items()]
    return tuple(sorted(told, key=lambda part: -abs(part.weight)))
