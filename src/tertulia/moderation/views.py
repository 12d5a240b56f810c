"""House rules, and hiding a message by one of them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.inbox.models import Message
from tertulia.inbox.queries import message_of
from tertulia.kit.toasts import say
from tertulia.moderation import actions, queries
from tertulia.moderation.forms import HideForm, HouseRuleForm
from tertulia.moderation.models import HouseRule

# --------------------------------------------------------------------------- hiding


@for_brand("moderate")
def hide(request: BrandRequest, pk: int) -> HttpResponse:
    """Asks which rule, and hides. To htmx, the inside of a dialog; else a page."""
    message = _message_or_404(request, pk)
    form = HideForm(request.POST if request.method == "POST" else None, request.brand)
    cannot = queries.why_not_hide(message)
    if request.method == "POST" and form.is_valid() and not cannot:
        actions.hide(message, form.cleaned_data["rule"], request.user, by=request.by, note=form.cleaned_data["note"])
        undo = reverse("moderation:show", args=[request.brand.slug, message.pk])
        return _told(request, message, _("Se está ocultando."), undo=undo)
    template = "moderation/hide_form.html" if request.htmx else "moderation/hide.html"  # type: ignore[attr-defined]
    context = {"message": message, "form": form, "rules": queries.house_rules(request.brand), "cannot": cannot,
               "may_write": _may_write(request)}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _may_write(request: BrandRequest) -> bool:
    return allowed(request.brand, request.user, "publish")


@require_POST
@for_brand("moderate")
def show(request: BrandRequest, pk: int) -> HttpResponse:
    """Shows it again; what was not hidden stays as it is."""
    message = _message_or_404(request, pk)
    verdict = actions.show(message, request.user, by=request.by)
    return _told(request, message, _("Se vuelve a mostrar.") if verdict else _("No estaba oculto."))


def _message_or_404(request: BrandRequest, pk: int) -> Message:
    try:
        return message_of(request.brand, pk)
    except Message.DoesNotExist as error:
        raise Http404(pk) from error


def _told(request: BrandRequest, message: Message, text: str, undo: str = "") -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        response = say(HttpResponse(status=204), text, undo=undo)
        return trigger_client_event(response, "inbox-changed", {"ids": [message.conversation_id]})
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(reverse("inbox:conversation", args=[request.brand.slug, message.conversation_id]) + f"#m{message.pk}")


# --------------------------------------------------------------------------- the rules


@for_brand("see")
def settings(request: BrandRequest) -> HttpResponse:
    """The rules that hold, in order; writing one needs the right to publish."""
    may_write = _may_write(request)
    form = HouseRuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_write:
            return HttpResponse(status=403)
        if form.is_valid():
            rule = actions.write_house_rule(request.brand, form.cleaned_data["title"], form.cleaned_data["text"], by=request.by)
            messages.success(request, _("Norma %(number)s escrita.") % {"number": rule.number})
            return redirect("moderation:settings", request.brand.slug)
    return render(request, "moderation/house_rules.html", {
        "form": form, "rules": queries.house_rules_with_use(request.brand), "may_write": may_write,
        "retired": queries.retired_house_rules(request.brand)}, status=422 if form.is_bound else 200)


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
            actions.write_house_rule(request.brand, told["title"], told["text"], by=request.by, number=rule.number)
            text = _("Norma %(number)s cambiada. Lo decidido con la anterior se queda como estaba.")
            messages.success(request, text % {"number": rule.number})
        return redirect("moderation:settings", request.brand.slug)
    return render(request, "moderation/rewrite.html", {"form": form, "rule": rule}, status=422 if form.is_bound else 200)


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
