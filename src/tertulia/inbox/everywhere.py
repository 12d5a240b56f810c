"""One queue for all the brands of a member: every query starts from the brands they may see.

Of each brand only its first rows are looked at, by its own indexes, however many brands there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef, QuerySet

from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import brands_of
from tertulia.inbox.lists import ORDERS, VIEWS, Counted, Filters, as_rows, conditions, counted
from tertulia.inbox.models import Conversation
from tertulia.kit import paging

#: The views there are over all brands: of what is not closed.
EVERYWHERE = ("pending", "mine", "angry", "questions", "attacks", "unassigned", "handed", "snoozed")
#: Up to here a brand says how many wait.
COUNTED = 99


@dataclass(frozen=True, slots=True)
class Place:
    """A brand of the member's, how many conversations wait there, and how many of them are angry."""

    brand: Brand
    pending: Counted
    angry: Counted


def page_of(member: Member, filters: Filters, after: str = "", size: int = 40) -> paging.Page[Conversation]:
    """One page of the conversations of all their brands that pass the filters, in their order."""
    order, needs = ORDERS[filters.ordered]
    each = paging.ordered(_of_each(member, filters).filter(needs), order, after).values("pk")[:size + 1]
    first = brands_of(member).annotate(found=Func(ArraySubquery(each), function="unnest", output_field=IntegerField())).values("found")
    rows = as_rows(Conversation.objects.filter(pk__in=first.order_by()))
    return paging.page(rows, order, "", size)


def _of_each(member: Member, filters: Filters) -> QuerySet[Conversation]:
    """The rows of the brand that is looked at."""
    view = filters.view if filters.view in EVERYWHERE else "pending"
    rows = Conversation.objects.filter(VIEWS[view], brand=OuterRef("pk"), merged_into=None)
    rows = rows.filter(assignee=member) if view == "mine" else rows
    for condition in conditions(None, member, filters):
        rows = rows.filter(condition)
    return rows


def places(member: Member) -> list[Place]:
    """Their brands by name, with what waits in each."""
    found = brands_of(member).annotate(waiting=many_of_each("pending"), angry=many_of_each("angry"))
    return [Place(one, as_counted(one.waiting), as_counted(one.angry)) for one in found]


def many_of_each(view: str) -> Any:
    """Beside brands: how many conversations this view has in each; one more than ``COUNTED``: many."""
    some = Conversation.objects.filter(VIEWS[view], brand=OuterRef("pk"), merged_into=None).order_by().values("pk")[:COUNTED + 1]
    return Func(ArraySubquery(some), function="cardinality", output_field=IntegerField())


def as_counted(number: int) -> Counted:
    """What ``many_of_each`` told."""
    return Counted(min(number, COUNTED), number > COUNTED)


def counts(member: Member) -> dict[str, Counted]:
    """How many conversations each view has, in all their brands together."""
    return counted(Conversation.objects.filter(brand__in=brands_of(member).order_by()), member)
