"""The page of who answers without being of the team: one matter, nothing else.

Nobody signs in: whoever has the link is who it was sent to. Every access is written down, nothing is kept by caches, no
search engine may keep it, and no address leaks to where it links to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from tertulia.handoffs import actions, doors, queries
from tertulia.handoffs.forms import NotMineForm, OutsideForm
from tertulia.handoffs.models import Attachment, Door
from tertulia.handoffs.views.files import sent

View = Callable[..., HttpResponse]


def for_door(view: View) -> View:
    """A view of a matter behind a door that opens; behind one that does not, the page says why."""

    @wraps(view)
    def enter(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        door = queries.door(token)
        state = doors.state_of(door)
        if door is None or state != "good":
            return private(_shut(request, token, door, state))
        doors.enter(door, view.__name__)
        with translation.override("es"), timezone.override(door.hand_off.brand.time_zone):
            return private(view(request, token, door, **kwargs))

    return enter


def private(response: HttpResponse) -> HttpResponse:
    """Neither kept nor found nor told to others."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


def _shut(request: HttpRequest, token: str, door: Door | None, state: str, *, asked: bool = False) -> HttpResponse:
    status = 404 if state == "unknown" else 410
    return render(request, "handoffs/outside_shut.html", {"state": state, "token": token, "door": door, "asked": asked},
                  status=200 if asked else status)


@require_GET
@for_door
def matter(request: HttpRequest, token: str, door: Door) -> HttpResponse:
    """What is asked, what was said, and where to answer."""
    return _page(request, token, door, OutsideForm(), NotMineForm())


def _page(request: HttpRequest, token: str, door: Door, form: OutsideForm, not_mine_form: NotMineForm, status: int = 200) -> HttpResponse:
    hand_off = door.hand_off
    stint = queries.current(hand_off)
    mine = stint is not None and stint.holder_id == door.holder_id
    above = hand_off.conversation if hand_off.thread else None
    return render(request, "handoffs/outside.html", {
        "token": token, "door": door, "matter": hand_off, "form": form, "not_mine": not_mine_form, "holder": door.holder,
        "messages_shown": queries.messages_of(hand_off), "words": queries.words_of(hand_off)[1:], "mine": mine,
        "due": stint.due_at if mine and stint else None,
        "told": request.GET.get("dicho", ""), "subject": above.subject if above else None}, status=status)


@require_POST
@for_door
def say(request: HttpRequest, token: str, door: Door) -> HttpResponse:
    """Answers, asks, or tells how it goes."""
    form = OutsideForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, token, door, form, NotMineForm(), status=422)
    told = form.cleaned_data
    actions.hear(door.hand_off, door.holder, told["what"], told["text"], way="page", by=f"holder:{door.holder_id}", files=told["attached"])
    response = redirect("outside:matter", token)
    response["Location"] += f"?dicho={told['what']}"
    return response


@require_POST
@for_door
def not_mine(request: HttpRequest, token: str, door: Door) -> HttpResponse:
    """It is somebody else's: the next one at the desk has it from now on."""
    form = NotMineForm(request.POST)
    if not form.is_valid():
        return _page(request, token, door, OutsideForm(), form, status=422)
    actions.hear(door.hand_off, door.holder, "not_mine", form.cleaned_data["reason"], way="page", by=f"holder:{door.holder_id}")
    return render(request, "handoffs/outside_shut.html", {"state": "passed", "token": token, "door": door})


@require_POST
def another_link(request: HttpRequest, token: str) -> HttpResponse:
    """A new link goes to the address of whoever this one was for; what is answered tells nobody whether it did."""
    if (door := queries.door(token)) is None:
        raise Http404(token)
    doors.ask_again(door)
    return private(_shut(request, token, door, doors.state_of(door), asked=True))


@require_GET
@for_door
def file(request: HttpRequest, token: str, door: Door, pk: int) -> HttpResponse:
    """A file of the matter."""
    try:
        return sent(queries.file_of(door.hand_off, pk))
    except Attachment.DoesNotExist as error:
        raise Http404(pk) from error
