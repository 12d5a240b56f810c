"""What the publishing part announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PostDrafted(Announcement):
    """A post was begun."""

    post_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PostEdited(Announcement):
    """Its words, pictures or channels changed."""

    post_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PostScheduled(Announcement):
    """It has an hour, and a dispatch a channel."""

    post_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PostMoved(Announcement):
    """Its hour changed."""

    post_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PostPlanned(Announcement):
    """A draft has a day and an hour in mind, or no longer; nothing leaves by itself."""

    post_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PostUnscheduled(Announcement):
    """It is a draft again; nothing of it will leave."""

    post_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PostDiscarded(Announcement):
    """The draft is in the bin."""

    post_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStarted(Announcement):
    """A post repeats from now on, or again."""

    series_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChanged(Announcement):
    """What repeats, or when, is another from now on."""

    series_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStopped(Announcement):
    """A post repeats no longer; what was made of it and nobody had touched is taken back."""

    series_id: int
