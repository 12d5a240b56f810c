"""Plazos: what the brand promises, what that means on a real day, and who hears when it is not kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.models import Brand
from tertulia.brands.queries import team
from tertulia.brands.rules import may
from tertulia.brands.tabs import show
from tertulia.brands.weeks import said as week_said
from tertulia.inbox import labels, targets
from tertulia.inbox.deadline_forms import ExampleForm, LadderForm, TargetForm
from tertulia.inbox.deadlines import hours_of_brand
from tertulia.inbox.due import Case, answer_due, solve_due, target_for
from tertulia.inbox.models import Target
from tertulia.kit import clock

#: The examples that the page begins with: what, on which weekday, at what time.
EXAMPLES = [("complaint", 5, "03:00"), ("question", 4, "17:30"), ("", 2, "10:00")]


@require_safe
@for_brand("see")
def settings(request: BrandRequest) -> HttpResponse:
    """The targets, examples of what they mean, and the ladder."""
    return _page(request)


@require_http_methods(["GET", "POST"])
@for_brand("manage")
def promise(request: BrandRequest, pk: int | None = None) -> HttpResponse:
    """A new target, or a changed one."""
    target = _target_or_404(request, pk) if pk is not None else None
    if request.method != "POST":
        return redirect("deadlines:settings", slug=request.brand.slug)
    form = TargetForm(request.POST, request.brand, target)
    if form.is_valid():
        try:
            targets.promise(request.brand, form.promise(), by=request.by, target=target)
        except targets.AlreadyPromised:
            form.add_error("intent", _("Ya hay un plazo para ese caso: cámbialo en la lista."))
    if not form.is_valid():
        return _page(request, 422, form if target is None else None, {target.pk: form} if target else None)
    messages.success(request, _("Guardado. Los plazos de lo que espera se han vuelto a contar."))
    return redirect("deadlines:settings", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def drop(request: BrandRequest, pk: int) -> HttpResponse:
    """It is promised no more."""
    targets.drop(_target_or_404(request, pk), by=request.by)
    messages.success(request, _("Ese plazo ya no se promete."))
    return redirect("deadlines:settings", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def ladder(request: BrandRequest) -> HttpResponse:
    """Who hears of what is late."""
    form = LadderForm(request.POST, request.brand)
    if not form.is_valid():
        return _page(request, 422, ladder_error=str(form.non_field_errors()[0]))
    targets.set_ladder(request.brand, form.cleaned_data["steps"], by=request.by)
    messages.success(request, _("Guardado."))
    return redirect("deadlines:settings", slug=request.brand.slug)


@require_safe
@for_brand("see")
def example(request: BrandRequest) -> HttpResponse:
    """By when a message that does not exist would be answered: its words alone."""
    zone = ZoneInfo(request.brand.time_zone)
    form = ExampleForm(request.GET, clock.now(), zone)
    text = ""
    if form.is_valid():
        told = form.cleaned_data
        text = _example(request.brand, told["what"], told["day"], told["at"].strftime("%H:%M"))
    return render(request, "inbox/example.html", {"text": text})


def _target_or_404(request: BrandRequest, pk: int) -> Target:
    try:
        return request.brand.targets.get(pk=pk)
    except Target.DoesNotExist as error:
        raise Http404(pk) from error


def _page(request: BrandRequest, status: int = 200, new: TargetForm | None = None, changed: dict[int, TargetForm] | None = None,
          ladder_error: str = "") -> HttpResponse:
    brand, known = request.brand, list(targets.targets_of(request.brand))
    context = {
        "rows": [(one, sentence(one), (changed or {}).get(one.pk) or TargetForm(None, brand, one), one.pk in (changed or {}))
                 for one in known],
        "new": new or TargetForm(None, brand), "adding": new is not None, "mine": may(request.role, "manage"),
        "hours": week_said(brand.hours),
        "examples": [(what, day, at, _example(brand, what, day, at)) for what, day, at in EXAMPLES],
        "text": _example(brand, "", 0, "18:45"),
        "whats": [("", _("Otra cosa")), *((name, label) for name, (label, _tone) in labels.INTENTS.items())],
        "days": list(WEEKDAYS.items()), "steps": list(targets.ladder_of(brand)), "team": [one.member for one in team(brand)],
        "ladder_error": ladder_error}
    return show(request, "inbox/deadlines.html", context, status)


def sentence(target: Target) -> str:
    """``Una queja se responde antes de 1 h``: what a target promises, to be read."""
    what = _("Lo demás") if not target.intent else str(labels.INTENTS[target.intent][0])
    if target.importance > 1:
        what = _("%(what)s, si es importante") % {"what": what} if target.importance == 2 else _("%(what)s, si es muy importante") % {
            "what": what}
    return _("%(what)s en %(channel)s") % {"what": what, "channel": target.channel.handle} if target.channel else what


def _example(brand: Brand, what: str, day: int, at: str) -> str:
    """``Una queja que llega el sábado a las 03:00 se responde antes del lunes a las 10:00.``"""
    zone = ZoneInfo(brand.time_zone)
    moment = _next(clock.now().astimezone(zone), day, at)
    target = target_for(targets.targets_of(brand), Case(0, (what,) if what else ()))
    label = _WHATS[what]() if what in _WHATS else _("Un mensaje")
    when = _("el %(day)s a las %(time)s") % {"day": str(WEEKDAYS[day]).lower(), "time": at}
    if target is None:
        return _("%(what)s que llega %(when)s no tiene plazo.") % {"what": label, "when": when}
    hours = hours_of_brand(brand)
    due, solved = answer_due(hours, moment, target), solve_due(hours, moment, target)
    if due is None:
        return _("%(what)s que llega %(when)s no tiene plazo: la marca no abre.") % {"what": label, "when": when}
    told = {"what": label, "when": when, "due": _moment(due.astimezone(zone), moment)}
    if solved is None:
        return _("%(what)s que llega %(when)s se responde antes %(due)s.") % told
    return _("%(what)s que llega %(when)s se responde antes %(due)s y se resuelve antes %(solved)s.") % {
        **told, "solved": _moment(solved.astimezone(zone), moment)}


_WHATS = {
    "complaint": lambda: _("Una queja"), "incident": lambda: _("Una incidencia"), "question": lambda: _("Una pregunta"),
    "presales": lambda: _("Alguien que quiere comprar"), "suggestion": lambda: _("Una sugerencia"), "praise": lambda: _("Un elogio"),
    "chat": lambda: _("Una charla"), "spam": lambda: _("Un spam")}


def _moment(due: datetime, since: datetime) -> str:
    """``de las 11:00``, ``del lunes a las 10:00``, ``del 7 de diciembre a las 9:00``."""
    time = date_format(due, "H:i")
    if due.date() == since.date():
        return _("de las %(time)s") % {"time": time}
    if due.date() - since.date() < timedelta(days=7):
        return _("del %(day)s a las %(time)s") % {"day": str(WEEKDAYS[due.weekday()]).lower(), "time": time}
    return _("del %(day)s a las %(time)s") % {"day": date_format(due, "j \\d\\e F"), "time": time}


def _next(now: datetime, day: int, at: str) -> datetime:
    """The next time that the clock shows ``at`` on this weekday."""
    hour, minute = (int(one) for one in at.split(":"))
    ahead = (day - now.weekday()) % 7 or 7
    on = now.date() + timedelta(days=ahead)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=now.tzinfo)
