"""How people get in: nobody signs up by themselves; a brand's owner invites them."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tertulia.brands.actions import use_link
from tertulia.brands.queries import link_state
from tertulia.kit import clock


class Adapter(DefaultAccountAdapter):
    """No open registration, and our own words where something is wrong."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("El correo o la contraseña no son correctos."),
        "incorrect_password": _("Esa no es tu contraseña."),
        "too_many_login_attempts": _("Demasiados intentos fallidos. Espera unos minutos y prueba otra vez."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


@never_cache
@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link. Opened by a GET it only asks, for mail programs open links to look at them.

    A member with a second factor is still asked for it. A link that opens no more says why, with 410.
    """
    if request.method == "POST" and (member := use_link(secret)):
        response: HttpResponse = perform_login(request, member, redirect_url="/")
        record_authentication(request, member, method="link")
        return response
    state = link_state(secret, clock.now())
    if state != "good" and request.method == "GET" and request.user.is_authenticated:
        return redirect("home")  # the same person pressed it twice
    return render(request, "site/by_link.html", {"state": state}, status=200 if state == "good" else 410)
