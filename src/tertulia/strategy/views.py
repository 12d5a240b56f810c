"""Voz: how the brand writes, its words, what is silenced; and a place to try it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.rules import may
from tertulia.brands.tabs import show
from tertulia.kit.toasts import say
from tertulia.strategy import actions, queries
from tertulia.strategy.forms import RuleForm, TermForm, VoiceForm
from tertulia.strategy.models import Term
from tertulia.strategy.rules import LONGEST


@for_brand("see")
def voice(request: BrandRequest) -> HttpResponse:
    """Everybody may read it; who publishes may change it."""
    mine = may(request.role, "publish")
    kept = queries.voice_of(request.brand)
    form = VoiceForm(request.POST if request.method == "POST" else None, initial=kept.settings)
    if request.method == "POST":
        if not mine:
            raise PermissionDenied("publish")
        if form.is_valid():
            actions.change_voice(request.brand, by=request.by, **form.cleaned_data)
            messages.success(request, _("Guardado."))
            return redirect("strategy:voice", request.brand.slug)
    return _page(request, form, TermForm(), 422 if form.is_bound else 200)


@require_POST
@for_brand("publish")
def add(request: BrandRequest) -> HttpResponse:
    """A word, from the page or from where it was found."""
    form = TermForm(request.POST)
    by_htmx = bool(request.htmx)  # type: ignore[attr-defined]
    if not form.is_valid():
        return HttpResponse(status=422) if by_htmx else _page(request, _kept_form(request), form, 422)
    told = form.cleaned_data
    term = actions.put_term(request.brand, told["kind"], told["text"], says=told["says"], until=told["until"], by=request.by)
    text = _("«%(word)s», apuntada.") % {"word": term.text}
    if by_htmx:
        return _changed(text, reverse("strategy:drop", args=[request.brand.slug, term.pk]))
    messages.success(request, text)
    return redirect(reverse("strategy:voice", args=[request.brand.slug]) + "#palabras")


@require_POST
@for_brand("publish")
def drop(request: BrandRequest, pk: int) -> HttpResponse:
    """Forgets a word."""
    term = Term.objects.filter(brand=request.brand, pk=pk).first()
    if term is None:
        raise Http404(pk)
    actions.drop_term(term, by=request.by)
    text = _("«%(word)s», quitada.") % {"word": term.text}
    if request.htmx:  # type: ignore[attr-defined]
        return _changed(text)
    messages.success(request, text)
    return redirect(reverse("strategy:voice", args=[request.brand.slug]) + "#palabras")


@require_POST
@for_brand("publish")
def silence(request: BrandRequest) -> HttpResponse:
    """No more of a rule; with the way back."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    rule = form.cleaned_data["rule"]
    actions.silence(request.brand, rule, by=request.by)
    return _changed(_("No se avisará más de eso."), reverse("strategy:hear", args=[request.brand.slug]) + f"?rule={rule}")


@require_POST
@for_brand("publish")
def hear(request: BrandRequest) -> HttpResponse:
    """A silenced rule speaks again."""
    form = RuleForm(request.POST if "rule" in request.POST else request.GET)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.hear(request.brand, form.cleaned_data["rule"], by=request.by)
    text = _("Se vuelve a avisar de eso.")
    if request.htmx:  # type: ignore[attr-defined]
        return _changed(text)
    messages.success(request, text)
    return redirect("strategy:voice", request.brand.slug)


@require_POST
@for_brand("answer")
def try_out(request: BrandRequest) -> HttpResponse:
    """What would be said of a text, with the voice as it is kept."""
    found = queries.checked(request.brand, request.POST.get("text", "")[:LONGEST])
    return render(request, "strategy/findings.html", {"checked": found})


def _changed(text: str, undo: str = "") -> HttpResponse:
    return trigger_client_event(say(HttpResponse(status=204), text, undo=undo), "voice-changed", {})


def _kept_form(request: BrandRequest) -> VoiceForm:
    return VoiceForm(initial=queries.voice_of(request.brand).settings)


def _page(request: BrandRequest, form: VoiceForm, term: TermForm, status: int) -> HttpResponse:
    mine = may(request.role, "publish")
    if not mine:
        for field in form.fields.values():
            field.disabled = True
    return show(request, "strategy/voice.html", {
        "form": form, "term": term, "mine": mine, "terms": queries.terms_of(request.brand),
        "silenced": queries.voice_of(request.brand).silenced}, status)
