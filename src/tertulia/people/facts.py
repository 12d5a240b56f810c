"""What the people part announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfPerson(Announcement):
    person_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanged(_OfPerson):
    """A member wrote down something of a person: their name, tags, whether they are a customer, a note, a consent."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonJoined(_OfPerson):
    """A member said that person and ``other_id`` are one: these profiles are now of ``person_id``."""

    other_id: int
    profile_ids: list[int]


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonParted(_OfPerson):
    """That was taken back: these profiles are of ``other_id`` again."""

    other_id: int
    profile_ids: list[int]


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsToldApart(Announcement):
    """A member said that two profiles are not one person; they are not suggested again."""

    profile_ids: list[int]


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven(_OfPerson):
    """A person agreed to something, and a member wrote down where."""

    consent_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn(_OfPerson):
    """They agree no more."""

    consent_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureAsked(_OfPerson):
    """All that is held of a person is to be wiped; ``because`` of the fact says why."""

    erasure_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureCancelled(_OfPerson):
    """It is not, after all."""

    erasure_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased(_OfPerson):
    """Who they are is gone; every part that keeps words of these profiles wipes them now (``people.queries.traces_of``)."""

    profile_ids: list[int]


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExported(_OfPerson):
    """A member took a copy of all that is held of a person."""

    export_id: int
