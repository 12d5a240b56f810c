"""What a person may ask of the brand: a copy of all that is held of them, and that it is wiped."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.people import erasing, exporting, queries
from tertulia.people.forms import ErasureForm
from tertulia.people.models import Erasure, Export
from tertulia.people.told import person_or_404, told


@require_POST
@for_brand("manage")
def export(request: BrandRequest, pk: int) -> HttpResponse:
    """Makes a copy, or has it made."""
    person = person_or_404(request, pk)
    if person.erased_at:
        return told(request, _("Ya no consta nada de esta persona."), tone="warn")
    made = exporting.ask_export(person, request.user, by=request.by)
    return told(request, _("La copia está lista.") if made.made_at else _("Se está preparando la copia: aparecerá aquí."))


@require_GET
@for_brand("manage")
def download(request: BrandRequest, pk: int) -> HttpResponse:
    """The copy as a ZIP, while it is kept."""
    found = Export.objects.filter(person__brand=request.brand, pk=pk, content__isnull=False).first()
    if found is None or found.content is None:
        raise Http404(pk)
    return HttpResponse(bytes(found.content), content_type="application/zip", headers={
        "Content-Disposition": f'attachment; filename="datos-persona-{found.person_id}.zip"', "Cache-Control": "no-store"})


@require_POST
@for_brand("manage")
def erase(request: BrandRequest, pk: int) -> HttpResponse:
    """All that is held of them is to be wiped in a day."""
    person, form = person_or_404(request, pk), ErasureForm(request.POST)
    if not form.is_valid():
        return told(request, _("Di por qué se borra."), tone="warn")
    try:
        asked = erasing.ask_erasure(person, form.cleaned_data["reason"], request.user, by=request.by)
    except erasing.ErasedAlready:
        return told(request, _("Ya no consta nada de esta persona."), tone="warn")
    return told(request, _("Se borrará dentro de un día. Hasta entonces se puede cancelar."),
                undo=reverse("people:cancel_erasure", args=[request.brand.slug, asked.pk]))


@require_POST
@for_brand("manage")
def cancel_erasure(request: BrandRequest, pk: int) -> HttpResponse:
    """They stay."""
    try:
        asked = queries.erasure_in(request.brand, pk)
    except Erasure.DoesNotExist as error:
        raise Http404(pk) from error
    if not erasing.cancel_erasure(asked, request.user, by=request.by):
        return told(request, _("Ya no se puede cancelar: se ha borrado, o ya estaba cancelado."), tone="warn")
    return told(request, _("Cancelado: no se borra nada."))
