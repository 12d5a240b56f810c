"""How people get in: nobody signs up by themselves; a brand's owner invites them."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tertulia.brands.actions import use_link


class Adapter(DefaultAccountAdapter):
    """No open registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


@require_http_methods(["GET", "POST"])
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """A one-time link. Opened by a GET it only asks, for mail programs open links to look at them."""
    if request.method == "GET":
        return render(request, "site/by_link.html", {"secret": secret})
    member = use_link(secret)
    if member is None:
        messages.error(request, _("Ese enlace ya se usó o ha caducado. Pide otro."))
        return redirect("account_login")
    login(request, member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("/")
