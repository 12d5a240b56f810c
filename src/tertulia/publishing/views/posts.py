"""What is done to a post from its page or the calendar: moving, taking back, copying, binning."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.kit.toasts import say
from tertulia.outbox.actions import TooLate
from tertulia.publishing import actions, queries, repeating, rules, sentences
from tertulia.publishing.models import Post, PostState, Series
from tertulia.publishing.views.composer import find


def _address(name: str, post: Post, **query: Any) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"publishing:{name}", args=[post.brand.slug, post.pk]) + (f"?{asked}" if asked else "")


def _asked(request: BrandRequest, name: str) -> str:
    """A value of the form, or of the address, where an undo carries it."""
    return request.POST.get(name) or request.GET.get(name, "")


def _seen(request: BrandRequest) -> int:
    text = _asked(request, "seen")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _told(text: str, *, status: int = 200, tone: str = "ok", undo: str = "") -> HttpResponse:
    """No content: a notice, and the calendar and the sheet look again."""
    response = HttpResponse(status=status)
    trigger_client_event(response, "posts-changed", {})
    return say(response, text, tone=tone, undo=undo)


def _tried(request: BrandRequest, post: Post, act: Callable[[], HttpResponse]) -> HttpResponse:
    """Does it, or says why it cannot be done: 409 if somebody was faster, 422 otherwise."""
    try:
        return act()
    except actions.Stale as stale:
        said = sentences.change(queries.last_change(request.brand, post.pk), stale.post, request.user.pk)
        return _told(said, status=409, tone="warn")
    except TooLate:
        return _told(_("Ya ha salido, o está saliendo: no se puede cambiar ni retirar."), status=422, tone="warn")
    except actions.PastHour:
        return _told(_("Esa hora ya ha pasado: elige otra."), status=422, tone="warn")
    except actions.NoChannel:
        return _told(_("Elige al menos un canal."), status=422, tone="warn")
    except actions.CannotLeave:
        return _told(_("Así no podría salir: ábrela y corrige lo marcado."), status=422, tone="warn")


@require_POST
@for_brand("publish")
def move(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/<pk>/mover/`` with ``at`` (``2026-11-26``: the same hour; ``2026-11-26T12:15``) and ``seen``.

    A draft stays a draft, meant for that hour; what is scheduled leaves then. An empty ``at`` takes a draft's day away.
    """
    post = find(request, pk)
    before = datetime.combine(post.local_date, post.local_time) if post.local_date and post.local_time else None
    before = before and rules.turned(before, queries.zone_of(post), post.brand.time_zone)
    local = _wanted(_asked(request, "at"), post)

    def act() -> HttpResponse:
        if post.state == PostState.DRAFT:
            kept = actions.plan(post, local, seen=_seen(request), by=request.by)
        elif local is None:
            raise Http404("at")
        else:
            kept = actions.schedule(post, local, seen=_seen(request), by=request.by)
        undo = _address("move", kept, at=before.isoformat(timespec="minutes") if before else "", seen=kept.version)
        if local is None:
            return _told(_("De vuelta a borradores."), undo=undo)
        said = _("Pensada para el %(hour)s. Sigue siendo un borrador.")
        if kept.state == PostState.SCHEDULED:
            said = _("Movida al %(hour)s.")
        said %= {"hour": sentences.hour(sentences.local_hour(kept) or local)}
        return _told(" ".join([said, *sentences.whims(kept)]), undo=undo)

    return _tried(request, post, act)


def _wanted(text: str, post: Post) -> datetime | None:
    """The hour that was asked for on the brand's clock, which the calendar shows, on the post's own."""
    here, own = post.brand.time_zone, queries.zone_of(post)
    try:
        if not text:
            return None
        if len(text) == 10:
            shown = sentences.local_hour(post)
            if here == own or shown is None:  # also an hour that the clocks skipped that day is kept for another
                return rules.moved(post.local_time, date.fromisoformat(text))
            local = rules.moved(rules.turned(shown, own, here).time(), date.fromisoformat(text))
        else:
            local = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise Http404(text) from error
    return rules.turned(local, here, own)


@require_POST
@for_brand("publish")
def settle(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/<pk>/soltar/``: schedules a draft for the hour that it is meant for."""
    post = find(request, pk)

    def act() -> HttpResponse:
        local = sentences.local_hour(post)
        if local is None:
            raise actions.PastHour
        kept = actions.schedule(post, local, seen=_seen(request), by=request.by)
        said = _("Programada para el %(hour)s.") % {"hour": sentences.hour(sentences.local_hour(kept) or local)}
        return _told(" ".join([said, *sentences.whims(kept)]), undo=_address("unschedule", kept, seen=kept.version))

    return _tried(request, post, act)


@require_POST
@for_brand("publish")
def unschedule(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/<pk>/desprogramar/``: back to a draft; nothing of it leaves."""
    post = find(request, pk)

    def act() -> HttpResponse:
        actions.unschedule(post, seen=_seen(request), by=request.by)
        return _told(_("Ya no saldrá: vuelve a ser un borrador."))

    return _tried(request, post, act)


@require_POST
@for_brand("publish")
def duplicate(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/<pk>/duplicar/``: a draft with the same content, open in the composer."""
    copy = actions.duplicate(find(request, pk), request.user, by=request.by)
    return HttpResponseClientRedirect(_address("post", copy))


@require_POST
@for_brand("publish")
def discard(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/<pk>/descartar/``: into the bin, with a way back."""
    post = find(request, pk)

    def act() -> HttpResponse:
        repeating.discard(post, seen=_seen(request), by=request.by)
        if "elsewhere" in request.GET:  # from its own page, which is no more
            messages.success(request, _("Descartada."), extra_tags="undo:" + _address("restore", post))
            return HttpResponseClientRedirect(reverse("publishing:calendar", args=[request.brand.slug]))
        return _told(_("Descartada."), undo=_address("restore", post))

    return _tried(request, post, act)


@require_POST
@for_brand("publish")
def restore(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/<pk>/restaurar/``: out of the bin; what was skipped of a series, back to its hour."""
    try:
        kept = repeating.restore(request.brand, pk, by=request.by)
    except Post.DoesNotExist as error:
        raise Http404(pk) from error
    return _told(_("Recuperada: sale a su hora.") if kept.state == PostState.SCHEDULED else _("Recuperada: está en borradores."))


def _series_or_404(request: BrandRequest, pk: int) -> Series:
    try:
        return queries.series_of(request.brand, pk)
    except Series.DoesNotExist as error:
        raise Http404(pk) from error


@require_POST
@for_brand("publish")
def stop(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/series/<pk>/parar/``: it repeats no longer, with a way back."""
    series = _series_or_404(request, pk)
    repeating.stop(series, by=request.by)
    return _told(_("Ya no se repite: lo que venía y nadie había cambiado se ha quitado."),
                 undo=reverse("publishing:resume", args=[request.brand.slug, pk]))


@require_POST
@for_brand("publish")
def resume(request: BrandRequest, pk: int) -> HttpResponse:
    """``POST componer/series/<pk>/reanudar/``: it repeats again."""
    series = _series_or_404(request, pk)
    repeating.resume(series, by=request.by)
    return _told(_("Se repite otra vez."), undo=reverse("publishing:stop", args=[request.brand.slug, pk]))
