"""Writing people: who speaks, and what the team writes down of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Collate

from tertulia.brands.models import Brand, Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.kit.writing import write
from tertulia.networks.contract import Author
from tertulia.people import facts
from tertulia.people.models import Consent, Person, PersonNote, Profile
from tertulia.people.queries import family_of
from tertulia.people.rules import handle_key, name_key, searched

_KEPT_FRESH = ["handle", "name", "url", "avatar_url", "followers", "handle_key", "name_key", "last_seen_at"]


def know(brand: Brand, network: str, authors: Iterable[Author], *, by: str, because: str = "") -> dict[str, Profile]:
    """The profiles of ``authors``, made or refreshed, by external id. No fact: knowing a name is not an event."""
    now = clock.now()
    rows = {
        one.external_id: Profile(
            brand=brand, network=network, external_id=one.external_id, handle=clean(one.handle)[:255],
            name=clean(one.name)[:255], url=one.url[:1000], avatar_url=one.avatar_url[:1000], followers=one.followers,
            handle_key=handle_key(one.handle), name_key=name_key(one.name), first_seen_at=now, last_seen_at=now)
        for one in authors
    }
    # sorted: two workers that know the same people lock them in the same order
    Profile.objects.bulk_create(
        [rows[key] for key in sorted(rows)], batch_size=1000, update_conflicts=True, update_fields=_KEPT_FRESH,
        unique_fields=["brand", "network", "external_id"])
    found = Profile.objects.filter(brand=brand, network=network, external_id__in=rows)
    return {one.external_id: one for one in found}


# --------------------------------------------------------------------------- they speak


@dataclass(frozen=True, slots=True)
class Spoke:
    """That a profile said so many things, the last one then; and when it last sounded angry in them, if it did."""

    profile_id: int
    count: int = 0
    at: datetime | None = None
    angry_at: datetime | None = None


@transaction.atomic
def meet(spoken: Sequence[Spoke], *, by: str, because: str = "") -> None:
    """Makes a person of every profile that had none, and sums up how much and how they spoke. No fact: the inbox told it."""
    said = {one.profile_id: one for one in spoken}
    profiles = _locked(said)
    new = [one for one in profiles if one.person_id is None]
    now = clock.now()
    made = Person.objects.bulk_create([
        Person(brand_id=one.brand_id, created_at=now, last_said_at=said[one.pk].at or now) for one in new], batch_size=500)
    for profile, person in zip(new, made, strict=True):
        profile.person = person
    for profile in profiles:
        one = said[profile.pk]
        profile.said_count += one.count
        profile.last_said_at = _later(profile.last_said_at, one.at)
        profile.angry_at = _later(profile.angry_at, one.angry_at)
    write(Profile, profiles, ["person", "said_count", "last_said_at", "angry_at"])
    sum_up({one.person_id for one in profiles if one.person_id}, by=by)


@transaction.atomic
def note_anger(spoken: Sequence[Spoke], *, by: str, because: str = "") -> None:
    """When these profiles last sounded angry. Who is no person yet gets it summed up when they are met."""
    said = {one.profile_id: one for one in spoken}
    profiles = [one for one in _locked(said) if _later(one.angry_at, said[one.pk].angry_at) != one.angry_at]
    for profile in profiles:
        profile.angry_at = said[profile.pk].angry_at
    write(Profile, profiles, ["angry_at"])
    sum_up({one.person_id for one in profiles if one.person_id}, by=by)


def _locked(pks: Iterable[int]) -> list[Profile]:
    # in the order in which ``know`` locks them
    there = Collate("external_id", "C")
    return list(Profile.objects.select_for_update(no_key=True).filter(pk__in=list(pks), erased_at=None).order_by("brand", "network", there))


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


def sum_up(persons: Iterable[int], *, by: str, because: str = "") -> None:
    """Persons (ids) as their profiles stand: how much they said, when, and what they are searched by."""
    rows = list(Person.objects.select_for_update(no_key=True).filter(pk__in=list(persons)).order_by("pk"))
    profiles: dict[int | None, list[Profile]] = {}
    for one in Profile.objects.filter(person__in=rows).order_by("-said_count", "pk"):
        profiles.setdefault(one.person_id, []).append(one)
    for person in rows:
        mine = profiles.get(person.pk, [])
        person.said_count = sum(one.said_count for one in mine)
        person.last_said_at = max((one.last_said_at for one in mine if one.last_said_at), default=person.last_said_at)
        person.angry_at = max((one.angry_at for one in mine if one.angry_at), default=None)
    write(Person, rows, ["said_count", "last_said_at", "angry_at"])
    names = {one.pk: one.name for one in rows}
    found = [(one, searched([names[pk], one.name, one.handle])) for pk, mine in profiles.items() if pk for one in mine]
    renamed = [one for one, folded in found if one.folded != folded]
    for one, folded in found:
        one.folded = folded
    write(Profile, renamed, ["folded"])


# --------------------------------------------------------------------------- what the team writes down


@transaction.atomic
def describe(person: Person, *, by: str, because: str = "", name: str | None = None, tags: Sequence[str] | None = None) -> None:
    """What the team calls them, and their tags; None leaves as it is. Nothing new is no fact."""
    kept = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    wanted_name = kept.name if name is None else " ".join(clean(name).split())[:120]
    wanted_tags = kept.tags if tags is None else list(dict.fromkeys(clean(one)[:40] for one in tags))
    if (wanted_name, wanted_tags) == (kept.name, kept.tags):
        return
    Person.objects.filter(pk=kept.pk).update(name=wanted_name, tags=wanted_tags)
    sum_up([kept.pk], by=by)
    _changed(kept, by=by, because=because)


@transaction.atomic
def set_customer(person: Person, customer: bool | None, *, by: str, because: str = "") -> None:
    """Whether they are a customer; None: not known. Their next messages are read with it."""
    if Person.objects.filter(pk=person.pk).exclude(customer=customer).update(customer=customer):
        _changed(person, by=by, because=because)


@transaction.atomic
def write_note(person: Person, text: str, member: Member, *, by: str, because: str = "") -> PersonNote:
    """A word about them for the team."""
    note = PersonNote.objects.create(person=person, member=member, text=clean(text).strip(), at=clock.now())
    _changed(person, by=by, because=because)
    return note


@transaction.atomic
def drop_note(person: Person, note_id: int, *, by: str, because: str = "") -> str | None:
    """Takes a note away; its text, to write it again; None: there was none."""
    note = person.notes.filter(pk=note_id).first()
    if note is None:
        return None
    note.delete()
    _changed(person, by=by, because=because)
    return note.text


def _changed(person: Person, *, by: str, because: str) -> None:
    record(facts.PersonChanged(brand_id=person.brand_id, person_id=person.pk), by=by, because=because)


# --------------------------------------------------------------------------- what they agree to


class AgreedNowhere(Exception):
    """A consent says where it was given: a message, or in words."""


@transaction.atomic
def give_consent(person: Person, purpose: str, member: Member | None, *, by: str, because: str = "", message_id: int | None = None,
                 how: str = "", given_at: datetime | None = None) -> Consent:
    """They agreed to ``purpose``; said twice, the first stands. ``AgreedNowhere`` if nobody says where."""
    how = clean(how).strip()[:300]
    if message_id is None and not how:
        raise AgreedNowhere(purpose)
    kept = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if standing := kept.consents.filter(purpose=purpose, withdrawn_at=None).first():
        return standing
    consent = Consent.objects.create(person=kept, purpose=purpose, given_at=given_at or clock.now(), message_id=message_id, how=how,
                                     member=member)
    record(facts.ConsentGiven(brand_id=kept.brand_id, person_id=kept.pk, consent_id=consent.pk), by=by, because=because)
    return consent


@transaction.atomic
def withdraw_consent(person: Person, purpose: str, member: Member | None, *, by: str, because: str = "") -> bool:
    """They agree no more; False if they did not. Also what they had agreed to under a name that was joined into this one."""
    rows = list(Consent.objects.select_for_update(no_key=True).filter(
        person__in=family_of(person), purpose=purpose, withdrawn_at=None).order_by("pk"))
    Consent.objects.filter(pk__in=[one.pk for one in rows]).update(withdrawn_at=clock.now(), withdrawn_by=member)
    for one in rows:
        record(facts.ConsentWithdrawn(brand_id=person.brand_id, person_id=person.pk, consent_id=one.pk), by=by, because=because)
    return bool(rows)


def set_blocked(profile: Profile, blocked: bool, *, by: str, because: str = "") -> None:
    """The network keeps somebody out, or lets them in again. Its fact is moderation's."""
    Profile.objects.filter(pk=profile.pk, blocked_at__isnull=blocked).update(blocked_at=clock.now() if blocked else None)
