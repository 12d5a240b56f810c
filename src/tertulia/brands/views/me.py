"""Tú: what a member decides about themselves, whatever their role."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tertulia.brands import actions
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.facts import Role
from tertulia.brands.forms import Me
from tertulia.brands.models import Member
from tertulia.brands.rules import signature
from tertulia.brands.tabs import show


@for_brand("see")
@require_http_methods(["GET", "POST"])
def me(request: BrandRequest) -> HttpResponse:
    """Name, language, theme, password, second factor."""
    form = Me(request.POST or None, instance=Member.objects.get(pk=request.user.pk), initial={"initials": request.place.initials})
    if request.method == "POST" and form.is_valid():
        actions.change_profile(request.user, name=form.cleaned_data["name"], language=form.cleaned_data["language"], by=request.by)
        actions.set_answers(request.brand, request.user, initials=form.cleaned_data["initials"], by=request.by)
        with translation.override(request.user.language):
            messages.success(request, _("Guardado."))
        return redirect("brands:me", slug=request.brand.slug)
    return show(request, "brands/me.html", {
        "form": form, "second_factor": is_mfa_enabled(request.user), "has_password": request.user.has_usable_password(),
        "signed": signature(request.brand.signing, request.place.initials or "AB"),
        "role": Role(request.role).label}, 422 if request.method == "POST" else 200)
