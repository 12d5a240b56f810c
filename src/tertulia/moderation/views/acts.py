"""Acting on a message by a rule of the house, and on what was decided of it. To htmx, the inside of a dialog; else a page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import allowed
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Message
from tertulia.inbox.queries import message_of
from tertulia.kit.toasts import say
from tertulia.moderation import actions, appeals, queries, queue, strikes
from tertulia.moderation.forms import ActForm
from tertulia.moderation.models import Act, Lifted, Verdict
from tertulia.outbox.actions import TooLate
from tertulia.people.models import Profile

#: The acts that a message in the inbox offers, the mildest that is seen first.
AGAINST_FIRST = (Act.HIDE, Act.DELETE, Act.BLOCK, Act.NOTE)

#: What is said once it is decided.
_SAID = {
    Act.HIDE: gettext_lazy("Se está ocultando."), Act.DELETE: gettext_lazy("Se borrará dentro de un momento."),
    Act.BLOCK: gettext_lazy("Se está bloqueando."), Act.NOTE: gettext_lazy("Apuntado."), Act.KEEP: gettext_lazy("Se queda como está.")}


@for_brand("moderate")
def act(request: BrandRequest, pk: int) -> HttpResponse:
    """Asks what to do and by which rule, and does it."""
    message = message_or_404(request, pk)
    posted = request.method == "POST"
    form = ActForm(request.POST if posted else None, request.brand, act=Act.HIDE)
    cannot = cannot_of(message)
    if posted and form.is_valid():
        told = form.cleaned_data
        decision = queue.Decision(told["act"], told["rule"], told["note"])
        try:
            verdict = queue.act(message, decision, request.user, by=request.by)
        except actions.CannotDo as error:
            form.add_error("act", str(error))
        else:
            return answer(request, message, said(verdict), undo=undo_of(request, [verdict]))
    template = "moderation/act_form.html" if request.htmx else "moderation/act.html"  # type: ignore[attr-defined]
    context = {"message": message, "form": form, "rules": queries.house_rules(request.brand),
               "choices": choices_of(cannot, strikes.policy_of(request.brand).delay),
               "chosen": request.POST.get("act") or first_possible(cannot), "may_write": allowed(request.brand, request.user, "publish")}
    return render(request, template, context, status=422 if posted else 200)


def cannot_of(message: Message) -> dict[str, str]:
    """Why each act cannot be done to a message; empty where it can."""
    blocked = message.author is not None and queries.blocking(message.author) is not None
    return {"hide": queries.why_not_hide(message), "delete": queries.why_not_delete(message),
            "block": _("Ya está bloqueada.") if blocked else queries.why_not_block(message)}


def choices_of(cannot: dict[str, str], delay: int, acts: Sequence[Act] = AGAINST_FIRST) -> list[dict[str, Any]]:
    """The acts a person may choose, each with what it does, or why it cannot be done."""
    wait = ngettext("Espera %(delay)s minuto antes de salir: hasta entonces se puede detener.",
                    "Espera %(delay)s minutos antes de salir: hasta entonces se puede detener.", delay) % {"delay": delay}
    does = {Act.HIDE: _("Deja de verse bajo vuestras publicaciones. Se puede volver a mostrar."),
            Act.DELETE: _("Desaparece de la red para siempre; aquí queda lo que decía.") + (f" {wait}" if delay else ""),
            Act.BLOCK: _("Quien lo escribió no podrá volver a escribiros. Se puede deshacer."),
            Act.NOTE: _("Sigue a la vista, pero cuenta como falta."), Act.KEEP: _("No rompe ninguna norma.")}
    return [{"act": str(one), "label": one.label, "does": does[one], "why": cannot.get(str(one), "")} for one in acts]


def first_possible(cannot: dict[str, str]) -> str:
    """The mildest act that can be done."""
    return next((name for name in ("hide", "note", "delete", "block") if not cannot.get(name)), "note")


def said(verdict: Verdict) -> str:
    """What is told of a verdict just given."""
    return str(_SAID[Act(verdict.act)])


def undo_of(request: BrandRequest, verdicts: list[Verdict]) -> str:
    """The address that takes these verdicts back."""
    return reverse("moderation:undo", args=[request.brand.slug]) + "?" + "&".join(f"v={one.pk}" for one in verdicts)


@require_POST
@for_brand("moderate")
def undo(request: BrandRequest) -> HttpResponse:
    """Takes back what was just decided: ``v``, once for each verdict."""
    told = [int(one) for one in request.GET.getlist("v")[:500] if one.isdecimal() and len(one) < 18]
    ids = list(Verdict.objects.filter(brand=request.brand, pk__in=told).values_list("message__conversation_id", flat=True))
    try:
        undone = queue.undo(request.brand, told, request.user, by=request.by, because="deshacer")
    except TooLate:
        return _say(request, ids, _("Ya ha salido: no se puede deshacer."), tone="warn")
    return _say(request, ids, _("Deshecho.") if undone else _("No había nada que deshacer."))


@require_POST
@for_brand("moderate")
def show(request: BrandRequest, pk: int) -> HttpResponse:
    """Shows it again; what was not hidden stays as it is."""
    message = message_or_404(request, pk)
    verdict = actions.show(message, request.user, by=request.by)
    return answer(request, message, _("Se vuelve a mostrar.") if verdict else _("No estaba oculto."))


@require_POST
@for_brand("moderate")
def report(request: BrandRequest, pk: int) -> HttpResponse:
    """Somebody else should look at it: into the queue."""
    message = message_or_404(request, pk)
    actions.enqueue(message, because="report", by=request.by)
    return answer(request, message, _("Está en la cola de moderación."))


# --------------------------------------------------------------------------- what was decided


@require_GET
@for_brand("see")
def story(request: BrandRequest, pk: int) -> HttpResponse:
    """Everything that was ever decided of a message, with its evidence."""
    message = message_or_404(request, pk)
    template = "moderation/story_body.html" if request.htmx else "moderation/story.html"  # type: ignore[attr-defined]
    verdicts = [{"it": one, "can_appeal": appeals.can_be_appealed(one) and not one.lifted and appeals.appeal_of(one) is None}
                for one in queries.verdicts_about(message)]
    return render(request, template, {"message": message, "verdicts": verdicts})


@require_POST
@for_brand("moderate")
def take_back(request: BrandRequest, pk: int) -> HttpResponse:
    """Stops a deletion before it leaves."""
    verdict = verdict_or_404(request, pk)
    try:
        stopped = actions.take_back(verdict, request.user, by=request.by)
    except TooLate:
        return answer(request, verdict.message, _("Ya ha salido: no se puede detener."), tone="warn")
    return answer(request, verdict.message, _("Detenido: no se borra.") if stopped else _("Ya estaba detenido."))


@require_POST
@for_brand("moderate")
def unblock(request: BrandRequest, pk: int) -> HttpResponse:
    """Lets somebody in again."""
    verdict = verdict_or_404(request, pk)
    undone = actions.unblock(verdict, request.user, by=request.by)
    return answer(request, verdict.message, _("Se está desbloqueando.") if undone else _("No estaba bloqueada."))


@require_POST
@for_brand("moderate")
def lift(request: BrandRequest, pk: int) -> HttpResponse:
    """A note stands no more, nor does its strike."""
    verdict = verdict_or_404(request, pk)
    if verdict.act == Act.NOTE:
        actions.lift(verdict, Lifted.UNDONE, by=request.by)
    return answer(request, verdict.message, _("Ya no cuenta."))


@require_POST
@for_brand("answer")
def offer(request: BrandRequest, pk: int) -> HttpResponse:
    """Puts above the writer what tells the author which rule it was and where to appeal."""
    verdict = verdict_or_404(request, pk)
    if not appeals.can_be_appealed(verdict):
        raise Http404(pk)
    answering = None if verdict.message.vanished_at else verdict.message
    inbox.bring_draft(verdict.message.conversation, appeals.offering(verdict), source=_("Normas de la casa"), by=request.by,
                      because=str(verdict.rule), answering=answering)
    return answer(request, verdict.message, _("El aviso está en el cuadro de respuesta, con el enlace para reclamar."))


@require_GET
@for_brand("see")
def of_person(request: BrandRequest, pk: int) -> HttpResponse:
    """What counts against somebody, shown beside them."""
    profile = Profile.objects.filter(brand=request.brand, pk=pk).first()
    if profile is None:
        raise Http404(pk)
    return render(request, "moderation/of_person.html", {
        "profile": profile, "record": strikes.record_of(profile), "blocking": queries.blocking(profile),
        "verdicts": queries.verdicts_on(strikes.same_person(profile), 8)})


# --------------------------------------------------------------------------- how it is told


def message_or_404(request: BrandRequest, pk: int) -> Message:
    """The brand's message; another brand's is not there."""
    try:
        return message_of(request.brand, pk)
    except Message.DoesNotExist as error:
        raise Http404(pk) from error


def verdict_or_404(request: BrandRequest, pk: int) -> Verdict:
    """The brand's verdict; another brand's is not there."""
    try:
        return queries.verdict_of(request.brand, pk)
    except Verdict.DoesNotExist as error:
        raise Http404(pk) from error


def answer(request: BrandRequest, message: Message, text: str, *, undo: str = "", tone: str = "ok") -> HttpResponse:
    """Says ``text`` on the page where it was asked, which looks again at the conversation."""
    return _say(request, [message.conversation_id], text, undo=undo, tone=tone, where=f"#m{message.pk}")


def _say(request: BrandRequest, ids: list[int], text: str, *, undo: str = "", tone: str = "ok", where: str = "") -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        response = say(HttpResponse(status=204), text, undo=undo, tone=tone)
        return trigger_client_event(response, "inbox-changed", {"ids": ids})
    tags: dict[str, Any] = {"extra_tags": f"undo:{undo}"} if undo else {}
    (messages.success if tone == "ok" else messages.warning)(request, text, **tags)
    if not ids:
        return redirect("moderation:queue", request.brand.slug)
    return redirect(reverse("inbox:conversation", args=[request.brand.slug, ids[0]]) + where)
