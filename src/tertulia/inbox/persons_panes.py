"""What is shown of a person: beside their conversation, and on their own page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tertulia.brands.doors import BrandRequest
from tertulia.brands.rules import may
from tertulia.inbox import persons
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.rules import web_link
from tertulia.inbox.talk import said
from tertulia.kit import clock
from tertulia.people import queries
from tertulia.people.models import WHY_ERASED, Consent, Person, Profile, Purpose


def beside(request: BrandRequest, conversation: Conversation) -> dict[str, Any]:
    """Who speaks in a conversation, under which other names, what is known of them and what else we talked about."""
    profile = conversation.person
    if profile is None:
        return {"profile": None}
    person = queries.person_in(request.brand, profile.person_id) if profile.person_id else None
    profiles = list(person.profiles.all()) if person else [profile]
    return {
        "profile": profile, "person": person, "profile_url": web_link(profile.url),
        "elsewhere": [one for one in profiles if one.pk != profile.pk],
        "others": persons.talks_of([one.pk for one in profiles], but=conversation.pk), "conversation": conversation,
        **(_known(request, person, profiles) if person else {})}


def _known(request: BrandRequest, person: Person, profiles: Sequence[Profile]) -> dict[str, Any]:
    weeks = persons.moods([one.pk for one in profiles], clock.now(), ZoneInfo(request.brand.time_zone))
    return {
        "notes": list(queries.notes_of(person)[:3]), "likely": queries.suggested_for(person)[:3], "mood": persons.drawn(weeks),
        "mood_words": mood_words(weeks), "erasure": queries.erasure_of(person)}


def mood_words(weeks: Sequence[persons.Week]) -> str:
    """What the drawing of a mood shows, in a sentence."""
    count = sum(one.count for one in weeks)
    if not count:
        return _("No ha hablado en los últimos seis meses.")
    negative, positive, angry, unsure = (sum(getattr(one, name) for one in weeks) for name in ("negative", "positive", "angry", "unsure"))
    told = [ngettext("%(count)s mensaje en seis meses", "%(count)s mensajes en seis meses", count) % {"count": count}]
    if negative:
        told.append(ngettext("%(count)s negativo", "%(count)s negativos", negative) % {"count": negative})
    if positive:
        told.append(ngettext("%(count)s positivo", "%(count)s positivos", positive) % {"count": positive})
    if angry:
        told.append(ngettext("%(count)s con enfado", "%(count)s con enfado", angry) % {"count": angry})
    if unsure:
        told.append(ngettext("%(count)s sin seguridad", "%(count)s sin seguridad", unsure) % {"count": unsure})
    return ", ".join(told) + "."


def whole(request: BrandRequest, person: Person, before: str = "") -> dict[str, Any]:
    """Everything on a person's page; with ``before``, their history from that mark on."""
    profiles = list(person.profiles.all())
    weeks = persons.moods([one.pk for one in profiles], clock.now(), ZoneInfo(request.brand.time_zone))
    return {
        **history(person, before), "person": person, "profiles": [{"one": one, "url": web_link(one.url)} for one in profiles],
        "mood": persons.drawn(weeks, 320, 72), "mood_words": mood_words(weeks), "weeks": list(reversed(weeks)),
        "notes": queries.notes_of(person),
        "likely": queries.suggested_for(person), "joins": queries.joins_of(person), "consents": consents(person),
        "purposes": Purpose.choices, "first": profiles[0] if profiles else None, "erasure": queries.erasure_of(person),
        **(_rights(person) if may(request.role, "manage") else {})}


def history(person: Person, before: str = "") -> dict[str, Any]:
    """What they said, newest first, from a mark on."""
    page = persons.said_by(person, before)
    return {"history": [said(one) for one in page.rows], "more": page.next}


def consents(person: Person) -> list[Consent]:
    """What they agreed to, each with the address of the message where they said so."""
    rows = list(queries.consents_of(person))
    wanted = [one.message_id for one in rows if one.message_id]
    where = dict(Message.objects.filter(brand=person.brand_id, pk__in=wanted).values_list("pk", "conversation"))
    for one in rows:
        place = where.get(one.message_id or 0)
        told = reverse("inbox:conversation", args=[person.brand.slug, place]) + f"#m{one.message_id}" if place else ""
        one.where = told  # type: ignore[attr-defined]
    return rows


def _rights(person: Person) -> dict[str, Any]:
    exports = list(queries.exports_of(person)[:5])
    kept = set(person.exports.filter(content__isnull=False).values_list("pk", flat=True))
    for one in exports:
        one.kept = one.pk in kept  # type: ignore[attr-defined]
    return {"rights": True, "exports": exports, "reasons": WHY_ERASED}
