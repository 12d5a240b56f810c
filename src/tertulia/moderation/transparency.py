"""What the public is told of a month: how much was said, what was decided of it and by which rule, what was appealed.

Numbers only. A verdict counts in the month in which it was decided, also if it was undone or reversed later (that is a
number of its own); one that the network never did, or that was stopped before it left, does not. When a month is over its
figures are written down once, and never change.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand
from tertulia.inbox.models import Message
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.moderation import facts
from tertulia.moderation.models import AGAINST, Appeal, Lifted, Month, Outcome, Verdict
from tertulia.moderation.rules import month_after, month_of
from tertulia.moderation.words import tallied

#: Verdicts that came to nothing.
_NOTHING = (Lifted.FAILED, Lifted.TAKEN_BACK)


def bounds(brand: Brand, first: date) -> tuple[datetime, datetime]:
    """The month that begins on ``first``, on the brand's clock: [from, to)."""
    zone = ZoneInfo(brand.time_zone)
    return datetime.combine(first, time(), zone), datetime.combine(month_after(first), time(), zone)


def verdicts_in(brand: Brand, first: date) -> QuerySet[Verdict]:
    """The verdicts that count in a month."""
    begin, end = bounds(brand, first)
    return Verdict.objects.filter(brand=brand, act__in=AGAINST, at__gte=begin, at__lt=end).exclude(lifted__in=_NOTHING)


def figures(brand: Brand, first: date) -> dict[str, Any]:
    """A month's numbers.

    ``received``; of each act of ``AGAINST`` how many ``by_person`` and ``automatic``; ``rules``: by house rule (number and the
    title it has now) how many of each act; ``undone``: how many of them stand no more, ``reversed`` by an appeal;
    ``appeals``: made in the month, and how they stand; minutes, by half of them: ``minutes_to_act`` since the message came,
    ``minutes_to_answer`` since the appeal. None: there were none to measure.
    """
    begin, end = bounds(brand, first)
    verdicts = list(verdicts_in(brand, first).select_related("rule", "message"))
    appeals = list(Appeal.objects.filter(brand=brand, at__gte=begin, at__lt=end))
    return {
        "month": first.isoformat(),
        "received": Message.objects.filter(brand=brand, ours=False, at__gte=begin, at__lt=end).count(),
        "acts": {str(act): _split(one for one in verdicts if one.act == act) for act in AGAINST},
        "rules": _by_rule(verdicts),
        "undone": sum(1 for one in verdicts if one.lifted), "reversed": sum(1 for one in verdicts if one.lifted == Lifted.APPEAL),
        "appeals": {"made": len(appeals), **Counter(one.outcome or "open" for one in appeals),
                    "alone": sum(1 for one in appeals if one.alone)},
        "minutes_to_act": _half((one.at - one.message.received_at).total_seconds() / 60 for one in verdicts),
        "minutes_to_answer": _half((one.decided_at - one.at).total_seconds() / 60 for one in appeals if one.decided_at)}


def _split(verdicts: Iterable[Verdict]) -> dict[str, int]:
    rows = list(verdicts)
    people = sum(1 for one in rows if one.by.startswith("member:"))
    return {"by_person": people, "automatic": len(rows) - people}


def _by_rule(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for one in verdicts:
        number = one.rule.number if one.rule else 0
        row = found.setdefault(number, {"number": number, "title": one.rule.title if one.rule else "", **{str(act): 0 for act in AGAINST}})
        row[one.act] += 1
    return [found[number] for number in sorted(found)]


def _half(minutes: Iterable[float]) -> int | None:
    rows = [max(0.0, one) for one in minutes]
    return round(median(rows)) if rows else None


# --------------------------------------------------------------------------- months


def this_month(brand: Brand) -> date:
    """The month it is, on the brand's clock."""
    return month_of(clock.now().astimezone(ZoneInfo(brand.time_zone)).date())


def months_of(brand: Brand) -> QuerySet[Month]:
    """The months written down, newest first."""
    return Month.objects.filter(brand=brand).order_by("-first")


def told(brand: Brand, first: date) -> dict[str, Any] | None:
    """A month's figures as they were written down; of the month that it is, as they stand. None: there is no such month."""
    if kept := Month.objects.filter(brand=brand, first=first).first():
        return dict(kept.figures)
    return figures(brand, first) if first == this_month(brand) else None


def to_freeze() -> Sequence[tuple[int, date]]:
    """Brands, each with the first month that is over and was not written down; one that never heard anything has none."""
    last = dict(Month.objects.order_by().values_list("brand").annotate(last=Max("first")))
    due = []
    for brand in Brand.objects.order_by("pk"):
        first = month_after(last[brand.pk]) if brand.pk in last else _begun(brand)
        if first is not None and first < this_month(brand):
            due.append((brand.pk, first))
    return due


def _begun(brand: Brand) -> date | None:
    """The month in which the brand first heard anything: by the index of the newest, from its other end."""
    at = Message.objects.filter(brand=brand).order_by("at").values_list("at", flat=True).first()
    return month_of(at.astimezone(ZoneInfo(brand.time_zone)).date()) if at else None


@transaction.atomic
def freeze(brand: Brand, first: date, *, by: str, because: str = "") -> Month | None:
    """Writes a month's figures down; None if it is not over, or they are there."""
    if first >= this_month(brand) or Month.objects.filter(brand=brand, first=first).exists():
        return None
    kept, new = Month.objects.get_or_create(
        brand=brand, first=first, defaults={"figures": figures(brand, first), "frozen_at": clock.now()})
    if new:
        record(facts.MonthFrozen(brand_id=brand.pk, month_id=kept.pk), by=by, because=because)
    return kept if new else None


# --------------------------------------------------------------------------- as a sheet


def sheet(found: Mapping[str, Any]) -> str:
    """A month as CSV: a line a number, with what it is."""
    lines: list[tuple[Any, ...]] = [(_("Mes"), found["month"]), (_("Mensajes recibidos"), found["received"])]
    for act, split in found["acts"].items():
        name = tallied(act)
        lines += [(f"{name}: {_('por una persona')}", split["by_person"]), (f"{name}: {_('por una regla automática')}", split["automatic"])]
    for rule in found["rules"]:
        lines += [(f"{_('Norma')} {rule['number']}. {rule['title']}: {tallied(act)}", rule[act]) for act in found["acts"] if rule[act]]
    appeals = found["appeals"]
    lines += [(_("Decisiones deshechas"), found["undone"]), (_("De ellas, por una reclamación"), found["reversed"]),
              (_("Reclamaciones"), appeals["made"]), (_("Se dio la razón a quien reclamó"), appeals.get(Outcome.REVERSED, 0)),
              (_("Se mantuvo la decisión"), appeals.get(Outcome.UPHELD, 0)), (_("Por responder"), appeals.get("open", 0)),
              (_("Minutos hasta actuar, mediana"), _blank(found["minutes_to_act"])),
              (_("Minutos hasta responder una reclamación, mediana"), _blank(found["minutes_to_answer"]))]
    written = io.StringIO()
    csv.writer(written).writerows([(_("Qué"), _("Cuántos")), *lines])
    return written.getvalue()


def _blank(number: int | None) -> int | str:
    return "" if number is None else number
