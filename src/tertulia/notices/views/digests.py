"""Who gets the brand's digest, in the settings; and how it would look today."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.kit import clock
from tertulia.notices import digests
from tertulia.notices.digest_mailing import digest_of
from tertulia.notices.forms import MyDigestForm, RecipientForm
from tertulia.notices.models import DigestRecipient
from tertulia.notices.views.settings import page, saved


@for_brand("see")
@require_POST
def mine(request: BrandRequest) -> HttpResponse:
    """The member takes the digest, at their hour, or leaves it."""
    taken = digests.of_member(request.brand, request.user)
    form = MyDigestForm(request.POST, taken=taken)
    if not form.is_valid():
        return page(request, 422, my_digest=form)
    if form.cleaned_data["every"] != "no":
        digests.take(request.brand, request.user, **form.cleaned_data, by=request.by)
    elif taken:
        digests.remove(taken, by=request.by)
    return saved(request)


@for_brand("manage")
@require_POST
def add(request: BrandRequest) -> HttpResponse:
    """Somebody outside the team is asked whether they want it."""
    form = RecipientForm(request.POST)
    if form.is_valid():
        try:
            digests.add(request.brand, **form.cleaned_data, by=request.by)
        except digests.SaidNo:
            form.add_error("email", _("Esa dirección pidió no recibirlo. Solo quien la usa puede cambiarlo, desde el enlace de su correo."))
    if not form.is_valid():
        return page(request, 422, recipient=form)
    messages.success(request, _("Hecho. Le preguntamos por correo si lo quiere."))
    return redirect("notices:settings", slug=request.brand.slug)


@for_brand("manage")
@require_POST
def remove(request: BrandRequest, pk: int) -> HttpResponse:
    """One of the brand's recipients gets it no more; who said no stays, so that nobody asks them again."""
    one = DigestRecipient.objects.filter(brand=request.brand, pk=pk).first()
    if one is None:
        raise Http404(pk)
    if one.ended_at is None:
        digests.remove(one, by=request.by)
    return saved(request)


@for_brand("see")
@require_GET
def preview(request: BrandRequest) -> HttpResponse:
    """What the digest of the last day, or (``semana``) week, says."""
    now, week = clock.now(), "semana" in request.GET
    with timezone.override(request.brand.time_zone):
        told = digest_of(request.brand, now - timedelta(days=7 if week else 1), now)
        return render(request, "notices/digest_preview.html", {"told": told, "week": week})
