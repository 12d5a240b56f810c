"""Reading people: brand first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_

from django.db import connection
from django.db.models import Count, Prefetch, Q, QuerySet

from tertulia.brands.models import Brand
from tertulia.journal.models import Cursor, Fact
from tertulia.journal.reactions import reactions
from tertulia.journal.rules import shard_of
from tertulia.kit import clock, paging, secrets
from tertulia.kit.folding import fold
from tertulia.people.facts import PersonErased
from tertulia.people.models import Consent, Erasure, Export, Forgotten, Join, Likeness, Person, PersonNote, Profile
from tertulia.people.rules import TOO_MANY, Trace, digest_of

#: How long ago somebody may have sounded angry to be angry lately.
LATELY = timedelta(days=30)
#: What a list may be ordered by: in the address → the column.
ORDERS = {"recientes": "-last_said_at", "habladoras": "-said_count", "enfadadas": "-angry_at", "nuevas": "-created_at"}
_PROFILES = Prefetch("profiles", queryset=Profile.objects.order_by("-said_count", "pk"))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which persons, and in which order (a key of ``ORDERS``); ``customer`` is ``si``, ``no``, ``no-se`` or empty."""

    words: str = ""
    tag: str = ""
    customer: str = ""
    order: str = "recientes"


# --------------------------------------------------------------------------- persons


def person_of(profile: Profile) -> Person | None:
    """Who is behind a profile; None: it has not spoken yet."""
    return profile.person


def persons(brand: Brand, filters: Filters) -> QuerySet[Person]:
    """The brand's persons that pass the filters, with their profiles, the one that speaks most first."""
    rows = Person.objects.filter(brand=brand, joined_into=None, erased_at=None).prefetch_related(_PROFILES)
    if words := fold(filters.words).lstrip("@").split():
        called = Profile.objects.filter(reduce(and_, (Q(folded__contains=word) for word in words)), brand=brand, person__isnull=False)
        rows = rows.filter(pk__in=called.values("person"))
    if filters.tag:
        rows = rows.filter(tags__contains=[filters.tag]).exclude(tags=[])  # said twice for the index, which has no untagged ones
    if filters.customer == "no-se":
        rows = rows.filter(customer=None)
    elif filters.customer:  # that it is known is said for the index, which has nobody else
        rows = rows.filter(customer=filters.customer == "si", customer__isnull=False)
    if filters.order == "enfadadas":
        rows = rows.filter(angry_at__gte=clock.now() - LATELY)
    return rows


def page_of(brand: Brand, filters: Filters, after: str = "", size: int = 40) -> paging.Page[Person]:
    """One page of the list."""
    return paging.page(persons(brand, filters), ORDERS[filters.order], after, size)


def person_in(brand: Brand, pk: int) -> Person:
    """One of the brand's, or who they were joined into; ``Person.DoesNotExist`` if it is another's."""
    found = Person.objects.select_related("brand").prefetch_related(_PROFILES).get(brand=brand, pk=pk)
    return person_in(brand, found.joined_into_id) if found.joined_into_id else found


def profiles_of(person: Person) -> list[Profile]:
    """Their profiles, the one that speaks most first."""
    return list(person.profiles.order_by("-said_count", "pk"))


def family_of(person: Person) -> set[int]:
    """Their id, and those of everybody who was joined into them, however long ago."""
    known, new = {person.pk}, {person.pk}
    while new := set(Person.objects.filter(joined_into__in=new).values_list("pk", flat=True)) - known:
        known |= new
    return known


def tags_in(brand: Brand, most: int = 100) -> list[str]:
    """The tags that the brand gives, by the alphabet."""
    with connection.cursor() as sql:
        sql.execute("select distinct unnest(tags) tag from people_person where brand_id = %s and tags <> '{}' order by tag limit %s",
                    [brand.pk, most])
        return [tag for tag, in sql.fetchall()]


def how_many(brand: Brand) -> int:
    """About how many persons the brand knows: counted up to a thousand."""
    return Person.objects.filter(brand=brand, joined_into=None, erased_at=None)[:1001].count()


# --------------------------------------------------------------------------- what is known of one


def notes_of(person: Person) -> QuerySet[PersonNote]:
    """The team's notes, newest first."""
    return person.notes.select_related("member").order_by("-at", "-pk")


def consents_of(person: Person) -> QuerySet[Consent]:
    """What they agreed to, what stands first."""
    return person.consents.select_related("member", "withdrawn_by").order_by("-withdrawn_at", "-given_at", "-pk")


def agreed(person: Person, purpose: str) -> Consent | None:
    """Their standing consent to ``purpose``."""
    return Consent.objects.filter(person=person, purpose=purpose, withdrawn_at=None).first()


def customers(profiles: Iterable[int]) -> set[int]:
    """Those of these profiles (ids) that are known to be a customer's."""
    return set(Profile.objects.filter(pk__in=profiles, person__customer=True).values_list("pk", flat=True))


# --------------------------------------------------------------------------- who is who


def suggested_for(person: Person) -> list[Likeness]:
    """Who else they may be, the likeliest first; each with both profiles and their persons."""
    mine = Profile.objects.filter(person=person).values("pk")
    rows = Likeness.objects.filter(Q(one__in=mine) | Q(other__in=mine), state="suggested").select_related("one__person", "other__person")
    return [one for one in rows.order_by("-score", "pk") if one.one.person_id != one.other.person_id]


def suggested_in(brand: Brand, most: int = 50) -> list[Likeness]:
    """The brand's pairs to decide, the likeliest first."""
    rows = Likeness.objects.filter(brand=brand, state="suggested").select_related("one__person", "other__person")
    return [one for one in rows.order_by("-score", "pk")[:most * 2] if one.one.person_id != one.other.person_id][:most]


def likeness_of(brand: Brand, pk: int) -> Likeness:
    """One of the brand's pairs; ``Likeness.DoesNotExist`` if it is another's."""
    return Likeness.objects.select_related("one__person", "other__person", "brand").get(brand=brand, pk=pk)


def joins_of(person: Person) -> list[Join]:
    """The joins that stand, newest first: each may be undone."""
    rows = Join.objects.filter(person__in=family_of(person), undone_at=None).select_related("member", "other")
    return list(rows.order_by("-at", "-pk"))


def join_of(brand: Brand, pk: int) -> Join:
    """One of the brand's joins; ``Join.DoesNotExist`` if it is another's."""
    return Join.objects.select_related("person__brand", "other").get(person__brand=brand, pk=pk)


# --------------------------------------------------------------------------- erased and exported


def erasure_of(person: Person) -> Erasure | None:
    """The erasure that is asked for, under way or done."""
    return Erasure.objects.filter(person=person, cancelled_at=None).select_related("asked_by").first()


def erasure_in(brand: Brand, pk: int) -> Erasure:
    """One of the brand's; ``Erasure.DoesNotExist`` if it is another's."""
    return Erasure.objects.select_related("person__brand").get(person__brand=brand, pk=pk)


def erasures_due(now: datetime) -> list[int]:
    """Those whose grace is over, of all brands."""
    return list(Erasure.objects.filter(cancelled_at=None, begun_at=None, due_at__lte=now).values_list("pk", flat=True))


def erasures_ready(now: datetime) -> list[int]:
    """Those that every part has carried out, of all brands."""
    begun = Erasure.objects.filter(begun_at__lte=now, done_at=None).select_related("person")
    return [one.pk for one in begun if wiped_everywhere(one.person)]


def traces_of(person: int) -> list[Trace]:
    """What the profiles of somebody who is being erased were known by. After every part has wiped its own: nothing."""
    standing = Erasure.objects.filter(person=person, cancelled_at=None).values_list("traces", flat=True).first()
    return [Trace(**one) for one in standing or []]


def wiped_everywhere(person: Person) -> bool:
    """Whether every reaction to the erasure of this person has done its work."""
    told = Fact.objects.filter(brand_id=person.brand_id, name=PersonErased.name, data__person_id=person.pk).order_by("id").last()
    if told is None:
        return False
    wanted = {name for name, one in reactions().items() if PersonErased.name in one.handles}
    past = {one.reaction for one in Cursor.objects.filter(shard=shard_of(person.brand_id), reaction__in=wanted)
            if (int(one.transaction), one.fact_id) >= (int(told.transaction), told.pk)}
    return past == wanted


def digests_of(brand_id: int, network: str, external_ids: Collection[str]) -> dict[str, str]:
    """What identities are remembered by once they are forgotten: digest → external id."""
    key = secrets.key("forgotten")
    return {digest_of(key, brand_id, network, one): one for one in external_ids}


def forgotten(brand_id: int, network: str, external_ids: Collection[str]) -> dict[str, datetime]:
    """Which of these identities were erased, and until when what they said is not taken in; by external id."""
    mine = Forgotten.objects.filter(brand=brand_id, network=network)
    if not external_ids or not mine.exists():  # digests take time, and most brands forgot nobody
        return {}
    by_digest = digests_of(brand_id, network, external_ids)
    return {by_digest[digest]: at for digest, at in mine.filter(digest__in=by_digest).values_list("digest", "at")}


def exports_of(person: Person) -> QuerySet[Export]:
    """The copies that were asked for, newest first, without their bytes."""
    return person.exports.select_related("asked_by").defer("content").order_by("-asked_at", "-pk")


def exports_to_make(now: datetime) -> list[int]:
    """Those nobody made yet, of all brands."""
    return list(Export.objects.filter(made_at=None, asked_at__lte=now).order_by("pk").values_list("pk", flat=True)[:20])


# --------------------------------------------------------------------------- looking for pairs


def to_compare(now: datetime, most: int = 500) -> list[Profile]:
    """Profiles that spoke and were never compared, of all brands."""
    return list(Profile.objects.filter(compared_at=None, person__isnull=False).order_by("pk")[:most])


def sharing(brand: Brand, keys: Sequence[str], field: str) -> dict[str, list[Profile]]:
    """The profiles of the brand that spoke and have these keys (``handle_key`` or ``name_key``), by key.

    Keys that too many have are left out: they say nothing.
    """
    rows = Profile.objects.filter(**{f"{field}__in": {key for key in keys if key}}, brand=brand, person__isnull=False, erased_at=None)
    few = rows.values(field).annotate(count=Count("pk")).filter(count__range=(2, TOO_MANY)).values_list(field, flat=True)
    found: dict[str, list[Profile]] = {}
    for one in Profile.objects.filter(**{f"{field}__in": list(few)}, brand=brand, person__isnull=False, erased_at=None).order_by("pk"):
        found.setdefault(getattr(one, field), []).append(one)
    return found
