"""The moderators' queue: one case in one pair of hands."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.facts import MessageVanished
from tertulia.inbox.models import Message
from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.moderation import actions, cases, queue, reactions, words
from tertulia.moderation.models import Act, Case, HouseRule, Veil, Verdict
from tertulia.moderation.queue import Decision
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def queued(channel: Channel, *texts: str) -> list[Case]:
    found = []
    for number, text in enumerate(texts):
        message = cast.arrive(channel, cast.item(f"q{number}", text, who=f"who{number}"))[0]
        case = actions.enqueue(Message.objects.get(pk=message.pk), because="report", by="rule:1")
        assert case
        found.append(case)
    return found


# --------------------------------------------------------------------------- into the queue


def test_a_message_has_one_open_case_whoever_asks(message: Message, ana: Member) -> None:
    first = actions.enqueue(message, because="Demasiados en un día", by="rule:7")
    again = actions.enqueue(message, because="report", by=ana.key)
    actions.enqueue(message, because="report", by=ana.key)
    assert first == again and Case.objects.count() == 1
    assert words.reasons(Case.objects.get()) == ["Demasiados en un día", "Alguien del equipo pide que se mire (Ana Torres)"]


def test_what_a_person_decided_comes_back_only_if_it_changes_or_a_person_asks(message: Message, ana: Member) -> None:
    actions.enqueue(message, because="x", by="rule:7")
    actions.keep(message, ana, by=ana.key)
    assert actions.enqueue(message, because="x", by="rule:7") is None
    assert actions.enqueue(message, because="report", by=ana.key)
    actions.keep(message, ana, by=ana.key)
    Message.objects.filter(pk=message.pk).update(edited_at=clock.now() + timedelta(seconds=1))
    message.refresh_from_db()
    assert actions.enqueue(message, because="x", by="rule:7")


@pytest.mark.parametrize(("reading", "weight"), [
    ({"hate": {"label": "hateful", "p": .9, "sure": True}}, 3), ({"offence": {"label": "OFP", "p": .9, "sure": True}}, 2),
    ({"offence": {"label": "OFP", "p": .6, "sure": False}}, None), ({"offence": {"label": "NO", "p": .9, "sure": True}}, None),
    (None, None)])
def test_what_surely_insults_or_hates_is_queued_the_gravest_first(
        message: Message, reading: dict[str, Any] | None, weight: int | None) -> None:
    Message.objects.filter(pk=message.pk).update(reading=reading)
    for _time in range(2):
        cases.enqueue_read([message.pk], by="sistema")
    assert list(Case.objects.values_list("weight", flat=True)) == ([weight] if weight else [])


def test_what_its_author_took_away_leaves_the_queue(brand: Brand, channel: Channel, ana: Member) -> None:
    (case,) = queued(channel, "Uno")
    what = MessageVanished(brand_id=brand.pk, message_id=case.message_id, conversation_id=1)
    reactions.on_message_vanished([Happened(id=1, at=clock.now(), by="x", because="", what=what)])
    assert queue.claim(brand, ana) is None


def test_a_member_asks_somebody_else_to_look(client: Client, brand: Brand, message: Message, rule: HouseRule) -> None:
    assert "Que lo mire otra persona" in client.get(reverse("moderation:hide", args=[brand.slug, message.pk])).content.decode()
    assert client.post(reverse("moderation:report", args=[brand.slug, message.pk])).status_code == 302
    assert Case.objects.get().reasons[0]["because"] == "report"


# --------------------------------------------------------------------------- taking and deciding


def test_two_moderators_get_different_cases_and_each_keeps_their_own(brand: Brand, channel: Channel, ana: Member, luis: Member) -> None:
    queued(channel, "Uno", "Dos", "Tres")
    hers, his = queue.claim(brand, ana), queue.claim(brand, luis)
    assert hers and his and hers.pk != his.pk
    assert (again := queue.claim(brand, ana)) and (again.pk, again.token) == (hers.pk, hers.token)
    with pytest.raises(queue.Taken):
        queue.claim(brand, ana, wanted=his.pk)


def test_a_case_that_was_left_alone_goes_to_somebody_else_and_its_first_holder_is_refused(
        brand: Brand, channel: Channel, rule: HouseRule, ana: Member, luis: Member) -> None:
    queued(channel, "Uno")
    hers = queue.claim(brand, ana)
    assert hers and queue.claim(brand, luis) is None
    Case.objects.update(held_until=clock.now() - timedelta(seconds=1))
    his = queue.claim(brand, luis)
    assert his and his.pk == hers.pk
    with pytest.raises(queue.Taken):
        queue.decide(brand, hers.pk, str(hers.token), Decision(Act.HIDE, rule), ana, by=ana.key)
    queue.decide(brand, his.pk, str(his.token), Decision(Act.KEEP), luis, by=luis.key)
    with pytest.raises(queue.Taken) as caught:
        queue.decide(brand, his.pk, str(his.token), Decision(Act.HIDE, rule), luis, by=luis.key)
    assert caught.value.case.decided_by == luis and list(Verdict.objects.values_list("act", flat=True)) == [Act.KEEP]


def test_deciding_in_the_inbox_takes_the_case_out_of_the_hands_of_whoever_had_it(
        brand: Brand, channel: Channel, rule: HouseRule, ana: Member, luis: Member) -> None:
    (case,) = queued(channel, "Uno")
    hers = queue.claim(brand, ana)
    assert hers
    actions.hide(Message.objects.get(pk=case.message_id), rule, luis, by=luis.key)
    with pytest.raises(queue.Taken):
        queue.decide(brand, hers.pk, str(hers.token), Decision(Act.KEEP), ana, by=ana.key)
    assert queue.claim(brand, ana) is None


def test_skipped_cases_come_last_and_go_to_others_first(brand: Brand, channel: Channel, ana: Member, luis: Member) -> None:
    one, other = queued(channel, "Uno", "Dos")
    assert (hers := queue.claim(brand, ana)) and hers.pk == one.pk
    queue.skip(brand, one.pk, ana)
    assert (hers := queue.claim(brand, ana)) and hers.pk == other.pk
    assert (his := queue.claim(brand, luis)) and his.pk == one.pk


def test_equal_messages_are_decided_together_but_not_those_in_other_hands(
        brand: Brand, channel: Channel, rule: HouseRule, ana: Member, luis: Member) -> None:
    queued(channel, "¡Gana dinero fácil!", "gana  DINERO fácil", "Gana dinero fácil...", "Otra cosa")
    hers = queue.claim(brand, ana)
    his = queue.claim(brand, luis)
    assert hers and his and queue.equal_to(hers) == 2
    verdicts = queue.decide(brand, hers.pk, str(hers.token), Decision(Act.HIDE, rule, same=True), ana, by=ana.key)
    assert len(verdicts) == 2 and Case.objects.get(pk=his.pk).decided_at is None
    assert Case.objects.filter(decided_at=None).count() == 2
    assert queue.decided_before(Case.objects.get(pk=his.pk)) == [("Ocultar", "1. Respeto", 2)]


def test_undoing_puts_the_cases_back(brand: Brand, channel: Channel, rule: HouseRule, ana: Member) -> None:
    queued(channel, "Spam", "spam", "Hola")
    for act in (Act.HIDE, Act.DELETE, Act.NOTE, Act.KEEP, Act.BLOCK):
        case = queue.claim(brand, ana)
        assert case
        decision = Decision(act, None if act == Act.KEEP else rule, same=True)
        verdicts = queue.decide(brand, case.pk, str(case.token), decision, ana, by=ana.key)
        assert queue.undo(brand, [one.pk for one in verdicts], ana, by=ana.key) == len(verdicts) == 2
        assert Case.objects.filter(decided_at=None).count() == 3, act
    assert not Verdict.objects.filter(lifted="", act__in=[Act.HIDE, Act.DELETE, Act.BLOCK, Act.NOTE]).exists()


@pytest.mark.django_db(transaction=True)
def test_forty_cases_and_eight_moderators_at_once_each_is_decided_once(brand: Brand, channel: Channel, rule: HouseRule) -> None:
    queued(channel, *[f"Mensaje {n}" for n in range(40)])
    team = [cast.joined(brand, "agent", f"M{n}") for n in range(8)]
    errors: list[BaseException] = []

    def moderate(member: Member) -> None:
        try:
            while case := queue.claim(brand, member):
                queue.decide(brand, case.pk, str(case.token), Decision(Act.NOTE, rule), member, by=member.key)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=moderate, args=(one,)) for one in team]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not errors
    assert Verdict.objects.count() == 40 == Verdict.objects.values("message").distinct().count()
    assert not Case.objects.filter(decided_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_token_sent_twice_at_once_decides_once(brand: Brand, channel: Channel, rule: HouseRule, ana: Member) -> None:
    queued(channel, "Uno")
    case = queue.claim(brand, ana)
    assert case
    ends: list[str] = []

    def decide() -> None:
        try:
            queue.decide(brand, case.pk, str(case.token), Decision(Act.HIDE, rule), ana, by=ana.key)
            ends.append("done")
        except queue.Taken:
            ends.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide) for _time in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(ends) == ["done", "taken", "taken", "taken"] and Verdict.objects.count() == 1


# --------------------------------------------------------------------------- the page


def test_the_page_shows_a_case_with_its_context_and_brings_the_next(
        client: Client, brand: Brand, channel: Channel, rule: HouseRule, ana: Member) -> None:
    queued(channel, "Primer <b>insulto</b>", "Segundo")
    address = reverse("moderation:queue", args=[brand.slug])
    page = client.get(address).content.decode()
    assert "2 en la cola" in page and "Ver el texto" in page and "1. Respeto" in page and "<b>insulto" not in page
    case = Case.objects.get(holder=ana)
    decide = reverse("moderation:decide", args=[brand.slug, case.pk])
    assert client.post(decide, {"how": "hide:", "token": case.token}, headers=HTMX).status_code == 422
    response = client.post(decide, {"how": f"hide:{rule.pk}", "token": case.token}, headers=HTMX)
    assert "Segundo" in response.content.decode() and json.loads(response["HX-Trigger"])["toast"]["text"] == "Se está ocultando."
    late = client.post(decide, {"how": "keep:", "token": case.token}, headers=HTMX)
    assert "Ya lo ha decidido" in late["HX-Trigger"] and Verdict.objects.count() == 1


def test_without_scripts_a_decision_comes_back_to_the_queue(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    queued(channel, "Uno")
    client.get(reverse("moderation:queue", args=[brand.slug]))
    case = Case.objects.get()
    response = client.post(reverse("moderation:decide", args=[brand.slug, case.pk]), {"how": "keep:", "token": case.token}, follow=True)
    assert "La cola está vacía" in response.content.decode()


def test_texts_and_pictures_are_covered_unless_the_member_wants_them_bare(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    queued(channel, "Asqueroso")
    address = reverse("moderation:queue", args=[brand.slug])
    assert 'class="veil"' in client.get(address).content.decode()
    client.post(reverse("moderation:veil", args=[brand.slug]), {"pictures": "on"})
    assert Veil.objects.get(member=ana).texts is False and 'class="veil"' not in client.get(address).content.decode()


def test_only_who_moderates_comes_in_and_only_to_their_brand(brand: Brand, channel: Channel, client: Client) -> None:
    (case,) = queued(channel, "Uno")
    assert cast.enter(cast.joined(brand, "viewer", "Vera")).get(reverse("moderation:queue", args=[brand.slug])).status_code == 403
    stranger = cast.brand(cast.member("Otra"), "Otra")
    assert client.get(reverse("moderation:queue", args=[stranger.slug])).status_code == 404
    owner = cast.enter(stranger.members.get())
    for name in ("decide", "skip"):
        assert owner.post(reverse(f"moderation:{name}", args=[stranger.slug, case.pk]), {"how": "keep:"}).status_code == 404
    assert owner.get(reverse("moderation:queue", args=[stranger.slug]) + f"?caso={case.pk}").status_code == 404
