"""Writing down what is known of a person, joining and parting, and taking each of it back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.people import actions, joining, queries
from tertulia.people.forms import ConsentForm, NameForm, NoteForm
from tertulia.people.models import Join, Likeness, Person, Purpose
from tertulia.people.rules import tags_of
from tertulia.people.told import page_of, person_or_404, remembered, told, undo_of
from tertulia.people.words import CUSTOMER_IS


@require_POST
@for_brand("answer")
def name(request: BrandRequest, pk: int) -> HttpResponse:
    """What the team calls them."""
    person, form = person_or_404(request, pk), NameForm(request.POST)
    if not form.is_valid():
        return told(request, _("Ese nombre es demasiado largo."), tone="warn")
    undo = undo_of(request, person=person.pk, name=person.name)
    actions.describe(person, by=request.by, name=form.cleaned_data["name"])
    return told(request, _("Nombre guardado."), undo=undo)


@require_POST
@for_brand("answer")
def tag(request: BrandRequest, pk: int) -> HttpResponse:
    """Adds the tags of ``add`` (with commas between them), or takes ``remove`` away."""
    person = person_or_404(request, pk)
    added, removed = tags_of(request.POST.get("add", "")), request.POST.get("remove", "")
    known = {one.casefold() for one in person.tags}
    tags = [one for one in person.tags if one != removed] + [one for one in added if one.casefold() not in known]
    if tags == person.tags:
        return told(request, _("Escribe una etiqueta que no tenga ya."), tone="warn")
    undo = undo_of(request, person=person.pk, tags=person.tags)
    actions.describe(person, by=request.by, tags=tags[:30])
    return told(request, _("Etiqueta quitada.") if removed else _("Etiqueta puesta."), undo=undo)


@require_POST
@for_brand("answer")
def customer(request: BrandRequest, pk: int) -> HttpResponse:
    """Whether they are a customer: ``si``, ``no`` or ``no-se``."""
    person, said = person_or_404(request, pk), request.POST.get("customer", "")
    if said not in CUSTOMER_IS:
        return told(request, _("Di si es cliente, si no lo es o si no se sabe."), tone="warn")
    undo = undo_of(request, person=person.pk, customer=person.customer)
    actions.set_customer(person, CUSTOMER_IS[said], by=request.by)
    return told(request, {"si": _("Apuntado como cliente."), "no": _("Apuntado: no es cliente.")}.get(said, _("Apuntado: no se sabe.")),
                undo=undo)


@require_POST
@for_brand("answer")
def note(request: BrandRequest, pk: int) -> HttpResponse:
    """A word about them for the team."""
    person, form = person_or_404(request, pk), NoteForm(request.POST)
    if not form.is_valid():
        return told(request, str(form.errors["text"][0]), tone="warn")
    actions.write_note(person, form.cleaned_data["text"], request.user, by=request.by)
    return told(request, _("Nota guardada."))


@require_POST
@for_brand("answer")
def drop_note(request: BrandRequest, pk: int, note: int) -> HttpResponse:
    """Takes a note away."""
    person = person_or_404(request, pk)
    text = actions.drop_note(person, note, by=request.by)
    if text is None:
        return told(request, _("Esa nota ya no está."), tone="warn")
    return told(request, _("Nota quitada."), undo=undo_of(request, person=person.pk, note=text))


@require_POST
@for_brand("answer")
def consent(request: BrandRequest, pk: int) -> HttpResponse:
    """They agreed to something."""
    person, form = person_or_404(request, pk), ConsentForm(request.POST)
    if not form.is_valid():
        found = next(iter(form.errors.values()))[0]
        return told(request, str(found), tone="warn")
    said = form.cleaned_data
    given = actions.give_consent(person, said["purpose"], request.user, by=request.by, message_id=said["message"], how=said["how"])
    return told(request, _("Consentimiento apuntado."), undo=undo_of(request, person=person.pk, withdraw=given.purpose))


@require_POST
@for_brand("answer")
def withdraw(request: BrandRequest, pk: int) -> HttpResponse:
    """They agree no more to ``purpose``. It stays written that they did."""
    person, purpose = person_or_404(request, pk), request.POST.get("purpose", "")
    if purpose not in Purpose.values or not actions.withdraw_consent(person, purpose, request.user, by=request.by):
        return told(request, _("Eso no constaba, o ya estaba retirado."), tone="warn")
    return told(request, _("Consentimiento retirado desde ahora."))


# --------------------------------------------------------------------------- who is who


@require_POST
@for_brand("answer")
def join(request: BrandRequest, pk: int) -> HttpResponse:
    """Joins person ``other`` into this one."""
    person, said = person_or_404(request, pk), request.POST.get("other", "")
    if not said.isdecimal() or len(said) > 17:
        raise Http404(said)
    return _join(request, person, person_or_404(request, int(said)), None)


@require_POST
@for_brand("answer")
def confirm(request: BrandRequest, pk: int) -> HttpResponse:
    """The pair is one person: who is known longer takes the other in."""
    like = _likeness_or_404(request, pk)
    persons = [one.person for one in (like.one, like.other) if one.person]
    if len(persons) != 2 or persons[0] == persons[1]:
        return told(request, _("Esa pareja ya estaba decidida."), tone="warn")
    kept, other = sorted(persons, key=lambda one: one.pk)
    return _join(request, kept, other, like)


def _join(request: BrandRequest, kept: Person, other: Person, like: Likeness | None) -> HttpResponse:
    try:
        made = joining.join(kept, other, request.user, by=request.by, likeness=like)
    except joining.CannotJoin:
        return told(request, _("No se pueden unir: ya eran la misma, o una de las dos se va a borrar."), tone="warn")
    return told(request, _("Unidas: ahora son una persona."), undo=undo_of(request, join=made.pk), to="" if like else page_of(kept))


@require_POST
@for_brand("answer")
def deny(request: BrandRequest, pk: int) -> HttpResponse:
    """They are two; not suggested again."""
    like = _likeness_or_404(request, pk)
    if not joining.tell_apart(like, request.user, by=request.by):
        return told(request, _("Esa pareja ya estaba decidida."), tone="warn")
    return told(request, _("Apuntado: son dos personas."), undo=undo_of(request, likeness=like.pk))


@require_POST
@for_brand("answer")
def part(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes a join back."""
    joined = _join_or_404(request, pk)
    if not joining.part(joined, request.user, by=request.by):
        return told(request, _("Ya estaban separadas."), tone="warn")
    return told(request, _("Separadas: cada una con lo suyo."))


def _likeness_or_404(request: BrandRequest, pk: int) -> Likeness:
    try:
        return queries.likeness_of(request.brand, pk)
    except Likeness.DoesNotExist as error:
        raise Http404(pk) from error


def _join_or_404(request: BrandRequest, pk: int) -> Join:
    try:
        return queries.join_of(request.brand, pk)
    except Join.DoesNotExist as error:
        raise Http404(pk) from error


# --------------------------------------------------------------------------- taking back


@require_POST
@for_brand("answer")
def undo(request: BrandRequest) -> HttpResponse:
    """Puts back what the signed memory ``que`` says."""
    memory = remembered(request)
    if memory is None:
        return told(request, _("Ya es tarde para deshacerlo."), tone="warn")
    if "join" in memory:
        done = joining.part(_join_or_404(request, memory["join"]), request.user, by=request.by, because="deshacer")
    elif "likeness" in memory:
        done = joining.suggest_again(_likeness_or_404(request, memory["likeness"]), by=request.by, because="deshacer")
    else:
        done = _put_back(request, person_or_404(request, memory["person"]), memory)
    return told(request, _("Deshecho.")) if done else told(request, _("Ya estaba deshecho."), tone="warn")


def _put_back(request: BrandRequest, person: Person, memory: dict[str, object]) -> bool:
    by, because = request.by, "deshacer"
    match memory:
        case {"name": str(before)}:
            actions.describe(person, by=by, because=because, name=before)
        case {"tags": list(before)}:
            actions.describe(person, by=by, because=because, tags=[str(one) for one in before])
        case {"customer": bool() | None as before}:
            actions.set_customer(person, before, by=by, because=because)
        case {"note": str(text)}:
            actions.write_note(person, text, request.user, by=by, because=because)
        case {"withdraw": str(purpose)}:
            return actions.withdraw_consent(person, purpose, request.user, by=by, because=because)
    return True
