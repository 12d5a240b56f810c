"""Asuntos: the list, one matter, and everything that the team does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.actions import add_picture
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.pictures import BadPicture
from tertulia.handoffs import actions, doors, queries
from tertulia.handoffs.cards import about
from tertulia.handoffs.forms import SayForm
from tertulia.handoffs.models import Attachment, HandOff, Holder, Kind, State, Word
from tertulia.handoffs.queries import Filters
from tertulia.handoffs.views.files import sent
from tertulia.inbox.models import Conversation
from tertulia.inbox.queries import conversation_of
from tertulia.kit import clock
from tertulia.kit.paging import page
from tertulia.kit.toasts import say as toast

PAGE = 40


def matter_or_404(request: BrandRequest, pk: int) -> HandOff:
    """The brand's matter; another brand's is not there."""
    try:
        return queries.matter_of(request.brand, pk)
    except HandOff.DoesNotExist as error:
        raise Http404(pk) from error


def number(text: str) -> int | None:
    """An id as an address or a form writes it; None if it is none."""
    return int(text) if text.isdecimal() and len(text) < 18 else None


@require_GET
@for_brand("see")
def board(request: BrandRequest) -> HttpResponse:
    """The matters, those that wait first."""
    asked = request.GET
    filters = Filters(state=asked.get("estado", "live"), kind=asked.get("tipo", ""), desk_id=number(asked.get("puesto", "")),
                      mine="mios" in asked)
    now = clock.now()
    order = "due_at" if filters.state in ("live", "late", State.OPEN) else "-opened_at"  # what is due first comes first
    found = page(queries.matters(request.brand, filters, request.user, now), order, asked.get("despues", ""), PAGE)
    counts, url = queries.counts(request.brand, now), reverse("handoffs:list", args=[request.brand.slug])
    live = sum(counts.get(one, 0) for one in (State.OPEN, State.ASKED_BACK, State.ANSWERED))
    tabs = [{"label": label, "url": f"{url}?estado={name}", "current": filters.state == name, "count": count} for name, label, count in (
        ("live", _("En marcha"), live), (State.ANSWERED, _("Contestados"), counts.get(State.ANSWERED, 0)),
        (State.ASKED_BACK, _("Nos preguntan"), counts.get(State.ASKED_BACK, 0)), ("late", _("Con retraso"), counts["late"]),
        ("ended", _("Acabados"), 0))]
    return render(request, "handoffs/board.html", {
        "tabs": tabs, "filters": filters, "matters": found.rows, "next": found.next, "kinds": Kind.choices, "now": now,
        "desks": list(queries.desks(request.brand)), "unmatched": len(queries.unmatched(request.brand)), "url": url,
        "places": places(request)})


def places(request: BrandRequest) -> list[dict[str, Any]]:
    """The pages of Asuntos."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [{"label": label, "url": reverse(name, args=[request.brand.slug]), "icon": icon, "current": name == here}
            for name, label, icon in (("handoffs:list", _("Asuntos"), "send"), ("handoffs:leads", _("Ventas"), "cart"),
                                      ("handoffs:ideas", _("Sugerencias"), "bulb"), ("handoffs:report", _("Tardanza"), "report"))]


@require_GET
@for_brand("see")
def matter(request: BrandRequest, pk: int) -> HttpResponse:
    """One matter whole."""
    return _page(request, matter_or_404(request, pk), SayForm())


def _page(request: BrandRequest, one: HandOff, form: SayForm, status: int = 200, link: str = "") -> HttpResponse:
    return render(request, "handoffs/matter.html", {
        **about(one, request.user), "form": form, "link": link, "letters": queries.letters_of(one), "visits": doors.visits(one),
        "messages_shown": queries.messages_of(one), "places": places(request)}, status=status)


@require_GET
@for_brand("see")
def in_conversation(request: BrandRequest, pk: int) -> HttpResponse:
    """The cards of a conversation's matters, anew."""
    try:
        conversation = conversation_of(request.brand, pk)
    except Conversation.DoesNotExist as error:
        raise Http404(pk) from error
    return render(request, "handoffs/cards.html", {
        "conversation": conversation, "cards": [about(one, request.user) for one in queries.matters_in(conversation)]})


# --------------------------------------------------------------------------- acts


def _back(request: BrandRequest, one: HandOff, text: str, *, undo: str = "", tone: str = "ok") -> HttpResponse:
    """To htmx what was done, so that the cards look again; else the page it was done on."""
    back = reverse(f"handoffs:{undo}", args=[request.brand.slug, one.pk]) if undo else ""
    if request.htmx:  # type: ignore[attr-defined]
        response = toast(HttpResponse(status=204), text, undo=back, tone=tone)
        return trigger_client_event(response, "inbox-changed", {"ids": [one.conversation_id] if one.conversation_id else []})
    (messages.success if tone == "ok" else messages.warning)(request, text, extra_tags=f"undo:{back}" if back else "")
    return redirect("handoffs:matter", request.brand.slug, one.pk)


@require_POST
@for_brand("answer")
def say(request: BrandRequest, pk: int) -> HttpResponse:
    """Says something to the desk; whoever has the matter answers it here too (``what``)."""
    one, form = matter_or_404(request, pk), SayForm(request.POST, request.FILES)
    if not form.is_valid():
        if request.htmx:  # type: ignore[attr-defined]
            return _back(request, one, str(next(iter(form.errors.values()))[0]), tone="warn")
        return _page(request, one, form, status=422)
    text, files, what = form.cleaned_data["text"], form.cleaned_data["attached"], request.POST.get("what", "")
    stint = queries.current(one)
    if what in ("answer", "question", "not_mine") and stint and stint.holder.member_id == request.user.pk:
        actions.hear(one, stint.holder, what, text, way="team", by=request.by, files=files)
        return _back(request, one, _("Apuntado."))
    try:
        actions.say(one, text, request.user, by=request.by, files=files)
    except actions.Over:
        return _back(request, one, _("El asunto ya está cerrado."), tone="warn")
    except actions.NobodyThere:
        return _back(request, one, _("No queda nadie en ese puesto a quien preguntar."), tone="warn")
    return _back(request, one, _("Enviado a %(desk)s.") % {"desk": one.desk})


@require_POST
@for_brand("answer")
def chase(request: BrandRequest, pk: int) -> HttpResponse:
    """Reminds whoever has it, now."""
    one = matter_or_404(request, pk)
    stint = queries.current(one)
    sent_one = stint is not None and actions.chase(stint, by=request.by, now=clock.now())
    return _back(request, one, _("Recordatorio en camino.") if sent_one else _("Ya se le ha recordado hace un momento."))


@require_POST
@for_brand("answer")
def pass_on(request: BrandRequest, pk: int) -> HttpResponse:
    """Gives it to another of the desk."""
    one = matter_or_404(request, pk)
    try:
        holder = queries.holder_of(request.brand, number(request.POST.get("holder", "")) or 0)
    except Holder.DoesNotExist as error:
        raise Http404 from error
    if holder.desk_id != one.desk_id:
        raise Http404
    given = actions.pass_on(one, "moved", to=holder, by=request.by)
    return _back(request, one, _("Ahora lo tiene %(name)s.") % {"name": given} if given else _("El asunto ya está cerrado."))


def _ending(state: State, text: Any) -> Callable[..., HttpResponseBase]:
    @require_POST
    @for_brand("answer")
    def act(request: BrandRequest, pk: int) -> HttpResponse:
        one = matter_or_404(request, pk)
        actions.end(one, state, by=request.by, because=request.POST.get("because", ""))
        return _back(request, one, str(text), undo="resume")

    return act


solve = _ending(State.SOLVED, gettext_lazy("Resuelto."))
close = _ending(State.CLOSED, gettext_lazy("Asunto cerrado."))
cancel = _ending(State.CANCELLED, gettext_lazy("Ya no se pide."))


@require_POST
@for_brand("answer")
def resume(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes an ending back."""
    one = matter_or_404(request, pk)
    try:
        actions.take_up_again(one, by=request.by)
    except actions.NobodyThere:
        return _back(request, one, _("No queda nadie en ese puesto a quien preguntar."), tone="warn")
    return _back(request, one, _("El asunto sigue."))


@require_POST
@for_brand("answer")
def use(request: BrandRequest, pk: int, word: int) -> HttpResponse:
    """Brings something that the desk said above the writer."""
    one = matter_or_404(request, pk)
    try:
        draft = actions.use(queries.word_of(one, word), by=request.by)
    except Word.DoesNotExist as error:
        raise Http404(word) from error
    return _back(request, one, _("Lo tienes encima de donde se escribe.") if draft else _("Este asunto no viene de ninguna conversación."))


@require_POST
@for_brand("answer")
def link(request: BrandRequest, pk: int) -> HttpResponse:
    """A private link to give by hand, shown once."""
    one = matter_or_404(request, pk)
    stint = queries.current(one)
    return _page(request, one, SayForm(), link=doors.make_link(one, stint.holder) if stint else "")


@require_POST
@for_brand("answer")
def keep_picture(request: BrandRequest, pk: int, attachment: int) -> HttpResponse:
    """Puts a picture that the desk sent in the brand's library, to be used in a post or an answer."""
    one = matter_or_404(request, pk)
    try:
        picture = queries.file_of(one, attachment)
        add_picture(request.brand, bytes(picture.content), by=request.by, because=f"matter:{one.pk}")
    except Attachment.DoesNotExist as error:
        raise Http404(attachment) from error
    except BadPicture:
        return _back(request, one, _("Esa imagen no se puede usar: no se abre."), tone="warn")
    return _back(request, one, _("Guardada entre las imágenes de la marca."))


@require_GET
@for_brand("see")
def file(request: BrandRequest, pk: int, attachment: int) -> HttpResponse:
    """A file of the matter."""
    try:
        return sent(queries.file_of(matter_or_404(request, pk), attachment))
    except Attachment.DoesNotExist as error:
        raise Http404(attachment) from error
