"""The API: the parts' routers under one roof, one way to say what went wrong."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tertulia import __version__
from tertulia.brands.api import router as brands
from tertulia.brands.bearer import TokenAuth
from tertulia.channels.api import router as channels
from tertulia.handoffs.api import router as handoffs
from tertulia.inbox.api import router as inbox
from tertulia.inbox.ledger_api import router as ledger
from tertulia.moderation.api import router as moderation
from tertulia.moderation.rulebook.api import router as rulebook
from tertulia.notices.api import router as notices
from tertulia.outbox.actions import TooLate
from tertulia.outbox.api import router as outbox
from tertulia.people.api import router as people
from tertulia.publishing.actions import CannotLeave, NoChannel, PastHour, Stale
from tertulia.publishing.api import router as publishing
from tertulia.triage.api import router as triage

api = NinjaAPI(
    title="Tertulia", version=__version__, auth=TokenAuth(), docs_url=None, urls_namespace="api",
    description="The same actions as the pages, for the brands and with the role of the token's bearer.")

for router in (brands, people, channels, inbox, ledger, moderation, rulebook, publishing, outbox, triage, notices, handoffs):
    api.add_router("/brands", router)

_CODES = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict", 422: "invalid"}


def _problem(request: HttpRequest, status: int, detail: str, code: str = "") -> HttpResponse:
    return api.create_response(request, {"error": code or _CODES.get(status, "error"), "detail": detail}, status=status)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _problem(request, error.status_code, error.message)


@api.exception_handler(AuthenticationError)
def _unauthorized(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return _problem(request, 401, _("Falta un token, o ya no sirve."))


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = [f"{'.'.join(str(step) for step in one['loc'][1:])}: {one['msg']}" for one in error.errors]
    return _problem(request, 422, "; ".join(said)[:2000])


@api.exception_handler(ObjectDoesNotExist)
def _not_found(request: HttpRequest, error: ObjectDoesNotExist) -> HttpResponse:
    return _problem(request, 404, _("No existe, o no es de esta marca."))


@api.exception_handler(TooLate)
def _too_late(request: HttpRequest, error: TooLate) -> HttpResponse:
    return _problem(request, 409, _("Ya salió o está saliendo: no se puede cambiar."), "too_late")


@api.exception_handler(Stale)
def _stale(request: HttpRequest, error: Stale) -> HttpResponse:
    return _problem(request, 409, _("Alguien lo cambió antes: la versión es %(version)s.") % {"version": error.post.version}, "stale")


@api.exception_handler(NoChannel)
def _no_channel(request: HttpRequest, error: NoChannel) -> HttpResponse:
    return _problem(request, 422, _("Elige al menos un canal."), "no_channel")


@api.exception_handler(PastHour)
def _past_hour(request: HttpRequest, error: PastHour) -> HttpResponse:
    return _problem(request, 422, _("Esa hora ya pasó."), "past_hour")


@api.exception_handler(CannotLeave)
def _cannot_leave(request: HttpRequest, error: CannotLeave) -> HttpResponse:
    said = [f"{channel}: {fault.code} {fault.have}/{fault.most}" for channel, faults in error.faults.items() for fault in faults]
    return _problem(request, 422, "; ".join(said), "cannot_leave")
