"""The right of access: a copy of all that is held of a person, as JSON and as a page, in one ZIP."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from tertulia.brands.models import Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.people import facts
from tertulia.people.holdings import called, held, holds
from tertulia.people.models import Export, Person, Profile
from tertulia.people.queries import consents_of, notes_of, profiles_of

#: Who said more than this is exported by a worker, not while somebody waits.
AT_ONCE = 500
#: How long a copy may be fetched.
KEPT = timedelta(days=7)


@transaction.atomic
def ask_export(person: Person, member: Member | None, *, by: str, because: str = "") -> Export:
    """A copy that is being made; if there is little to tell, it is made already. One not made yet is not asked for twice."""
    kept = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if waiting := kept.exports.filter(made_at=None).first():
        return waiting
    asked = Export.objects.create(person=kept, asked_by=member, asked_at=clock.now())
    record(facts.PersonExported(brand_id=kept.brand_id, person_id=kept.pk, export_id=asked.pk), by=by, because=because)
    if kept.said_count <= AT_ONCE:
        make(asked.pk, by=by)
        asked.refresh_from_db()
    return asked


@transaction.atomic
def note_taken(person: Person, member: Member | None, *, by: str, because: str = "") -> None:
    """A copy left by another way than a file."""
    now = clock.now()
    made = Export.objects.create(person=person, asked_by=member, asked_at=now, made_at=now)
    record(facts.PersonExported(brand_id=person.brand_id, person_id=person.pk, export_id=made.pk), by=by, because=because)


@transaction.atomic
def make(export_id: int, *, by: str, because: str = "") -> bool:
    """Makes it; False: it is made, or thrown away."""
    asked = Export.objects.select_for_update(no_key=True, of=("self",)).select_related("person__brand").get(pk=export_id)
    if asked.made_at:
        return False
    asked.content = written(asked.person)
    asked.size, asked.made_at = len(asked.content), clock.now()
    asked.save(update_fields=["content", "size", "made_at"])
    return True


def written(person: Person) -> bytes:
    """The ZIP: ``datos.json`` has everything, ``datos.html`` is the same to be read."""
    told: dict[str, Any] = {"brand": person.brand.name, "made_at": clock.now().isoformat(), **held(profiles_of(person))}
    with translation.override("es"):  # as the brand speaks to its public
        page = render_to_string("people/export.html", {"told": _shown(told), "brand": person.brand})
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("datos.json", json.dumps(told, ensure_ascii=False, indent=1))
        archive.writestr("datos.html", page)
    return file.getvalue()


def _shown(told: Any) -> Any:
    """For the page: dictionaries as lists of (name in words, value), without what is empty."""
    if isinstance(told, dict):
        return {"pairs": [(called(name), _shown(one)) for name, one in told.items() if one not in (None, "", [], {})]}
    if isinstance(told, list):
        return {"items": [_shown(one) for one in told]}
    return {True: translation.gettext("sí"), False: translation.gettext("no")}.get(told, told) if isinstance(told, bool) else told


@transaction.atomic
def throw_away(*, by: str, because: str = "") -> int:
    """Throws away the bytes of copies that were kept long enough; how many."""
    return Export.objects.filter(content__isnull=False, made_at__lt=clock.now() - KEPT).update(content=None)


@holds("people")
def _tell(profiles: Sequence[Profile]) -> dict[str, Any]:
    """Who they are to the brand, and what the team wrote down of them."""
    accounts = [
        {"network": one.network, "id": one.external_id, "handle": one.handle, "name": one.name, "address": one.url,
         "followers": one.followers, "first_seen": one.first_seen_at.isoformat(), "last_seen": one.last_seen_at.isoformat(),
         "blocked": bool(one.blocked_at)} for one in profiles]
    persons = {one.person_id: one.person for one in profiles if one.person}
    return {"accounts": accounts, "records": [_record(one) for one in persons.values()]}


def _record(person: Person) -> dict[str, Any]:
    return {
        "name": person.name, "customer": person.customer, "tags": person.tags, "known_since": person.created_at.isoformat(),
        "notes": [{"at": one.at.isoformat(), "text": one.text} for one in notes_of(person)],
        "consents": [
            {"purpose": str(one.get_purpose_display()), "given": one.given_at.isoformat(), "how": one.how, "message": one.message_id,
             "withdrawn": one.withdrawn_at.isoformat() if one.withdrawn_at else None} for one in consents_of(person)]}
