"""How a brand writes, read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from tertulia.brands.models import Brand
from tertulia.kit import clock
from tertulia.language import Finding, Kind, Likeness, Profile, likeness, proof
from tertulia.strategy.models import Term, TermKind, Voice


def voice_of(brand: Brand) -> Voice:
    """The brand's voice; the usual one, unsaved, if it has said nothing."""
    return Voice.objects.filter(brand=brand).first() or Voice.usual(brand)


def terms_of(brand: Brand) -> Sequence[Term]:
    """The brand's words, by kind and alphabet, those of past days too."""
    return list(Term.objects.filter(brand=brand).order_by("kind", "text"))


def profile_of(brand: Brand, past: Iterable[str] = (), rooms: Mapping[str, int | None] | None = None) -> Profile:
    """What proofing needs to know of the brand; ``past``: texts it wrote, to be like; ``rooms``: see ``Profile.networks``."""
    voice = voice_of(brand)
    today = clock.now().date()
    counted = Term.objects.filter(brand=brand).filter(Q(until=None) | Q(until__gte=today))
    words: dict[str, dict[str, str]] = {kind: {} for kind in TermKind.values}
    for kind, text, says in counted.values_list("kind", "text", "says"):
        words[kind][text] = says
    return Profile(
        variety=brand.language,
        address=voice.address,
        dictionary=frozenset(words["right"]),
        forbidden=words["forbidden"],
        preferred=words["preferred"],
        neutral=frozenset(voice.neutral),
        sensitive=words["sensitive"],
        inclusive=voice.inclusive,
        legal=voice.legal,
        past=tuple(past),
        silenced=frozenset(voice.silenced),
        stops=frozenset(Kind(one) for one in voice.stops),
        networks=rooms or {},
    )


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a text, what of it the brand lets nothing leave with, and whether there was a text at all.

    ``like``: how like it is to what the brand published, where enough was told of that.
    """

    findings: Sequence[Finding]
    stopping: Sequence[Finding]
    empty: bool
    like: Likeness | None = None


def checked(
    brand: Brand, text: str, past: Iterable[str] = (), more: Sequence[Finding] = (), rooms: Mapping[str, int | None] | None = None,
) -> Checked:
    """What is to be said of a text that is about to leave in the name of the brand.

    ``more``: what others found in it; ``rooms``: how much fits on each network it goes to.
    """
    if not text.strip():
        return Checked((), (), True)
    profile = profile_of(brand, past, rooms)
    heard = [one for one in more if one.rule not in profile.silenced]
    findings = sorted([*proof(text, profile), *heard], key=lambda one: (one.start, one.end, one.rule))
    return Checked(findings, [one for one in findings if profile.stopped_by(one)], False, likeness(text, profile.past))


def stopping(brand: Brand, text: str, more: Sequence[Finding] = ()) -> Sequence[Finding]:
    """What the brand lets no text leave with, found in this one; ``more``: what others found in it."""
    if not Voice.objects.filter(brand=brand).exclude(stops=[]).exists():
        return ()
    return checked(brand, text, more=more).stopping
