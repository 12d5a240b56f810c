"""Avisos, in Ajustes: how a member wants to be told of what concerns them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.tabs import show
from tertulia.notices import actions, queries
from tertulia.notices.forms import WaysForm
from tertulia.notices.wishes import mails


@for_brand("see")
@require_http_methods(["GET", "POST"])
def settings(request: BrandRequest) -> HttpResponse:
    """The member's own choice for this brand, whatever their role."""
    form = WaysForm(request.POST or None, brand=request.brand, member=request.user)
    if request.method == "POST" and form.is_valid():
        actions.choose(request.brand, request.user, ways=form.ways(), hourly=form.cleaned_data["pace"] == "hourly", by=request.by)
        messages.success(request, _("Guardado."))
        return redirect("notices:settings", slug=request.brand.slug)
    return show(request, "notices/settings.html", {
        "form": form, "mails": mails(), "failed": queries.undelivered(request.brand, request.user),
    }, 422 if request.method == "POST" else 200)
