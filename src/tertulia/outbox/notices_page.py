"""Avisos, in Ajustes: how a member wants to be told of what happens to theirs, and what they were told last."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.tabs import show
from tertulia.kit import clock
from tertulia.outbox import notices, sheets
from tertulia.outbox.models import Notice, NoticeKind, NoticeWay

_TONES = {NoticeKind.REFUSED: "danger", NoticeKind.EXPIRED: "danger", NoticeKind.GONE: "danger"}


class WayForm(forms.Form):
    """How to be told."""

    way = forms.ChoiceField(label=gettext_lazy("¿Cómo te avisamos?"), choices=NoticeWay.choices, widget=forms.RadioSelect)


class Told(NamedTuple):
    """A notice as the page lists it."""

    notice: Notice
    tone: str
    row: sheets.Row | None
    pending: bool


@for_brand("see")
@require_http_methods(["GET", "POST"])
def settings(request: BrandRequest) -> HttpResponse:
    """The member's own choice for this brand, whatever their role."""
    form = WayForm(request.POST or None, initial={"way": notices.way_of(request.brand, request.user)})
    if request.method == "POST" and form.is_valid():
        notices.choose(request.brand, request.user, NoticeWay(form.cleaned_data["way"]), by=request.by)
        messages.success(request, _("Guardado."))
        return redirect("outbox:notices", slug=request.brand.slug)
    now = clock.now()
    return show(request, "outbox/notices.html", {
        "form": form, "mails": notices.mails(), "failed": notices.undelivered(request.brand, request.user),
        "told": [_told(one, now) for one in notices.notices_of(request.brand, request.user)],
        "late_minutes": round(notices.LATE.total_seconds() / 60)}, 422 if request.method == "POST" else 200)


def _told(one: Notice, now: datetime) -> Told:
    row = sheets.row(one.dispatch) if one.dispatch else None
    return Told(one, _TONES.get(NoticeKind(one.kind), "warn"), row, notices.still_needed(one, now))
