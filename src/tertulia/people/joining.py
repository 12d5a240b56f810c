"""Who is who: pairs that may be one person, found in batches; joined by hand, told apart, and taken back exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from tertulia.brands.models import Brand, Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.people import facts
from tertulia.people.actions import sum_up
from tertulia.people.models import Consent, Join, Likeness, Person, PersonNote, Profile
from tertulia.people.queries import sharing, to_compare
from tertulia.people.rules import Face, alike, domain, handle_key


class CannotJoin(Exception):
    """They are one already, of two brands, or one of them is erased or is to be."""


# --------------------------------------------------------------------------- looking for pairs


def face(profile: Profile) -> Face:
    """What a profile shows."""
    return Face(profile.network, profile.handle, profile.name, profile.url)


@transaction.atomic
def compare(most: int = 500) -> int:
    """Looks whom the next profiles are like, within their brand; how many were looked at. Nothing is joined by it."""
    profiles = to_compare(clock.now(), most)
    by_brand: dict[int, list[Profile]] = {}
    for one in profiles:
        by_brand.setdefault(one.brand_id, []).append(one)
    for brand in Brand.objects.filter(pk__in=by_brand):
        _suggest(brand, by_brand[brand.pk])
    Profile.objects.filter(pk__in=[one.pk for one in profiles]).update(compared_at=clock.now())
    return len(profiles)


def _suggest(brand: Brand, profiles: Sequence[Profile]) -> None:
    keys = [(one, {one.handle_key, handle_key(domain(one.url))}) for one in profiles]
    by_handle = sharing(brand, [key for _one, mine in keys for key in mine], "handle_key")
    by_name = sharing(brand, [one.name_key for one in profiles], "name_key")
    found: dict[tuple[int, int], Likeness] = {}
    for one, mine in keys:
        groups = [*(by_handle.get(key, []) for key in mine), by_name.get(one.name_key, [])]
        for group in groups:
            for other in group:
                if other.person_id != one.person_id and (like := alike(face(one), face(other), sharing=len({*group, one}))):
                    pair = min(one.pk, other.pk), max(one.pk, other.pk)
                    if pair not in found or found[pair].score < like.score:
                        found[pair] = Likeness(brand=brand, one_id=pair[0], other_id=pair[1], reasons=list(like.reasons),
                                               score=like.score, found_at=clock.now())
    # a pair that was decided, or suggested before, stays as it is
    Likeness.objects.bulk_create([found[pair] for pair in sorted(found)], ignore_conflicts=True)


# --------------------------------------------------------------------------- deciding


@transaction.atomic
def join(person: Person, other: Person, member: Member | None, *, by: str, because: str = "", likeness: Likeness | None = None) -> Join:
    """Makes ``other`` and ``person`` one: its profiles, notes and consents are ``person``'s from now on. ``CannotJoin``."""
    profiles = list(Profile.objects.select_for_update(no_key=True).filter(person=other).order_by("pk"))
    rows = {one.pk: one for one in Person.objects.select_for_update(no_key=True).filter(pk__in=(person.pk, other.pk)).order_by("pk")}
    kept, gone = rows[person.pk], rows[other.pk]
    if kept.pk == gone.pk or kept.brand_id != gone.brand_id or any(
            one.joined_into_id or one.erased_at or one.erasures.filter(cancelled_at=None).exists() for one in (kept, gone)):
        raise CannotJoin(person.pk, other.pk)
    notes = list(gone.notes.values_list("pk", flat=True))
    agreed = set(kept.consents.filter(withdrawn_at=None).values_list("purpose", flat=True))
    # what both agreed to stays with each: it is one for whoever asks, and two again if they are parted
    consents = list(gone.consents.exclude(withdrawn_at=None, purpose__in=agreed).values_list("pk", flat=True))
    made = Join.objects.create(
        person=kept, other=gone, profiles=[one.pk for one in profiles], notes=notes, consents=consents, likeness=likeness,
        before={"kept": _stands(kept), "gone": _stands(gone)}, member=member, at=clock.now())
    Profile.objects.filter(pk__in=made.profiles).update(person=kept)
    PersonNote.objects.filter(pk__in=notes).update(person=kept)
    Consent.objects.filter(pk__in=consents).update(person=kept)
    kept.tags = [*kept.tags, *(one for one in gone.tags if one not in kept.tags)]
    kept.name, kept.customer = kept.name or gone.name, gone.customer if kept.customer is None else kept.customer
    kept.save(update_fields=["tags", "name", "customer"])
    Person.objects.filter(pk=gone.pk).update(joined_into=kept)
    made.before["likenesses"] = _confirm(kept.pk, made.profiles, likeness, member)
    made.save(update_fields=["before"])
    sum_up([kept.pk, gone.pk], by=by)
    record(facts.PersonJoined(brand_id=kept.brand_id, person_id=kept.pk, other_id=gone.pk, profile_ids=made.profiles), by=by,
           because=because)
    return made


def _stands(person: Person) -> dict[str, Any]:
    return {"name": person.name, "customer": person.customer, "tags": person.tags}


def _confirm(person_id: int, profiles: Sequence[int], likeness: Likeness | None, member: Member | None) -> list[int]:
    """The pair that led to it is confirmed, and those between the two by it; which."""
    mine = Profile.objects.filter(person=person_id).values("pk")
    between = Q(one__in=profiles, other__in=mine) | Q(other__in=profiles, one__in=mine)
    rows = Likeness.objects.filter(between | Q(pk=likeness.pk if likeness else 0), state="suggested")
    pks = list(rows.values_list("pk", flat=True))
    Likeness.objects.filter(pk__in=pks).update(state="confirmed", decided_at=clock.now(), decided_by=member)
    return pks


@transaction.atomic
def part(joined: Join, member: Member | None, *, by: str, because: str = "") -> bool:
    """Takes a join back: what came from ``other`` is its own again, as it was; False: that was done before.

    What was written down since then stays with who it was written of.
    """
    kept = Join.objects.select_for_update(no_key=True, of=("self",)).select_related("person", "other").get(pk=joined.pk)
    root = kept.person
    while root.joined_into:
        root = root.joined_into
    if kept.undone_at or root.erased_at:
        return False
    other, was = kept.other, kept.before
    Profile.objects.filter(pk__in=kept.profiles, person=root).update(person=other)
    PersonNote.objects.filter(pk__in=kept.notes, person=root).update(person=other)
    Consent.objects.filter(pk__in=kept.consents, person=root).update(person=other)
    brought = [one for one in was["gone"]["tags"] if one not in was["kept"]["tags"]]
    root.tags = [one for one in root.tags if one not in brought]
    root.name = was["kept"]["name"] if root.name == was["gone"]["name"] else root.name
    root.customer = was["kept"]["customer"] if root.customer == was["gone"]["customer"] else root.customer
    root.save(update_fields=["tags", "name", "customer"])
    Person.objects.filter(pk=other.pk).update(joined_into=None, **was["gone"])
    Join.objects.filter(pk=kept.pk).update(undone_at=clock.now(), undone_by=member)
    Likeness.objects.filter(pk__in=was["likenesses"], state="confirmed").update(state="suggested", decided_at=None, decided_by=None)
    sum_up([root.pk, other.pk], by=by)
    record(facts.PersonParted(brand_id=root.brand_id, person_id=root.pk, other_id=other.pk, profile_ids=kept.profiles), by=by,
           because=because)
    return True


@transaction.atomic
def tell_apart(likeness: Likeness, member: Member | None, *, by: str, because: str = "") -> bool:
    """They are two; not suggested again. False: it was decided before."""
    done = Likeness.objects.filter(pk=likeness.pk, state="suggested").update(
        state="denied", decided_at=clock.now(), decided_by=member)
    if done:
        record(facts.PersonsToldApart(brand_id=likeness.brand_id, profile_ids=[likeness.one_id, likeness.other_id]), by=by,
               because=because)
    return bool(done)


@transaction.atomic
def suggest_again(likeness: Likeness, *, by: str, because: str = "") -> bool:
    """Takes «they are two» back."""
    return bool(Likeness.objects.filter(pk=likeness.pk, state="denied").update(state="suggested", decided_at=None, decided_by=None))
