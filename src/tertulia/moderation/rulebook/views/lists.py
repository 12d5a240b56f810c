"""Lists of words, handles or domains that rules name."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.kit.folding import clean
from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.files import parse_list
from tertulia.moderation.automatic.tree import Leaf, Rule
from tertulia.moderation.automatic.tree import WordList as ListTree
from tertulia.moderation.rulebook import actions, queries, trying
from tertulia.moderation.rulebook.books import as_list
from tertulia.moderation.rulebook.models import WordList
from tertulia.moderation.rulebook.views.marking import compared


@for_brand("see")
def words(request: BrandRequest, name: str = "") -> HttpResponse:
    """A list, or (no name) a new one; written anew it holds at once."""
    kept = _list_or_404(request, name) if name else None
    may_write = allowed(request.brand, request.user, "publish")
    called, body, fault = kept.name if kept else "", "\n".join(kept.entries) if kept else "", ""
    if request.method == "POST":
        if not may_write:
            return HttpResponse(status=403)
        called, body = request.POST.get("name", called).strip() if not kept else kept.name, clean(request.POST.get("entries", ""))
        try:
            written = actions.write_list(request.brand, _parsed(called, body), request.user, by=request.by)
        except (Fault, actions.Refused) as error:
            fault = error.told if isinstance(error, Fault) else str(error)
        else:
            messages.success(request, _("Guardada: %(many)s entradas, versión %(version)s.") % {
                "many": len(written.entries), "version": written.version})
            return redirect("moderation:list", request.brand.slug, written.name)
    return render(request, "rulebook/list.html", {
        "list": kept, "name": called, "entries": body, "fault": fault, "may_write": may_write,
        "may_try": allowed(request.brand, request.user, "moderate"),
        "users": queries.users_of(request.brand, kept.name) if kept else [], "told": _history(request, kept) if kept else []},
        status=422 if request.method == "POST" else 200)


def _parsed(name: str, body: str) -> ListTree:
    if "}" in body or "{" in body:
        raise Fault(_("En una lista no van llaves ni comillas."))
    return parse_list(f"lista {name} {{\n{body}\n}}")


def _history(request: BrandRequest, kept: WordList) -> list[dict[str, object]]:
    versions = list(queries.list_versions(request.brand, kept.name)[:30])
    told: list[dict[str, object]] = []
    for one, before in zip(versions, [*versions[1:], None], strict=True):
        lines = compared("\n".join(before.entries if before else ()), "\n".join(one.entries))
        told.append({"list": one, "lines": [line for line in lines if line[0]], "first": before is None})
    return told


@require_POST
@for_brand("moderate")
def attempt(request: BrandRequest) -> HttpResponse:
    """What of a text the entries as they are written now would find."""
    sample = clean(request.POST.get("sample", ""))[:5000]
    try:
        tree = _parsed("esta", clean(request.POST.get("entries", "")))
    except Fault as fault:
        return render(request, "rulebook/tried.html", {"sample": sample, "faults": [fault]})
    tried = trying.try_rule(Rule("esta", Leaf("says_list", ("esta",)), ()), sample, {"esta": tree.entries}) if sample.strip() else None
    return render(request, "rulebook/tried.html", {"sample": sample, "tried": tried})


@require_POST
@for_brand("publish")
def restore(request: BrandRequest, name: str, version: int) -> HttpResponse:
    """An older version of a list holds again, as a new one."""
    try:
        kept = queries.list_of(request.brand, name, version)
    except WordList.DoesNotExist as error:
        raise Http404(name) from error
    actions.write_list(request.brand, as_list(kept), request.user, by=request.by, because=str(kept))
    messages.success(request, _("La versión %(version)s vuelve a valer.") % {"version": version})
    return redirect("moderation:list", request.brand.slug, name)


@require_POST
@for_brand("publish")
def drop(request: BrandRequest, name: str) -> HttpResponse:
    """The list is no more, unless a rule names it."""
    try:
        actions.drop_list(_list_or_404(request, name), by=request.by)
    except actions.Refused as error:
        messages.warning(request, str(error))
        return redirect("moderation:list", request.brand.slug, name)
    messages.success(request, _("Lista «%(name)s» retirada.") % {"name": name})
    return redirect("moderation:rules", request.brand.slug)


def _list_or_404(request: BrandRequest, name: str) -> WordList:
    try:
        return queries.list_of(request.brand, name)
    except WordList.DoesNotExist as error:
        raise Http404(name) from error
