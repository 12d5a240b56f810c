"""Saved views: keeping the filters under a name, and the page where they are renamed, ordered and thrown away."""

from __future__ import annotations

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.inbox import lists, queries, saved_views
from tertulia.inbox.acts import refuse
from tertulia.inbox.addresses import address_of, filters_of, pairs_of
from tertulia.inbox.forms import chosen
from tertulia.inbox.labelling import forget_label
from tertulia.inbox.listing import named_views
from tertulia.inbox.models import SavedView
from tertulia.kit.toasts import say

_SALT = "inbox.view"
#: Up to here a saved view says how many it has.
COUNTED = 99


@require_POST
@for_brand("see")
def save(request: BrandRequest) -> HttpResponse:
    """Keeps the filters of the address as ``name``; for the team with ``equipo``, if the member may answer."""
    told = {key: value for key, value in pairs_of(filters_of(request.GET)).items() if key not in ("guardada", "vuelta")}
    shared = bool(request.POST.get("equipo")) and request.role != "viewer"
    try:
        view = saved_views.save_view(request.brand, request.user, request.POST.get("name", ""), told, shared=shared, by=request.by)
    except saved_views.NameTaken:
        return refuse(request, _("Ya hay una vista con ese nombre."))
    except saved_views.NoName:
        return refuse(request, _("Ponle un nombre: sesenta letras como mucho."))
    return _back(request, address_of(lists.Filters(), **told, guardada=view.pk), _("Vista guardada."))


@require_POST
@for_brand("see")
def change(request: BrandRequest, pk: int) -> HttpResponse:
    """Another name (``name``), or with ``filtros`` the filters of the address."""
    view = _mine_or_404(request, pk)
    told = {key: value for key, value in pairs_of(filters_of(request.GET)).items() if key not in ("guardada", "vuelta")}
    try:
        saved_views.change_view(view, name=request.POST.get("name"), filters=told if request.POST.get("filtros") else None, by=request.by)
    except saved_views.NameTaken:
        return refuse(request, _("Ya hay una vista con ese nombre."))
    except saved_views.NoName:
        return refuse(request, _("Ponle un nombre: sesenta letras como mucho."))
    if request.POST.get("filtros"):
        return _back(request, address_of(lists.Filters(), **told, guardada=view.pk), _("Vista guardada."))
    return _page_again(request, _("Vista cambiada."))


@require_POST
@for_brand("see")
def remove(request: BrandRequest, pk: int) -> HttpResponse:
    """Throws it away, with the way back."""
    told = saved_views.remove_view(_mine_or_404(request, pk), by=request.by)
    undo = reverse("inbox:bring_view_back", args=[request.brand.slug]) + f"?que={signing.dumps(told, salt=_SALT, compress=True)}"
    return _page_again(request, _("Vista borrada."), undo=undo)


@require_POST
@for_brand("see")
def bring_back(request: BrandRequest) -> HttpResponse:
    """What was thrown away in the last hour."""
    try:
        told = signing.loads(request.GET.get("que", ""), salt=_SALT, max_age=3600)
        if told["member_id"] != request.user.pk and (told["member_id"] is not None or request.role == "viewer"):
            raise signing.BadSignature
        saved_views.bring_view_back(request.brand, told, by=request.by, because="deshacer")
    except (signing.BadSignature, saved_views.NameTaken):
        return refuse(request, _("Ya es tarde para deshacerlo."))
    response = _page_again(request, _("Deshecho."))
    response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@for_brand("see")
def order(request: BrandRequest) -> HttpResponse:
    """Their order: ``ids``, or view ``sube`` one place up. Who may only look orders their own alone."""
    own = request.role == "viewer"
    views = saved_views.saved_views(request.brand, request.user)
    ids = chosen(request.POST) or [one.pk for one in views if one.member_id or not own]
    if (up := chosen(request.POST, "sube")) and up[0] in ids[1:]:
        at = ids.index(up[0])
        ids[at - 1], ids[at] = ids[at], ids[at - 1]
    saved_views.order_views(request.brand, request.user, ids, own=own, by=request.by)
    return _page_again(request, "")


@require_POST
@for_brand("see")
def open_with(request: BrandRequest) -> HttpResponse:
    """The inbox opens with view ``vista``; with none, with what waits."""
    wanted = chosen(request.POST, "vista")
    saved_views.open_with(request.brand, request.user, _mine_or_404(request, wanted[0]) if wanted else None, by=request.by)
    return _page_again(request, _("Así se abrirá la bandeja."))


@require_POST
@for_brand("answer")
def forget(request: BrandRequest) -> HttpResponse:
    """Label ``name`` is not offered any more."""
    forget_label(request.brand, request.POST.get("name", ""), by=request.by)
    return _page_again(request, _("Ya no se ofrece. Las conversaciones que la tienen la conservan."))


@require_GET
@for_brand("see")
def page(request: BrandRequest) -> HttpResponse:
    """The views and the labels, to put in order."""
    return render(request, "inbox/saved_views.html", _context(request))


@require_GET
@for_brand("see")
def counts(request: BrandRequest) -> HttpResponse:
    """The saved views with how many conversations each has: asked for after the page, which does not wait for it."""
    filters = filters_of(request.GET)
    views = named_views(request, filters)
    for one in views:
        one["count"] = lists.count_of(request.brand, request.user, one["filters"], COUNTED)
    told = {"named": views, "counted": True, "all_counted": True, "filters": filters, "address": address_of(filters)}
    return render(request, "inbox/named_views.html", told)


def _context(request: BrandRequest) -> dict[str, object]:
    first = saved_views.first_view(request.brand, request.user)
    return {"named": named_views(request, lists.Filters()), "first": first, "labels": queries.labels_of(request.brand)}


def _mine_or_404(request: BrandRequest, pk: int) -> SavedView:
    view = saved_views.saved_views(request.brand, request.user).filter(pk=pk).first()
    if view is None or (view.member_id is None and request.role == "viewer"):
        raise Http404(pk)
    return view


def _page_again(request: BrandRequest, text: str, undo: str = "") -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("inbox:saved_views", request.brand.slug)
    response = render(request, "inbox/saved_views_body.html", _context(request))
    return say(response, text, undo=undo) if text else response


def _back(request: BrandRequest, address: str, text: str) -> HttpResponse:
    """To the list with these filters."""
    url = reverse("inbox:list", args=[request.brand.slug]) + address
    messages.success(request, text)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})
