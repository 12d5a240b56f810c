"""Rehearsals, and what rules matched: each message with what held, and whether it was right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.moderation.automatic.parsing import parse_rule
from tertulia.moderation.automatic.saying import say_rule
from tertulia.moderation.automatic.tree import HIDE
from tertulia.moderation.rulebook import actions, queries, rehearsing
from tertulia.moderation.rulebook.books import tree_of
from tertulia.moderation.rulebook.models import Match, Rehearsal, RehearsalState, Rehearsed, Rule
from tertulia.moderation.rulebook.trying import spans_of
from tertulia.moderation.rulebook.views.editor import rule_or_404, tabs

#: What the thumbs send.
_RIGHT = {"si": True, "no": False, "": None}


@require_POST
@for_brand("publish")
def ask(request: BrandRequest, pk: int) -> HttpResponse:
    """Tries a version on what was said."""
    try:
        rule = Rule.objects.get(brand=request.brand, pk=pk)
    except Rule.DoesNotExist as error:
        raise Http404(pk) from error
    days = request.POST.get("days", "30")
    found = rehearsing.ask(rule, int(days) if days in map(str, rehearsing.DAYS) else 30, request.user)
    return redirect("moderation:rehearsal", request.brand.slug, found.pk)


@require_GET
@for_brand("see")
def rehearsal(request: BrandRequest, pk: int) -> HttpResponse:
    """What it would have touched. To htmx, only what grows."""
    try:
        found = queries.rehearsal_of(request.brand, pk)
    except Rehearsal.DoesNotExist as error:
        raise Http404(pk) from error
    template = "rulebook/rehearsal_body.html" if request.htmx else "rulebook/rehearsal.html"  # type: ignore[attr-defined]
    return render(request, template, _context(request, found))


def _context(request: BrandRequest, found: Rehearsal) -> dict[str, Any]:
    tree = tree_of(found.rule)
    done = found.state == RehearsalState.DONE
    return {"rehearsal": found, "rule": found.rule, "said": say_rule(parse_rule(found.text)), "done": done,
            "going": found.state in (RehearsalState.WAITING, RehearsalState.RUNNING),
            "hides": bool(tree and any(act.what == HIDE for act in tree.acts)),
            "alarms": _shown(queries.finds(found, "alarms")), "rest": _shown(queries.finds(found, "rest")),
            "right": found.matched - found.false_alarms, "kept": rehearsing.MOST_KEPT,
            "may_write": allowed(request.brand, request.user, "publish"), "may_say": allowed(request.brand, request.user, "moderate")}


def _shown(finds: Sequence[Rehearsed | Match]) -> list[dict[str, Any]]:
    return [{"one": one, "message": one.message, "spans": _within(one)} for one in finds]


def _within(one: Rehearsed | Match) -> list[tuple[int, int, str]]:
    """The places that held, in the text as it is now: none, if it is shorter since."""
    found = spans_of(one.whys)
    return found if all(end <= len(one.message.text) for _start, end, _why in found) else []


@require_POST
@for_brand("moderate")
def say_of_find(request: BrandRequest, pk: int) -> HttpResponse:
    """Whether a rehearsed match is right."""
    try:
        find = queries.find_of(request.brand, pk)
    except Rehearsed.DoesNotExist as error:
        raise Http404(pk) from error
    actions.say_of_find(find, _RIGHT.get(request.POST.get("right", "")), by=request.by)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("moderation:rehearsal", request.brand.slug, find.rehearsal_id)
    return render(request, "rulebook/rehearsal_body.html", _context(request, queries.rehearsal_of(request.brand, find.rehearsal_id)))


@require_GET
@for_brand("see")
def matches(request: BrandRequest, name: str) -> HttpResponse:
    """The newest messages that a rule held of, and what became of each."""
    kept = rule_or_404(request, name)
    return render(request, "rulebook/matches.html", {
        "rule": kept, "tabs": tabs(request, kept), "matches": _shown(queries.matches_of(request.brand, name)),
        "may_say": allowed(request.brand, request.user, "moderate")})


@require_POST
@for_brand("moderate")
def say_of_match(request: BrandRequest, pk: int) -> HttpResponse:
    """Whether a match was right."""
    try:
        match = queries.match_of(request.brand, pk)
    except Match.DoesNotExist as error:
        raise Http404(pk) from error
    actions.say_of_match(match, _RIGHT.get(request.POST.get("right", "")), by=request.by)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("moderation:rule_matches", request.brand.slug, match.rule.name)
    match.refresh_from_db()
    return render(request, "rulebook/found.html", {
        "item": _shown([match])[0], "may_say": True, "say": "moderation:say_of_match", "matched": True})
