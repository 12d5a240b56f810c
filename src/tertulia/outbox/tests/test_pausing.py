"""Stopping everything, and going on: nothing is lost, nothing leaves twice, and a person says what was to leave meanwhile."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from typing import Any

import pytest

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.kit.tests.beside import beside
from tertulia.networks.contract import Ref
from tertulia.outbox import actions, claiming, pausing, rules
from tertulia.outbox.models import Dispatch, DispatchState, Pause
from tertulia.outbox.tests.stage import claim, fresh, hide, outcomes, say, send, square
from tertulia.site.tests import cast

SOON = timedelta(hours=1)


@pytest.fixture
def owner(db: None) -> Member:
    return cast.member()


@pytest.fixture
def brand(owner: Member) -> Brand:
    return cast.brand(owner)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


def facts() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("name", flat=True))


def state(dispatch: Dispatch) -> tuple[str, str]:
    one = fresh(dispatch)
    return one.state, one.reason


def as_marked(**choices: Any) -> pausing.Choose:
    """By the text of each."""
    return lambda one: choices[one.payload["text"]]


def test_pausing_is_one_act_and_twice_is_once(brand: Brand) -> None:
    assert pausing.pause_all(brand, by="member:1", because="una crisis")
    assert not pausing.pause_all(brand, by="member:2")
    assert Pause.objects.get(brand=brand).by == "member:1"
    assert facts().count("BrandPaused") == 1
    assert not list(pausing.pauses_of(cast.brand(cast.member("Otra"), "Otra")))


def test_everything_can_be_paused_and_each_brand_hears_of_it(brand: Brand) -> None:
    other = cast.brand(cast.member("Otra"), "Otra")
    pausing.pause_all(brand, by="member:1")
    pausing.pause_all(None, by="member:1")
    assert [one.brand_id for one in pausing.pauses_of(brand)] == [brand.pk, None]
    assert [one.brand_id for one in pausing.pauses_of(other)] == [None]
    told = Fact.objects.filter(name="BrandPaused", data__everywhere=True)
    assert set(told.values_list("brand_id", flat=True)) == {brand.pk, other.pk}


def test_who_owns_the_first_brand_keeps_the_installation(brand: Brand, owner: Member) -> None:
    second = cast.member("Segunda")
    cast.brand(second, "Segunda")
    assert pausing.keeps_the_installation(owner)
    assert not pausing.keeps_the_installation(second)
    assert not pausing.keeps_the_installation(cast.joined(brand, Role.EDITOR))


def test_what_comes_due_is_held_and_what_comes_later_is_untouched(brand: Brand, channel: Channel) -> None:
    now, later = say(channel, "ya"), say(channel, "luego", due_at=clock.now() + SOON)
    pausing.pause_all(brand, by="member:1")
    assert claim(now) is None and state(now) == ("held", "brand_paused")
    assert claim(later) is None and state(later) == ("waiting", "")
    assert [one.pk for one in pausing.to_review(brand, clock.now())] == [now.pk]
    assert [one.pk for one in pausing.to_come(brand, clock.now())] == [later.pk]
    pausing.resume_all(brand, by="member:1")
    assert state(later) == ("waiting", "")


def test_when_nobody_says_posts_are_asked_about_and_the_rest_leaves(brand: Brand, channel: Channel) -> None:
    pausing.pause_all(brand, by="member:1")
    post, answer, hidden = say(channel, "una"), say(channel, "dos", reply_to=Ref("1")), hide(channel, Ref("2"))
    old = say(channel, "vieja", reply_to=Ref("3"), tolerance=timedelta(0))
    done = pausing.resume_all(brand, by="member:1")
    assert done == {"send": 2, "ask": 2}
    assert [state(one) for one in (post, answer, hidden, old)] == [
        ("held", "review"), ("waiting", ""), ("waiting", ""), ("held", "review")]
    assert fresh(answer).try_at < fresh(hidden).try_at, "in their order"


def test_a_person_says_what_becomes_of_each(brand: Brand, channel: Channel) -> None:
    pausing.pause_all(brand, by="member:1")
    texts = ("sale", "luego", "fuera", "ya_se_vera")
    sale, luego, fuera, vera = (say(channel, text, tolerance=timedelta(0)) for text in texts)
    claim(sale)
    hour = clock.now() + SOON
    done = pausing.resume_all(brand, by="member:1", choose=as_marked(
        sale=rules.SEND, luego=hour, fuera=rules.DISCARD, ya_se_vera=rules.ASK))
    assert done == {"send": 1, "dated": 1, "discard": 1, "ask": 1}
    assert [state(one)[0] for one in (sale, luego, fuera, vera)] == ["waiting", "waiting", "cancelled", "held"]
    assert fresh(sale).expires_at > clock.now() + timedelta(hours=11), "somebody wants it now"
    assert (fresh(luego).due_at, fresh(luego).try_at) == (hour, hour)
    told = Fact.objects.get(name="DispatchChanged")
    assert told.data["dispatch_id"] == luego.pk, "its post follows in the calendar"
    assert not Pause.objects.exists()


def test_resuming_twice_is_refused_and_changes_nothing(brand: Brand, channel: Channel) -> None:
    one = say(channel)
    with pytest.raises(pausing.NotPaused):
        pausing.resume_all(brand, by="member:1")
    assert state(one) == ("waiting", "")


def test_a_brand_with_a_pause_of_its_own_goes_on_with_it(brand: Brand, channel: Channel) -> None:
    one = say(channel, reply_to=Ref("1"))
    pausing.pause_all(None, by="member:1")
    claim(one)
    assert state(one) == ("held", "all_paused")
    pausing.pause_all(brand, by="member:1")
    pausing.resume_all(None, by="member:1")
    assert state(one) == ("held", "brand_paused")
    assert pausing.resume_all(brand, by="member:1") == {"send": 1}


def test_what_may_be_on_the_network_is_not_discarded(brand: Brand, channel: Channel) -> None:
    one = say(channel)
    assert claim(one)  # its worker died
    Dispatch.objects.filter(pk=one.pk).update(lease_until=clock.now() - SOON)
    pausing.pause_all(brand, by="member:1")
    claiming.take_back()
    claim(one)
    assert pausing.resume_all(brand, by="member:1", choose=lambda one: rules.DISCARD) == {"ask": 1}
    assert state(one) == ("held", "review") and outcomes(one) == [""]


def test_what_was_kept_for_a_person_is_decided_later(brand: Brand, channel: Channel) -> None:
    pausing.pause_all(brand, by="member:1")
    sale, luego, fuera = say(channel, "sale"), say(channel, "luego"), say(channel, "fuera")
    pausing.resume_all(brand, by="member:1")
    assert len(pausing.to_review(brand, clock.now())) == 3
    assert actions.release(channel, by="member:1") == 0, "no channel lets go of it"
    hour = clock.now() + SOON
    choices: dict[int, rules.Choice] = {sale.pk: rules.SEND, luego.pk: hour, fuera.pk: rules.DISCARD}
    assert pausing.decide(brand, choices, by="member:1") == {"send": 1, "dated": 1, "discard": 1}
    assert pausing.decide(brand, choices, by="member:1") == {}
    assert [state(one)[0] for one in (sale, luego, fuera)] == ["waiting", "waiting", "cancelled"]
    other = cast.brand(cast.member("Otra"), "Otra")
    late = say(channel, "tarde", due_at=clock.now() - SOON, tolerance=timedelta(0))
    claim(late)
    assert state(late) == ("held", "late")
    assert pausing.decide(other, {late.pk: rules.SEND}, by="member:1") == {}
    assert pausing.decide(brand, {late.pk: rules.SEND}, by="member:1") == {"send": 1}
    assert claim(late)


def test_a_discard_that_is_undone_waits_for_a_word_again(brand: Brand, channel: Channel) -> None:
    pausing.pause_all(brand, by="member:1")
    one = say(channel)
    pausing.resume_all(brand, by="member:1", choose=lambda one: rules.DISCARD)
    actions.restore(one, by="member:1")
    assert state(one) == ("held", "review")


def test_a_new_hour_in_the_composer_is_a_word_too(brand: Brand, channel: Channel) -> None:
    pausing.pause_all(brand, by="member:1")
    one = say(channel)
    claim(one)
    actions.change(one, payload={**one.payload, "text": "Otra cosa"}, due_at=fresh(one).due_at, by="member:1")
    assert state(one)[0] == "held", "its hour is still behind it"
    actions.change(one, due_at=clock.now() + SOON, by="member:1")
    assert state(one) == ("waiting", "")


# --------------------------------------------------------------------------- races


def test_pausing_and_resuming_while_workers_send_loses_nothing_and_doubles_nothing(live: str, settings: Any) -> None:
    with square(live, settings) as plaza:
        sent = [say(plaza.channel, f"Número {number}") for number in range(40)]
        over = threading.Event()

        def work() -> None:
            while not over.is_set():
                for one in random.sample(sent, len(sent)):
                    send(one.pk)

        def stop_and_go() -> None:
            while not over.is_set():
                pausing.pause_all(plaza.brand if random.random() < 0.5 else None, by="member:1")
                time.sleep(0.01)
                for which in (plaza.brand, None):
                    try:
                        pausing.resume_all(which, by="member:1", choose=lambda one: rules.SEND)
                    except pausing.NotPaused:
                        continue

        threads = [beside(work) for _ in range(3)] + [beside(stop_and_go) for _ in range(2)]
        limit = time.monotonic() + 60
        while time.monotonic() < limit and Dispatch.objects.exclude(state="sent").exists():
            time.sleep(0.2)
        over.set()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)
        assert {fresh(one).state for one in sent} == {DispatchState.SENT}
        assert sorted(plaza.texts()) == sorted(one.payload["text"] for one in sent)


@pytest.mark.django_db(transaction=True)
def test_what_is_claimed_as_the_pause_ends_waits_for_that_end_and_leaves_or_is_held_whole() -> None:
    brand = cast.brand(cast.member())
    channel = cast.channel(brand)
    for _ in range(10):
        pausing.pause_all(brand, by="member:1")
        one = say(channel)
        found: list[object] = []
        claiming_it = beside(lambda one=one, found=found: found.append(claiming.claim(one.pk, clock.now())))  # type: ignore[misc]
        pausing.resume_all(brand, by="member:1")
        claiming_it.join(20)
        left, where = bool(found[0]), state(one)
        assert where == (("sending", "") if left else ("held", "review"))


@pytest.mark.django_db(transaction=True)
def test_five_who_pause_at_once_make_one_pause_and_five_who_resume_end_it_once() -> None:
    brand = cast.brand(cast.member())
    for thread in [beside(lambda: pausing.pause_all(brand, by="member:1")) for _ in range(5)]:
        thread.join(20)
    assert Pause.objects.count() == 1 and facts().count("BrandPaused") == 1
    ended: list[object] = []

    def resume() -> None:
        try:
            ended.append(pausing.resume_all(brand, by="member:1"))
        except pausing.NotPaused:
            pass

    for thread in [beside(resume) for _ in range(5)]:
        thread.join(20)
    assert len(ended) == 1 and not Pause.objects.exists() and facts().count("BrandResumed") == 1
