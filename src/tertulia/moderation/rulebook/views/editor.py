"""Writing a rule, as a form or as text, and trying it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.parsing import parse_rule
from tertulia.moderation.automatic.printing import print_rule
from tertulia.moderation.automatic.saying import say_rule
from tertulia.moderation.rulebook import actions, queries, sheets, trying
from tertulia.moderation.rulebook.books import today_of
from tertulia.moderation.rulebook.models import Rule, RuleState
from tertulia.moderation.rulebook.rehearsing import DAYS
from tertulia.moderation.rulebook.views.marking import marked

_NEW = 'regla nueva {\n  si contiene ""\n  entonces revisar\n}\n'


def rule_or_404(request: BrandRequest, name: str, version: int | None = None) -> Rule:
    """A version of one of the brand's rules."""
    try:
        return queries.rule_of(request.brand, name, version)
    except Rule.DoesNotExist as error:
        raise Http404(name) from error


@for_brand("see")
def new(request: BrandRequest) -> HttpResponse:
    """The editor, empty."""
    return _edit(request, None)


@for_brand("see")
def rule(request: BrandRequest, name: str) -> HttpResponse:
    """The editor with what goes on of a rule: its draft, if there is one, else what is in force."""
    return _edit(request, rule_or_404(request, name))


def _edit(request: BrandRequest, kept: Rule | None) -> HttpResponse:
    may_write = allowed(request.brand, request.user, "publish")
    if request.method == "POST":
        if not may_write:
            return HttpResponse(status=403)
        text, sheet, faults = told(request)
        if not faults:
            try:
                written = actions.write(request.brand, text, request.user, by=request.by, was=kept.name if kept else "")
            except actions.Wrong as wrong:
                faults = list(wrong.faults)
            else:
                said = _("Guardada como borrador.") if written.state == RuleState.DRAFT else _("No había nada que cambiar.")
                messages.success(request, said)
                return redirect("moderation:rule", request.brand.slug, written.name)
        return render(request, "rulebook/editor.html", _context(request, kept, text, sheet, faults, may_write), status=422)
    text = kept.text if kept else _NEW
    sheet, faults = _sheet_of(text)
    return render(request, "rulebook/editor.html", _context(request, kept, text, sheet, faults if kept else [], may_write))


def told(request: BrandRequest) -> tuple[str, sheets.Sheet, list[Fault]]:
    """The rule as it was posted, as text and as form, whichever was touched last, and what is wrong with it."""
    text = clean(request.POST.get("text", ""))
    if request.POST.get("source") != "form":
        sheet, faults = _sheet_of(text)
        if faults and "rows" in request.POST:
            sheet = sheets.from_post(request.POST)
        return text, sheet, faults or _missing(request, text)
    sheet = sheets.changed(sheets.from_post(request.POST), request.POST.get("do", ""))
    try:
        text = print_rule(sheet.tree())
    except Fault as fault:
        return text, sheet, [fault]
    return text, sheet, _missing(request, text)


def _sheet_of(text: str) -> tuple[sheets.Sheet, list[Fault]]:
    try:
        return sheets.from_tree(parse_rule(text)), []
    except Fault as fault:
        return sheets.Sheet(), [fault]


def _missing(request: BrandRequest, text: str) -> list[Fault]:
    return queries.missing(request.brand, parse_rule(text), text)


def _context(request: BrandRequest, kept: Rule | None, text: str, sheet: sheets.Sheet, faults: list[Fault],
             may_write: bool) -> dict[str, Any]:
    context: dict[str, Any] = {"rule": kept, "may_write": may_write, "days": DAYS, **pieces(request, text, sheet, faults),
                               "may_try": allowed(request.brand, request.user, "moderate")}
    if kept:
        context |= {
            "tabs": tabs(request, kept), "going": queries.versions(request.brand, kept.name).filter(state__in=queries.ONGOING),
            "rehearsal": queries.last_rehearsal(kept), "left": _left(request, kept)}
    return context


def _left(request: BrandRequest, kept: Rule) -> int | None:
    """Days until it expires."""
    return (kept.expires - today_of(request.brand, clock.now())).days if kept.expires else None


def tabs(request: BrandRequest, kept: Rule) -> list[dict[str, Any]]:
    """The pages of one rule."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [{"label": label, "url": reverse(name, args=[request.brand.slug, kept.name]), "icon": icon, "current": name == here}
            for name, label, icon in (("moderation:rule", _("Regla"), "note"), ("moderation:rule_matches", _("Coincidencias"), "flag"),
                                      ("moderation:rule_history", _("Historia"), "clock"))]


def pieces(request: BrandRequest, text: str, sheet: sheets.Sheet, faults: list[Fault]) -> dict[str, Any]:
    """The parts of the editor that follow what is written."""
    try:
        said = "" if faults else say_rule(parse_rule(text))
    except Fault:  # a rule not begun yet
        said = ""
    lists = [one.name for one in queries.lists(request.brand)]
    in_text = request.POST.get("source") != "form"
    return {"text": text, "faults": faults, "said": said, "backdrop": marked(text, faults if in_text else []), "in_text": in_text,
            **sheets.drawn(sheet, lists, queries.norms(request.brand))}


@require_POST
@for_brand("moderate")
def look(request: BrandRequest) -> HttpResponse:
    """What was written in one of the two halves, in the other; the sentence that it is, or what is wrong."""
    text, sheet, faults = told(request)
    by_form = request.POST.get("source") == "form"
    if by_form:
        redraw = bool(request.POST.get("do") or sheet.fault) or sheets.redrawn(request.POST)
    else:
        redraw = not faults
    return render(request, "rulebook/looked.html", {
        **pieces(request, text, sheet, faults), "may_write": True, "redraw": redraw, "rewrite": by_form and not sheet.fault})


@require_POST
@for_brand("moderate")
def attempt(request: BrandRequest) -> HttpResponse:
    """The rule as it is written now, on a text: what holds, where and why."""
    text, _sheet, faults = told(request)
    sample = clean(request.POST.get("sample", ""))[:5000]
    context: dict[str, Any] = {"sample": sample, "faults": faults}
    if not faults and sample.strip():
        before = request.POST.get("sample_before", "")
        known = {"before": int(before)} if before.isdigit() and len(before) < 6 else {}
        context["tried"] = trying.try_rule(parse_rule(text), sample, trying.lists_of(request.brand), known)
    return render(request, "rulebook/tried.html", context)
