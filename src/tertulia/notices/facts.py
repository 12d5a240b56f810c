"""What the notices part announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRecipientAdded(Announcement):
    """Somebody is asked whether they want the brand's digest, or a member wants it."""

    recipient_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRecipientConfirmed(Announcement):
    """Who was asked said yes."""

    recipient_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRecipientRemoved(Announcement):
    """An address gets no digest any more: they said so, or somebody of the team did."""

    recipient_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesChosen(Announcement):
    """A member chose how they want to be told."""

    member_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserAdded(Announcement):
    """A member is told in one browser more."""

    member_id: int
    browser_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserRemoved(Announcement):
    """A browser shows a member no notices any more."""

    member_id: int
    browser_id: int
