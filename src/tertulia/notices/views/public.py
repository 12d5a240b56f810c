"""The links of digests, for people who do not sign in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tertulia.notices import digests
from tertulia.notices.models import DigestRecipient


def _recipient(name: str) -> DigestRecipient:
    if (one := digests.recipient_of(name)) is None:
        raise Http404("digest")
    return one


@require_http_methods(["GET", "POST"])
def digest(request: HttpRequest, name: str) -> HttpResponse:
    """Says yes or no. Looking changes nothing: mail programs look at links too."""
    one = _recipient(name)
    if request.method == "POST":
        (digests.confirm if request.POST.get("quiero") == "si" else digests.leave)(one)
        return redirect("digest", name=name)
    with translation.override(one.language):
        return render(request, "notices/digest_page.html", {
            "one": one, "here": one.brand, "gets": bool(one.confirmed_at and not one.ended_at), "said_no": bool(one.ended_at)})


@csrf_exempt
@require_POST
def out(request: HttpRequest, name: str) -> HttpResponse:
    """What a mail program does when somebody asks it to end these letters (RFC 8058): one click, no question."""
    digests.leave(_recipient(name), because="List-Unsubscribe")
    return HttpResponse(status=200)
