"""The right to be forgotten: asked for, taken back within its grace, carried out, and finished when every part did it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tertulia.brands.models import Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.people import facts
from tertulia.people.models import Consent, Erasure, Export, Forgotten, Join, Likeness, Person, PersonNote, Profile
from tertulia.people.queries import digests_of, family_of, wiped_everywhere
from tertulia.people.rules import Trace

#: How long an erasure may be taken back.
GRACE = timedelta(hours=24)


class ErasedAlready(Exception):
    """There is nobody to erase."""


@transaction.atomic
def ask_erasure(person: Person, reason: str, member: Member | None, *, by: str, because: str = "",
                due_at: datetime | None = None) -> Erasure:
    """All that is held of them will be wiped in a day; asked twice, the first stands. ``ErasedAlready``."""
    kept = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if standing := Erasure.objects.filter(person=kept, cancelled_at=None).first():
        return standing
    if kept.erased_at or kept.joined_into_id:
        raise ErasedAlready(kept.pk)
    now = clock.now()
    made = Erasure.objects.create(person=kept, reason=reason, asked_by=member, asked_at=now, due_at=due_at or now + GRACE)
    record(facts.ErasureAsked(brand_id=kept.brand_id, person_id=kept.pk, erasure_id=made.pk), by=by, because=because or reason)
    return made


@transaction.atomic
def cancel_erasure(erasure: Erasure, member: Member | None, *, by: str, because: str = "") -> bool:
    """They stay; False: it has begun, or was taken back before."""
    done = Erasure.objects.filter(pk=erasure.pk, begun_at=None, cancelled_at=None).update(
        cancelled_at=clock.now(), cancelled_by=member)
    if done:
        record(facts.ErasureCancelled(brand_id=erasure.person.brand_id, person_id=erasure.person_id, erasure_id=erasure.pk), by=by,
               because=because)
    return bool(done)


@transaction.atomic
def erase(erasure_id: int, *, by: str, because: str = "") -> bool:
    """Wipes who they are and tells the parts to wipe what they said; False: it has begun, was taken back, or is not due."""
    profiles = list(Profile.objects.select_for_update(no_key=True).filter(person__erasures=erasure_id).order_by("pk"))
    kept = Erasure.objects.select_for_update(no_key=True, of=("self",)).select_related("person").get(pk=erasure_id)
    now = clock.now()
    if kept.begun_at or kept.cancelled_at or kept.due_at > now:
        return False
    family = family_of(kept.person)
    kept.begun_at, kept.profile_ids = now, [one.pk for one in profiles]
    kept.traces = [asdict(Trace(one.pk, one.network, one.external_id, one.handle, one.name)) for one in profiles]
    kept.save(update_fields=["begun_at", "profile_ids", "traces"])
    for one in profiles:
        _forget(one, now)
    _wipe_records(family, kept.profile_ids, now)
    record(facts.PersonErased(brand_id=kept.person.brand_id, person_id=kept.person_id, profile_ids=kept.profile_ids), by=by,
           because=because or kept.reason)
    return True


def _forget(profile: Profile, now: datetime) -> None:
    """The profile is nobody's from now on, and its identity is remembered as a digest alone."""
    digest = next(iter(digests_of(profile.brand_id, profile.network, [profile.external_id])))
    Forgotten.objects.update_or_create(brand_id=profile.brand_id, network=profile.network, digest=digest, defaults={"at": now})
    Profile.objects.filter(pk=profile.pk).update(
        external_id=f"erased:{profile.pk}", handle="", name="", folded="", url="", avatar_url="", followers=None, handle_key="",
        name_key="", erased_at=now)


def _wipe_records(persons: set[int], profiles: list[int], now: datetime) -> None:
    """What this part holds; that there was somebody, what they had agreed to and when, stays."""
    Person.objects.filter(pk__in=persons).update(name="", customer=None, tags=[], erased_at=now)
    PersonNote.objects.filter(person__in=persons).delete()
    Consent.objects.filter(person__in=persons).exclude(how="").update(how="–")
    Export.objects.filter(person__in=persons).update(content=None)
    Export.objects.filter(person__in=persons, made_at=None).update(made_at=now)
    nobody: dict[str, Any] = {"name": "", "customer": None, "tags": []}
    Join.objects.filter(person__in=persons).update(before={"kept": nobody, "gone": nobody, "likenesses": []})
    Likeness.objects.filter(one__in=profiles).delete()
    Likeness.objects.filter(other__in=profiles).delete()


@transaction.atomic
def finish(erasure_id: int, *, by: str, because: str = "") -> bool:
    """Lets go of the last traces once every part has wiped its own; False: some part is still at it."""
    kept = Erasure.objects.select_for_update(no_key=True, of=("self",)).select_related("person").get(pk=erasure_id)
    if kept.done_at or not kept.begun_at or not wiped_everywhere(kept.person):
        return False
    Erasure.objects.filter(pk=kept.pk).update(done_at=clock.now(), traces=[])
    return True
