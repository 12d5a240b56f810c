"""The moderators' queue: one case, its keys, the next one by itself."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.inbox.models import Message
from tertulia.inbox.talk import reasons as marked
from tertulia.inbox.talk import said
from tertulia.kit.toasts import say
from tertulia.moderation import actions, evidence, queries, queue, strikes
from tertulia.moderation.forms import ActForm
from tertulia.moderation.models import Act, Case, Veil
from tertulia.moderation.views.acts import cannot_of, choices_of, undo_of
from tertulia.moderation.views.acts import said as said_of
from tertulia.moderation.words import reasons

#: The acts of a case, by their keys: 1, 2, 3, …
ACTS = (Act.KEEP, Act.HIDE, Act.DELETE, Act.BLOCK, Act.NOTE)


@require_GET
@for_brand("moderate")
def page(request: BrandRequest) -> HttpResponse:
    """The member's next case; with ``caso``, that one. To htmx, the case alone."""
    wanted = request.GET.get("caso", "")
    try:
        case = queue.claim(request.brand, request.user, int(wanted) if wanted.isdecimal() and len(wanted) < 18 else None)
    except Case.DoesNotExist as error:
        raise Http404(wanted) from error
    except queue.Taken as taken:
        return _show(request, None, taken=taken.case)
    return _show(request, case)


def _show(request: BrandRequest, case: Case | None, *, form: ActForm | None = None, taken: Case | None = None,
          status: int = 200) -> HttpResponse:
    template = "moderation/case.html" if request.htmx else "moderation/queue.html"  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "case": case, "taken": taken, "waiting": queue.open_cases(request.brand).count(), "veil": veil_of(request), "form": form,
        "rules": list(queries.house_rules(request.brand))}
    return render(request, template, context | (_around(case, form) if case else {}), status=status)


def _around(case: Case, form: ActForm | None) -> dict[str, Any]:
    """What a moderator needs to see to decide."""
    message = case.message
    return {
        "message": message, "said": said(message), "reasons": reasons(case), "spans": spans_of(message),
        "choices": choices_of(cannot_of(message), strikes.policy_of(case.brand_id).delay, ACTS),
        "chosen": (form.data.get("act") if form else "") or case.proposed,
        "above": evidence.above(message), "subject": message.conversation.subject, "equal": queue.equal_to(case),
        "before": queue.decided_before(case), "verdicts": queries.verdicts_about(message)[:3],
        "record": strikes.record_of(message.author) if message.author else None,
        "their_verdicts": queries.verdicts_on(strikes.same_person(message.author), 3) if message.author else ()}


def spans_of(message: Message) -> list[tuple[int, int]]:
    """The places that made it sound like an insult, or like hate."""
    marks = marked(message)
    return sorted({*marks.get("why-offence", ()), *marks.get("why-hate", ())})


def veil_of(request: BrandRequest) -> Veil:
    """What the member wants covered; by default, both."""
    return Veil.objects.filter(member=request.user).first() or Veil(member=request.user)


@require_POST
@for_brand("moderate")
def decide(request: BrandRequest, pk: int) -> HttpResponse:
    """Decides the case in the member's hands, and brings the next."""
    form = ActForm(request.POST, request.brand)
    case = case_or_404(request, pk)
    if not form.is_valid():
        return _show(request, case, form=form, status=422)
    told = form.cleaned_data
    decision = queue.Decision(told["act"], told["rule"], told["note"], told["same"])
    try:
        verdicts = list(queue.decide(request.brand, pk, request.POST.get("token", ""), decision, request.user, by=request.by))
    except queue.Taken as taken:
        who = taken.case.decided_by or taken.case.holder or _("otra persona")
        return _next(request, _("Ya lo ha decidido %(name)s.") % {"name": who}, "warn")
    except actions.CannotDo as error:
        form.add_error("act", str(error))
        return _show(request, case, form=form, status=422)
    many = len(verdicts)
    text = said_of(verdicts[0]) if many == 1 else ngettext("%(many)s decidido.", "%(many)s decididos.", many) % {"many": many}
    return _next(request, text, undo=undo_of(request, verdicts))


def _next(request: BrandRequest, text: str, tone: str = "ok", undo: str = "") -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("moderation:queue", request.brand.slug)
    return say(_show(request, queue.claim(request.brand, request.user)), text, tone=tone, undo=undo)


@require_POST
@for_brand("moderate")
def skip(request: BrandRequest, pk: int) -> HttpResponse:
    """Leaves it to others, and brings the next."""
    case_or_404(request, pk)
    queue.skip(request.brand, pk, request.user)
    return _next(request, _("Queda para otra persona."))


@require_POST
@for_brand("moderate")
def veil(request: BrandRequest) -> HttpResponse:
    """Whether texts and pictures are covered until they are asked for: the member's choice, in every brand."""
    Veil.objects.update_or_create(member=request.user, defaults={
        "texts": "texts" in request.POST, "pictures": "pictures" in request.POST})
    if request.htmx:  # type: ignore[attr-defined]
        return _show(request, queue.claim(request.brand, request.user))
    return redirect("moderation:queue", request.brand.slug)


def case_or_404(request: BrandRequest, pk: int) -> Case:
    """The brand's case; another brand's is not there."""
    try:
        return queue.case_of(request.brand, pk)
    except Case.DoesNotExist as error:
        raise Http404(pk) from error
