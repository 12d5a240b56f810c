"""What the brands part announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


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
