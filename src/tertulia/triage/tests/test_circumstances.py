"""What is known besides the text: who spoke before and how, who else says the same, who listens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tertulia.inbox.models import Message
from tertulia.site.tests import cast
from tertulia.triage import actions, queries
from tertulia.triage.models import Reading
from tertulia.triage.rules import echo

pytestmark = pytest.mark.django_db

CHAIN = "No compréis nunca en esta tienda, son unos ladrones y nadie contesta"
START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def known(messages: list[Message]) -> list[tuple[int, int, int, int]]:
    """Messages before, offences among them, others who said the same, followers: of each message."""
    found = queries.circumstances(Message.objects.filter(pk__in=[one.pk for one in messages]).select_related("author"))
    return [(one.messages, one.offences, one.alike, one.reach) for one in (found[message.pk] for message in messages)]


def test_who_spoke_before_is_counted_up_to_the_message() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    messages = cast.arrive(channel, *(cast.item(f"m{n}", f"Mensaje {n}", at=START + timedelta(hours=n)) for n in range(3)),
                           cast.item("other", "Hola", who="luis", at=START + timedelta(hours=5)))
    assert [one[0] for one in known(messages)] == [0, 0, 0, 0]
    actions.read([one.pk for one in messages], by="test")
    assert [one[0] for one in known(messages)] == [0, 1, 2, 0]
    Reading.objects.filter(message=messages[1]).update(offends=True)
    assert [one[1] for one in known(messages)] == [0, 0, 1, 0]


def test_others_who_say_almost_the_same_are_counted_once_each_and_only_lately() -> None:
    brand = cast.brand(cast.member())
    channel, elsewhere = cast.channel(brand), cast.channel(cast.brand(cast.member("Eva"), "Otra"))
    old = cast.arrive(channel, cast.item("old", CHAIN, who="viejo", at=START - timedelta(days=30)))
    cast.arrive(elsewhere, cast.item("far", CHAIN, who="lejos", at=START))
    first = cast.arrive(channel, cast.item("a1", CHAIN, who="a", at=START), cast.item("a2", CHAIN + "!!", who="a", at=START))
    actions.read(list(Message.objects.values_list("pk", flat=True)), by="test")
    burst = cast.arrive(channel, *(cast.item(f"b{n}", f"@marca {CHAIN.upper()} {n} 😡", who=f"b{n}", at=START + timedelta(minutes=n))
                                   for n in range(3)), cast.item("c", "¿Abrís el domingo por la mañana?", who="c", at=START))
    assert [one[2] for one in known(burst)] == [1, 2, 3, 0]
    assert [one[2] for one in known([*old, *first])] == [0, 0, 0]


def test_reach_is_how_many_follow() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    messages = cast.arrive(channel, cast.item("m", "Hola", followers=12_000), cast.item("n", "Hola", who="otra"))
    assert [one[3] for one in known(messages)] == [12_000, 0]


def test_a_batch_is_read_in_few_queries_however_many_there_are() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    counts = []
    for key, many in (("few", 3), ("many", 60)):
        messages = cast.arrive(channel, *(cast.item(f"{key}{n}", f"{CHAIN} {n}", who=f"{key}{n}") for n in range(many)))
        with CaptureQueriesContext(connection, ) as asked:
            actions.read([one.pk for one in messages], by="test")
        counts.append(len(asked))
    assert counts[1] <= counts[0] <= 30, "the first asks for a little more, which is kept"


@pytest.mark.parametrize("other", [
    "no compreis NUNCA en esta tienda!!! son unos ladrones y nadie contesta", CHAIN + " https://example.org/x 25",
    "@alguien " + CHAIN, "Nooo compréis nuncaaa en esta tienda, son unos ladrones y nadie contesta"])
def test_almost_the_same_has_the_same_echo(other: str) -> None:
    assert echo(other) == echo(CHAIN) is not None


def test_what_is_short_or_otherwise_said_has_none_or_another() -> None:
    assert echo("¡Gracias!") is None and echo("😡😡😡") is None
    assert echo(CHAIN) != echo(CHAIN.replace("ladrones", "artistas"))
