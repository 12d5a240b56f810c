"""Reading rules, lists, matches and rehearsals: brand first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from tertulia.brands.models import Brand
from tertulia.kit import clock
from tertulia.moderation.automatic.checking import list_names, unknown
from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.tree import Rule as Tree
from tertulia.moderation.models import HouseRule
from tertulia.moderation.rulebook.books import current_lists, today_of, tree_of
from tertulia.moderation.rulebook.models import (
    Brake,
    Match,
    Outcome,
    Rehearsal,
    Rehearsed,
    Rule,
    RuleState,
    Trip,
    WordList,
)

#: Days that the list of rules draws.
DRAWN = 14
ONGOING = (RuleState.DRAFT, RuleState.SHADOW, RuleState.LIVE)


@dataclass(frozen=True, slots=True)
class Card:
    """A rule as the list shows it: its versions that go on (a draft may stand beside the one in force), and how it does.

    ``bars``: matches of each of the last ``DRAWN`` days; ``today``: acts of today; ``wrong``: matches that somebody said were.
    """

    name: str
    shown: Rule
    tree: Tree | None
    versions: Sequence[Rule]
    bars: Sequence[int]
    today: int
    wrong: int
    tripped: bool

    @property
    def total(self) -> int:
        """Matches of the days that are drawn."""
        return sum(self.bars)


def cards(brand: Brand) -> list[Card]:
    """Every rule of the brand that goes on, by name."""
    going: dict[str, list[Rule]] = {}
    for one in Rule.objects.filter(brand=brand, state__in=ONGOING).order_by("name", "-version"):
        going.setdefault(one.name, []).append(one)
    today = today_of(brand, clock.now())
    first = today - timedelta(days=DRAWN - 1)
    by_day = _by_day(brand, first)
    done = _done_on(brand, today)
    wrong: dict[str, int] = dict(Match.objects.filter(brand=brand, right=False).values_list("rule__name").annotate(Count("pk")))
    tripped = set(Trip.objects.filter(brand=brand, day=today, rule__isnull=False).values_list("rule__name", flat=True))
    return [Card(name, shown := _shown(some), tree_of(shown), some,
                 [by_day.get((name, first + timedelta(days=at)), 0) for at in range(DRAWN)], done.get(name, 0), wrong.get(name, 0),
                 name in tripped) for name, some in going.items()]


def _shown(versions: Sequence[Rule]) -> Rule:
    order = [RuleState.LIVE, RuleState.SHADOW, RuleState.DRAFT]
    return min(versions, key=lambda one: order.index(RuleState(one.state)))


def _start_of(brand: Brand, day: date) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(brand.time_zone))


def _done_on(brand: Brand, today: date) -> dict[str, int]:
    """By name, how often rules acted today."""
    rows = Match.objects.filter(brand=brand, outcome=Outcome.DONE, at__gte=_start_of(brand, today))
    return dict(rows.values_list("rule__name").annotate(Count("pk")))


def _by_day(brand: Brand, first: date) -> dict[tuple[str, date], int]:
    """By name and day of the brand's clock, how many messages rules held of."""
    rows = Match.objects.filter(brand=brand, at__gte=_start_of(brand, first)).values_list(
        "rule__name", TruncDate("at", tzinfo=ZoneInfo(brand.time_zone)))
    return {(name, day): many for name, day, many in rows.annotate(Count("pk")).order_by()}


def with_rules(brands: Collection[int]) -> set[int]:
    """Those of these brands (ids) of which any rule judges."""
    return set(Rule.objects.filter(brand__in=brands, state__in=[RuleState.LIVE, RuleState.SHADOW]).values_list("brand", flat=True))


def rule_of(brand: Brand, name: str, version: int | None = None) -> Rule:
    """A version of a rule: that one, or the newest that goes on, or the newest; ``Rule.DoesNotExist``."""
    rows = Rule.objects.filter(brand=brand, name=name).order_by("-version")
    if version is not None:
        return rows.get(version=version)
    found = rows.filter(state__in=ONGOING).first() or rows.first()
    if found is None:
        raise Rule.DoesNotExist(name)
    return found


def versions(brand: Brand, name: str) -> QuerySet[Rule]:
    """Every version of a rule, the newest first."""
    return Rule.objects.filter(brand=brand, name=name).select_related("written_by").order_by("-version")


def ended(brand: Brand) -> list[Rule]:
    """The last version of rules that go on no more, by name."""
    going = Rule.objects.filter(brand=brand, state__in=ONGOING).values("name")
    return list(Rule.objects.filter(brand=brand).exclude(name__in=going).order_by("name", "-version").distinct("name"))


def norms(brand: Brand) -> dict[int, HouseRule]:
    """The house rules that hold, by number."""
    return {one.number: one for one in HouseRule.objects.filter(brand=brand, retired_at=None)}


def missing(brand: Brand, tree: Tree, text: str, more_lists: Sequence[str] = ()) -> list[Fault]:
    """What the rule names that the brand has not."""
    return unknown(tree, text, [*current_lists(brand).values_list("name", flat=True), *more_lists], list(norms(brand)))


def cap_of(brand: Brand, usual: int) -> int:
    """How much all rules together may hide in a day."""
    found = Brake.objects.filter(brand=brand).first()
    return found.cap if found else usual


# --------------------------------------------------------------------------- lists


def lists(brand: Brand) -> list[WordList]:
    """The lists that hold, by name."""
    return list(current_lists(brand))


def list_of(brand: Brand, name: str, version: int | None = None) -> WordList:
    """The list that holds, or one of its versions; ``WordList.DoesNotExist``."""
    rows = WordList.objects.filter(brand=brand, name=name)
    return rows.get(replaced_at=None) if version is None else rows.get(version=version)


def list_versions(brand: Brand, name: str) -> QuerySet[WordList]:
    """Every version of a list, the newest first."""
    return WordList.objects.filter(brand=brand, name=name).select_related("written_by").order_by("-version")


def users_of(brand: Brand, name: str) -> list[Rule]:
    """The rules that go on and name the list."""
    rows = Rule.objects.filter(brand=brand, state__in=ONGOING).order_by("name", "-version")
    return [one for one in rows if (tree := tree_of(one)) and name in list_names(tree)]


# --------------------------------------------------------------------------- matches and rehearsals


def matches_of(brand: Brand, name: str, most: int = 50) -> list[Match]:
    """The newest messages that any version of a rule held of."""
    rows = Match.objects.filter(brand=brand, rule__name=name).select_related("rule", "message__author", "message__channel")
    return list(rows.order_by("-at", "-pk")[:most])


def match_of(brand: Brand, pk: int) -> Match:
    """One of the brand's matches; ``Match.DoesNotExist``."""
    return Match.objects.select_related("rule", "message").get(brand=brand, pk=pk)


def rehearsal_of(brand: Brand, pk: int) -> Rehearsal:
    """One of the brand's; ``Rehearsal.DoesNotExist``."""
    return Rehearsal.objects.select_related("rule", "asked_by").get(brand=brand, pk=pk)


def last_rehearsal(rule: Rule) -> Rehearsal | None:
    """The newest rehearsal of this version."""
    return Rehearsal.objects.filter(rule=rule).order_by("-asked_at").first()


def finds(rehearsal: Rehearsal, only: str = "", most: int = 100) -> list[Rehearsed]:
    """What it would have touched, the newest first; ``only``: ``alarms`` or ``rest``."""
    rows = rehearsal.found.select_related("message__author", "message__channel").order_by("-message__at", "-pk")
    if only == "alarms":
        rows = rows.filter(~Q(alarm="") & ~Q(right=True) | Q(right=False))
    elif only == "rest":
        rows = rows.filter(Q(alarm="") & ~Q(right=False) | Q(right=True))
    return list(rows[:most])


def find_of(brand: Brand, pk: int) -> Rehearsed:
    """One message of a rehearsal; ``Rehearsed.DoesNotExist``."""
    return Rehearsed.objects.select_related("rehearsal__rule", "message").get(rehearsal__brand=brand, pk=pk)
