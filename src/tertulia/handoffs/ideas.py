"""What people suggest, as the team works with it: named, owned, moved on, joined and split, and answered at the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import facts
from tertulia.handoffs.likeness import PERHAPS, like
from tertulia.handoffs.models import Idea, Regrouping, Suggestion
from tertulia.handoffs.rules import title_of
from tertulia.inbox import actions as inbox
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.triage import actions as triage
from tertulia.triage.rules import told

STATES = ("new", "considered", "planned", "shipped", "declined")
#: What became of it: then those who proposed it can be told.
DECIDED = ("shipped", "declined")


_STANDS = Q(suggestions__dropped_at=None)


class NothingToTell(Exception):
    """Nobody wrote what became of it."""


# --------------------------------------------------------------------------- reading


def ideas(brand: Brand, state: str = "") -> QuerySet[Idea]:
    """The brand's ideas with ``people`` (different ones) and ``times`` they were proposed; what most propose first."""
    rows = brand.ideas.filter(merged_into=None).select_related("owner").annotate(
        people=Count("suggestions__person", filter=_STANDS, distinct=True), times=Count("suggestions", filter=_STANDS, distinct=True),
        answered=Count("suggestions", filter=_STANDS & Q(suggestions__answered_at__isnull=False), distinct=True),
        prepared=Count("suggestions", filter=_STANDS & Q(suggestions__drafted_at__isnull=False), distinct=True)).filter(times__gt=0)
    rows = rows.filter(state=state) if state in STATES else rows.exclude(state__in=DECIDED) if state == "" else rows
    return rows.order_by("-people", "-times", "-pk")


def idea_of(brand: Brand, pk: int) -> Idea:
    """One of the brand's, with its counts; ``Idea.DoesNotExist`` otherwise, or if it became part of another."""
    return ideas(brand, "all").get(pk=pk)


def suggestions_of(idea: Idea) -> list[Suggestion]:
    """Who proposed it, the newest first."""
    rows = idea.suggestions.filter(dropped_at=None).select_related("message__author", "message__conversation__channel", "draft", "person")
    return list(rows.order_by("-at", "-pk"))


def counts(brand: Brand) -> dict[str, int]:
    """How many ideas are in each state."""
    rows = brand.ideas.filter(_STANDS, merged_into=None, suggestions__isnull=False)
    return dict(rows.values_list("state").annotate(Count("pk", distinct=True)))


@dataclass(frozen=True, slots=True)
class Twin:
    """An idea that may be the same; ``percent``: how like."""

    idea: Idea
    percent: int


def twins(idea: Idea, most: int = 4) -> list[Twin]:
    """Ideas that may be the same as this one, the likest first."""
    vectors = [bytes(one) for one in idea.suggestions.filter(dropped_at=None).values_list("vector", flat=True)[:50]]
    found = [one for one in like(idea.brand_id, vectors, without=idea.pk) if one.score >= PERHAPS][:most]
    known = Idea.objects.in_bulk([one.idea_id for one in found])
    return [Twin(known[one.idea_id], round(one.score * 100)) for one in found]


# --------------------------------------------------------------------------- writing


@transaction.atomic
def change(idea: Idea, *, by: str, because: str = "", title: str | None = None, owner: Member | None = None, state: str | None = None,
           news: str | None = None) -> Idea:
    """Names it, gives it an owner (``owner`` is always set), moves it on, or says what became of it."""
    kept = Idea.objects.select_for_update(no_key=True, of=("self",)).get(pk=idea.pk)
    kept.owner = owner
    if title:
        kept.title = clean(title).strip()[:160]
    if news is not None:
        kept.news = clean(news).strip()
    if state in STATES and state != kept.state:
        kept.state, kept.state_at = state, clock.now()
    kept.save()
    record(facts.IdeaChanged(brand_id=kept.brand_id, idea_id=kept.pk, state=kept.state), by=by, because=because)
    return kept


@transaction.atomic
def join(source: Idea, target: Idea, member: Member, *, by: str, because: str = "") -> Regrouping | None:
    """Both are the same: what was proposed in ``source`` is in ``target`` from now on. None: they are one already."""
    kept = {one.pk: one for one in Idea.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=[source.pk, target.pk], brand=source.brand_id, merged_into=None).order_by("pk")}
    if len(kept) < 2:
        return None
    moved = _move(kept[source.pk], kept[target.pk], list(source.suggestions.values_list("pk", flat=True)), member, by=by, because=because)
    Idea.objects.filter(pk=source.pk).update(merged_into=target)
    return moved


@transaction.atomic
def split(idea: Idea, suggestions: Collection[int], member: Member, *, by: str, because: str = "") -> Regrouping | None:
    """These suggestions are something else: an idea of their own. None: none or all of them were chosen."""
    kept = Idea.objects.select_for_update(no_key=True, of=("self",)).get(pk=idea.pk)
    chosen = list(kept.suggestions.filter(pk__in=suggestions, dropped_at=None).select_related("message").order_by("pk"))
    if not chosen or len(chosen) == kept.suggestions.filter(dropped_at=None).count():
        return None
    now = clock.now()
    new = Idea.objects.create(brand_id=kept.brand_id, title=title_of(chosen[0].message.text, 120), made_at=now, state_at=now)
    return _move(kept, new, [one.pk for one in chosen], member, by=by, because=because)


def _move(source: Idea, target: Idea, ids: Sequence[int], member: Member, *, by: str, because: str) -> Regrouping:
    Suggestion.objects.filter(pk__in=ids, idea=source).update(idea=target)
    moved = Regrouping.objects.create(source=source, target=target, suggestions=list(ids), by=member, at=clock.now())
    record(facts.SuggestionsRegrouped(brand_id=source.brand_id, regrouping_id=moved.pk), by=by, because=because)
    return moved


@transaction.atomic
def undo(moved: Regrouping, *, by: str, because: str = "") -> bool:
    """Takes a join or a split back, once; what was moved on meanwhile stays where it is."""
    if not Regrouping.objects.filter(pk=moved.pk, undone_at=None).update(undone_at=clock.now()):
        return False
    Suggestion.objects.filter(pk__in=moved.suggestions, idea=moved.target_id).update(idea=moved.source_id)
    Idea.objects.filter(pk=moved.source_id, merged_into=moved.target_id).update(merged_into=None)
    record(facts.SuggestionsRegrouped(brand_id=moved.source.brand_id, regrouping_id=moved.pk), by=by, because=because)
    return True


@transaction.atomic
def drop(idea: Idea, suggestions: Collection[int], member: Member, *, by: str, because: str = "") -> list[int]:
    """These messages propose nothing: they count no more, and the reading learns it; which they were. ``keep`` takes it back."""
    chosen = list(Suggestion.objects.filter(idea=idea, pk__in=suggestions, dropped_at=None).select_related("message"))
    Suggestion.objects.filter(pk__in=[one.pk for one in chosen]).update(dropped_at=clock.now())
    for one in chosen:
        told_of_it = told(one.message.reading, "intent").labels
        if "suggestion" in told_of_it:
            triage.correct(one.message, "intent", [label for label in told_of_it if label != "suggestion"] or ["chat"], member, by=by)
    if chosen:
        record(facts.IdeaChanged(brand_id=idea.brand_id, idea_id=idea.pk, state=idea.state), by=by, because=because)
    return [one.pk for one in chosen]


@transaction.atomic
def keep(brand: Brand, suggestions: Collection[int], *, by: str, because: str = "") -> int:
    """They count again; how many of them the brand has. What the reading learned is taken back where it was taught."""
    return Suggestion.objects.filter(idea__brand=brand, pk__in=suggestions).update(dropped_at=None)


@transaction.atomic
def prepare(idea: Idea, *, by: str, because: str = "") -> int:
    """A draft for each who proposed it and was not answered, with what became of it; how many. A member sends each one.

    Who proposed it twice in a conversation is answered once there. ``NothingToTell``.
    """
    kept = Idea.objects.select_for_update(no_key=True, of=("self",)).get(pk=idea.pk)
    if kept.state not in DECIDED or not kept.news:
        raise NothingToTell(kept.pk)
    waiting = kept.suggestions.filter(drafted_at=None, answered_at=None, dropped_at=None, message__vanished_at=None)
    made, now = 0, clock.now()
    there: set[int] = set()
    for one in waiting.select_related("message__conversation", "message__author").order_by("-at", "-pk"):
        conversation = one.message.conversation
        if conversation.pk in there:
            Suggestion.objects.filter(pk=one.pk).update(drafted_at=now)
            continue
        there.add(conversation.pk)
        name = (one.message.author.name if one.message.author else "").split()[:1]
        greeting = _("Hola, %(name)s.") % {"name": name[0]} if name else _("Hola.")
        draft = inbox.bring_draft(conversation, f"{greeting} {kept.news}", source=_("Sugerencia: %(title)s") % {"title": kept.title},
                                  by=by, because=because, answering=one.message)
        Suggestion.objects.filter(pk=one.pk).update(draft=draft, drafted_at=now)
        made += 1
    return made
