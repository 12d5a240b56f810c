"""Acting on many conversations at once: the chosen ones, or all that the filters find; how far it is; taking it back."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.queries import team
from tertulia.inbox import lists, queries, sweeping
from tertulia.inbox.actions import NoName
from tertulia.inbox.acts import done, refuse
from tertulia.inbox.addresses import filters_of
from tertulia.inbox.forms import chosen
from tertulia.inbox.models import Sweep
from tertulia.kit import clock

#: How long one answer may take, in seconds: what is longer is gone on with, and shown.
AT_ONCE, STEP = 0.8, 0.5
UNDOABLE = timedelta(hours=1)


@require_POST
@for_brand("answer")
def many(request: BrandRequest) -> HttpResponse:
    """Does ``act`` (see ``sweeping.begin``) to the chosen ones, or, with ``todas``, to what the filters of the address find."""
    if request.POST.get("todas"):
        ids = lists.ids_of(request.brand, request.user, filters_of(request.GET), sweeping.MOST)[0]
    else:
        ids = list(lists.rows_of(request.brand, chosen(request.POST)).values_list("pk", flat=True))
    if not ids:
        return refuse(request, _("Elige antes alguna conversación."))
    act = request.POST.get("act", "")
    if act == "label":
        act = f"label:{request.POST.get('name', '')}"
    try:
        if act.startswith("undo"):  # only ``undo`` takes back
            raise sweeping.NotAnAct(act)
        sweep = sweeping.begin(request.brand, request.user, act, ids, by=request.by)
    except (sweeping.NotAnAct, NoName):
        return refuse(request, _("No se sabe qué hacer con ellas."))
    return _told(request, sweeping.go_on(sweep, seconds=AT_ONCE, by=request.by))


@require_POST
@for_brand("answer")
def go_on(request: BrandRequest, pk: int) -> HttpResponse:
    """Does some more of a sweep, and says how far it is."""
    return _told(request, sweeping.go_on(_sweep_or_404(request, pk), seconds=STEP, by=request.by))


@require_POST
@for_brand("answer")
def undo(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes a sweep of the last hour back, where nobody spoke since."""
    sweep = _sweep_or_404(request, pk)
    back = sweeping.take_back(sweep, by=request.by) if sweep.at > clock.now() - UNDOABLE else None
    if back is None:
        return refuse(request, _("Ya es tarde para deshacerlo."))
    return _told(request, sweeping.go_on(back, seconds=AT_ONCE, by=request.by))


@require_GET
@for_brand("see")
def found(request: BrandRequest) -> HttpResponse:
    """How many conversations the filters find, to choose them all."""
    count = lists.count_of(request.brand, request.user, filters_of(request.GET), sweeping.MOST)
    return render(request, "inbox/found.html", {"count": count, "most": sweeping.MOST})


@require_GET
@for_brand("answer")
def members(request: BrandRequest) -> HttpResponse:
    """Whom they may be given to: fetched when it is first wanted, for a team may be large."""
    return render(request, "inbox/members.html", {"team": [one.member for one in team(request.brand)]})


@require_GET
@for_brand("answer")
def labels(request: BrandRequest) -> HttpResponse:
    """What they may be labelled with."""
    return render(request, "inbox/labels.html", {"labels": queries.labels_of(request.brand)})


def _sweep_or_404(request: BrandRequest, pk: int) -> Sweep:
    sweep = Sweep.objects.select_related("brand", "member").filter(brand=request.brand, member=request.user, pk=pk).first()
    if sweep is None:
        raise Http404(pk)
    return sweep


def _told(request: BrandRequest, sweep: Sweep) -> HttpResponse:
    """How far it is; at the end, what was done and the way back."""
    if sweep.left:
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect("inbox:list", request.brand.slug)  # the worker goes on with it
        return render(request, "inbox/sweep.html", {"sweep": sweep, "done": sweep.total - len(sweep.left)})
    ids = [one["conversation_id"] for one in sweep.before]
    if not ids:
        return refuse(request, _("Se les debe una respuesta: para cerrar sin darla, di por qué.") if sweep.act.startswith("close")
                      else _("No había nada que hacer con ellas."))
    if sweep.act.startswith("undo:"):
        return _ended(request, done(request, ids[:200], _("Deshecho.")))
    back = reverse("inbox:undo_many", args=[request.brand.slug, sweep.pk])
    response = done(request, ids[:200], _words(sweep, len(ids)), undo=back, leave=sweep.act.startswith(("close", "snooze")))
    return _ended(request, response)


def _ended(request: BrandRequest, response: HttpResponse) -> HttpResponse:
    """Where the page showed how far it was, nothing is shown any more, and the list is asked for anew."""
    if request.headers.get("HX-Target") != "progreso":
        return response
    told = {name: value for name, value in response.headers.items() if name.startswith("HX-")}
    return HttpResponse(render(request, "inbox/sweep.html", {"sweep": None}).content, headers=told)


def _words(sweep: Sweep, count: int) -> str:
    kind = sweep.act.partition(":")[0]
    text = {
        "close": ngettext("%(count)s conversación cerrada.", "%(count)s conversaciones cerradas.", count),
        "assign": ngettext("%(count)s conversación asignada.", "%(count)s conversaciones asignadas.", count),
        "snooze": ngettext("%(count)s conversación pospuesta.", "%(count)s conversaciones pospuestas.", count),
        "label": ngettext("%(count)s conversación etiquetada.", "%(count)s conversaciones etiquetadas.", count),
        "unlabel": ngettext("Etiqueta quitada de %(count)s conversación.", "Etiqueta quitada de %(count)s conversaciones.", count),
    }[kind] % {"count": count}
    left = sweep.total - count
    if kind == "close" and left:
        text += " " + ngettext("A %(count)s se le debe una respuesta: sigue abierta.",
                               "A %(count)s se les debe una respuesta: siguen abiertas.", left) % {"count": left}
    return text
