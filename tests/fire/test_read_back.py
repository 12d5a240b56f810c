"""What was published on each kind of network comes back as it was approved, and what was not told is no difference."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tertulia.brands.actions import add_picture
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.kit.tests.loopback import serving
from tertulia.networks.stage import png
from tertulia.outbox import actions, differences, readback
from tertulia.outbox.models import Readback
from tertulia.outbox.payloads import to_say
from tertulia.outbox.tests.stage import settle
from tertulia.site.tests import cast
from tests.fire.house import House
from tests.fire.kinds import KINDS

pytestmark = pytest.mark.django_db(transaction=True)

FAMILY = "👩‍👩‍👧‍👦"
TEXT = (f"¡Hoy abrimos antes! {FAMILY} ❤️  \n\nPan de nueces, 2 €\n· centeno & «espelta» <3\n\n\n"
        "Con @ana y @berto@faro.example: https://www.faro.example/pan/?a=1&b=2 #PanDeVerdad #ñandú  \n")
ALT = f"Una hogaza sobre la mesa, «recién hecha» & con nueces {FAMILY}\ny harina"
READ = [kind for kind in KINDS if kind not in ("honours the key", "nothing")]  # the same server; a bot that can read nothing


@pytest.fixture(params=READ)
def place(request: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[tuple[Any, Channel]]:
    """A fake of this kind, and an account on it."""
    settings.PUBLIC_URL = "https://fuego.example"
    kind = KINDS[request.param]
    fake = kind.make()
    with serving(fake.answer) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        joined = kind.join(fake, "panaderia", server.url)
        yield fake, House.connect(cast.brand(cast.member()), kind.network, joined)


def read_back(channel: Channel, text: str, alts: list[str]) -> Readback:
    pictures = [(add_picture(channel.brand, png(8 + number, 8), by="member:1").pk, alt) for number, alt in enumerate(alts)]
    dispatch = actions.queue(channel, "publish", to_say(text, pictures=pictures), by="member:1")
    sent = settle(dispatch)
    assert sent.state == "sent", (sent.reason, list(sent.attempts.values()))
    readback.begin([(dispatch.pk, clock.now())])
    return again(Readback.objects.get())


def again(back: Readback) -> Readback:
    """As it is after one more look."""
    Readback.objects.update(due_at=clock.now(), since=clock.now() - timedelta(seconds=6))
    readback.look(back.pk)
    return Readback.objects.get(pk=back.pk)


def untold(fake: Any, network: str) -> None:
    """From now on it says nothing of the words of its pictures."""
    if network == "facebook":
        for name in [name for name, one in fake.things.items() if one["kind"] == "photo"]:
            fake.remove(name)
    for media in fake.media.values() if network == "instagram" else ():
        for child in media["children"]["data"]:
            child.pop("alt_text")


@pytest.mark.parametrize("alts", [[], [ALT], [ALT, "", "Otra"]], ids=["no picture", "one picture", "three pictures"])
def test_what_is_published_comes_back_without_a_difference(place: tuple[Any, Channel], alts: list[str]) -> None:
    _, channel = place
    if channel.network == "instagram" and not alts:
        pytest.skip("Instagram publishes nothing without a picture")
    back = read_back(channel, TEXT, alts)
    assert (back.state, back.differences) == ("same", [])
    assert [one["alt"] or "" for one in back.found["attachments"] if one["kind"] == "image"] == alts


@pytest.mark.parametrize("place", ["read back, shown late", "several steps"], indirect=True)
def test_words_of_a_picture_that_the_network_does_not_tell_are_no_difference(place: tuple[Any, Channel]) -> None:
    fake, channel = place
    back = read_back(channel, TEXT, [ALT, "Otra"])
    untold(fake, channel.network)
    back = again(back)
    assert (back.state, back.differences) == ("same", [])
    assert [one["alt"] for one in back.found["attachments"]] == [None, None]


@pytest.mark.parametrize("place", READ, indirect=True)
def test_other_words_of_a_picture_are_a_difference(place: tuple[Any, Channel]) -> None:
    _, channel = place
    back = read_back(channel, TEXT, [ALT])
    payload = back.dispatch.payload
    payload["pictures"][0]["alt"] = "Una hogaza"
    assert [one["what"] for one in differences.compare(payload, back.found)] == ["alt"]
