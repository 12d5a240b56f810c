"""Whether a text fits where it goes, by each network's own rule. The rules are in ``tertulia.kit.lengths``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from tertulia.kit import lengths
from tertulia.kit.lengths import entities
from tertulia.language.finding import Finding, Kind, Profile, Severity

READ = date(2026, 11, 22)
"""When the limits were last looked at."""

_FEW_HASHTAGS = 5  # on Instagram: what third parties say of 2026, no vendor's text seen
_UNITS = {"bytes": "bytes", "hashtags": "etiquetas"}


class Limit(NamedTuple):
    """At most ``most`` by ``rule``: a name of ``tertulia.kit.lengths.RULES``, or ``hashtags``."""

    most: int
    rule: str
    source: str


@cache
def _table() -> Mapping[str, Mapping[str, object]]:
    return tomllib.loads(files(__package__).joinpath("limits.toml").read_text("utf-8"))


@cache
def limits(place: str) -> tuple[Limit, ...]:
    """What fits in a ``place``: a network («x», which is its post) or a part of one («facebook.comment»). () if unknown."""
    told = _told(place).get(place.partition(".")[2] or "post", ())
    return tuple(Limit(**one) for one in told) if isinstance(told, list) else ()


def title(place: str) -> str:
    """A place as people call its network."""
    return str(_told(place).get("title", place.partition(".")[0]))


def name_of_account(place: str) -> re.Pattern[str] | None:
    """What the name of an account can be there; None where nothing is known."""
    told = _told(place).get("name")
    return re.compile(f"{told['signs']}{{1,{told['most']}}}") if isinstance(told, Mapping) else None


def _told(place: str) -> Mapping[str, object]:
    return _table().get(place.partition(".")[0], {})


def length(text: str, place: str) -> int:
    """What ``text`` counts there, by its first rule; code points where the place is unknown."""
    return lengths.length(text, next((one.rule for one in limits(place)), "code points"))


def check(text: str, profile: Profile) -> Iterator[Finding]:
    """What does not fit where ``profile.networks`` says it goes."""
    for place, own in profile.networks.items():
        for number, limit in enumerate(limits(place)):
            most = limit.most if own is None or number else own
            finding = _tags(text, place, most) if limit.rule == "hashtags" else _past(text, place, limit.rule, most)
            if finding is not None:
                yield finding
        yield from _refused(text, place)


def _past(text: str, place: str, rule: str, most: int) -> Finding | None:
    excess = lengths.over(text, rule, most)
    if excess is None:
        return None
    start, unit = _word_start(text, excess.start), _UNITS.get(rule, "caracteres")
    by = excess.length - most
    why = (f"En {title(place)} caben {_figure(most)} {unit} y esto cuenta {_figure(excess.length)}: "
           f"{'sobra' if by == 1 else 'sobran'} {_figure(by)}.")
    return Finding(start, len(text), text[start:], Kind.LENGTH, f"length-{place}-{unit}", Severity.ERROR, why)


def _tags(text: str, place: str, most: int) -> Finding | None:
    """Hashtags over ``most``, an error; over what readers stand, a hint."""
    found = entities.hashtags(text)
    allowed = most if len(found) > most else _FEW_HASHTAGS
    if len(found) <= allowed:
        return None
    start, end = found[allowed].start, found[-1].end
    if allowed == most:
        why = f"{title(place)} admite {most} etiquetas y aquí hay {len(found)}."
        return Finding(start, end, text[start:end], Kind.LENGTH, f"hashtags-{place}", Severity.ERROR, why)
    why = f"Hay {len(found)} etiquetas: con {allowed} basta, y puede que {title(place)} no cuente las demás."
    return Finding(start, end, text[start:end], Kind.LENGTH, f"hashtags-{place}-many", Severity.HINT, why)


def _refused(text: str, place: str) -> Iterator[Finding]:
    signs = str(_told(place).get("refused", ""))
    for at, sign in enumerate(text):
        if sign in signs:
            why = f"Aquí hay un carácter invisible que {title(place)} no admite: quítalo."
            yield Finding(at, at + 1, sign, Kind.LENGTH, f"sign-{place}", Severity.ERROR, why, ("",))


def _word_start(text: str, at: int) -> int:
    """Where the word that holds ``at`` begins, so that none is shown cut; ``at`` itself if there is only one word."""
    spaces = [match.end() for match in re.finditer(r"\s+", text[:at])]
    if at < len(text) and text[at].isspace():
        return at
    return spaces[-1] if spaces and spaces[-1] else at


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", ".") if number >= 10_000 else str(number)
