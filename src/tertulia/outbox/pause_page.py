"""Stopping everything from a page, and going on: what was held meanwhile is gone through before it leaves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.models import Brand
from tertulia.brands.tabs import show
from tertulia.kit import clock
from tertulia.outbox import pausing, queries, rules, sheets
from tertulia.outbox.forms import HeldForm
from tertulia.outbox.models import Dispatch, Pause

#: How many are gone through on one page; those after them wait for a person in Envíos.
MOST = 100
#: How many of what is still to come are shown.
FEW = 5


@for_brand("see")
@require_safe
def settings(request: BrandRequest) -> HttpResponse:
    """Pausa, in Ajustes: of the brand and of the whole installation."""
    now, paused = clock.now(), {one.brand_id is None: one for one in pausing.pauses_of(request.brand)}
    own, everything = paused.get(False), paused.get(True)
    context = {"own": own, "own_by": _by(own), "everything": everything, "everything_by": _by(everything),
               "keeps": pausing.keeps_the_installation(request.user), "to_come": pausing.to_come(request.brand, now).count()}
    if everything and context["keeps"]:
        context |= _foreseen(now)
    return show(request, "outbox/pause.html", context)


def _by(pause: Pause | None) -> str:
    return sheets.author(pause.by) if pause else ""


def _foreseen(now: datetime) -> dict[str, int]:
    """What ending the pause of everything would do."""
    held = list(pausing.due_in_a_pause(None, now).only("verb", "expires_at"))
    asked = [one for one in held if pausing.by_itself(one, now) == rules.ASK]
    return {"will_leave": len(held) - len(asked), "will_ask": len(asked)}


@for_brand("see")
@require_safe
def standing(request: BrandRequest) -> HttpResponse:
    """What the frame says on every page while something stands still."""
    return render(request, "kit/standing.html")


# --------------------------------------------------------------------------- stopping


@require_POST
@for_brand("publish")
def stop(request: BrandRequest) -> HttpResponse:
    """Nothing of the brand leaves any more."""
    pausing.pause_all(request.brand, by=request.by)
    return _stopped(request, request.brand, _("En pausa: no sale nada de %(brand)s.") % {"brand": request.brand.name}, "outbox:list")


@require_POST
@for_brand("see")
def stop_everything(request: BrandRequest) -> HttpResponse:
    """Nothing of any brand leaves any more."""
    _require_keeper(request)
    pausing.pause_all(None, by=request.by)
    return _stopped(request, None, _("En pausa: no sale nada de ninguna marca."), "outbox:pause")


def _stopped(request: BrandRequest, brand: Brand | None, said: str, where: str) -> HttpResponse:
    if pause := Pause.objects.filter(brand=brand).first():
        undo = f"{reverse('outbox:undo_pause', args=[request.brand.slug])}?pausa={pause.pk}"
        messages.success(request, said, extra_tags=f"undo:{undo}")
    return redirect(where, slug=request.brand.slug)


@require_POST
@for_brand("publish")
def undo(request: BrandRequest) -> HttpResponse:
    """As if that pause had not been made, shortly after; later what was held is gone through."""
    pause = next((one for one in pausing.pauses_of(request.brand) if str(one.pk) == request.GET.get("pausa")), None)
    if pause is None:
        messages.warning(request, _("Esa pausa ya había terminado."))
        return redirect("outbox:list", slug=request.brand.slug)
    if pause.brand_id is None:
        _require_keeper(request)
    if clock.now() - pause.since > pausing.UNDO:
        return redirect("outbox:review" if pause.brand_id else "outbox:pause", slug=request.brand.slug)
    _resume(request, pause.brand, lambda one: rules.SEND)
    return redirect("outbox:list", slug=request.brand.slug)


def _require_keeper(request: BrandRequest) -> None:
    if not pausing.keeps_the_installation(request.user):
        raise PermissionDenied("everything")


# --------------------------------------------------------------------------- going on


@require_POST
@for_brand("see")
def resume_everything(request: BrandRequest) -> HttpResponse:
    """What was held leaves or is asked about, by kind: the people of each brand know best about theirs."""
    _require_keeper(request)
    _resume(request, None)
    return redirect("outbox:pause", slug=request.brand.slug)


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that was held, and the form that says what becomes of it."""

    row: sheets.Row
    form: HeldForm

    @property
    def what(self) -> str:
        """The choice that is marked."""
        return str(self.form["what"].value() or rules.ASK)


@for_brand("publish")
@require_http_methods(["GET", "POST"])
def review(request: BrandRequest) -> HttpResponse:
    """What was held, each with its choice; and what is still to come, which keeps its hour."""
    brand, now = request.brand, clock.now()
    rows = pausing.to_review(brand, now)
    many, found = rows.count(), list(rows[:MOST])
    held = [_held(one, request) for one in found]
    status = 200
    if request.method == "POST":
        everything = request.POST.get("all") == rules.SEND
        if everything or all(one.form.is_valid() for one in held):
            _go_on(request, {one.row.dispatch.pk: rules.SEND if everything else one.form.choice() for one in held},
                   rules.SEND if everything else rules.ASK)
            return redirect("outbox:list", slug=brand.slug)
        status = 422
    coming = pausing.to_come(brand, now).select_related("channel")
    pause = Pause.objects.filter(brand=brand).first()
    return render(request, "outbox/review.html", {
        "pause": pause, "held": held, "beyond": many - len(held),
        "coming": [sheets.row(one) for one in coming[:FEW]], "coming_many": coming.count(),
        "wrong": status == 422}, status=status)


def _held(dispatch: Dispatch, request: BrandRequest) -> Held:
    zone = ZoneInfo(request.brand.time_zone)
    taken_back = not dispatch.version or not queries.cannot_be_taken_back(dispatch)
    kept = rules.ASK if dispatch.reason in rules.FOR_A_PERSON else pausing.by_itself(dispatch, clock.now())
    told = request.POST if request.method == "POST" else None
    form = HeldForm(told, prefix=f"e{dispatch.pk}", zone=zone, discardable=taken_back, initial={"what": kept})
    return Held(sheets.row(dispatch), form)


def _go_on(request: BrandRequest, chosen: dict[int, rules.Choice], otherwise: rules.Choice) -> None:
    """Ends the brand's pause if there is one, and does what was said of each; ``otherwise``: of what was not on the page."""
    if Pause.objects.filter(brand=request.brand).exists():
        _resume(request, request.brand, lambda one: chosen.get(one.pk, otherwise))
        chosen = {pk: choice for pk, choice in chosen.items() if choice != rules.ASK}
    if done := pausing.decide(request.brand, chosen, by=request.by):  # what waited for a person from before
        messages.success(request, _told(done))


def _resume(request: BrandRequest, brand: Brand | None, choose: pausing.Choose | None = None) -> None:
    try:
        done = pausing.resume_all(brand, by=request.by, choose=choose)
    except pausing.NotPaused:
        messages.warning(request, _("Mientras tanto ya lo había reanudado otra persona."))
    else:
        messages.success(request, f"{_('Reanudado.')} {_told(done)}".strip())


def _told(done: Counter[str]) -> str:
    """What was done, in a sentence; nothing if nothing was."""
    said = {
        rules.SEND: ngettext("%(n)s sale ahora", "%(n)s salen ahora", done[rules.SEND]),
        "dated": ngettext("%(n)s cambia de hora", "%(n)s cambian de hora", done["dated"]),
        rules.DISCARD: ngettext("%(n)s se retira", "%(n)s se retiran", done[rules.DISCARD]),
        rules.ASK: ngettext("%(n)s espera a que decidas", "%(n)s esperan a que decidas", done[rules.ASK])}
    parts = [sentence % {"n": done[name]} for name, sentence in said.items() if done[name]]
    return f"{', '.join(parts)}." if parts else ""
