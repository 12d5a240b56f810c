"""Trying a rule on what was said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.moderation import actions as justice
from tertulia.moderation.models import HouseRule, Verdict
from tertulia.moderation.rulebook import actions, queries, rehearsing
from tertulia.moderation.rulebook.models import Match, RehearsalState, Rule
from tertulia.people.models import Person, Profile
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(brand: Brand, rule: HouseRule) -> Rule:
    return actions.write(brand, 'regla a { si contiene "ladrones" entonces ocultar por norma 1 }', None, by="x")


def test_it_lists_what_it_would_have_touched_and_touches_nothing(brand: Brand, channel: Channel, draft: Rule, ana: Member) -> None:
    said = [cast.conversation(channel, f"ladrones {at}", key=f"m{at}", who=f"p{at}", at=clock.now() - timedelta(days=at)).messages.get()
            for at in range(1, 5)]
    cast.conversation(channel, "ladrones de hace mucho", key="old", at=clock.now() - timedelta(days=50))
    cast.conversation(channel, "gracias", key="ok")
    justice.keep(said[0], ana, by=ana.key)
    person = Person.objects.create(brand=brand, customer=True, last_said_at=clock.now(), created_at=clock.now())
    Profile.objects.filter(pk=said[1].author_id).update(person=person)
    verdicts = Verdict.objects.count()
    found = rehearsing.ask(draft, 30, ana)
    assert rehearsing.ask(draft, 30, ana) == found
    rehearsing.rehearse.func(rehearsal_id=found.pk)
    found.refresh_from_db()
    assert (found.state, found.looked, found.total, found.matched, found.false_alarms) == (RehearsalState.DONE, 5, 5, 4, 2)
    assert [one.message.external_id for one in queries.finds(found)] == ["m1", "m2", "m3", "m4"]
    assert [one.alarm for one in queries.finds(found)] == ["kept", "customer", "", ""]
    assert not Match.objects.exists()
    assert Verdict.objects.count() == verdicts


def test_thumbs_change_the_estimate(brand: Brand, channel: Channel, draft: Rule) -> None:
    for at in range(3):
        cast.conversation(channel, f"ladrones {at}", key=f"m{at}")
    found = rehearsing.ask(draft, 30, None)
    rehearsing.rehearse.func(rehearsal_id=found.pk)
    first, *_rest = queries.finds(found)
    actions.say_of_find(queries.find_of(brand, first.pk), False, by="x")
    found.refresh_from_db()
    assert found.false_alarms == 1
    actions.say_of_find(queries.find_of(brand, first.pk), None, by="x")
    found.refresh_from_db()
    assert found.false_alarms == 0


def test_it_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch, brand: Brand, channel: Channel, draft: Rule) -> None:
    monkeypatch.setattr(rehearsing, "_AT_ONCE", 2)
    moment = clock.now() - timedelta(hours=1)
    for at in range(5):
        cast.conversation(channel, f"ladrones {at}", key=f"m{at}", at=moment)
    found = rehearsing.ask(draft, 7, None)
    assert rehearsing._step(found.pk) is True
    found.refresh_from_db()
    assert (found.looked, found.state) == (2, RehearsalState.RUNNING)
    rehearsing.rehearse.func(rehearsal_id=found.pk)
    found.refresh_from_db()
    assert (found.looked, found.matched, found.state) == (5, 5, RehearsalState.DONE)
    assert len(queries.finds(found)) == 5


def test_a_rehearsal_that_cannot_be_says_why(brand: Brand, draft: Rule) -> None:
    Rule.objects.filter(pk=draft.pk).update(text="regla a { si contiene lista nada entonces revisar }")
    draft.refresh_from_db()
    found = rehearsing.ask(draft, 7, None)
    rehearsing.rehearse.func(rehearsal_id=found.pk)
    found.refresh_from_db()
    assert found.state == RehearsalState.FAILED
    assert "nada" in found.error


def test_a_draft_that_was_rehearsed_is_kept_and_the_next_words_are_another_version(brand: Brand, draft: Rule) -> None:
    rehearsing.ask(draft, 7, None)
    after = actions.write(brand, "regla a { si contiene enlace entonces revisar }", None, by="x")
    assert after.version == 2
