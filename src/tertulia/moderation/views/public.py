"""What anybody may read without signing in: the rules of a brand's house, its months, and an author's own appeal."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

import qrcode  # type: ignore[import-untyped]
from django.contrib.auth.decorators import login_not_required
from django.core.cache.backends.locmem import LocMemCache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from tertulia.brands.models import Brand
from tertulia.moderation import appeals, queries, transparency
from tertulia.moderation.forms import AppealForm
from tertulia.moderation.models import Policy
from tertulia.moderation.rules import KNOCKS, SPAN, month_named
from tertulia.moderation.strikes import policy_of
from tertulia.moderation.words import tallied

# One process serves the pages, and another that knows less only lets somebody knock again.
_knocks = LocMemCache("appeals", {"TIMEOUT": SPAN, "OPTIONS": {"MAX_ENTRIES": 10_000}})
View = Callable[..., HttpResponse]


def _for_anybody(view: View) -> View:
    """A page in Spanish, on the brand's clock, that is not framed and, unless it says so, not found by search engines."""

    @login_not_required
    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override("es"):
            response = view(request, *args, **kwargs)
        response.headers.setdefault("X-Robots-Tag", "noindex")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    return enter


def _published(slug: str) -> tuple[Brand, Policy]:
    """A brand that publishes its rules; else 404, as if it were not there."""
    brand = get_object_or_404(Brand, slug=slug)
    policy = policy_of(brand)
    if not policy.public or not queries.house_rules(brand).exists():
        raise Http404(slug)
    timezone.activate(brand.time_zone)
    return brand, policy


@require_safe
@_for_anybody
def house_rules(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET normas/<slug>/``: the numbered rules, with their versions and dates."""
    brand, policy = _published(slug)
    response = render(request, "moderation/public_rules.html", {
        "house": brand, "policy": policy, "rules": queries.house_rules(brand), "versions": queries.versions_of(brand),
        "url": queries.rules_url(brand), "months": transparency.months_of(brand)[:24] if policy.transparency else (),
        "now": transparency.this_month(brand)})
    if policy.indexed:
        response.headers["X-Robots-Tag"] = "index"
    return response


@require_safe
@_for_anybody
def qr(request: HttpRequest, slug: str) -> HttpResponse:
    """``GET normas/<slug>/qr.svg``: the address as a drawing, for a poster or a slide."""
    brand, _policy = _published(slug)
    drawn = io.BytesIO()
    qrcode.make(queries.rules_url(brand), image_factory=SvgPathFillImage, box_size=12, border=2).save(drawn)
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml", headers={"Cache-Control": "max-age=86400"})


@require_safe
@_for_anybody
def month(request: HttpRequest, slug: str, month: str, sheet: bool = False) -> HttpResponse:
    """``GET normas/<slug>/transparencia/<month>/``: a month in numbers; as CSV with ``.csv``."""
    brand, policy = _published(slug)
    first = month_named(month)
    told = transparency.told(brand, first) if policy.transparency and first else None
    if told is None or first is None:
        raise Http404(month)
    return month_sheet(brand, told) if sheet else render(request, "moderation/public_month.html", {
        "house": brand, "policy": policy, **month_context(brand, first, told)})


def month_context(brand: Brand, first: date, told: dict[str, Any]) -> dict[str, Any]:
    """A month as its pages show it."""
    acts = [(tallied(name), split) for name, split in told["acts"].items()]
    return {"first": first, "told": told, "acts": acts, "going_on": first == transparency.this_month(brand),
            "rules": [(row, [(tallied(name), row[name]) for name in told["acts"] if row[name]]) for row in told["rules"]],
            "months": transparency.months_of(brand)[:24], "now": transparency.this_month(brand)}


def month_sheet(brand: Brand, told: dict[str, Any]) -> HttpResponse:
    """The same as CSV."""
    name = f"moderacion-{brand.slug}-{told['month'][:7]}.csv"
    return HttpResponse("\ufeff" + transparency.sheet(told), content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{name}"'})


# --------------------------------------------------------------------------- appealing


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_for_anybody
def appeal(request: HttpRequest, signed: str) -> HttpResponse:
    """``apelar/<link>/``: what was decided of the author's message and why; the form, or what was answered."""
    try:
        verdict = appeals.verdict_at(signed)
        known = f"link:{verdict.pk}"
    except appeals.NotOpen as error:
        known = f"guess:{request.META.get('REMOTE_ADDR', '')}"  # many people may share an address; who has a link is not held up
        if not _too_often(known, KNOCKS):
            return _nothing(request, _CLOSED.get(str(error), _CLOSED["unknown"])(), 404)
    if _too_often(known, KNOCKS) or request.method == "POST" and _too_often(f"{known}:said", KNOCKS // 6):
        return _nothing(request, _("Demasiados intentos seguidos. Prueba dentro de un rato."), 429)
    timezone.activate(verdict.brand.time_zone)
    made = appeals.appeal_of(verdict)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and made is None and form.is_valid():
        try:
            appeals.make(verdict, form.cleaned_data["text"])
        except appeals.Appealed:
            pass  # sent twice: what was said first stands, and is shown
        return redirect(request.path)
    return render(request, "moderation/public_appeal.html", {
        "house": verdict.brand, "verdict": verdict, "appeal": made, "form": form, "until": appeals.until(verdict),
        "policy": policy_of(verdict.brand), "rules_url": queries.rules_url(verdict.brand)}, status=422 if form.errors else 200)


_CLOSED = {
    "unknown": lambda: _("Este enlace no abre nada. Comprueba que está entero."),
    "late": lambda: _("El plazo de este enlace ha terminado."),
    "lifted": lambda: _("La decisión ya se deshizo: no hay nada que reclamar.")}


def _nothing(request: HttpRequest, why: str, status: int) -> HttpResponse:
    return render(request, "moderation/appeal_closed.html", {"why": why}, status=status)


def _too_often(who: str, most: int) -> bool:
    """Whether there were more knocks than that in the last hour; this one counts."""
    _knocks.add(who, 0, SPAN)
    try:
        return _knocks.incr(who) > most
    except ValueError:  # it ended this very moment
        return False


def forget_knocks() -> None:
    """Everybody may knock again (tests ask for it)."""
    _knocks.clear()
