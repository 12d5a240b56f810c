"""Reparto: whose a conversation becomes when it arrives, and how much each can take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.facts import Role
from tertulia.brands.models import Brand
from tertulia.brands.queries import member_of, team
from tertulia.brands.rules import may
from tertulia.brands.tabs import show
from tertulia.inbox import assigning
from tertulia.inbox.assigning_forms import RuleForm, ShareForm, choices_of
from tertulia.inbox.models import AssignmentRule, Conversation, Share
from tertulia.kit import clock

#: How many of the last conversations are tried.
TRIED = 8


@require_safe
@for_brand("see")
def settings(request: BrandRequest) -> HttpResponse:
    """The rules, where the last ones would go, and the team."""
    return _page(request)


@require_http_methods(["GET", "POST"])
@for_brand("manage")
def write(request: BrandRequest, pk: int | None = None) -> HttpResponse:
    """A new rule, or a changed one."""
    rule = _rule_or_404(request, pk) if pk is not None else None
    if request.method != "POST":
        return redirect("assigning:settings", slug=request.brand.slug)
    form = RuleForm(request.POST, request.brand, rule)
    if not form.is_valid():
        return _page(request, 422, form if rule is None else None, {rule.pk: form} if rule else None)
    assigning.write_rule(request.brand, form.ruling(), by=request.by, rule=rule)
    messages.success(request, _("Guardado. Lo que espera y no es de nadie se reparte ahora."))
    return redirect("assigning:settings", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def archive(request: BrandRequest, pk: int) -> HttpResponse:
    """The rule gives nothing more."""
    assigning.archive_rule(_rule_or_404(request, pk), by=request.by)
    undo = reverse("assigning:bring_back", args=[request.brand.slug, pk])
    messages.success(request, _("Esa regla ya no reparte."), extra_tags=f"undo:{undo}")
    return redirect("assigning:settings", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def bring_back(request: BrandRequest, pk: int) -> HttpResponse:
    """It gives again."""
    assigning.archive_rule(_rule_or_404(request, pk), by=request.by, back=True)
    return redirect("assigning:settings", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def order(request: BrandRequest) -> HttpResponse:
    """``up`` or ``down``: the rule that goes one place."""
    rows = [one.pk for one in assigning.rules_of(request.brand)]
    way = "up" if "up" in request.POST else "down"
    told = request.POST.get(way, "")
    if told.isdecimal() and len(told) < 18 and int(told) in rows:
        place = rows.index(int(told))
        other = max(0, min(len(rows) - 1, place + (-1 if way == "up" else 1)))
        rows[place], rows[other] = rows[other], rows[place]
        assigning.order_rules(request.brand, rows, by=request.by)
    return redirect("assigning:settings", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def share(request: BrandRequest, pk: int) -> HttpResponse:
    """How many a member takes at once, and until when they are away."""
    try:
        place = member_of(request.brand, pk)
    except Exception as error:
        raise Http404(pk) from error
    zone = ZoneInfo(request.brand.time_zone)
    form = ShareForm(request.POST, zone)
    if not form.is_valid():
        messages.error(request, _("Escribe un número de conversaciones y un día."))
        return redirect("assigning:settings", slug=request.brand.slug)
    told = form.cleaned_data
    # until the end of that day, on the brand's clock
    until = datetime.combine(told["away"] + timedelta(days=1), time(), zone) if told["away"] else None
    assigning.set_share(request.brand, place.member, capacity=told["capacity"], away_until=until, by=request.by)
    messages.success(request, _("Guardado."))
    return redirect("assigning:settings", slug=request.brand.slug)


def _rule_or_404(request: BrandRequest, pk: int) -> AssignmentRule:
    try:
        return request.brand.assignment_rules.get(pk=pk)
    except AssignmentRule.DoesNotExist as error:
        raise Http404(pk) from error


def _page(request: BrandRequest, status: int = 200, new: RuleForm | None = None,
          changed: Mapping[int, RuleForm] | None = None) -> HttpResponse:
    brand, choices = request.brand, choices_of(request.brand)
    names = {one.member_id: str(one.member) for one in team(brand)}
    rules = list(assigning.rules_of(brand))
    last = list(Conversation.objects.filter(brand=brand, person__isnull=False, merged_into=None)
                .select_related("person", "channel").order_by("-last_at")[:TRIED])
    context = {
        "rules": [(one, sentence(one, choices, names), (changed or {}).get(one.pk) or RuleForm(None, brand, one), one.pk in (changed or {}))
                  for one in rules],
        "new": new or RuleForm(None, brand), "adding": new is not None, "mine": may(request.role, "manage"), "people": _people(brand),
        "tried": [(one, rule, names.get(member or 0, ""))
                  for one, (rule, member) in zip(last, assigning.would_go(brand, last), strict=True)]}
    return show(request, "inbox/assigning.html", context, status)


def _people(brand: Brand) -> list[dict[str, Any]]:
    """Who answers, with how many they have open, how many they take, and the day until which they are away."""
    shares = {one.member_id: one for one in Share.objects.filter(brand=brand)}
    zone, now = ZoneInfo(brand.time_zone), clock.now()
    many = assigning.load(brand)
    people = []
    for one in team(brand):
        if one.role == Role.VIEWER:
            continue
        kept = shares.get(one.member_id)
        away = kept.away_until if kept and kept.away_until and kept.away_until > now else None
        people.append({"member": one.member, "open": many.get(one.member_id, 0), "capacity": kept.capacity if kept else None,
                       "away": (away - timedelta(seconds=1)).astimezone(zone).date() if away else None})
    return people


def sentence(rule: AssignmentRule, choices: Mapping[str, list[tuple[Any, Any]]], names: Mapping[int, str]) -> str:
    """``Una queja, por @faro, va por turno a Ana y Luis``: what a rule does, to be read."""
    said = []
    for name, wanted in rule.when.items():
        words = [str(label).lower() if name != "channel" else str(label) for value, label in choices.get(name, ()) if value in wanted]
        if words:
            said.append(_or(words))
    what = ", ".join(said) if said else _("cualquier conversación")
    people = [names[one] for one in ([rule.member_id] if rule.member_id else rule.among) if one in names]
    if not people:
        return _("%(what)s: no queda nadie de quienes la recibían") % {"what": what.capitalize()}
    told = {"what": what[:1].upper() + what[1:], "who": _and(people)}
    return _("%(what)s → a %(who)s") % told if len(people) == 1 else _("%(what)s → por turno a %(who)s") % told


def _or(words: list[str]) -> str:
    return words[0] if len(words) == 1 else _("%(first)s o %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else _("%(first)s y %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
