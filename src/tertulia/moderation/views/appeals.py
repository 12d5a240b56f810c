"""Appeals, as the team sees them: what waits for an answer, one with its evidence, and what was answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.moderation import appeals, queries
from tertulia.moderation.forms import AnswerForm
from tertulia.moderation.models import Appeal


@require_GET
@for_brand("see")
def listed(request: BrandRequest) -> HttpResponse:
    """Those that wait, by deadline; then the last answered."""
    return render(request, "moderation/appeals.html", {"appeals": appeals.appeals_of(request.brand)[:100]})


@for_brand("see")
def one(request: BrandRequest, pk: int) -> HttpResponse:
    """One appeal: what was decided and why, what its author says, and the answer."""
    appeal = _or_404(request, pk)
    right = appeals.right_of(appeal, request.user)
    posted = request.method == "POST"
    if posted and not right.may:
        return HttpResponse(right.why, status=403, content_type="text/plain; charset=utf-8")
    form = AnswerForm(request.POST if posted else None)
    if posted and form.is_valid():
        told = form.cleaned_data
        if appeals.answer(appeal, told["outcome"], told["text"], request.user, by=request.by):
            messages.success(request, _("Respondida. La respuesta se lee en el mismo enlace, y está preparada en la conversación."))
        else:
            messages.warning(request, _("Otra persona la había respondido ya."))
        return redirect("moderation:appeal", request.brand.slug, pk)
    return render(request, "moderation/appeal.html", {
        "appeal": appeal, "verdict": appeal.verdict, "message": appeal.verdict.message, "right": right, "form": form,
        "verdicts": queries.verdicts_about(appeal.verdict.message)}, status=422 if posted else 200)


def _or_404(request: BrandRequest, pk: int) -> Appeal:
    try:
        return appeals.appeals_of(request.brand).get(pk=pk)
    except Appeal.DoesNotExist as error:
        raise Http404(pk) from error
