"""Hoy: what needs you now, in the order it needs you."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Conversation
from tertulia.inbox.rules import ANGRY
from tertulia.kit import clock
from tertulia.moderation.actions import write_house_rule
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions as publishing
from tertulia.site.tests import cast
from tertulia.site.today import day_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


@pytest.fixture
def inside(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def told(client: Client, brand: Brand) -> str:
    page = client.get(f"/m/{brand.slug}/").content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index('id="hoy"'):]).split())


def ago(hours: float) -> datetime:
    return clock.now() - timedelta(hours=hours)


def test_angry_ones_come_first_then_mine_then_who_waits_longest_each_once(brand: Brand, channel: Channel, ana: Member) -> None:
    old, mine, angry, new = (cast.conversation(channel, text, who=text, at=ago(hours)) for text, hours in (
        ("vieja", 9), ("mía", 5), ("enfado", 1), ("nueva", 0.5)))
    inbox.assign(mine, ana, by=ana.key)
    Conversation.objects.filter(pk=angry.pk).update(sentiment="negative", heat=ANGRY)
    day = day_of(brand, ana, clock.now())
    shown = [[line.conversation.pk for line in shelf.lines] for shelf in day.shelves]
    assert shown == [[angry.pk], [mine.pk], [old.pk, new.pk]]
    assert (day.pending, day.quiet) == (4, False)


def test_what_is_answered_or_snoozed_needs_nobody(brand: Brand, channel: Channel, ana: Member) -> None:
    one, other = cast.conversation(channel, "Hola"), cast.conversation(channel, "Luego", who="luego")
    inbox.reply(one.messages.get(), "¡Hola!", ana, by=ana.key)
    inbox.snooze(other, clock.now() + timedelta(minutes=1), by=ana.key)
    day = day_of(brand, ana, clock.now())
    assert day.quiet and [back.pk for back in day.returning] == [other.pk]


def test_a_brand_at_rest_says_so_and_what_leaves_next(inside: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    assert "Todo al día" in told(inside, brand) and "Buen momento para escribir algo" in told(inside, brand)
    post = publishing.draft(brand, ana, by=ana.key)
    post = publishing.edit(post, seen=post.version, text="Pasado mañana, feria", variants={channel.pk: ""}, by=ana.key)
    publishing.schedule(post, clock.now().replace(tzinfo=None) + timedelta(days=2), seen=post.version, by=ana.key)
    assert "Lo siguiente sale solo el" in told(inside, brand)


def test_drafts_and_what_leaves_today_are_at_hand(inside: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    post = publishing.draft(brand, ana, by=ana.key)
    publishing.edit(post, seen=post.version, text="A medias", variants={channel.pk: ""}, by=ana.key)
    now = publishing.draft(brand, ana, by=ana.key)
    now = publishing.edit(now, seen=now.version, text="Sale hoy", variants={channel.pk: ""}, by=ana.key)
    publishing.schedule(now, None, seen=now.version, by=ana.key)
    page = told(inside, brand)
    assert "A medio escribir A medias" in page and re.search(r"Hoy sale .* Sale hoy", page)


def test_dispatches_that_need_a_person_and_channels_that_fail_are_told(inside: Client, brand: Brand, channel: Channel) -> None:
    stuck = outbox.queue(channel, "publish", {"text": "¿Salió?"}, by="member:1")
    Dispatch.objects.filter(pk=stuck.pk).update(state="sending", lease_until=clock.now())
    Dispatch.objects.filter(pk=stuck.pk).update(state="unsure", lease_until=None)
    Channel.objects.filter(pk=channel.pk).update(failing_since=clock.now(), state="reconnect")
    page = told(inside, brand)
    assert "Algo no funciona" in page and "¿Salió?" in page and "hay que volver a conectar" in page


def test_the_first_steps_stay_until_they_are_done(inside: Client, brand: Brand, ana: Member) -> None:
    assert "Primeros pasos" in told(inside, brand)
    channel = cast.channel(brand)
    write_house_rule(brand, "Respeto", "No se insulta.", by=ana.key)
    cast.joined(brand, "viewer", "Vera")
    assert "Primeros pasos" in told(inside, brand)
    post = publishing.draft(brand, ana, by=ana.key)
    post = publishing.edit(post, seen=post.version, text="Hola", variants={channel.pk: ""}, by=ana.key)
    publishing.schedule(post, None, seen=post.version, by=ana.key)
    assert "Primeros pasos" not in told(inside, brand)


def test_the_strip_of_brands_is_for_who_has_several(inside: Client, brand: Brand, ana: Member) -> None:
    assert "Tus marcas" not in inside.get(f"/m/{brand.slug}/").content.decode().split('id="hoy"')[1]
    cast.conversation(cast.channel(cast.brand(ana, "Otra")), "Hola")
    assert re.search(r"Otra 1\b", told(inside, brand).replace("OT", ""))


def test_the_page_asks_again_for_its_body_only(inside: Client, brand: Brand) -> None:
    body = inside.get(f"/m/{brand.slug}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in body and 'id="hoy"' in body and "live:message_received" in body


def test_many_waiting_cost_no_more_queries_than_a_few(
        inside: Client, brand: Brand, channel: Channel, django_assert_max_num_queries: Any) -> None:
    for n in range(12):
        cast.conversation(channel, "Hola", who=f"p{n}")
    with django_assert_max_num_queries(40):
        inside.get(f"/m/{brand.slug}/")
