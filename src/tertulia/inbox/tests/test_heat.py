"""Who goes first: angry customers before everything, trolls after everybody."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.rules import ANGRY, COLD, Summary, heat, summed
from tertulia.site.tests import cast


def one(label: str, sure: bool = True) -> dict[str, Any]:
    return {"label": label, "p": 0.9, "sure": sure}


def several(*names: str) -> dict[str, Any]:
    return {"labels": [{"label": name, "p": 0.9} for name in names], "sure": True}


def level(of: int) -> dict[str, Any]:
    return {"level": of, "p": 0.9, "sure": True}


FURIOUS = {"judgement": one("important"), "sentiment": one("negative"), "intent": several("complaint"), "offence": one("NO"),
           "department": one("logistics"), "importance": level(3), "urgency": level(3), "language": one("es")}
TROLL = {"judgement": one("troll"), "sentiment": one("negative"), "intent": several("chat"), "offence": one("OFP")}
THANKS = {"judgement": one("none"), "sentiment": one("positive"), "intent": several("praise"), "offence": one("NO")}


def test_the_order_of_who_goes_first() -> None:
    order = [
        Summary(judgement="important", importance=3, urgency=3), Summary(judgement="important"),
        Summary(judgement="angry", urgency=3), Summary(judgement="angry"),
        Summary(offence="OFP", sentiment="negative"),
        Summary(intents=("complaint",), sentiment="negative"),
        Summary(intents=("incident",), sentiment="neutral", urgency=3), Summary(intents=("complaint",)),
        Summary(intents=("question",), urgency=2), Summary(intents=("presales",)),
        Summary(judgement="senseless", intents=("complaint",), sentiment="negative"),
        Summary(intents=("suggestion",)), Summary(intents=("praise",)),
        Summary(intents=("spam",), urgency=3), Summary(judgement="troll", offence="OFP", sentiment="negative", urgency=3)]
    heats = [heat(each) for each in order]
    assert heats == sorted(heats, reverse=True) and len(set(heats)) == len(heats)


@pytest.mark.parametrize(("reading", "angry", "cold"), [
    (FURIOUS, True, False), (TROLL, False, True), (THANKS, False, False), ({}, False, False)])
def test_a_customer_is_angry_and_a_troll_is_cold(reading: dict[str, Any], angry: bool, cold: bool) -> None:
    assert (heat(summed(reading)) >= ANGRY, heat(summed(reading)) < COLD) == (angry, cold)


def test_what_is_not_sure_is_not_said() -> None:
    assert summed({"judgement": one("angry", sure=False), "importance": {"level": 3, "sure": False}}) == Summary()
    assert summed(None) == Summary()


@pytest.mark.django_db
def test_a_conversation_is_summed_up_by_its_last_message_and_as_hot_as_what_waits(channel: Channel) -> None:
    start = datetime.now(UTC) - timedelta(hours=1)
    first, second = cast.arrive(channel, cast.item("a", "Vergüenza", at=start),
                                cast.item("b", "¿Hola?", parent="a", at=start + timedelta(minutes=1)))
    actions.attach_readings({first.pk: FURIOUS}, by="x")
    actions.attach_readings({second.pk: THANKS}, by="x")
    kept = Conversation.objects.get()
    assert (kept.judgement, kept.department, kept.importance, kept.urgency, kept.intents) == ("none", "", None, None, ["praise"])
    assert kept.heat == heat(summed(FURIOUS))
    Message.objects.filter(pk=first.pk).update(ending="answered", ended_at=start)
    actions.attach_readings({second.pk: THANKS}, by="x")
    assert Conversation.objects.get().heat == heat(summed(THANKS))


@pytest.mark.django_db
def test_what_was_read_before_is_filled_in_as_it_would_be_now(channel: Channel, brand: Brand, ana: Member) -> None:
    for number, reading in enumerate((FURIOUS, TROLL, THANKS)):
        message = cast.arrive(channel, cast.item(f"m{number}", "Texto", who=f"w{number}"))[0]
        actions.attach_readings({message.pk: reading}, by="x")
    names = ["pk", "judgement", "department", "importance", "urgency", "heat"]
    wanted = list(Conversation.objects.order_by("pk").values(*names))
    Conversation.objects.update(judgement="", department="", importance=None, urgency=None, heat=0)
    with connection.cursor() as sql:
        sql.execute(importlib.import_module("tertulia.inbox.migrations.0005_summed_up").SUMMED)
    assert list(Conversation.objects.order_by("pk").values(*names)) == wanted
