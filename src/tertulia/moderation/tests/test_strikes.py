"""Strikes: one a verdict, that expire, add up to steps, and are cancelled with their verdict."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Draft, Ending, Message, Note
from tertulia.kit import clock
from tertulia.moderation import actions, rules, strikes
from tertulia.moderation.models import Act, Case, HouseRule, Lifted, Policy, Step, Strike, Verdict
from tertulia.people.models import Person
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


def insults(channel: Channel, count: int, who: str = "marta") -> list[Message]:
    return cast.arrive(channel, *[cast.item(f"{who}{n}", f"Insulto {n}", who=who) for n in range(count)])


@pytest.mark.parametrize(("before", "weight", "step"), [
    ([], 1, "note"), ([(1, "note")], 1, "warn"), ([(1, "note"), (1, "warn")], 1, "hide"), ([], 4, "block"),
    ([(4, "block")], 1, ""), ([(1, "")], 1, "warn"), ([], 0, "")])
def test_the_highest_step_that_is_reached_and_was_not_taken(before: list[tuple[int, str]], weight: int, step: str) -> None:
    assert rules.step_after(rules.LADDER, [rules.Living(*one) for one in before], weight) == step


def test_each_verdict_against_somebody_is_one_strike_and_never_two(channel: Channel, rule: HouseRule, ana: Member) -> None:
    one, other = insults(channel, 2)
    verdict = actions.hide(one, rule, ana, by=ana.key)
    strike = Strike.objects.get()
    assert strike.verdict == verdict and (strike.expires_at - strike.at).days == 90
    assert strikes.give(verdict, by="x") is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Strike.objects.create(
            brand=rule.brand, profile=strike.profile, verdict=verdict, weight=1, at=strike.at, expires_at=strike.expires_at)
    actions.block(one, rule, ana, by=ana.key)
    assert Strike.objects.count() == 1, "what was done about one message counts once"
    actions.hide(other, rule, ana, by=ana.key)
    assert strikes.record_of(strike.profile).points == 2


def test_the_ladder_notes_warns_hides_and_only_proposes_to_block(channel: Channel, rule: HouseRule, ana: Member) -> None:
    first, second, third, fourth = insults(channel, 4)
    actions.note(first, rule, ana, by=ana.key)
    assert Note.objects.filter(text__contains="1 falta").exists()
    actions.note(second, rule, ana, by=ana.key)
    draft = Draft.objects.get()
    assert draft.state == "brought" and "norma 1" in draft.text and f"/normas/{rule.brand.slug}/" in draft.text
    actions.note(third, rule, ana, by=ana.key)
    assert Verdict.objects.filter(message=third, act=Act.HIDE).exists()
    third.refresh_from_db()
    assert third.ending == Ending.HIDDEN
    actions.hide(fourth, rule, ana, by=ana.key)
    case = Case.objects.get(decided_at=None)
    assert case.message == fourth and case.proposed == Act.BLOCK and not Verdict.objects.filter(act=Act.BLOCK).exists()


def test_a_brand_has_its_own_ladder_weights_and_days(brand: Brand, channel: Channel, rule: HouseRule, ana: Member) -> None:
    Policy.objects.create(brand=brand, strike_days=10)
    Step.objects.create(brand=brand, points=3, act="warn")
    actions.weigh_house_rule(rule, 3, by="x")
    rule.refresh_from_db()
    actions.hide(insults(channel, 1)[0], rule, ana, by=ana.key)
    strike = Strike.objects.get()
    assert (strike.weight, strike.step, (strike.expires_at - strike.at).days) == (3, "warn", 10)
    assert HouseRule.objects.get().version == 1, "its words are the same"


def test_a_rule_without_weight_gives_none(channel: Channel, rule: HouseRule, ana: Member) -> None:
    actions.weigh_house_rule(rule, 0, by="x")
    rule.refresh_from_db()
    actions.hide(insults(channel, 1)[0], rule, ana, by=ana.key)
    assert not Strike.objects.exists()


def test_expired_strikes_count_no_more_and_their_steps_may_be_taken_again(channel: Channel, rule: HouseRule, ana: Member) -> None:
    one, other = insults(channel, 2)
    actions.hide(one, rule, ana, by=ana.key)
    Strike.objects.update(at=clock.now() - timedelta(days=91), expires_at=clock.now() - timedelta(days=1))
    actions.hide(other, rule, ana, by=ana.key)
    last = Strike.objects.order_by("at").last()
    assert last and last.step == "note" and strikes.record_of(last.profile).points == 1 and strikes.record_of(last.profile).past == 1


def test_strikes_of_the_profiles_of_one_person_add_up(brand: Brand, channel: Channel, rule: HouseRule, ana: Member) -> None:
    here, there = insults(channel, 1)[0], insults(cast.channel(brand, "bluesky", "faro.test"), 1, "marta.test")[0]
    person = Person.objects.create(brand=brand, last_said_at=clock.now(), created_at=clock.now())
    assert here.author and there.author
    type(here.author).objects.filter(pk__in=[here.author_id, there.author_id]).update(person=person)
    for one in (here, there):
        actions.hide(Message.objects.get(pk=one.pk), rule, ana, by=ana.key)
    there.author.refresh_from_db()
    assert strikes.record_of(there.author).points == 2


def test_undoing_the_verdict_cancels_its_strike(channel: Channel, rule: HouseRule, ana: Member) -> None:
    message = insults(channel, 1)[0]
    actions.hide(message, rule, ana, by=ana.key)
    actions.show(message, ana, by=ana.key)
    assert Strike.objects.get().cancelled_because == Lifted.UNDONE


def test_while_another_verdict_stands_against_the_message_it_goes_on_counting(channel: Channel, rule: HouseRule, ana: Member) -> None:
    message = insults(channel, 1)[0]
    actions.note(message, rule, ana, by=ana.key)
    actions.hide(message, rule, ana, by=ana.key)
    actions.show(message, ana, by=ana.key)
    assert Strike.objects.get().cancelled_at is None


def test_what_counts_is_shown_beside_the_person(client: Client, brand: Brand, channel: Channel, rule: HouseRule, ana: Member) -> None:
    one, other = insults(channel, 2)
    address = reverse("moderation:of_person", args=[brand.slug, one.author_id])
    assert "Normas de la casa" not in client.get(address).content.decode()
    for message in (one, other):
        actions.hide(message, rule, ana, by=ana.key)
    page = client.get(address).content.decode()
    assert "2 faltas" in page and "con 3: ocultar ese mensaje" in page and "1. Respeto" in page
    stranger = cast.brand(cast.member("Otra"), "Otra")
    assert client.get(reverse("moderation:of_person", args=[stranger.slug, one.author_id])).status_code == 404
