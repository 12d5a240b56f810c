"""How a call comes in and an answer goes out: the token, the JSON, and the faults that fall on the way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from tertulia.kit import clock
from tertulia.plaza import actions, queries
from tertulia.plaza.models import Fault, Neighbour
from tertulia.plaza.rules import Refusal
from tertulia.plaza.shapes import Shaper

LONGEST_WAIT = 120.0
_BEFORE = {"error_before", "lose_before", "hang_before", "html", "bad_json", "refuse", "limit", "dead_token"}


class Call:
    """One request: who asks, what they say, and when."""

    def __init__(self, request: HttpRequest, by: Neighbour | None) -> None:
        self.request, self.now, self.invisible = request, clock.now(), 0.0
        self._by = by
        self.shape = Shaper(request.build_absolute_uri("/"))

    @property
    def by(self) -> Neighbour:
        """Whose token came with it; ``Refusal`` 401 if nobody's."""
        if self._by is None:
            raise Refusal("bad_credentials", "La clave no vale.", 401)
        return self._by

    @property
    def anybody(self) -> Neighbour | None:
        """The same, where no token is needed."""
        return self._by

    def raw(self) -> bytes:
        """The body; ``Refusal`` 413 if it is past DATA_UPLOAD_MAX_MEMORY_SIZE."""
        try:
            return self.request.body
        except RequestDataTooBig as error:
            raise Refusal("too_long", "Es demasiado.", 413) from error

    def body(self) -> Mapping[str, Any]:
        """The JSON object that was sent. Its type has to be said, so that no page of another site can send it."""
        if self.request.content_type != "application/json":
            raise Refusal("invalid", "Se habla en application/json.", 415)
        try:
            said = json.loads(self.raw() or b"{}")
        except (ValueError, RecursionError) as error:
            raise Refusal("invalid", "Eso no es JSON.", 400) from error
        if not isinstance(said, dict):
            raise Refusal("invalid", "Tiene que ser un objeto.", 400)
        return said

    def number(self, said: Mapping[str, Any], name: str, otherwise: float, most: float) -> float:
        """A number of the body, between 0 and ``most``; ``Refusal`` if it is none."""
        told = said.get(name)
        if told is None:
            return otherwise
        if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told <= most:
            raise Refusal("invalid", f"«{name}» es un número de 0 a {most:.0f}.")
        return told

    def whole(self, name: str, otherwise: int, most: int) -> int:
        """A whole number of the query, between 0 and ``most``."""
        text = self.request.GET.get(name, "")
        return min(most, int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise


#: What a call does: takes the call and the words of its address; JSON, or JSON and a status.
Act = Callable[..., dict[str, Any] | tuple[dict[str, Any], int]]
View = Callable[..., HttpResponse]


def account(**acts: Act) -> View:
    """A view of the accounts' API: an act a method; faults fall here."""

    def view(request: HttpRequest, **where: str) -> HttpResponse:
        by = queries.bearer(_token(request))
        fault = actions.strike(request.method or "", request.path.partition("/api/")[2], by)
        call = Call(request, by)
        if fault is not None:
            _hear(request)
        if fault is not None and fault.effect in _BEFORE:
            return _failing(fault)
        if fault is not None and fault.effect == "slow":
            _wait(fault)
        if fault is not None and fault.effect == "invisible":
            call.invisible = fault.seconds
        answer = _done(acts, call, where)
        return answer if fault is None or not fault.effect.endswith("_after") else _failing(fault)

    return _open(view)


def control(**acts: Act) -> View:
    """A view that moves the plaza itself; only where the installation says so (TERTULIA_PLAZA_CONTROL)."""

    def view(request: HttpRequest, **where: str) -> HttpResponse:
        if not getattr(settings, "TERTULIA_PLAZA_CONTROL", False):
            return JsonResponse({"error": "not_found", "message": "No está."}, status=404)
        return _done(acts, Call(request, None), where)

    return _open(view)


def _open(view: View) -> View:
    """No cookies, no sign-in: a token or nothing."""
    return csrf_exempt(login_not_required(wraps(view)(view)))


def _token(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _done(acts: Mapping[str, Act], call: Call, where: Mapping[str, str]) -> HttpResponse:
    act = acts.get((call.request.method or "").lower())
    if act is None:
        return JsonResponse({"error": "invalid", "message": "Aquí eso no se hace."}, status=405)
    try:
        answer = act(call, **where)
    except Refusal as no:
        return JsonResponse({"error": no.reason, "message": no.words}, status=no.status)
    said, status = answer if isinstance(answer, tuple) else (answer, 200)
    return JsonResponse(said, status=status)


# --------------------------------------------------------------------------- faults


def _hear(request: HttpRequest) -> None:
    """Reads what was sent before anything breaks: a cut answer would leave its temporary file open."""
    with suppress(RequestDataTooBig):
        _ = request.body


def _wait(fault: Fault) -> None:
    time.sleep(max(0.0, min(fault.seconds, LONGEST_WAIT)))


def _failing(fault: Fault) -> HttpResponse:
    """The answer of a call that a fault fell on."""
    match fault.effect:
        case "refuse":
            return JsonResponse({"error": "forbidden", "message": "La plaza no lo quiere."}, status=422)
        case "limit":
            return _limited(fault, clock.now())
        case "dead_token":
            return JsonResponse({"error": "bad_credentials", "message": "La clave ya no vale."}, status=401)
        case "html":
            return HttpResponse("<!doctype html><title>Plaza</title><h1>Volvemos enseguida</h1>")
        case "bad_json":
            return HttpResponse('{"id": "1", "text": ', content_type="application/json")
        case "hang_before" | "hang_after":
            _wait(fault)
            return _cut()
        case "lose_before" | "lose_after":
            return _cut()
    return JsonResponse({"error": "server_error", "message": "Se ha roto algo."}, status=500)


def _limited(fault: Fault, now: datetime) -> HttpResponse:
    answer = JsonResponse({"error": "limited", "message": "Más despacio."}, status=429)
    again = now + timedelta(seconds=fault.seconds)
    match fault.wait:
        case "seconds":
            answer["Retry-After"] = str(round(fault.seconds))
        case "date":
            answer["Retry-After"] = http_date(again.timestamp())
        case "epoch":
            answer["X-RateLimit-Reset"] = str(round(again.timestamp()))
        case "iso":
            answer["X-RateLimit-Reset"] = again.astimezone(UTC).isoformat()
    return answer


def _cut() -> HttpResponse:
    """An answer that promises more than it sends: the server (uvicorn) closes the connection in the middle.

    Django never learns that the request is over, so its database connection is given back here.
    """
    close_old_connections()
    answer = HttpResponse(b"{", content_type="application/json")
    answer["Content-Length"] = "4096"
    return answer
