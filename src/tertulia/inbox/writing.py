"""Writing in a conversation: answers, what is kept of them, what others bring or approve, notes, and where they go.

To htmx an act answers with the form as it is now; without it, with the page it was done on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.models import Membership, Picture
from tertulia.inbox import actions, approving, drafting, listing, panes, presence, writer
from tertulia.inbox.addresses import address_of, filters_of
from tertulia.inbox.forms import NoteForm, ReplyForm, chosen
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.inbox.views import conversation_or_404
from tertulia.inbox.writer import Shown, pictures_of, posted_pictures, room_for
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.kit.toasts import say
from tertulia.language import Finding

# --------------------------------------------------------------------------- answering


@require_POST
@for_brand("answer")
def reply(request: BrandRequest, pk: int) -> HttpResponse:
    """Answers in the name of the brand, or asks for approval. 422 with the text kept if it cannot be sent as it is."""
    conversation = conversation_or_404(request, pk)
    pictures = pictures_of(request.brand, posted_pictures(request.POST))
    form = ReplyForm(request.POST, conversation, request.place, pictures)
    if not form.is_valid():
        return _written_again(request, conversation, error=_first_error(form))
    told, with_pictures = form.cleaned_data, [(one.picture.pk, one.alt) for one in pictures]
    message = conversation.messages.select_related("author", "conversation__brand").filter(pk=told["message"]).first()
    said = _("Respuesta en camino.")

    def act() -> None:
        nonlocal said
        if message is None:
            raise actions.NothingToAnswer(told["message"])
        if request.place.approved:
            approving.ask(message, told["text"], request.user, by=request.by, pictures=with_pictures)
            said = _("Pedida: no sale hasta que alguien la apruebe.")
        else:
            actions.reply(message, told["text"], request.user, by=request.by, turn=told["turn"], key=told["key"], pictures=with_pictures)

    if answer_not := writer.writer_context(request, conversation)["answer_not"]:
        return _written_again(request, conversation, error=answer_not)
    if wrong := _tried(act):
        return _written_again(request, conversation, error=wrong.error, answered=wrong.answered)
    presence.rest(conversation, request.user)
    return _written(request, conversation, said, "inbox/writer.html")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why an answer did not leave: in words, or because of another answer."""

    error: str = ""
    answered: Message | None = None


def _tried(act: Callable[[], Any]) -> Wrong | None:
    """Does it; what was wrong with it, if anything."""
    try:
        act()
    except actions.NothingToAnswer:
        return Wrong(_("Ese mensaje ya no está: no se puede responder."))
    except actions.NotInItsVoice as stopped:
        return Wrong(_stopped(stopped.findings))
    except actions.Unfilled as unfilled:
        return Wrong(_("Falta rellenar %(gaps)s antes de enviarla.") % {"gaps": ", ".join(f"{{{one}}}" for one in unfilled.gaps)})
    except actions.WindowOver as over:
        return Wrong(_("La red solo dejaba responder hasta el %(day)s.") % {"day": date_format(over.ended_at, _("j \\d\\e F, H:i"))})
    except actions.AnsweredMeanwhile as meanwhile:
        return Wrong(answered=meanwhile.message)
    except approving.NotTheirs:
        return Wrong(_("Nadie aprueba lo suyo, ni quien necesita aprobación."))
    except approving.NotAsked:
        return Wrong(_("Ya no espera: alguien lo decidió antes, o quien la escribió la ha retirado."))
    return None


def _stopped(findings: Sequence[Finding]) -> str:
    return _("La marca no deja salir esto: %(what)s.") % {"what": ", ".join(f"«{one.text}»" for one in findings[:3])}


def _first_error(form: Any) -> str:
    # what is wrong with the text is said first; the other fields are hidden ones
    found = form.errors.get("text") or form.non_field_errors() or [_("La página estaba incompleta: vuelve a cargarla.")]
    return str(found[0])


def _written_again(request: BrandRequest, conversation: Conversation, *, error: str = "", answered: Any = None) -> HttpResponse:
    number = chosen(request.POST, "message")
    context = writer.writer_context(request, conversation, number[0] if number else None, text=request.POST.get("text", ""),
                                    pictures=posted_pictures(request.POST))
    return _page_again(request, conversation, "inbox/writer.html", context | {"error": error, "answered": answered})


def _page_again(request: BrandRequest, conversation: Conversation, template: str, context: dict[str, Any]) -> HttpResponse:
    """The form again with what was written; without htmx, on its whole page."""
    filters = filters_of(request.GET)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"conversation": conversation, "address": address_of(filters)} | context
        return render(request, template, context, status=422)
    beside = listing.list_context(request, filters) | listing.views_context(request, filters) | listing.controls_context(request, filters)
    return render(request, "inbox/inbox.html", beside | panes.opened_context(request, conversation, filters) | context, status=422)


def _written(request: BrandRequest, conversation: Conversation, text: str, template: str, *, undo: str = "") -> HttpResponse:
    filters = filters_of(request.GET)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(reverse("inbox:conversation", args=[request.brand.slug, conversation.pk]) + address_of(filters) + "#final")
    conversation.refresh_from_db()
    context = writer.writer_context(request, conversation) | {"conversation": conversation, "address": address_of(filters)}
    response = say(render(request, template, context), text, undo=undo)
    return trigger_client_event(response, "inbox-changed", {"ids": [conversation.pk], "spoke": True})


@require_POST
@for_brand("see")
def measured(request: BrandRequest, pk: int) -> HttpResponse:
    """How much still fits, by the network's true rule."""
    opened = conversation_or_404(request, pk)
    room = room_for(opened.channel, opened.kind, clean(request.POST.get("text", "")), request.place, len(request.POST.getlist("picture")))
    return render(request, "inbox/left.html", {"count": room.count, "limit": room.limit, "left": room.left, "conversation": opened})


# --------------------------------------------------------------------------- what is kept while it is written


@require_POST
@for_brand("answer")
def keep(request: BrandRequest, pk: int) -> HttpResponse:
    """Keeps what is written so far; nothing written keeps nothing. The others see that somebody writes."""
    conversation = conversation_or_404(request, pk)
    number = chosen(request.POST, "message")
    answering = conversation.messages.filter(pk=number[0], ours=False).first() if number else None
    kept = drafting.keep_draft(conversation, request.POST.get("text", "")[:writer.COUNTABLE], request.user, answering=answering,
                               pictures=posted_pictures(request.POST), key=request.POST.get("key", "")[:100])
    presence.beat(conversation, request.user, clock.now(), writing=kept is not None)
    return HttpResponse(status=204)


@require_POST
@for_brand("answer")
def take_up(request: BrandRequest, pk: int) -> HttpResponse:
    """What a role brought, or what was returned or asked by the reader, goes into the writer."""
    draft = _draft_or_404(request, pk, "brought", "asked", "returned")
    if draft.state == "brought":
        drafting.take_up(draft, request.user)
    elif draft.member_id != request.user.pk or not approving.take_back(draft, by=request.by):
        raise Http404(pk)
    return _written(request, draft.conversation, _("Ya puedes seguir escribiéndola."), "inbox/writer.html")


@require_GET
@for_brand("see")
def cards(request: BrandRequest, pk: int) -> HttpResponse:
    """What stands above the writer, as it is now."""
    conversation = conversation_or_404(request, pk)
    return render(request, "inbox/cards.html", writer.cards_context(request, conversation) | {
        "conversation": conversation, "address": address_of(filters_of(request.GET)), "turn": conversation.turn})


@require_POST
@for_brand("answer")
def drop(request: BrandRequest, pk: int) -> HttpResponse:
    """Nobody will use what was brought; it can be taken back."""
    draft = _draft_or_404(request, pk, "brought", "dropped")
    back = request.GET.get("de-vuelta")
    (actions.bring_draft_back if back else actions.drop_draft)(draft, by=request.by)
    undo = "" if back else reverse("inbox:drop", args=[request.brand.slug, draft.pk]) + "?de-vuelta=1"
    return _written(request, draft.conversation, _("Vuelve a estar ahí.") if back else _("Descartada."), "inbox/writer.html", undo=undo)


def _draft_or_404(request: BrandRequest, pk: int, *states: str) -> Draft:
    found = Draft.objects.filter(conversation__brand=request.brand, pk=pk, state__in=states).select_related(
        "conversation__channel", "conversation__brand", "conversation__person", "answering", "member").first()
    if found is None:
        raise Http404(pk)
    return found


# --------------------------------------------------------------------------- approving


@require_POST
@for_brand("answer")
def approve(request: BrandRequest, pk: int) -> HttpResponse:
    """Sends what somebody asked for, as it is or as it was changed here."""
    draft = _draft_or_404(request, pk, "asked", "sent", "returned", "draft")
    turn = request.POST.get("turn", "")
    text = clean(request.POST.get("text", draft.text)).strip()
    place = Membership.objects.filter(brand=request.brand, member=draft.member_id).first() or request.place
    room = room_for(draft.conversation.channel, draft.conversation.kind, text, place, len(draft.pictures))
    if room.left < 0:
        return _reviewed_again(request, draft, Wrong(_("Sobran %(over)s caracteres.") % {"over": -room.left}))
    wrong = _tried(lambda: approving.approve(draft, request.user, by=request.by, text=text,
                                             turn=int(turn) if turn.isdecimal() and len(turn) < 9 else None))
    return _reviewed_again(request, draft, wrong) if wrong else _written(
        request, draft.conversation, _("Aprobada: sale en nombre de %(name)s.") % {"name": draft.member}, "inbox/writer.html")


@require_POST
@for_brand("answer")
def give_back(request: BrandRequest, pk: int) -> HttpResponse:
    """Returns what somebody asked for to its author, with a word."""
    draft = _draft_or_404(request, pk, "asked", "sent", "returned", "draft")
    wrong = _tried(lambda: approving.give_back(draft, request.user, request.POST.get("review", "")[:2000], by=request.by))
    return _reviewed_again(request, draft, wrong) if wrong else _written(
        request, draft.conversation, _("Devuelta a %(name)s.") % {"name": draft.member}, "inbox/writer.html")


def _reviewed_again(request: BrandRequest, draft: Draft, wrong: Wrong) -> HttpResponse:
    context = writer.writer_context(request, draft.conversation)
    error = wrong.error or _("Mientras tanto ha salido otra respuesta: léela antes de decidir.")
    return _page_again(request, draft.conversation, "inbox/writer.html", context | {
        "review_error": error, "review_text": request.POST.get("text", ""), "answered_by": wrong.answered})


# --------------------------------------------------------------------------- pictures


@require_GET
@for_brand("answer")
def library(request: BrandRequest) -> HttpResponse:
    """The brand's pictures, newest first, to take one into an answer."""
    pictures = Picture.objects.filter(brand=request.brand).defer("content").order_by("-pk")[:30]
    return render(request, "inbox/library.html", {"pictures": [Shown(one, one.alt) for one in pictures]})


# --------------------------------------------------------------------------- notes


@require_POST
@for_brand("answer")
def note(request: BrandRequest, pk: int) -> HttpResponse:
    """Leaves a note for the team. 422 with the text kept if it is empty or does not fit."""
    conversation = conversation_or_404(request, pk)
    form = NoteForm(request.POST)
    if not form.is_valid():
        context = {"note": request.POST.get("text", ""), "note_error": _first_error(form)}
        return _page_again(request, conversation, "inbox/note_writer.html", writer.writer_context(request, conversation) | context)
    actions.write_note(conversation, form.cleaned_data["text"], request.user, by=request.by)
    return _written(request, conversation, _("Nota guardada."), "inbox/note_writer.html")
