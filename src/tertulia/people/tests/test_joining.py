"""Persons: made when they speak, suggested, joined by hand, and parted exactly."""

from __future__ import annotations

from typing import Any

import pytest

from tertulia.brands.models import Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Message
from tertulia.inbox.persons import heard
from tertulia.journal.models import Fact
from tertulia.people import actions, joining, queries
from tertulia.people.models import Consent, Likeness, Person, PersonNote, Profile
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
BY = "member:1"


def spoke(channel: Channel, who: str, name: str = "", text: str = "Hola", **more: Any) -> Person:
    """Somebody who said something, as a person."""
    message = cast.conversation(channel, text, who=who, name=name, **more).messages.get(ours=False)
    heard([message.pk])
    assert message.author is not None
    person = queries.person_of(Profile.objects.get(pk=message.author_id))
    assert person is not None
    return person


def test_who_speaks_becomes_a_person_and_is_counted_once_each_time(channel: Channel) -> None:
    marta = spoke(channel, "martagil", "Marta Gil")
    assert spoke(channel, "martagil", "Marta Gil", "¿Y el domingo?").pk == marta.pk
    marta.refresh_from_db()
    assert (marta.said_count, marta.profiles.get().folded) == (2, "marta gil\nmartagil")
    assert marta.last_said_at == Message.objects.order_by("-at").first().at  # type: ignore[union-attr]


def test_a_pair_is_suggested_with_reasons_and_nothing_is_joined_by_it(channel: Channel, second: Channel) -> None:
    marta, other = spoke(channel, "martagil", "Marta Gil"), spoke(second, "martagil@plaza.example", "Marta Gil 🌻")
    assert joining.compare() == 2 and joining.compare() == 0
    like, = queries.suggested_for(marta)
    assert (like.reasons, like.state) == (["handle", "name"], "suggested")
    assert {like.one.person_id, like.other.person_id} == {marta.pk, other.pk}
    assert queries.suggested_in(marta.brand) == [like]


def test_brands_never_share_whom_they_know(channel: Channel, ana: Member) -> None:
    spoke(channel, "martagil", "Marta Gil")
    spoke(cast.channel(cast.brand(ana, "Otra"), "mastodon"), "martagil", "Marta Gil")
    joining.compare()
    assert not Likeness.objects.exists()


def test_a_name_that_many_have_suggests_nobody(channel: Channel, second: Channel) -> None:
    for number in range(8):
        spoke(channel if number % 2 else second, f"otra{'abcdefgh'[number]}", "María García")
    joining.compare()
    assert not Likeness.objects.exists()


def test_told_apart_they_are_never_suggested_again(channel: Channel, second: Channel, ana: Member) -> None:
    marta = spoke(channel, "martagil", "Marta Gil")
    spoke(second, "martagil", "Marta Gil")
    joining.compare()
    like, = queries.suggested_for(marta)
    assert joining.tell_apart(like, ana, by=ana.key) and not joining.tell_apart(like, ana, by=ana.key)
    Profile.objects.update(compared_at=None)
    joining.compare()
    assert queries.suggested_for(marta) == []
    assert Fact.objects.get(name="PersonsToldApart").data == {"profile_ids": [like.one_id, like.other_id]}
    assert joining.suggest_again(like, by=ana.key) and queries.suggested_for(marta) == [like]


def everything() -> list[list[tuple[Any, ...]]]:
    """Every row of what joining may touch, but when it was decided."""
    return [sorted(model.objects.values_list(*fields)) for model, fields in (
        (Person, ("pk", "name", "customer", "tags", "said_count", "last_said_at", "angry_at", "joined_into")),
        (Profile, ("pk", "person", "folded")), (PersonNote, ("pk", "person", "text")),
        (Consent, ("pk", "person", "purpose", "withdrawn_at")),
        (Likeness, ("pk", "state", "decided_at", "decided_by")))]


def test_a_join_is_undone_exactly(channel: Channel, second: Channel, ana: Member) -> None:
    marta, other = spoke(channel, "martagil", "Marta Gil"), spoke(second, "martagil", "Martuca")
    joining.compare()
    actions.describe(marta, by=BY, tags=["vip", "club"])
    actions.describe(other, by=BY, tags=["prensa", "vip"], name="La Gil")
    actions.set_customer(other, True, by=BY)
    actions.write_note(other, "Prefiere que la llamen", ana, by=BY)
    for one in (marta, other):
        actions.give_consent(one, "contact", ana, by=BY, how="lo dijo en la tienda")
    actions.give_consent(other, "newsletter", ana, by=BY, how="papel firmado")
    before = everything()

    made = joining.join(marta, other, ana, by=BY, likeness=queries.suggested_for(marta)[0])
    one = queries.person_in(marta.brand, marta.pk)
    assert (one.name, one.customer, one.tags, one.said_count) == ("La Gil", True, ["vip", "club", "prensa"], 2)
    assert [queries.person_of(profile) for profile in queries.profiles_of(one)] == [one, one]
    assert queries.person_in(marta.brand, other.pk) == one, "an old address leads to who they are now"
    assert queries.notes_of(one).get().text == "Prefiere que la llamen"
    assert {each.purpose for each in queries.consents_of(one)} == {"contact", "newsletter"}
    assert queries.suggested_for(one) == [] and queries.joins_of(one) == [made]

    assert joining.part(made, ana, by=BY) and not joining.part(made, ana, by=BY)
    assert everything() == before
    told = Fact.objects.filter(name__in=["PersonJoined", "PersonParted"]).order_by("pk").values_list("name", "data")
    ids = {"person_id": marta.pk, "other_id": other.pk, "profile_ids": made.profiles}
    assert list(told) == [("PersonJoined", ids), ("PersonParted", ids)]


def test_joins_of_joins_are_undone_in_any_order(channel: Channel, second: Channel, ana: Member) -> None:
    third = cast.channel(channel.brand, "bluesky")
    one, two, three = spoke(channel, "unauno", "Una"), spoke(second, "dosdos", "Dos"), spoke(third, "trestres")
    before = everything()
    first = joining.join(two, three, ana, by=BY)
    last = joining.join(one, two, ana, by=BY)
    one.refresh_from_db()
    assert one.said_count == 3 and {join.pk for join in queries.joins_of(one)} == {first.pk, last.pk}
    assert joining.part(first, ana, by=BY)
    assert {profile.person_id for profile in Profile.objects.filter(handle="trestres")} == {three.pk}
    assert {profile.person_id for profile in Profile.objects.filter(handle="dosdos")} == {one.pk}
    assert joining.part(last, ana, by=BY)
    assert everything() == before


def test_one_person_is_not_joined_to_themselves_nor_across_brands(channel: Channel, ana: Member) -> None:
    marta = spoke(channel, "martagil")
    stranger = spoke(cast.channel(cast.brand(ana, "Otra")), "martagil")
    for other in (marta, stranger):
        with pytest.raises(joining.CannotJoin):
            joining.join(marta, other, ana, by=BY)


def test_what_is_withdrawn_of_one_is_withdrawn_of_all_they_were(channel: Channel, second: Channel, ana: Member) -> None:
    marta, other = spoke(channel, "martagil"), spoke(second, "otramarta")
    for one in (marta, other):
        actions.give_consent(one, "contact", ana, by=BY, how="de palabra")
    joining.join(marta, other, ana, by=BY)
    assert actions.withdraw_consent(marta, "contact", ana, by=BY) and not actions.withdraw_consent(marta, "contact", ana, by=BY)
    assert not Consent.objects.filter(withdrawn_at=None).exists() and queries.agreed(marta, "contact") is None


def test_a_consent_says_where_it_was_given_and_stands_once(channel: Channel, ana: Member) -> None:
    marta = spoke(channel, "martagil")
    with pytest.raises(actions.AgreedNowhere):
        actions.give_consent(marta, "leads", ana, by=BY)
    first = actions.give_consent(marta, "leads", ana, by=BY, message_id=7)
    assert actions.give_consent(marta, "leads", ana, by=BY, how="otra vez") == first
    assert Fact.objects.filter(name="ConsentGiven").count() == 1
