"""What every answer of the web server passes through."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.defaults import bad_request, server_error
from psycopg_pool import PoolTimeout

Answer = Callable[[HttpRequest], HttpResponse]

_AWAY = (OperationalError, InterfaceError, PoolTimeout)

_POLICY = ("default-src 'self'; img-src 'self' data: blob: https: http:; script-src 'self'; style-src 'self'; connect-src 'self'; "
           "frame-ancestors 'none'; base-uri 'none'; form-action *; object-src 'none'")


def content_security(get_response: Answer) -> Answer:
    """Only our own scripts and styles run; pictures of other people's profiles may come from the networks."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        return response

    return answer


def member_language(get_response: Answer) -> Answer:
    """A member who is signed in reads their own language, whatever the browser says."""

    def answer(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        return get_response(request)

    return answer


class DatabaseAway:
    """The database stopped: a page that says so and tries again, with 503, instead of a stack trace.

    Django turns an error into an answer where it happens: a view's comes by ``process_exception``, that of a middleware
    further in by ``failed``, our ``handler500``; only what breaks outside both is caught here.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except _AWAY:
            return _away()

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """For the errors of views."""
        return _away() if isinstance(error, _AWAY) else None


def failed(request: HttpRequest) -> HttpResponse:
    """What is answered when something of ours breaks; Django calls it while the error is at hand."""
    return _away() if _from_away(sys.exception()) else server_error(request)


def misunderstood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is answered to what cannot be read; of what is too big it is said that it is, with 413.

    Django also says «bad request» of a session it could not store, even when that was the database's doing.
    """
    if _from_away(exception):
        return _away()
    response: HttpResponse = bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        response.status_code = 413
    return response


def _from_away(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, _AWAY):
        error = error.__context__
    return error is not None


def _away() -> HttpResponse:
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "3"})
