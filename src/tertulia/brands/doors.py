"""The door of every page of a brand: who knocks, which brand, and whether they may."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from tertulia.brands.models import Brand, Member, Membership
from tertulia.brands.queries import NotAllowed, membership_for


class BrandRequest(HttpRequest):
    """A request that passed the door: ``brand``, the member (``user``), their ``place`` in it and its ``role``, and ``by``:
    how facts name them."""

    brand: Brand
    place: Membership
    user: Member
    role: str
    by: str


View = Callable[..., HttpResponseBase]

#: The cookie that remembers which brand a browser saw last.
LAST_SEEN = "brand"


def for_brand(what: str) -> Callable[[View], View]:
    """A view of one brand: its address has ``slug``; the member must be allowed ``what`` there.

    Signed out: the sign-in page. Not of the team: 404, as if the brand did not exist. Not allowed: 403. The view that
    comes out says what it asks for (``asks``), and the browser remembers which brand it saw last.
    """

    def door(view: View) -> View:
        @login_required
        @wraps(view)
        def enter(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member = cast(Member, request.user)
            try:
                place = membership_for(member, slug, what)
            except Brand.DoesNotExist as error:
                raise Http404(slug) from error
            except NotAllowed as error:
                raise PermissionDenied(what) from error
            known = cast(BrandRequest, request)
            known.brand, known.place, known.role, known.by = place.brand, place, place.role, member.key
            response = view(known, *args, **kwargs)
            if request.COOKIES.get(LAST_SEEN) != slug:
                response.set_cookie(LAST_SEEN, slug, max_age=31_536_000, httponly=True, samesite="Lax",
                                    secure=request.is_secure())
            return response

        enter.asks = what  # type: ignore[attr-defined]
        return enter

    return door
