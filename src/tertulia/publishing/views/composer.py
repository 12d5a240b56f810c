"""The composer: one post, a variant a channel."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import replace_url, reswap, retarget, trigger_client_event

from tertulia import networks
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.channels import queries as channels
from tertulia.channels.models import ChannelState
from tertulia.channels.proofing import proofed, reached
from tertulia.kit import clock
from tertulia.kit.toasts import say
from tertulia.outbox.actions import TooLate
from tertulia.publishing import actions, queries, recurring, repeating, rules, sentences
from tertulia.publishing.models import Every, Post, PostState, SeriesState, Tolerance
from tertulia.publishing.sheets import Preview, Sheet, blank, previews, sent, sheet_of


@require_safe
@for_brand("publish")
def compose(request: BrandRequest) -> HttpResponse:
    """``GET componer/[?fecha=2026-11-26&hora=12:00]``: an empty sheet. Nothing is stored before something is written."""
    day, _sign, hour = request.GET.get("fecha", "")[:16].partition("T")
    return _page(request, blank(request.brand, day, request.GET.get("hora", "")[:5] or hour))


@require_safe
@for_brand("see")
def post(request: BrandRequest, pk: int) -> HttpResponse:
    """``GET componer/<pk>/``: the sheet of a post."""
    return _page(request, sheet_of(find(request, pk)))


@require_safe
@for_brand("see")
def state(request: BrandRequest, pk: int) -> HttpResponse:
    """``GET componer/<pk>/estado/``: what each channel's dispatch is doing."""
    known = find(request, pk)
    response = render(request, "publishing/doing.html", {"post": known, **_doing(known)})
    if request.GET.get("stand", "") != _doing(known)["stand"]:
        trigger_client_event(response, "posts-changed", {})  # what may be done with it changed too: the sheet looks again
    return response


@require_POST
@for_brand("publish")
def look(request: BrandRequest) -> HttpResponse:
    """``POST componer/vista/``: previews, counters and faults of the sheet as it is. Nothing is written."""
    sheet = _sent(request)
    if sheet.too_big:
        return _refuse(request, sheet, _too_big())
    return render(request, "publishing/look.html", _context(sheet))


@require_POST
@for_brand("publish")
def proof(request: BrandRequest) -> HttpResponse:
    """``POST componer/revisar/``: see ``proofed``."""
    return proofed(request, "publishing:reach", queries.past_words(request.brand))


@require_POST
@for_brand("publish")
def reach(request: BrandRequest) -> HttpResponse:
    """``POST componer/revisar/enlaces/``: see ``reached``."""
    return reached(request, queries.past_words(request.brand))


@require_POST
@for_brand("publish")
def save(request: BrandRequest) -> HttpResponse:
    """``POST componer/guardar/``: keeps the sheet. 422 with the sheet as sent if it cannot be kept."""
    sheet = _sent(request)
    new = sheet.post is None
    if new and not (sheet.text.strip() or sheet.own or sheet.pictures or sheet.local):
        return render(request, "publishing/saved.html", {"sheet": sheet}) if by_htmx(request) else _page(request, sheet)
    refused = _keep(request, sheet)
    if refused:
        return refused
    assert sheet.post
    if not by_htmx(request):
        return redirect("publishing:post", request.brand.slug, sheet.post.pk)
    if sheet.post.state in (PostState.SCHEDULED, PostState.TEMPLATE):
        return say(_whole(request, sheet), _("Cambios guardados."))
    response = render(request, "publishing/saved.html", {"sheet": sheet, "new": new, "saved_at": clock.now()})
    return replace_url(response, _address(sheet)) if new else response


@require_POST
@for_brand("publish")
def schedule(request: BrandRequest) -> HttpResponse:
    """``POST componer/programar/``: keeps the sheet and gives it its hour."""
    sheet = _sent(request)
    if sheet.local is None:
        return _refuse(request, sheet, _("Elige el día y la hora."))
    if sheet.repeats.every or (sheet.post and sheet.post.state == PostState.TEMPLATE):
        return _repeat(request, sheet)
    return _leave(request, sheet, now=False)


@require_POST
@for_brand("publish")
def now(request: BrandRequest) -> HttpResponse:
    """``POST componer/ahora/``: keeps the sheet and lets it go in ten seconds, which is time to regret it."""
    return _leave(request, _sent(request), now=True)


# --------------------------------------------------------------------------- inside


def find(request: BrandRequest, pk: int) -> Post:
    """The brand's post, or 404."""
    try:
        return queries.post_of(request.brand, pk)
    except Post.DoesNotExist as error:
        raise Http404(pk) from error


def by_htmx(request: BrandRequest) -> bool:
    """Whether a piece of the page is asked for, and not the page."""
    return "HX-Request" in request.headers


def _sent(request: BrandRequest) -> Sheet:
    try:
        return sent(request.brand, request.POST)
    except Post.DoesNotExist as error:
        raise Http404("post") from error


def _keep(request: BrandRequest, sheet: Sheet) -> HttpResponse | None:
    """Writes the sheet to its post, which is made if need be; an answer if it could not."""
    if sheet.too_big:
        return _refuse(request, sheet, _too_big())
    if sheet.post is None:
        sheet.post = actions.draft(request.brand, request.user, by=request.by)
        sheet.seen = sheet.post.version
    try:
        sheet.post = repeating.edit(sheet.post, seen=sheet.seen, text=sheet.text, variants=sheet.variants, pictures=sheet.alts,
                                  tolerance=sheet.tolerance, by=request.by)
        sheet.seen = sheet.post.version
        _keep_plan(request, sheet)
    except actions.Stale as stale:
        return _stale(request, sheet, stale.post)
    except actions.CannotLeave:
        return _refuse(request, sheet, _("Está programada y así no podría salir: corrige lo marcado y vuelve a guardar."))
    except actions.NoChannel:
        return _refuse(request, sheet, _("Elige al menos un canal."))
    except TooLate:
        return _refuse(request, sheet, _("Ya ha salido, o está saliendo: no se puede cambiar. Puedes duplicarla."))
    return None


def _keep_plan(request: BrandRequest, sheet: Sheet) -> None:
    """The hour written on a draft is the one it is meant for, if it may still come."""
    assert sheet.post
    if sheet.post.state != PostState.DRAFT or sentences.local_hour(sheet.post) == sheet.local:
        return
    try:
        sheet.post = actions.plan(sheet.post, sheet.local, seen=sheet.seen, by=request.by)
    except actions.PastHour:
        return  # half-written dates pass here at every key; the sheet says that it is past
    sheet.seen = sheet.post.version


def _refused(request: BrandRequest, sheet: Sheet, act: Callable[[], Post]) -> HttpResponse | Post:
    """The post as ``act`` left it, or an answer that says why it could not be."""
    try:
        return act()
    except actions.Stale as stale:
        return _stale(request, sheet, stale.post)
    except actions.NoChannel:
        return _refuse(request, sheet, _("Elige al menos un canal."))
    except actions.CannotLeave:
        return _refuse(request, sheet, _("Así no puede salir: corrige lo marcado."))
    except actions.PastHour:
        return _refuse(request, sheet, _("Esa hora ya ha pasado: elige otra."))
    except actions.NotADraft:
        return _refuse(request, sheet, _("Solo un borrador puede empezar a repetirse: duplícala y repite la copia."))
    except TooLate:
        return _refuse(request, sheet, _("Ya ha salido, o está saliendo: no se puede cambiar."))


def _repeat(request: BrandRequest, sheet: Sheet) -> HttpResponse:
    """Keeps the sheet and makes it repeat, or repeat otherwise."""
    rule, local = sheet.rule, sheet.local
    if rule is None or local is None:
        return _refuse(request, sheet, _("Di cada cuánto se repite y hasta cuándo: el final va después del primer día."))
    if refused := _keep(request, sheet):
        return refused
    post = sheet.post
    assert post
    kept = _refused(request, sheet, lambda: repeating.repeat(post, rule, local.time(), seen=sheet.seen, by=request.by))
    if isinstance(kept, HttpResponse):
        return kept
    sheet = sheet_of(kept)
    response = _whole(request, sheet) if by_htmx(request) else redirect("publishing:post", request.brand.slug, kept.pk)
    undo = reverse("publishing:stop", args=[request.brand.slug, kept.series_id])
    return say(response, sentences.repeats(rule, local.time()) + ".", undo=undo)


def _leave(request: BrandRequest, sheet: Sheet, *, now: bool) -> HttpResponse:
    refused = _keep(request, sheet)
    if refused:
        return refused
    post = sheet.post
    assert post
    local = None if now else sheet.local
    grace = rules.GRACE if now else rules.GRACE * 0
    kept = _refused(request, sheet, lambda: actions.schedule(post, local, seen=sheet.seen, by=request.by, grace=grace))
    if isinstance(kept, HttpResponse):
        return kept
    sheet = sheet_of(queries.post_of(request.brand, kept.pk))
    response = _whole(request, sheet) if by_htmx(request) else redirect("publishing:post", request.brand.slug, kept.pk)
    local = sentences.local_hour(kept)
    text = _("Sale en 10 segundos.")
    if local and not now:
        text = " ".join([_("Programada para el %(hour)s.") % {"hour": sentences.hour(local)}, *sentences.whims(kept)])
    undo = reverse("publishing:unschedule", args=[request.brand.slug, kept.pk]) + f"?seen={kept.version}"
    return say(response, text, undo=undo)


def _stale(request: BrandRequest, sheet: Sheet, stands: Post) -> HttpResponse:
    """422: somebody changed it meanwhile. Theirs is shown beside ours, and ours stays on the page."""
    if stands.state == PostState.DISCARDED:
        theirs = Sheet(brand=request.brand, post=stands, seen=stands.version, text=stands.text)
    else:
        theirs = sheet_of(queries.post_of(request.brand, stands.pk))
    said = sentences.change(queries.last_change(request.brand, stands.pk), stands, request.user.pk)
    return _refuse(request, sheet, said, theirs=theirs, discarded=stands.state == PostState.DISCARDED)


def _refuse(request: BrandRequest, sheet: Sheet, sentence: str, **more: Any) -> HttpResponse:
    """422 with the reason. Through htmx only the notice is drawn: what was written is still on the page."""
    context = {"refused": sentence, **more}
    if by_htmx(request):
        response = render(request, "publishing/refused.html", {"sheet": sheet, **context}, status=422)
        return reswap(retarget(response, "#refused"), "innerHTML")
    return _page(request, sheet, status=422, **context)


def _too_big() -> str:
    return _("El texto es demasiado largo para guardarlo: divídelo o acórtalo. Sigue en la página.")


def _page(request: BrandRequest, sheet: Sheet, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "publishing/compose.html", _context(sheet) | more, status=status)


def _whole(request: BrandRequest, sheet: Sheet) -> HttpResponse:
    """The whole sheet again, over the one on the page."""
    response = render(request, "publishing/whole.html", _context(sheet))
    return replace_url(response, _address(sheet))


def _address(sheet: Sheet) -> str:
    assert sheet.post
    return reverse("publishing:post", args=[sheet.brand.slug, sheet.post.pk])


def _context(sheet: Sheet) -> dict[str, Any]:
    drawings = previews(sheet) if not sheet.too_big else []
    here = clock.now().astimezone(ZoneInfo(sheet.brand.time_zone)).replace(tzinfo=None)
    zone = queries.zone_of(sheet.post) if sheet.post else sheet.brand.time_zone
    template = sheet.post is not None and sheet.post.state == PostState.TEMPLATE
    past = sheet.local is not None and not sheet.repeats.every and rules.too_early(rules.hour_of(sheet.local, zone), clock.now())
    doing: dict[str, Any] = _doing(sheet.post) if sheet.post else {"stand": "draft", "doing": []}
    return {
        "sheet": sheet, "post": sheet.post, "previews": drawings, "choices": _choices(sheet, drawings), "past": past,
        "hour_words": _hour_words(sheet, zone) if sheet.local and not past else [], "tolerances": Tolerance.choices,
        "place": sentences.place(zone), "today": here.date().isoformat(),
        "suggestions": [(sentences.suggestion(code), hour) for code, hour in rules.suggestions(here)],
        "why_not": _why_not(drawings), "most_pictures": min((one.limits.pictures for one in drawings), default=4),
        "most_alt": min((one.limits.alt_characters for one in drawings if one.limits.alt_characters), default=1000),
        "gone": doing["stand"] in ("sent", "leaving") or any(row[0].version for row in doing["doing"]),
        "scheduled": template or (sheet.post is not None and sheet.post.state == PostState.SCHEDULED), "template": template,
        "everies": Every.choices, "weekdays": list(enumerate(sentences.WEEKDAYS)), **_series(sheet.post), **doing}


def _series(post: Post | None) -> dict[str, Any]:
    """The series that the post repeats as, with what comes; or the template of the one it is of."""
    if post is None or post.series is None:
        return {}
    series = post.series
    if post.state != PostState.TEMPLATE:
        return {"series_template": series.posts.filter(state=PostState.TEMPLATE).first()}
    coming = [(one, sentences.hour(sentences.local_hour(one) or datetime.min), json.dumps({"seen": one.version}))
              for one in queries.coming(series, clock.now())[:20]]
    return {"series": series, "series_stopped": series.state == SeriesState.STOPPED, "coming": coming,
            "series_words": sentences.repeats(queries.rule_of(series), series.local_time)}


def _hour_words(sheet: Sheet, zone: str) -> list[tuple[str, str]]:
    """What there is to know of the sheet's hour: the clock's whims, and the networks that would make it wait."""
    assert sheet.local
    if sheet.repeats.every:
        return _repeat_words(sheet, zone)
    said = sentences.clock_words(sheet.local, zone) + sentences.elsewhere(sheet.local, zone, sheet.brand.time_zone)
    hour, allowed = rules.hour_of(sheet.local, zone), timedelta(minutes=sheet.tolerance)
    for channel in channels.channels_of(sheet.brand):
        if channel.pk in sheet.chosen and (found := queries.crowd_at(channel, hour, but=sheet.post)):
            said.append(("warn", sentences.crowd(networks.manifest(channel.network).title, found, zone, allowed)))
    return said


def _repeat_words(sheet: Sheet, zone: str) -> list[tuple[str, str]]:
    """What repeating will do, and on which days next."""
    rule, local = sheet.rule, sheet.local
    if rule is None or local is None:
        return [("warn", _("Di hasta cuándo: un día después del primero, o cuántas veces."))]
    today = clock.now().astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    coming = [day for day in recurring.next_days(rule, today, 7) if rules.hour_of(datetime.combine(day, local.time()), zone) > clock.now()]
    if not coming:
        return [("warn", _("Así no queda ningún día por venir: elige otro final."))]
    said = [("", sentences.repeats(rule, local.time()) + "."), ("", _("Las siguientes: %(days)s.") % {"days": sentences.days(coming[:5])})]
    return said + [sentence for day in coming[:5] for sentence in sentences.clock_words(datetime.combine(day, local.time()), zone)[1:]]


def _doing(post: Post) -> dict[str, Any]:
    """How the post is doing, and each of its dispatches with its words."""
    sent_by = [one.dispatch for one in post.variants.all() if one.dispatch]
    stand = rules.standing(post.state, [one.state for one in sent_by])
    shown = sent_by if post.state == PostState.SCHEDULED else []
    return {"stand": stand, "stand_words": sentences.stand(stand),
            "doing": [(one, *sentences.dispatch(one.state, one.reason)) for one in shown]}


def _choices(sheet: Sheet, drawings: Sequence[Preview]) -> list[dict[str, Any]]:
    """The brand's channels to tick, each with why it cannot be, or what will hold it."""
    return [{"channel": one, "chosen": one.pk in sheet.chosen, "own": sheet.own.get(one.pk, ""),
             "why_not": channels.why_not(one, "publish"), "reconnect": one.state == ChannelState.RECONNECT,
             "paused": one.state == ChannelState.PAUSED, "room": channels.limits(one).room(len(sheet.pictures)),
             "drawing": next((drawn for drawn in drawings if drawn.channel == one), None)}
            for one in channels.channels_of(sheet.brand)]


def _why_not(drawings: Sequence[Preview]) -> str:
    """What keeps the sheet from leaving, in a sentence; empty if nothing does."""
    if not drawings:
        return _("Elige al menos un canal.")
    if all(one.blank for one in drawings):
        return _("Todavía no hay nada que publicar.")
    if unsaid := [one.manifest.title for one in drawings if one.blank]:
        return _("Falta qué decir en %(where)s.") % {"where": ", ".join(dict.fromkeys(unsaid))}
    stopped = [one.manifest.title for one in drawings if one.stops]
    if stopped:
        return ngettext("Hay algo que corregir en %(where)s.", "Hay cosas que corregir en %(where)s.", len(stopped)) % {
            "where": ", ".join(dict.fromkeys(stopped))}
    return ""
