"""The door of the API: a token in ``Authorization: Bearer``, what it allows, and what its bearer may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer

from tertulia.brands.models import Brand, Member, Token
from tertulia.brands.queries import NotAllowed, bearer, brand_for
from tertulia.brands.rules import SCOPES
from tertulia.kit import clock

#: Ids as the database holds them; anything larger was never one.
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Problem(Schema):
    """What went wrong: a code for programs, a sentence for people."""

    error: str
    detail: str


#: What any operation may answer besides its own.
PROBLEMS = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}


class TokenAuth(HttpBearer):
    """``request.auth`` is the token; unknown or revoked: 401."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """The living token, its use noted once a minute at most."""
        found = bearer(token)
        now = clock.now()
        if found and (found.used_at is None or now - found.used_at > timedelta(minutes=1)):
            Token.objects.filter(pk=found.pk).update(used_at=now)
        return found


def enter(request: HttpRequest, slug: str, scope: str = "read") -> tuple[Brand, Member]:
    """The brand and the member; 404 if the member does not know it, 403 if the token or the role does not allow."""
    token: Token = request.auth  # type: ignore[attr-defined]
    if scope not in token.scopes:
        raise HttpError(403, f"missing scope: {scope}")
    try:
        return brand_for(token.member, slug, SCOPES[scope]), token.member
    except Brand.DoesNotExist as error:
        raise HttpError(404, "brand") from error
    except NotAllowed as error:
        raise HttpError(403, f"not allowed: {error.what}") from error
