"""The browsers in which a member is told by web push."""

from __future__ import annotations

import re
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.notices import actions, pushing
from tertulia.notices.models import Browser

#: (what it says of itself, what people call it), the one that claims to be others first
_BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
             ("Safari", "Safari")]
_SYSTEMS = [("Android", "Android"), ("iPhone|iPad", "iOS"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("CrOS", "ChromeOS"),
            ("Linux", "Linux")]


def name_of(agent: str) -> str:
    """What people call the browser that says this of itself: ``Firefox, Linux``."""
    return ", ".join(next((name for mark, name in known if re.search(mark, agent)), "") for known in (_BROWSERS, _SYSTEMS)).strip(", ")


@for_brand("see")
@require_POST
def add(request: BrandRequest) -> HttpResponse:
    """The browser subscribed at its push service and hands over where, and for whom to encrypt."""
    endpoint, key, secret = (request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    if not pushing.usable(endpoint, key, secret):
        return HttpResponse(_("Este navegador ha dado una dirección a la que no se puede avisar."), status=422, content_type="text/plain")
    actions.add_browser(request.user, endpoint, key, secret, name_of(request.headers.get("User-Agent", "")), by=request.by)
    return HttpResponse(status=204)


@for_brand("see")
@require_POST
def remove(request: BrandRequest) -> HttpResponse:
    """One of the member's, by its number or its endpoint, is told nothing any more."""
    mine, number = Browser.objects.filter(member=request.user), request.POST.get("navegador", "")
    by_number = number.isdecimal() and len(number) < 19
    for one in mine.filter(pk=int(number)) if by_number else mine.filter(endpoint=request.POST.get("endpoint", "")):
        actions.remove_browser(one, by=request.by)
    return redirect("notices:settings", slug=request.brand.slug)


@for_brand("see")
@require_POST
def trial(request: BrandRequest) -> HttpResponse:
    """Pushes something to all browsers of the member, now, and says how that went."""
    said = []
    for one in Browser.objects.filter(member=request.user):
        answer = pushing.send(one, pushing.trial(), uuid.uuid4())
        if answer.gone:
            actions.remove_browser(one, by=request.by, because="gone")
            said.append(_("%(browser)s ya no acepta avisos y lo hemos quitado.") % {"browser": one.name})
        elif answer.trouble:
            said.append(_("%(browser)s: su servicio de avisos dijo «%(trouble)s».") % {"browser": one.name, "trouble": answer.trouble})
    if said:
        messages.warning(request, " ".join(said))
    else:
        messages.success(request, _("Enviado. Si no lo ves, mira si el sistema silencia los avisos del navegador."))
    return redirect("notices:settings", slug=request.brand.slug)


@csrf_exempt
@require_POST
def moved(request: HttpRequest) -> HttpResponse:
    """A browser's push service gave it another address; the worker tells us, with the old one, which only they and we know."""
    before, endpoint, key, secret = (request.POST.get(name, "") for name in ("before", "endpoint", "p256dh", "auth"))
    one = Browser.objects.filter(endpoint=before).first()
    if one is None or Browser.objects.filter(endpoint=endpoint).exists() or not pushing.usable(endpoint, key, secret):
        return HttpResponse(status=404)
    actions.move_browser(one, endpoint, key, secret, by=one.member.key, because="pushsubscriptionchange")
    return HttpResponse(status=204)
