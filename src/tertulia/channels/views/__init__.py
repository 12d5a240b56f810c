"""Canales: the brand's accounts, how they are, and what can be done about it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.rules import may
from tertulia.brands.weeks import WeekForm
from tertulia.channels import actions, cards, queries
from tertulia.channels.models import Channel, ChannelState

#: What pages listen to, to look again.
LIVE = ", ".join(f"live:{one} from:body throttle:1s" for one in (
    "channel_connected", "channel_failed", "channel_recovered", "channel_paused", "channel_resumed", "channel_renewed",
    "channel_expiring", "items_arrived")
    ) + ", live:again from:body"


def channel_or_404(request: BrandRequest, pk: int) -> Channel:
    """The brand's channel; another brand's is not there."""
    try:
        return queries.channel_of(request.brand, pk)
    except Channel.DoesNotExist as error:
        raise Http404(pk) from error


@require_GET
@for_brand("see")
def list(request: BrandRequest) -> HttpResponse:
    """Every channel, as a card. To htmx, the cards alone."""
    partial = request.htmx.target == "canales"  # type: ignore[attr-defined]
    context = {"cards": cards.cards(request.brand), "live": LIVE}
    return render(request, "channels/cards.html" if partial else "channels/list.html", context)


@require_GET
@for_brand("see")
def welcome(request: BrandRequest, pk: int) -> HttpResponse:
    """A channel just connected: how much of what was said before has been read already."""
    channel = channel_or_404(request, pk)
    read = bool(channel.last_success_at and channel.last_success_at >= channel.connected_at)
    context = {"card": cards.card(channel), "arrived": queries.arrived(channel), "live": LIVE,
               "read": read, "stopped": not read and channel.failing_since is not None}
    partial = request.htmx.target == "bienvenida"  # type: ignore[attr-defined]
    return render(request, "channels/progress.html" if partial else "channels/welcome.html", context)


@require_POST
@for_brand("connect")
def pause(request: BrandRequest, pk: int) -> HttpResponse:
    """Nothing comes or goes for a while."""
    channel = channel_or_404(request, pk)
    actions.pause(channel, by=request.by)
    undo = reverse("channels:resume", args=[request.brand.slug, pk])
    messages.success(request, _("En pausa: no se lee ni se envía nada por este canal."), extra_tags=f"undo:{undo}")
    return redirect("channels:list", slug=request.brand.slug)


@require_POST
@for_brand("connect")
def resume(request: BrandRequest, pk: int) -> HttpResponse:
    """It works again; what waited leaves."""
    channel = channel_or_404(request, pk)
    actions.resume(channel, by=request.by)
    undo = reverse("channels:pause", args=[request.brand.slug, pk])
    messages.success(request, _("En marcha: lo que esperaba sale en su orden."), extra_tags=f"undo:{undo}")
    return redirect("channels:list", slug=request.brand.slug)


@require_POST
@for_brand("see")
def ask(request: BrandRequest, pk: int) -> HttpResponse:
    """Looks at once for what is new."""
    channel = channel_or_404(request, pk)
    actions.ask_now(channel, by=request.by)
    if channel.state == ChannelState.ACTIVE:
        messages.success(request, _("Estamos preguntando a la red. Si hay algo nuevo, aparecerá en la bandeja."))
    else:
        messages.warning(request, _("Este canal no está en marcha: primero hay que reanudarlo o volver a conectarlo."))
    return redirect("channels:list", slug=request.brand.slug)


@require_http_methods(["GET", "POST"])
@for_brand("see")
def hours(request: BrandRequest, pk: int) -> HttpResponse:
    """When this channel is answered, if not in the brand's hours: who is in charge may change it."""
    channel, mine = channel_or_404(request, pk), may(request.role, "manage")
    if request.method != "POST":
        return _hours(request, channel, WeekForm(None, channel.hours, within=True), mine)
    if not mine:
        raise PermissionDenied("manage")
    week = WeekForm(request.POST, channel.hours, within=True)
    if not week.is_valid():
        return _hours(request, channel, week, mine, 422)
    actions.set_hours(channel, week.hours, by=request.by)
    messages.success(request, _("Horario del canal guardado."))
    return redirect("brands:hours", slug=request.brand.slug)


def _hours(request: BrandRequest, channel: Channel, week: WeekForm, mine: bool, status: int = 200) -> HttpResponse:
    return render(request, "channels/hours.html", {"channel_of": channel, "week": week, "mine": mine}, status=status)
