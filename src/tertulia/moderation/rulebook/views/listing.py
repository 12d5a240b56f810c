"""All the rules of a brand: how they do, where each is in its life, as one file."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.kit.folding import clean
from tertulia.moderation.automatic.printing import print_all
from tertulia.moderation.automatic.saying import say_rule
from tertulia.moderation.rulebook import actions, queries
from tertulia.moderation.rulebook.applying import BRAND_CAP
from tertulia.moderation.rulebook.books import as_list
from tertulia.moderation.rulebook.models import Rule, RuleState
from tertulia.moderation.rulebook.starter import starter_text
from tertulia.moderation.rulebook.views.editor import rule_or_404, tabs
from tertulia.moderation.rulebook.views.marking import compared, marked

#: As tall as a bar of a day is drawn.
_TALL = 22


@require_GET
@for_brand("see")
def rules(request: BrandRequest) -> HttpResponse:
    """Every rule that goes on, with what it did in the last days."""
    cards = [{"card": card, "said": say_rule(card.tree) if card.tree else "", "bars": _bars(card.bars),
              "others": [one for one in card.versions if one.pk != card.shown.pk]} for card in queries.cards(request.brand)]
    return render(request, "rulebook/rules.html", {
        "cards": cards, "ended": queries.ended(request.brand), "lists": queries.lists(request.brand), "norms": queries.norms(request.brand),
        "cap": queries.cap_of(request.brand, BRAND_CAP), "may_write": allowed(request.brand, request.user, "publish"),
        "drawn": queries.DRAWN})


def _bars(values: Sequence[int]) -> list[tuple[int, int, int]]:
    """(x, y, height) of a small bar a day; a day with anything has at least two pixels."""
    most = max([*values, 1])
    tall = [max(2, round(_TALL * one / most)) if one else 0 for one in values]
    return [(at * 7, _TALL - height, height) for at, height in enumerate(tall)]


@require_GET
@for_brand("see")
def export(request: BrandRequest) -> HttpResponse:
    """All rules that go on and all lists, as one text file: the version in force of each, else the newest."""
    trees = [card.tree for card in queries.cards(request.brand) if card.tree]
    text = print_all(trees, [as_list(one) for one in queries.lists(request.brand)])
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="reglas-{request.brand.slug}.txt"'})


@for_brand("publish")
def bring_in(request: BrandRequest) -> HttpResponse:
    """A file of rules: what is wrong with it, or what it changed."""
    text, faults = "", []
    if request.method == "POST":
        sent = request.FILES.get("file")
        raw = sent.read(2_000_000).decode("utf-8", "replace") if sent else request.POST.get("text", "")
        text = clean(str(raw))
        try:
            brought = actions.bring_in(request.brand, text, request.user, by=request.by)
        except actions.Wrong as wrong:
            faults = list(wrong.faults)
        except actions.Refused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("%(rules)s reglas en borrador y %(lists)s listas cambiadas; %(same)s ya estaban igual.") % {
                "rules": len(brought.rules), "lists": len(brought.lists), "same": brought.same})
            return redirect("moderation:rules", request.brand.slug)
    return render(request, "rulebook/bring_in.html", {"text": text, "faults": faults, "backdrop": marked(text, faults)},
                  status=422 if request.method == "POST" else 200)


@require_POST
@for_brand("publish")
def begin(request: BrandRequest) -> HttpResponse:
    """The set to begin with, as drafts."""
    brought = actions.bring_in(request.brand, starter_text(queries.norms(request.brand)), request.user, by=request.by, because="starter")
    messages.success(request, _("%(rules)s reglas en borrador y %(lists)s listas. Ensaya cada una antes de ponerla en vigor.") % {
        "rules": len(brought.rules), "lists": len(brought.lists)})
    return redirect("moderation:rules", request.brand.slug)


@require_POST
@for_brand("publish")
def brake(request: BrandRequest) -> HttpResponse:
    """How much all rules together may hide in a day."""
    told = request.POST.get("cap", "")
    if told.isdigit() and int(told) <= 100_000:
        actions.set_brake(request.brand, int(told), by=request.by)
        messages.success(request, _("Guardado."))
    else:
        messages.warning(request, _("Escribe un número de 0 a 100000."))
    return redirect("moderation:rules", request.brand.slug)


# --------------------------------------------------------------------------- a version's life

_SAID = {"sombra": gettext_lazy("Desde ahora juzga y solo anota lo que haría."), "vigor": gettext_lazy("En vigor."),
         "retirar": gettext_lazy("Retirada. Lo que hizo se queda como está."),
         "recuperar": gettext_lazy("Vuelve a ser un borrador."), "arreglada": gettext_lazy("Se le quita el aviso de fallo.")}


@require_POST
@for_brand("publish")
def act(request: BrandRequest, pk: int, what: str) -> HttpResponse:
    """One step in the life of a version."""
    rule = _version_or_404(request, pk)
    step = {"sombra": actions.shadow, "vigor": actions.start, "retirar": actions.retire, "recuperar": actions.reinstate,
            "arreglada": actions.mend}.get(what)
    if step is None:
        raise Http404(what)
    try:
        changed = step(rule, by=request.by)
    except actions.Refused as error:
        messages.warning(request, str(error))
    else:
        undo = reverse("moderation:rule_act", args=[request.brand.slug, rule.pk, "recuperar"]) if what == "retirar" else ""
        if changed:
            messages.success(request, _SAID[what], extra_tags=f"undo:{undo}" if undo else "")
    return redirect("moderation:rule", request.brand.slug, rule.name)


@require_POST
@for_brand("publish")
def restore(request: BrandRequest, pk: int) -> HttpResponse:
    """An older version is the draft again."""
    rule = _version_or_404(request, pk)
    try:
        actions.restore(rule, request.user, by=request.by)
    except actions.Wrong as wrong:
        messages.warning(request, str(wrong))
    else:
        messages.success(request, _("La versión %(version)s vuelve a ser el borrador.") % {"version": rule.version})
    return redirect("moderation:rule", request.brand.slug, rule.name)


def _version_or_404(request: BrandRequest, pk: int) -> Rule:
    try:
        return Rule.objects.select_related("brand").get(brand=request.brand, pk=pk)
    except Rule.DoesNotExist as error:
        raise Http404(pk) from error


@require_GET
@for_brand("see")
def history(request: BrandRequest, name: str) -> HttpResponse:
    """Every version of a rule, each beside the one before."""
    kept = rule_or_404(request, name)
    versions = list(queries.versions(request.brand, name)[:100])
    told = [{"rule": one, "lines": compared(before.text if before else "", one.text), "first": before is None}
            for one, before in zip(versions, [*versions[1:], None], strict=True)]
    return render(request, "rulebook/history.html", {
        "rule": kept, "told": told, "tabs": tabs(request, kept), "draft": RuleState.DRAFT,
        "may_write": allowed(request.brand, request.user, "publish")})
