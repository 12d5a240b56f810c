"""Saved replies in pages: the settings, the menu of the writer, what is suggested, and a sent answer that is kept."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.tabs import show
from tertulia.inbox import labels, queries, saved
from tertulia.inbox.filling import unknown
from tertulia.inbox.forms import Words, chosen
from tertulia.inbox.likely import likely
from tertulia.inbox.models import Message, SavedReply
from tertulia.inbox.rules import excerpt
from tertulia.inbox.views import conversation_or_404
from tertulia.kit.toasts import say


class SavedForm(forms.Form):
    """A saved reply."""

    title = Words(label=gettext_lazy("Título"), max_length=80, help_text=gettext_lazy("Con él se encuentra al escribir / en la respuesta."))
    text = Words(label=gettext_lazy("Texto"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    intents = forms.MultipleChoiceField(
        label=gettext_lazy("Sirve para"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(name, label) for name, (label, _tone) in labels.INTENTS.items() if name != "spam"])

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if odd := unknown(text):
            raise forms.ValidationError(_("No hay ninguna variable que se llame %(names)s."), params={
                "names": ", ".join(f"{{{one}}}" for one in odd)})
        return text


@require_http_methods(["GET", "POST"])
@for_brand("answer")
def replies(request: BrandRequest) -> HttpResponse:
    """The brand's saved replies, and a new one."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@for_brand("answer")
def rewrite(request: BrandRequest, pk: int) -> HttpResponse:
    """Another title or text for one of them."""
    return _page(request, get_object_or_404(SavedReply, brand=request.brand, pk=pk, archived_at=None))


def _page(request: BrandRequest, before: SavedReply | None) -> HttpResponse:
    initial = {"title": before.title, "text": before.text, "intents": before.intents} if before else {}
    form = SavedForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            with transaction.atomic():
                saved.save_reply(request.brand, told["title"], told["text"], told["intents"], request.user, by=request.by, before=before)
        except IntegrityError:
            form.add_error("title", _("Ya hay una respuesta con ese título."))
        else:
            messages.success(request, _("Guardada."))
            return redirect("inbox:saved", slug=request.brand.slug)
    archived = SavedReply.objects.filter(brand=request.brand).exclude(archived_at=None).order_by("-archived_at")[:30]
    intents = {name: label for name, (label, _tone) in labels.INTENTS.items()}
    rows = [(one, [intents[name] for name in one.intents if name in intents]) for one in saved.saved_of(request.brand)]
    return show(request, "inbox/saved.html", {
        "rows": rows, "archived": archived, "form": form, "before": before, "variables": saved.WORDS.items()},
        422 if request.method == "POST" else 200)


@require_POST
@for_brand("answer")
def archive(request: BrandRequest, pk: int) -> HttpResponse:
    """Offered no more, or again with ``de-vuelta``."""
    one = get_object_or_404(SavedReply, brand=request.brand, pk=pk)
    back = bool(request.GET.get("de-vuelta"))
    saved.archive(one, by=request.by, back=back)
    undo = f"undo:{reverse('inbox:archive_saved', args=[request.brand.slug, one.pk])}?de-vuelta=1"
    messages.success(request, _("Vuelve a estar.") if back else _("Retirada."), extra_tags="" if back else undo)
    return redirect("inbox:saved", slug=request.brand.slug)


# --------------------------------------------------------------------------- in the writer


@require_GET
@for_brand("answer")
def menu(request: BrandRequest, pk: int) -> HttpResponse:
    """The saved replies that say ``q``, filled for this conversation."""
    conversation = conversation_or_404(request, pk)
    found = saved.found(conversation, request.place, request.GET.get("q", "")[:60])
    return render(request, "inbox/saved_menu.html", {"found": found, "words": request.GET.get("q", "")})


@require_POST
@for_brand("answer")
def used(request: BrandRequest, pk: int) -> HttpResponse:
    """Somebody put it into the writer."""
    saved.note_used(get_object_or_404(SavedReply, brand=request.brand, pk=pk))
    return HttpResponse(status=204)


@require_GET
@for_brand("answer")
def suggested(request: BrandRequest, pk: int) -> HttpResponse:
    """What may be answered to message ``a``, each with where it comes from."""
    conversation = conversation_or_404(request, pk)
    told = chosen(request.GET, "a")
    target = conversation.messages.filter(pk=told[0], ours=False).first() if told else queries.last_of_theirs(conversation)
    found = likely(conversation, target, request.place) if target else []
    return render(request, "inbox/likely.html", {"found": found})


@require_POST
@for_brand("answer")
def keep_sent(request: BrandRequest, pk: int) -> HttpResponse:
    """An answer of ours is kept for the next time, as it would be said to anybody."""
    message = get_object_or_404(Message.objects.select_related("conversation__person", "brand"), brand=request.brand, pk=pk, ours=True)
    text = saved.general(message, saved.tails_of(request.brand))
    title = saved.free_title(request.brand, excerpt(text, 48).rstrip("…") or _("Respuesta"))
    one = saved.save_reply(request.brand, title, text, message.conversation.intents, request.user, by=request.by)
    undo = reverse("inbox:archive_saved", args=[request.brand.slug, one.pk])
    said = _("Guardada como «%(title)s».") % {"title": title}
    if request.htmx:  # type: ignore[attr-defined]
        return say(HttpResponse(status=204), said, undo=undo)
    messages.success(request, said, extra_tags=f"undo:{undo}")
    return redirect("inbox:rewrite_saved", slug=request.brand.slug, pk=one.pk)
