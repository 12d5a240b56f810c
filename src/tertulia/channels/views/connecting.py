"""Connecting an account: choose a network, fill in its form or say yes on its own page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tertulia import networks
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.channels import actions, cards, queries, words
from tertulia.channels.forms import ConnectForm, known_of
from tertulia.channels.models import Channel
from tertulia.channels.oauth import Remembered, new_state, recall, remember
from tertulia.networks.contract import Manifest, Outcome


@require_GET
@for_brand("connect")
def choose(request: BrandRequest) -> HttpResponse:
    """The networks there are."""
    return render(request, "channels/choose.html", {"offered": cards.offered()})


@require_http_methods(["GET", "POST"])
@for_brand("connect")
def connect(request: BrandRequest, network: str) -> HttpResponse:
    """The network's form; with an account that says yes on the network's page, the way there."""
    manifest = _manifest(network)
    if request.method == "GET":
        known = _again(request, network)
        form = ConnectForm(manifest, initial=known_of(known) if known else {})
        return _form(request, manifest, form, known=known)
    form = ConnectForm(manifest, request.POST)
    if not form.is_valid():
        return _form(request, manifest, form, status=422)
    try:
        if manifest.oauth and not form.has_secret:
            return _begin(request, manifest, form)
        channel = actions.connect(request.brand, network, form.answers, by=request.by)
    except Outcome as failure:
        return _form(request, manifest, form, failure, status=422)
    return redirect("channels:welcome", slug=request.brand.slug, pk=channel.pk)


def _begin(request: BrandRequest, manifest: Manifest, form: ConnectForm) -> HttpResponse:
    state = new_state()
    begun = actions.begin_oauth(manifest.name, form.answers, _callback(request), state, by=request.by)
    if not begun.url.startswith(("https://", "http://")):
        raise Outcome("invalid", "the network sends people nowhere")
    remember(request.session, state, Remembered(manifest.name, request.brand.pk, begun.memory, form.without_secrets()))
    return redirect(begun.url)


def _callback(request: BrandRequest) -> str:
    """Where the network sends the person back: the host they are on, for their session lives there."""
    address = request.build_absolute_uri(reverse("channels:oauth", args=[request.brand.slug]))
    secure = settings.PUBLIC_URL.startswith("https://")
    return address.replace("http://", "https://", 1) if secure else address


@require_GET
@for_brand("connect")
def oauth(request: BrandRequest) -> HttpResponse:
    """The person is back from the network's page, with a code or with a no."""
    kept = recall(request.session, request.GET.get("state", ""), request.brand.pk)
    if kept is None:
        return render(request, "channels/lost.html", {}, status=422)
    manifest = _manifest(kept.network)
    form = ConnectForm(manifest, initial=dict(kept.answers))
    code = request.GET.get("code", "")
    if not code:
        refused = words.Why(_("No se dio permiso en la página de la red."), _("Si fue sin querer, empieza otra vez."))
        return _form(request, manifest, form, said=request.GET.get("error_description", "")[:300], why=refused, status=422)
    try:
        channel = actions.finish_oauth(request.brand, kept.network, kept.memory, code[:2000], by=request.by)
    except Outcome as failure:
        return _form(request, manifest, form, failure, status=422)
    return redirect("channels:welcome", slug=request.brand.slug, pk=channel.pk)


# --------------------------------------------------------------------------- the form


def _manifest(network: str) -> Manifest:
    try:
        return networks.manifest(network)
    except LookupError as error:
        raise Http404(network) from error


def _again(request: BrandRequest, network: str) -> Channel | None:
    """The channel that is being connected again, if the address names one."""
    number = request.GET.get("canal", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return queries.channels_of(request.brand).filter(pk=int(number), network=network).first()


def _form(request: BrandRequest, manifest: Manifest, form: ConnectForm, failure: Outcome | None = None, *,
          why: words.Why | None = None, said: str = "", known: Channel | None = None, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"manifest": manifest, "form": form, "known": known, "why": why, "said": said}
    if failure:
        context |= {"why": words.connecting(failure.reason), "said": failure.detail}
    return render(request, "channels/connect.html", context, status=status)
