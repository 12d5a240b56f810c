"""What the brands part announces."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.journal.facts import Announcement, fact


class Role(models.TextChoices):
    """What a member may do for a brand, from most to least."""

    OWNER = "owner", _("Responsable")
    EDITOR = "editor", _("Community manager")
    AGENT = "agent", _("Atención")
    VIEWER = "viewer", _("Solo lectura")


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrandCreated(Announcement):
    """A brand exists."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrandSheetChanged(Announcement):
    """Its name, voice, hours or zone changed."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(Announcement):
    """Somebody joined the brand's team."""

    member_id: int
    role: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRoleChanged(Announcement):
    """Somebody's role changed."""

    member_id: int
    role: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRemoved(Announcement):
    """Somebody left the brand's team."""

    member_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberProfileChanged(Announcement):
    """A member changed their own name or language."""

    member_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAnswersChanged(Announcement):
    """How somebody answers for the brand changed: whether others approve it, with which initials."""

    member_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(Announcement):
    """A member made a token for the API."""

    member_id: int
    token_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Announcement):
    """A token serves no more."""

    member_id: int
    token_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PictureAdded(Announcement):
    """The brand's library has one more picture."""

    picture_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrandHoursChanged(Announcement):
    """The brand answers at other hours, or on other days."""
