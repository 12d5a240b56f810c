"""Sugerencias: what people propose, grouped, counted and answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import team
from tertulia.handoffs import ideas as acts
from tertulia.handoffs.models import Idea, Regrouping
from tertulia.handoffs.suggesting import note_suggestions
from tertulia.handoffs.views.board import number, places
from tertulia.inbox.models import Message
from tertulia.inbox.queries import message_of
from tertulia.kit.toasts import say


@require_GET
@for_brand("see")
def ideas(request: BrandRequest) -> HttpResponse:
    """The ideas, what most people propose first."""
    state, url, counts = request.GET.get("estado", ""), reverse("handoffs:ideas", args=[request.brand.slug]), acts.counts(request.brand)
    open_ones = sum(counts.get(one, 0) for one in ("new", "considered", "planned"))
    tabs = [{"label": _("Vivas"), "url": url, "current": state == "", "count": open_ones}]
    names = dict(Idea._meta.get_field("state").choices or [])
    tabs += [{"label": names[one], "url": f"{url}?estado={one}", "current": state == one, "count": counts.get(one, 0)}
             for one in acts.STATES]
    return render(request, "handoffs/ideas.html", {
        "ideas": list(acts.ideas(request.brand, state)[:200]), "tabs": tabs, "places": places(request)})


def _idea_or_404(request: BrandRequest, pk: int) -> Idea:
    try:
        return acts.idea_of(request.brand, pk)
    except Idea.DoesNotExist as error:
        raise Http404(pk) from error


@for_brand("see")
def idea(request: BrandRequest, pk: int) -> HttpResponse:
    """One idea: who proposed it, who owns it, what became of it."""
    one = _idea_or_404(request, pk)
    if request.method == "POST":
        if not _may(request):
            return HttpResponse(status=403)
        owner = next((place.member for place in team(request.brand) if place.member_id == number(request.POST.get("owner", ""))), None)
        acts.change(one, title=request.POST.get("title", ""), owner=owner, state=request.POST.get("state"),
                    news=request.POST.get("news", "")[:2000], by=request.by)
        messages.success(request, _("Guardado."))
        return redirect("handoffs:idea", request.brand.slug, one.pk)
    return render(request, "handoffs/idea.html", {
        "idea": one, "suggestions": acts.suggestions_of(one), "twins": acts.twins(one),
        "team": [place.member for place in team(request.brand)],
        "states": Idea._meta.get_field("state").choices, "decided": one.state in acts.DECIDED, "places": places(request)})


def _may(request: BrandRequest) -> bool:
    return request.role != "viewer"


@require_POST
@for_brand("answer")
def join(request: BrandRequest, pk: int) -> HttpResponse:
    """This idea and another are the same."""
    one, other = _idea_or_404(request, pk), _idea_or_404(request, number(request.POST.get("with", "")) or 0)
    moved = acts.join(other, one, request.user, by=request.by)
    return _moved(request, one, moved, _("Unidas."))


@require_POST
@for_brand("answer")
def split(request: BrandRequest, pk: int) -> HttpResponse:
    """Some of its suggestions are something else."""
    one = _idea_or_404(request, pk)
    chosen = [found for text in request.POST.getlist("suggestions") if (found := number(text))]
    moved = acts.split(one, chosen, request.user, by=request.by)
    return _moved(request, moved.target if moved else one, moved, _("Separadas: ahora son otra sugerencia."))


def _moved(request: BrandRequest, to: Idea, moved: Regrouping | None, text: str) -> HttpResponse:
    if moved is None:
        messages.warning(request, _("No había nada que mover: elige algunas, no todas."))
    else:
        messages.success(request, text, extra_tags=f"undo:{reverse('handoffs:undo_regrouping', args=[request.brand.slug, moved.pk])}")
    return redirect("handoffs:idea", request.brand.slug, to.pk)


@require_POST
@for_brand("answer")
def drop(request: BrandRequest, pk: int) -> HttpResponse:
    """Some of its suggestions propose nothing; with the way back."""
    one = _idea_or_404(request, pk)
    gone = acts.drop(one, [found for text in request.POST.getlist("suggestions") if (found := number(text))], request.user, by=request.by)
    if gone:
        undo_at = reverse("handoffs:keep_suggestions", args=[request.brand.slug, "-".join(map(str, gone))])
        messages.success(request, _("Quitadas: no proponían nada."), extra_tags=f"undo:{undo_at}")
    there = acts.ideas(request.brand, "all").filter(pk=one.pk).exists()
    return redirect("handoffs:idea", request.brand.slug, one.pk) if there else redirect("handoffs:ideas", request.brand.slug)


@require_POST
@for_brand("answer")
def keep(request: BrandRequest, pks: str) -> HttpResponse:
    """They count again."""
    if not acts.keep(request.brand, [found for text in pks.split("-") if (found := number(text))], by=request.by):
        raise Http404(pks)
    return redirect("handoffs:ideas", request.brand.slug)


@require_POST
@for_brand("answer")
def undo(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes a join or a split back."""
    moved = Regrouping.objects.select_related("source").filter(pk=pk, source__brand=request.brand).first()
    if moved is None:
        raise Http404(pk)
    acts.undo(moved, by=request.by)
    return redirect("handoffs:idea", request.brand.slug, moved.source_id)


@require_POST
@for_brand("answer")
def prepare(request: BrandRequest, pk: int) -> HttpResponse:
    """Drafts for who proposed it."""
    one = _idea_or_404(request, pk)
    try:
        made = acts.prepare(one, by=request.by)
    except acts.NothingToTell:
        messages.warning(request, _("Di antes qué ha sido de ella."))
    else:
        messages.success(request, ngettext("%(count)d respuesta preparada: revísala y envíala desde su conversación.",
                                           "%(count)d respuestas preparadas: revísalas y envíalas desde su conversación.",
                                           made) % {"count": made})
    return redirect("handoffs:idea", request.brand.slug, one.pk)


@require_POST
@for_brand("answer")
def note(request: BrandRequest, pk: int) -> HttpResponse:
    """A member says that a message proposes something."""
    try:
        message = message_of(request.brand, pk)
    except Message.DoesNotExist as error:
        raise Http404(pk) from error
    made = note_suggestions([message], by=request.by)
    text = _("Apuntada con las sugerencias.") if made else _("Ya estaba apuntada.")
    if request.htmx:  # type: ignore[attr-defined]
        return trigger_client_event(say(HttpResponse(status=204), text), "inbox-changed", {"ids": [message.conversation_id]})
    messages.success(request, text)
    if made:
        return redirect("handoffs:idea", request.brand.slug, made[0].idea_id)
    return redirect("handoffs:ideas", request.brand.slug)
