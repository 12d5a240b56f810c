"""Brands by API."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from tertulia.brands.bearer import PROBLEMS, enter
from tertulia.brands.models import Brand, Token
from tertulia.brands.queries import brands_of

router = Router(tags=["brands"])


class BrandOut(Schema):
    """A brand."""

    slug: str
    name: str
    time_zone: str
    language: str


@router.get("", response={200: list[BrandOut], **PROBLEMS})
def brands(request: HttpRequest) -> list[Brand]:
    """The brands the bearer may see."""
    token: Token = request.auth  # type: ignore[attr-defined]
    return list(brands_of(token.member)) if "read" in token.scopes else []


@router.get("/{slug}", response={200: BrandOut, **PROBLEMS})
def brand(request: HttpRequest, slug: str) -> Brand:
    """One brand."""
    return enter(request, slug)[0]
