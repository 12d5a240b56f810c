"""Envíos: every dispatch, what became of it and why, and what a person can decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.channels.queries import channels_of
from tertulia.kit import clock
from tertulia.kit.paging import page
from tertulia.outbox import actions, pausing, queries, readback, rules, sheets, words
from tertulia.outbox.forms import HourForm, SeenForm
from tertulia.outbox.models import Dispatch, DispatchState, Readback
from tertulia.outbox.rules import NEEDS_A_PERSON, ON_THE_WAY

SIZE = 40

#: What pages listen to, to look again.
LIVE = ", ".join(f"live:dispatch_{one} from:body throttle:1s" for one in (
    "queued", "changed", "ready", "sent", "refused", "unsure", "held", "released", "expired", "cancelled", "differs", "vanished",
    "matched", "noted")) + ", live:again from:body"

#: tab → (its name, what it lists, in what order)
TABS = {
    "atencion": (gettext_lazy("Necesitan atención"), "attention", "-due_at"),
    "en-camino": (gettext_lazy("En camino"), "on_the_way", "due_at"),
    "enviados": (gettext_lazy("Enviados"), "sent", "-due_at"),
    "todos": (gettext_lazy("Todos"), "", "-due_at"),
}


@require_GET
@for_brand("see")
def list(request: BrandRequest) -> HttpResponse:
    """The dispatches. Without a tab asked for: what needs a person if there is anything, else what is on its way."""
    counts = queries.counts(request.brand)
    attention, going = (sum(counts.get(one, 0) for one in states) for states in ((*NEEDS_A_PERSON, "unseen"), ON_THE_WAY))
    tab = request.GET.get("ver", "")
    if tab not in TABS:
        tab = "atencion" if attention else "en-camino" if going else "todos"
    channels = [*channels_of(request.brand)]
    chosen = next((one for one in channels if str(one.pk) == request.GET.get("canal", "")), None)
    after = request.GET.get("desde", "")
    _name, state, order = TABS[tab]
    found = page(queries.dispatches_of(request.brand, state, chosen.pk if chosen else None), order, after, SIZE)
    now = clock.now()
    today = now.astimezone(ZoneInfo(request.brand.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    canal = str(chosen.pk) if chosen else ""
    context = {
        "rows": sheets.rows(found.rows, now), "to_review": pausing.to_review(request.brand, now).count(),
        "tab": tab, "chosen": chosen, "after": after,
        "tabs": _tabs(tab, canal, {"atencion": attention, "en-camino": going}),
        "channels": [(one, _address(tab, str(one.pk)), one == chosen) for one in channels], "every": _address(tab, ""),
        "attention": attention, "going": going, "sent": queries.sent_since(request.brand, today),
        "newest": _address(tab, canal) if after else "", "older": _address(tab, canal, found.next) if found.next else "",
        "here": _address(tab, canal, after), "live": LIVE}
    partial = request.htmx.target == "envios"  # type: ignore[attr-defined]
    return render(request, "outbox/results.html" if partial else "outbox/list.html", context)


def _address(tab: str, channel: str, after: str = "") -> str:
    told = {"ver": tab, "canal": channel, "desde": after}
    return "?" + urlencode({name: value for name, value in told.items() if value})


def _tabs(current: str, channel: str, counts: dict[str, int]) -> Any:
    return [{"label": label, "url": _address(name, channel), "current": name == current, "count": counts.get(name, 0)}
            for name, (label, _state, _order) in TABS.items()]


@require_GET
@for_brand("see")
def detail(request: BrandRequest, pk: int) -> HttpResponse:
    """One dispatch whole."""
    return _show(request, _dispatch(request, pk))


def _show(request: BrandRequest, dispatch: Dispatch, form: SeenForm | None = None, status: int = 200,
          hour: HourForm | None = None) -> HttpResponse:
    row, = sheets.rows([dispatch], clock.now())
    back: Readback | None = getattr(dispatch, "readback", None)
    gone = row.check is not None and row.check.back.gone_at is not None
    context = {
        "row": row, "one": dispatch, "means": words.NOT_SEEN if gone else words.MEANS[dispatch.state], "tries": sheets.tries(dispatch),
        "live": LIVE if dispatch.state != DispatchState.UNSURE and not row.asks else "",  # there a person may be typing
        "back": back, "beside": sheets.beside(back) if back and row.check else [],
        "hour": hour or HourForm(zone=ZoneInfo(request.brand.time_zone)),
        "pictures": sheets.pictures(request.brand, dispatch), "author": sheets.author(dispatch.created_by),
        "form": form or SeenForm(), "decides": allowed(request.brand, request.user, sheets.needs(dispatch)),
        "retrying": dispatch.state == DispatchState.WAITING and bool(dispatch.reason),
        "can_cancel": not queries.cannot_be_taken_back(dispatch) and dispatch.state != DispatchState.UNSURE}
    partial = request.htmx.target == "envio"  # type: ignore[attr-defined]
    return render(request, "outbox/whole.html" if partial else "outbox/detail.html", context, status=status)


# --------------------------------------------------------------------------- deciding


@require_POST
@for_brand("see")
def confirm(request: BrandRequest, pk: int) -> HttpResponse:
    """It is on the network: a person saw it."""
    dispatch, form = _decidable(request, pk), SeenForm(request.POST)
    if not form.is_valid():
        return _show(request, dispatch, form, status=422)
    url = form.cleaned_data["url"]
    return _decided(request, dispatch, lambda: actions.confirm(dispatch, by=request.by, url=url), _("Anotado: está publicado."))


@require_POST
@for_brand("see")
def again(request: BrandRequest, pk: int) -> HttpResponse:
    """It is not there, or another try is wanted: it is sent now."""
    dispatch = _decidable(request, pk)
    return _decided(request, dispatch, lambda: actions.send_again(dispatch, by=request.by), _("Sale ahora."))


@require_POST
@for_brand("see")
def cancel(request: BrandRequest, pk: int) -> HttpResponse:
    """It is not wanted any more."""
    dispatch = _decidable(request, pk)
    undo = reverse("outbox:restore", args=[request.brand.slug, pk])
    return _decided(request, dispatch, lambda: actions.cancel(dispatch, by=request.by), _("Retirado: no saldrá."), undo)


@require_POST
@for_brand("see")
def restore(request: BrandRequest, pk: int) -> HttpResponse:
    """It is wanted after all."""
    dispatch = _decidable(request, pk)
    return _decided(request, dispatch, lambda: actions.restore(dispatch, by=request.by), _("Vuelve a estar en camino."))


@require_POST
@for_brand("see")
def send_now(request: BrandRequest, pk: int) -> HttpResponse:
    """What was held is wanted all the same."""
    return _asked(request, _decidable(request, pk), rules.SEND, _("Sale ahora."))


@require_POST
@for_brand("see")
def new_hour(request: BrandRequest, pk: int) -> HttpResponse:
    """What was held leaves at another hour."""
    dispatch, form = _decidable(request, pk), HourForm(request.POST, zone=ZoneInfo(request.brand.time_zone))
    if not form.is_valid():
        return _show(request, dispatch, hour=form, status=422)
    return _asked(request, dispatch, form.cleaned_data["hour"], _("Tiene otra hora: saldrá sola."))


@require_POST
@for_brand("see")
def noted(request: BrandRequest, pk: int) -> HttpResponse:
    """Somebody knows that it differs, or is gone."""
    dispatch = _decidable(request, pk)
    return _decided(request, dispatch, lambda: readback.note(dispatch, by=request.by), _("Anotado: lo has visto."))


def _asked(request: BrandRequest, dispatch: Dispatch, choice: rules.Choice, said: str) -> HttpResponse:
    def act() -> None:
        if not pausing.decide(request.brand, {dispatch.pk: choice}, by=request.by):
            raise actions.TooLate(dispatch.state)

    return _decided(request, dispatch, act, said)


def _decided(request: BrandRequest, dispatch: Dispatch, act: Callable[[], None], said: str, undo: str = "") -> HttpResponse:
    try:
        act()
    except actions.TooLate:
        messages.warning(request, _("Ya no se puede: mientras tanto ha cambiado. Así está ahora."))
    else:
        messages.success(request, said, extra_tags=f"undo:{undo}" if undo else "")
    return redirect("outbox:detail", slug=request.brand.slug, pk=dispatch.pk)


def _dispatch(request: BrandRequest, pk: int) -> Dispatch:
    try:
        return queries.dispatch_of(request.brand, pk)
    except Dispatch.DoesNotExist as error:
        raise Http404(pk) from error


def _decidable(request: BrandRequest, pk: int) -> Dispatch:
    dispatch = _dispatch(request, pk)
    if not allowed(request.brand, request.user, sheets.needs(dispatch)):
        raise PermissionDenied(dispatch.verb)
    return dispatch
