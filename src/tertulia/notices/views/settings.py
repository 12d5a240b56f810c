"""Avisos, in Ajustes: how a member wants to be told of what concerns them, when not, and who gets a digest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.rules import may
from tertulia.brands.tabs import show
from tertulia.notices import actions, digests, queries
from tertulia.notices.forms import MyDigestForm, QuietForm, RecipientForm, WaysForm
from tertulia.notices.push_keys import pair
from tertulia.notices.wishes import mails


def page(request: BrandRequest, status: int = 200, **forms: Any) -> HttpResponse:
    """The page whole; ``forms``: those that came back with something wrong."""
    browsers = queries.browsers_of(request.user)
    return show(request, "notices/settings.html", {
        "form": WaysForm(brand=request.brand, member=request.user), "quiet": QuietForm(member=request.user, brand=request.brand),
        "mails": mails(), "failed": queries.undelivered(request.brand, request.user),
        "push_key": pair().public, "browsers": browsers, "known": " ".join(one.endpoint for one, _trouble in browsers),
        "my_digest": MyDigestForm(taken=digests.of_member(request.brand, request.user)),
        "recipients": digests.of_brand(request.brand) if may(request.role, "manage") else [],
        "recipient": RecipientForm(), **forms}, status)


def saved(request: BrandRequest) -> HttpResponse:
    """Back to the page, with the word that it was done."""
    messages.success(request, _("Guardado."))
    return redirect("notices:settings", slug=request.brand.slug)


@for_brand("see")
@require_http_methods(["GET", "POST"])
def settings(request: BrandRequest) -> HttpResponse:
    """The member's own choice for this brand, whatever their role."""
    if request.method != "POST":
        return page(request)
    form = WaysForm(request.POST, brand=request.brand, member=request.user)
    if not form.is_valid():
        return page(request, 422, form=form)
    actions.choose(request.brand, request.user, ways=form.ways(), hourly=form.cleaned_data["pace"] == "hourly", by=request.by)
    return saved(request)


@for_brand("see")
@require_POST
def quiet(request: BrandRequest) -> HttpResponse:
    """When the member wants no mail and no push, of any brand."""
    form = QuietForm(request.POST, member=request.user, brand=request.brand)
    if not form.is_valid():
        return page(request, 422, quiet=form)
    actions.keep_quiet(request.user, form.hours(), by=request.by)
    return saved(request)
