"""The page of the plaza: watch the square, speak as one of the public, set faults. And its faces and pictures."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from tertulia.kit import clock
from tertulia.plaza import actions, queries, rules
from tertulia.plaza.actions import Saying
from tertulia.plaza.forms import Breaking, Speaking
from tertulia.plaza.models import Neighbour, Utterance
from tertulia.plaza.rules import Refusal


@login_required
@require_GET
def square(request: HttpRequest) -> HttpResponse:
    """The timeline, a box to speak in, and the faults."""
    answering = _answering(request.GET.get("a", ""))
    speaking = Speaking(initial={"who": _chosen(request), "parent": answering.pk if answering else ""})
    return render(request, "plaza/square.html", {
        **_timeline(request), "speaking": speaking, "answering": answering, "breaking": Breaking(),
        "faults": queries.faults()})


@login_required
@require_GET
def timeline(request: HttpRequest) -> HttpResponse:
    """The timeline alone, as the page asks for it every few seconds."""
    return render(request, "plaza/timeline.html", _timeline(request))


@login_required
@require_GET
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation."""
    now = clock.now()
    try:
        said = queries.utterance(pk, None, now)
    except Refusal as no:
        raise Http404(no.words) from no
    found = list(queries.thread(said.root or said, None, now)[:500])
    return render(request, "plaza/thread.html", {"post": found[0] if found else said, "talk": found[1:], "said": said})


@login_required
@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """Says it, and back to the square."""
    form = Speaking(request.POST)
    if not _control() or not form.is_valid():
        return _back(request, _("Falta el texto o no se ha elegido a nadie."), good=False)
    said, parent = form.cleaned_data, _answering(form.cleaned_data["parent"])
    request.session["plaza_who"] = said["who"].pk
    try:
        actions.say(Saying(by=said["who"], text=said["text"], at=clock.now(), parent=parent,
                           to=said["to"] if parent is None else None, language="es"))
    except Refusal as no:
        return _back(request, no.words, good=False)
    return _back(request, _("Dicho como %(name)s.") % {"name": said["who"].name})


@login_required
@require_POST
def like(request: HttpRequest) -> HttpResponse:
    """The chosen neighbour likes it, or no longer."""
    who, now = _chosen(request), clock.now()
    if who is None or not _control():
        return _back(request, _("No hay nadie en la plaza."), good=False)
    try:
        said = queries.utterance(request.POST.get("id", ""), who, now)
    except Refusal as no:
        return _back(request, no.words, good=False)
    actions.like(by=who, said=said, now=now, liked=not queries.liked_by(who, [said.pk]).exists())
    if request.headers.get("HX-Request"):
        return render(request, "plaza/timeline.html", _timeline(request))
    return redirect("plaza:square")


@login_required
@require_POST
def faults(request: HttpRequest) -> HttpResponse:
    """Sets a fault, or takes one away (``mend``: its id, or ``all``)."""
    if not _control():
        raise Http404
    if mended := request.POST.get("mend", ""):
        try:
            actions.mend(None if mended == "all" else queries.number(mended))
        except Refusal as no:
            return _back(request, no.words, good=False)
        return _back(request, _("Arreglado."))
    form = Breaking(request.POST)
    if not form.is_valid():
        return _back(request, _("Esa avería no se entiende: mira los números."), good=False)
    form.save()
    return _back(request, _("Avería puesta."))


@login_not_required
@require_GET
@cache_control(max_age=3600, public=True)
def avatar(request: HttpRequest, handle: str) -> HttpResponse:
    """A face: initials on a colour."""
    try:
        who = queries.neighbour(handle)
    except Refusal as no:
        raise Http404 from no
    drawing = format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96"><rect width="96" height="96" fill="{}"/>'
        '<text x="48" y="50" fill="#fff" font-family="sans-serif" font-size="38" text-anchor="middle" '
        'dominant-baseline="central">{}</text></svg>', who.color, rules.initials(who.name))
    return _safe(HttpResponse(drawing, content_type="image/svg+xml"))


@login_not_required
@require_GET
@cache_control(max_age=3600, private=True)
def picture(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """An image that an utterance shows, to whoever has its address."""
    found = queries.picture(pk)
    if found is None:
        raise Http404
    return _safe(HttpResponse(bytes(found.content), content_type=found.mime))


def _safe(answer: HttpResponse) -> HttpResponse:
    """Opened on its own, it can do nothing: it may have come from anybody."""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _timeline(request: HttpRequest) -> dict[str, Any]:
    posts = queries.square(clock.now(), by=request.GET.get("by", ""))
    return {"posts": posts, "who": _chosen(request), "by": request.GET.get("by", ""), "control": _control()}


def _chosen(request: HttpRequest) -> Neighbour | None:
    return queries.cast().filter(pk=request.session.get("plaza_who") or 0).first() or queries.cast().first()


def _answering(pk: str) -> Utterance | None:
    try:
        return queries.utterance(pk, None, clock.now()) if pk else None
    except Refusal:
        return None


def _control() -> bool:
    return bool(getattr(settings, "TERTULIA_PLAZA_CONTROL", False))


def _back(request: HttpRequest, words: str, *, good: bool = True) -> HttpResponse:
    (messages.success if good else messages.error)(request, words)
    return redirect(reverse("plaza:square"))
