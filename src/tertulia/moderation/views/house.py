"""Ajustes → Normas: the rules of the house, what of them is published, and how strikes add up."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.brands.tabs import show
from tertulia.moderation import actions, queries, transparency
from tertulia.moderation.forms import HouseRuleForm, LadderForm, PolicyForm, WeightForm
from tertulia.moderation.models import HouseRule
from tertulia.moderation.strikes import ladder_of, policy_of


@for_brand("see")
def settings(request: BrandRequest) -> HttpResponse:
    """The rules that hold, in order; writing one needs the right to publish."""
    may_write = allowed(request.brand, request.user, "publish")
    form = HouseRuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_write:
            return HttpResponse(status=403)
        if form.is_valid():
            rule = actions.write_house_rule(request.brand, form.cleaned_data["title"], form.cleaned_data["text"], by=request.by)
            messages.success(request, _("Norma %(number)s escrita.") % {"number": rule.number})
            return redirect("moderation:settings", request.brand.slug)
    return show(request, "moderation/house_rules.html", {
        "form": form, "rules": queries.house_rules_with_use(request.brand), "may_write": may_write, "policy": policy_of(request.brand),
        "retired": queries.retired_house_rules(request.brand), "public_url": queries.rules_url(request.brand),
        "weights": range(6)}, status=422 if form.is_bound else 200)


@for_brand("publish")
def policy(request: BrandRequest) -> HttpResponse:
    """What is published, the days, and the steps of the ladder."""
    kept, posted = policy_of(request.brand), request.POST if request.method == "POST" else None
    form = PolicyForm(posted, instance=kept)
    ladder = LadderForm(posted, {act: points for points, act in ladder_of(request.brand)})
    if posted is not None and form.is_valid() and ladder.is_valid():
        actions.change_policy(form.save(commit=False), ladder.steps(), by=request.by)
        messages.success(request, _("Guardado."))
        return redirect("moderation:policy", request.brand.slug)
    return show(request, "moderation/policy.html", {
        "form": form, "ladder": ladder, "public_url": queries.rules_url(request.brand), "policy": kept,
        "months": transparency.months_of(request.brand)[:12]}, status=422 if form.is_bound else 200)


@for_brand("publish")
def rewrite(request: BrandRequest, number: int) -> HttpResponse:
    """A new version of a rule; what was decided by the one before stands."""
    try:
        rule = queries.house_rule_of(request.brand, number)
    except HouseRule.DoesNotExist as error:
        raise Http404(number) from error
    form = HouseRuleForm(request.POST if request.method == "POST" else None, initial={"title": rule.title, "text": rule.text})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        if (told["title"], told["text"]) != (rule.title, rule.text):
            actions.write_house_rule(request.brand, told["title"], told["text"], by=request.by, number=rule.number, weight=rule.weight)
            text = _("Norma %(number)s cambiada. Lo decidido con la anterior se queda como estaba.")
            messages.success(request, text % {"number": rule.number})
        return redirect("moderation:settings", request.brand.slug)
    return render(request, "moderation/rewrite.html", {"form": form, "rule": rule}, status=422 if form.is_bound else 200)


@require_POST
@for_brand("publish")
def weigh(request: BrandRequest, pk: int) -> HttpResponse:
    """How many strikes breaking it is worth."""
    rule, form = _rule_or_404(request, pk), WeightForm(request.POST)
    if form.is_valid():
        actions.weigh_house_rule(rule, form.cleaned_data["weight"], by=request.by)
        messages.success(request, _("Guardado."))
    return redirect("moderation:settings", request.brand.slug)


@require_POST
@for_brand("publish")
def retire(request: BrandRequest, pk: int) -> HttpResponse:
    """The rule holds no more; with the way back."""
    rule = _rule_or_404(request, pk)
    actions.retire_house_rule(rule, by=request.by)
    undo = reverse("moderation:restore", args=[request.brand.slug, rule.pk])
    messages.success(request, _("Norma %(number)s retirada.") % {"number": rule.number}, extra_tags=f"undo:{undo}")
    return redirect("moderation:settings", request.brand.slug)


@require_POST
@for_brand("publish")
def restore(request: BrandRequest, pk: int) -> HttpResponse:
    """A retired rule holds again."""
    rule = _rule_or_404(request, pk)
    if actions.restore_house_rule(rule, by=request.by):
        messages.success(request, _("La norma %(number)s vuelve a valer.") % {"number": rule.number})
    else:
        messages.warning(request, _("La norma %(number)s ya tiene otra versión en vigor.") % {"number": rule.number})
    return redirect("moderation:settings", request.brand.slug)


def _rule_or_404(request: BrandRequest, pk: int) -> HouseRule:
    try:
        return queries.any_house_rule_of(request.brand, pk)
    except HouseRule.DoesNotExist as error:
        raise Http404(pk) from error
