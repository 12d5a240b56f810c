"""API: a member's own keys."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tertulia.brands import actions, queries
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.forms import SCOPES, NewToken
from tertulia.brands.models import Token
from tertulia.brands.tabs import show


@for_brand("see")
@never_cache
@require_http_methods(["GET", "POST"])
def keys(request: BrandRequest) -> HttpResponse:
    """The member's keys; a POST makes one, and the next page shows its secret, once."""
    form = NewToken(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, secret = actions.create_token(request.user, form.cleaned_data["name"], form.cleaned_data["scopes"], by=request.by)
        request.session["secret"] = {"name": token.name, "secret": secret}
        return redirect("brands:keys", slug=request.brand.slug)
    labels = dict(SCOPES)
    tokens = [(one, [labels.get(scope, scope) for scope in one.scopes]) for one in queries.tokens_of(request.user)]
    return show(request, "brands/keys.html", {"form": form, "tokens": tokens, "made": request.session.pop("secret", None)},
                422 if request.method == "POST" else 200)


@for_brand("see")
@require_POST
def revoke(request: BrandRequest, pk: int) -> HttpResponse:
    """One of the member's own keys serves no more, at once."""
    try:
        token = queries.token_of(request.user, pk)
    except Token.DoesNotExist as error:
        raise Http404(str(pk)) from error
    actions.revoke_token(token, by=request.by)
    messages.success(request, _("«%(name)s» ya no abre nada.") % {"name": token.name})
    return redirect("brands:keys", slug=request.brand.slug)
