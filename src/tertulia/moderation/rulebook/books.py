"""The rules of a brand that judge now, compiled; and what they have to know of messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q

from tertulia.brands.models import Brand
from tertulia.inbox.models import Message
from tertulia.kit import clock
from tertulia.moderation.automatic import tree
from tertulia.moderation.automatic.book import Why
from tertulia.moderation.automatic.cases import Said
from tertulia.moderation.automatic.checking import list_names
from tertulia.moderation.automatic.engine import Broken, Matcher
from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.parsing import parse_rule
from tertulia.moderation.automatic.saying import say_why
from tertulia.moderation.models import Strike
from tertulia.moderation.rulebook.models import Rule, RuleState, WordList
from tertulia.people.models import Profile
from tertulia.triage.queries import circumstances
from tertulia.triage.rules import echo

#: Brands whose rules a process keeps compiled.
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Book:
    """``rules``: the rows by id, and ``trees`` as read; ``lists``: name → version; ``broken``: those that do not even compile."""

    stamp: tuple[Any, ...]
    matcher: Matcher
    rules: Mapping[int, Rule]
    trees: Mapping[int, tree.Rule]
    lists: Mapping[str, int]
    broken: Sequence[Broken]


_books: dict[int, Book] = {}


def today_of(brand: Brand, now: datetime) -> date:
    """The day that the brand's clock shows."""
    return now.astimezone(ZoneInfo(brand.time_zone)).date()


def book_of(brand: Brand, now: datetime) -> Book:
    """What judges for the brand now. Compiled anew only when a rule or a list is another one than when it was compiled last."""
    judging = Rule.objects.filter(brand=brand, state__in=[RuleState.LIVE, RuleState.SHADOW]).exclude(expires__lte=today_of(brand, now))
    stamp = (tuple(judging.order_by("name", "pk").values_list("pk", "state")), tuple(current_lists(brand).values_list("pk", flat=True)))
    kept = _books.get(brand.pk)
    if kept and kept.stamp == stamp:
        return kept
    if len(_books) >= _KEPT:
        _books.clear()
    lists = {one.name: one for one in current_lists(brand)} if stamp[0] else {}
    _books[brand.pk] = book = compiled(list(judging.order_by("name", "pk")), lists.values(), stamp)
    return book


def current_lists(brand: Brand) -> Any:
    """The brand's lists that hold, by name."""
    return WordList.objects.filter(brand=brand, replaced_at=None).order_by("name")


def compiled(rules: Sequence[Rule], lists: Iterable[WordList], stamp: tuple[Any, ...] = ()) -> Book:
    """These rules over these lists."""
    lists = list(lists)
    trees: dict[int, tree.Rule] = {}
    broken: list[Broken] = []
    for one in rules:
        try:
            trees[one.pk] = parse_rule(one.text)
        except Fault as fault:  # written by another version of the language
            broken.append(Broken(one.pk, str(fault)))
    matcher = Matcher(list(trees.items()), {one.name: one.entries for one in lists})
    return Book(stamp, matcher, {one.pk: one for one in rules}, trees, {one.name: one.version for one in lists},
                [*broken, *matcher.broken])


def lists_in(book: Book, rule: int) -> dict[str, int]:
    """The lists that a rule names, with their versions."""
    return {name: book.lists[name] for name in list_names(book.trees[rule]) if name in book.lists}


def as_kept(whys: Sequence[Why], raw: str) -> list[dict[str, Any]]:
    """Whys as they are stored: each with its sentence."""
    return [{"place": one.place, "said": say_why(one, raw), "spans": [list(span) for span in one.spans], "value": one.value,
             "negated": one.negated} for one in whys]


def tree_of(rule: Rule) -> tree.Rule | None:
    """The rule as read; None: it was written by another version of the language."""
    try:
        return parse_rule(rule.text)
    except Fault:
        return None


def as_list(row: WordList) -> tree.WordList:
    """A row as a list of the language."""
    return tree.WordList(row.name, tuple(row.entries))


# --------------------------------------------------------------------------- what is known of messages


def said_of(brand: Brand, messages: Sequence[Message], matcher: Matcher) -> dict[int, Said]:
    """These messages (with channel and author) as rules look at them; only what some rule asks for is looked up."""
    zone, facts = ZoneInfo(brand.time_zone), matcher.facts
    history = circumstances(messages) if facts & {"before", "offences"} else {}
    strikes = _strikes(messages) if "strikes" in facts else {}
    customers = _customers(messages) if "customer" in facts else {}
    counts = _counts(messages, matcher.windows)
    found = {}
    for one in messages:
        author, past = one.author, history.get(one.pk)
        found[one.pk] = Said(
            text=one.text, at=one.at.astimezone(zone), kind=one.kind, network=one.channel.network, channel=one.channel.handle,
            handle=author.handle if author else "", name=author.name if author else "",
            customer=customers.get(author.pk) if author else None, followers=author.followers if author else None,
            before=past.messages if past and author else None, offences=past.offences if past and author else None,
            strikes=strikes.get(author.pk, 0) if author else None,
            known_days=max(0, (one.at - author.first_seen_at).days) if author else None,
            reading=one.reading, counts=counts.get(one.pk, {}))
    return found


def _customers(messages: Sequence[Message]) -> dict[int, bool | None]:
    authors = {one.author_id for one in messages if one.author_id}
    return dict(Profile.objects.filter(pk__in=authors).values_list("pk", "person__customer"))


def _strikes(messages: Sequence[Message]) -> dict[int, int]:
    """The strikes that count against each author, or against the person behind them, now."""
    persons = dict(Profile.objects.filter(pk__in={one.author_id for one in messages if one.author_id}).values_list("pk", "person_id"))
    living = Strike.objects.filter(
        Q(profile__in=persons) | Q(profile__person__in=[one for one in persons.values() if one]),
        cancelled_at=None, expires_at__gt=clock.now()).values_list("profile", "profile__person", "weight")
    found: dict[int, int] = {}
    for author, person in persons.items():
        found[author] = sum(weight for profile, behind, weight in living if profile == author or (behind and behind == person))
    return found


_RATE = """
    select asked.id, count(past.id) from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) asked (id, author, at)
    cross join lateral (
        select id from triage_reading where author_id = asked.author and said_at > asked.at - make_interval(mins => %s)
        and said_at <= asked.at order by said_at desc limit 1000) past
    group by asked.id
"""
_ALIKE = """
    select asked.id, count(distinct past.author_id)
    from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[]) asked (id, brand, echo, at)
    cross join lateral (
        select author_id from triage_reading where brand_id = asked.brand and echo = asked.echo
        and said_at > asked.at - make_interval(mins => %s) and said_at <= asked.at order by said_at desc limit 1000) past
    group by asked.id
"""


def _counts(messages: Sequence[Message], windows: Sequence[tuple[str, int]]) -> dict[int, dict[tuple[str, int], int]]:
    """By message, how much was said within each window that ends with it, itself counted."""
    found: dict[int, dict[tuple[str, int], int]] = {}
    known = [one for one in messages if one.author_id]
    echoes = [(one, said) for one in known if (said := echo(one.text)) is not None] if any(kind == "alike" for kind, _ in windows) else []
    with connection.cursor() as sql:
        for kind, minutes in windows:
            if kind == "author_rate":
                sql.execute(_RATE, [[one.pk for one in known], [one.author_id for one in known], [one.at for one in known], minutes])
            else:
                sql.execute(_ALIKE, [[one.pk for one, _said in echoes], [one.brand_id for one, _said in echoes],
                                     [said for _one, said in echoes], [one.at for one, _said in echoes], minutes])
            for pk, many in sql.fetchall():
                found.setdefault(pk, {})[kind, minutes] = many
            if kind == "alike":  # too short to say the same as another on purpose
                for one in known:
                    found.setdefault(one.pk, {}).setdefault((kind, minutes), 1)
    return found
