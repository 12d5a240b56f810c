"""Persons as the inbox knows them: counted, angry, with a mood that has its doubt; customers as triage reads them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tertulia.channels.models import Channel
from tertulia.inbox import actions, persons
from tertulia.inbox.models import Message
from tertulia.inbox.persons import Week
from tertulia.people import actions as people
from tertulia.people.models import Person, Profile
from tertulia.site.tests import cast
from tertulia.triage.queries import circumstances

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def reading(sentiment: str, sure: bool = True, judgement: str = "none") -> dict[str, Any]:
    return {"sentiment": {"label": sentiment, "p": .9, "sure": sure}, "judgement": {"label": judgement, "p": .9, "sure": True},
            "version": "test"}


def said(channel: Channel, *told: tuple[int, dict[str, Any] | None]) -> list[Message]:
    """What one person said so many days ago, each with what was understood of it."""
    items = [cast.item(f"m{n}", f"Texto {n}", at=NOW - timedelta(days=days)) for n, (days, _read) in enumerate(told)]
    messages = cast.arrive(channel, *items)
    persons.heard([one.pk for one in messages])
    actions.attach_readings({one.pk: read for one, (_days, read) in zip(messages, told, strict=True) if read}, by="test")
    return messages


@pytest.mark.django_db
def test_who_sounded_angry_is_known_with_when_and_reading_again_changes_nothing(channel: Channel) -> None:
    messages = said(channel, (9, reading("negative", judgement="angry")), (4, reading("negative", judgement="important")),
                    (1, reading("positive")))
    person = Person.objects.get()
    assert (person.said_count, person.angry_at, person.last_said_at) == (3, messages[1].at, messages[2].at)
    actions.attach_readings({messages[0].pk: reading("negative", judgement="angry")}, by="test")
    assert Person.objects.get().angry_at == messages[1].at


@pytest.mark.django_db
def test_a_reading_that_comes_before_its_person_is_not_lost(channel: Channel) -> None:
    message, = cast.arrive(channel, cast.item("m", "¡Ladrones!", at=NOW))
    actions.attach_readings({message.pk: reading("negative", judgement="angry")}, by="test")
    assert not Person.objects.exists()
    persons.heard([message.pk])
    assert Person.objects.get().angry_at == NOW


@pytest.mark.django_db
def test_a_mood_is_told_by_week_of_the_brands_clock_with_its_doubt(channel: Channel) -> None:
    said(channel, (10, reading("negative")), (10, reading("positive", sure=False)), (3, reading("positive")), (3, None),
         (300, reading("negative")))
    weeks = persons.moods([Profile.objects.get().pk], NOW, MADRID)
    told = [(one.monday, one.negative, one.positive, one.unsure) for one in weeks]
    assert told == [(date(2026, 11, 9), 1, 0, 1), (date(2026, 11, 16), 0, 1, 1)]
    assert (weeks[0].lowest, weeks[0].highest, weeks[0].mood) == (-1, 0, -.5)


def test_a_mood_is_drawn_along_its_time() -> None:
    assert persons.drawn([]).strokes == []
    one = persons.drawn([Week(date(2026, 11, 9), unsure=2)], 100, 56).strokes[0]
    assert (one.x, one.y, one.top, one.height, one.tone) == (50, 28, 6, 44, "")
    weeks = [Week(date(2026, 10, 5), positive=1), Week(date(2026, 10, 12), negative=1), Week(date(2026, 11, 9), neutral=1)]
    drawn = persons.drawn(weeks, 100, 56)
    assert [(one.x, one.y, one.height, one.tone) for one in drawn.strokes] == [(6, 6, 0, "good"), (23.6, 50, 0, "bad"), (94, 28, 0, "")]
    assert drawn.path == "M6.0 6.0 L23.6 50.0 L94.0 28.0"


@pytest.mark.django_db
def test_a_known_customer_is_told_to_whoever_reads(channel: Channel) -> None:
    message, = said(channel, (1, None))
    asked = Message.objects.filter(pk=message.pk).select_related("author")
    assert not circumstances(list(asked))[message.pk].customer
    people.set_customer(Person.objects.get(), True, by="test")
    assert circumstances(list(asked))[message.pk].customer
