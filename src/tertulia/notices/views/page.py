"""The bell, its panel, and the page of everything that a member was told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.models import Brand
from tertulia.kit.toasts import say
from tertulia.notices import queries, reading
from tertulia.notices.models import Notice

#: Rows of the panel, and of a page.
FEW, MANY = 10, 40


@for_brand("see")
@require_GET
def bell(request: BrandRequest) -> HttpResponse:
    """How much is new to the member, in all their brands."""
    return render(request, "kit/bell_count.html", {"unread": queries.unread_count(request.user)})


@for_brand("see")
@require_GET
def panel(request: BrandRequest) -> HttpResponse:
    """The newest, of all their brands, under the bell."""
    told = queries.told(request.user, most=FEW)
    return render(request, "notices/panel.html", {"told": told, "anything_new": queries.unread_count(request.user),
                                                  "several": len({one.notice.brand_id for one in told}) > 1})


@for_brand("see")
@require_GET
def list(request: BrandRequest) -> HttpResponse:
    """What the member was told, newest first: of this brand or of all theirs, everything or what is new."""
    everywhere, new = request.GET.get("marcas") == "todas", request.GET.get("ver") == "nuevos"
    before = request.GET.get("antes", "")
    told = queries.told(request.user, None if everywhere else request.brand, unread=new,
                        before=int(before) if before.isdecimal() and len(before) < 19 else 0, most=MANY + 1)
    mails = queries.mails_of(request.user, [one.notice for one in told[:MANY]])
    context: dict[str, Any] = {
        "rows": [(one, mails.get(one.notice.pk)) for one in told[:MANY]], "everywhere": everywhere, "new": new,
        "tabs": _tabs(request, everywhere, new), "older": told[MANY - 1].notice.pk if len(told) > MANY else 0,
        "here": request.get_full_path(), "anything_new": queries.unread_count(request.user, None if everywhere else request.brand)}
    return render(request, "notices/rows.html" if request.htmx else "notices/list.html", context)  # type: ignore[attr-defined]


def _tabs(request: BrandRequest, everywhere: bool, new: bool) -> list[dict[str, Any]]:  # type: ignore[valid-type]
    here = reverse("notices:list", args=[request.brand.slug])
    found = [{"label": request.brand.name, "url": here, "current": not everywhere and not new,
              "count": queries.unread_count(request.user, request.brand)}]
    if request.user.memberships.count() > 1:
        found.append({"label": _("Todas tus marcas"), "url": f"{here}?marcas=todas", "current": everywhere and not new,
                      "count": queries.unread_count(request.user)})
    return [*found, {"label": _("Sin leer"), "url": f"{here}?ver=nuevos&marcas=todas", "current": new}]


# --------------------------------------------------------------------------- reading


def _of_here(request: BrandRequest, pk: int) -> Notice:
    try:
        one = queries.notice_of(request.user, pk)
    except Notice.DoesNotExist as error:
        raise Http404(pk) from error
    if one.brand_id != request.brand.pk:
        raise Http404(pk)
    return one


@for_brand("see")
@require_GET
def open(request: BrandRequest, pk: int) -> HttpResponse:
    """Goes to the matter; the notice is read."""
    one = _of_here(request, pk)
    reading.mark_read(request.user, [one.pk])
    if address := queries.listed(request.user, [one])[0].words.address:
        return redirect(address)
    messages.warning(request, _("Aquello de lo que te avisamos ya no existe."))
    return redirect("notices:list", slug=request.brand.slug)


@for_brand("see")
@require_POST
def read(request: BrandRequest, pk: int) -> HttpResponse:
    """The member has seen it, or (``nuevo``) wants to have it new again."""
    one = _of_here(request, pk)
    if request.POST.get("nuevo"):
        reading.mark_unread(request.user, notices=[one.pk])
    else:
        reading.mark_read(request.user, [one.pk])
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("notices:list", slug=request.brand.slug)
    told = queries.listed(request.user, [queries.notice_of(request.user, pk)])[0]
    return render(request, "notices/row.html", {"one": told, "mail": queries.mails_of(request.user, [one]).get(one.pk),
                                                "mail_shown": bool(request.POST.get("correo")), "several": bool(request.POST.get("marca"))})


@for_brand("see")
@require_POST
def read_all(request: BrandRequest) -> HttpResponse:
    """The member has seen all of the brand, or (``todas``) of all theirs; it can be undone."""
    everywhere = bool(request.POST.get("todas"))
    brand: Brand | None = None if everywhere else request.brand
    many, moment = queries.unread_count(request.user, brand), reading.mark_all_read(request.user, brand)
    text, undo = ngettext("Un aviso leído.", "%(many)s avisos leídos.", many) % {"many": many}, ""
    if moment:
        undo = f"{reverse('notices:undo_read', args=[request.brand.slug])}?momento={moment.timestamp():.6f}"
    if request.htmx:  # type: ignore[attr-defined]
        return say(HttpResponse(status=204), text, undo=undo) if moment else HttpResponse(status=204)
    if moment:
        messages.success(request, text, extra_tags=f"undo:{undo}")
    return redirect("notices:list", slug=request.brand.slug)


@for_brand("see")
@require_POST
def undo_read(request: BrandRequest) -> HttpResponse:
    """What was read at that moment is new again."""
    try:
        moment = datetime.fromtimestamp(float(request.GET.get("momento", "")), UTC)
    except (ValueError, OverflowError, OSError):
        raise Http404("momento") from None
    reading.mark_unread(request.user, moment=moment)
    return HttpResponse(status=204) if request.htmx else redirect("notices:list", slug=request.brand.slug)  # type: ignore[attr-defined]
