"""Bad input from real servers: wrong keys, dead keys, pages for people, a server that goes, a worker that is killed."""

from __future__ import annotations

import json
import random
from datetime import timedelta

import pytest
from django.utils import translation

from tertulia.channels import actions as channels
from tertulia.channels import words
from tertulia.channels.models import Arrival, Channel, ChannelState
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Message
from tertulia.kit import clock, secrets
from tertulia.networks.contract import Reconnect, Refused
from tertulia.networks.mastodon.text import plain
from tertulia.outbox.models import Dispatch
from tests.peers.product.conftest import Doors
from tests.peers.product.corpus import comments
from tests.peers.product.crew import until
from tests.peers.product.town import Town

NETWORKS = ("bluesky", "mastodon")


def mentions(town: Town, many: dict[str, int]) -> None:
    """The public speaks, without waiting for us."""
    chance, texts = random.Random(11), iter(comments(sum(many.values()))[0])
    for network, count in many.items():
        for _ in range(count):
            town.say(network, chance.randrange(3), next(texts))


def in_spanish(why: words.Why) -> tuple[str, str]:
    with translation.override("es"):
        return str(why.what), str(why.todo)


def test_a_wrong_key_is_told_in_words_and_connects_nothing(town: Town, doors: Doors) -> None:
    wrong = {"bluesky": "password", "mastodon": "token"}
    for network in NETWORKS:
        with pytest.raises(Reconnect) as caught:
            channels.connect(town.brand, network, {**town.answers[network](), wrong[network]: "abcd-efgh-ijkl-mnop"}, by="test")
        assert caught.value.reason == "bad_credentials"
        assert in_spanish(words.connecting(caught.value.reason)) == (
            "La clave no vale.", "Cópiala otra vez entera, sin espacios. Si la retiraste, crea otra en la red.")
    assert not Channel.objects.exists()


def test_an_address_where_there_is_a_page_or_another_network_is_told_in_words(town: Town, doors: Doors) -> None:
    doors.bluesky.spoil("com.atproto.server.createSession", "html")
    wrong = {"bluesky": {**town.answers["bluesky"](), "server": doors.bluesky.url}}
    with pytest.raises(Refused) as page:
        channels.connect(town.brand, "bluesky", wrong["bluesky"], by="test")
    assert in_spanish(words.connecting(page.value.reason))[0] == "En esa dirección no está esta red."
    wrong = {"bluesky": {**wrong["bluesky"], "server": doors.mastodon.url},
             "mastodon": {"address": doors.bluesky.url, "token": "x"}}
    for network, answers in wrong.items():
        with pytest.raises(Refused) as other:
            channels.connect(town.brand, network, answers, by="test")
        assert in_spanish(words.connecting(other.value.reason))[0] == "En esa dirección no está esta red."
    assert not Channel.objects.exists()


def test_a_dead_key_stops_the_channel_and_a_new_one_brings_everything(behind_doors: Town) -> None:
    town = behind_doors
    mentions(town, {"bluesky": 3})
    town.crew.start()
    town.wait_for_all(60)
    mine = Message.objects.filter(channel__network="bluesky").latest("at")

    for one in town.bluesky.brand.ask("com.atproto.server.listAppPasswords")["passwords"]:
        town.bluesky.brand.do("com.atproto.server.revokeAppPassword", name=one["name"])
    Channel.objects.filter(network="mastodon").update(secrets=secrets.seal({"token": "retirado"}))
    kept = secrets.unseal(bytes(town.channel("bluesky").secrets))  # the access would serve for hours: let it be over
    Channel.objects.filter(network="bluesky").update(secrets=secrets.seal({**kept, "access": "x.y.z"}))
    mentions(town, {"bluesky": 12, "mastodon": 12})
    for network in NETWORKS:
        channels.ask_now(town.channel(network), by=town.member.key)
    until(lambda: all(town.channel(one).state == ChannelState.RECONNECT for one in NETWORKS), 30, "both channels stopped")
    for network in NETWORKS:
        stopped = town.channel(network)
        assert stopped.reason in ("bad_credentials", "expired")
        assert "Vuelve a conectar el canal" in in_spanish(words.health(stopped.reason))[1]
    inbox.reply(mine, "Esto espera a que haya clave.", town.member, by=town.member.key)
    until(lambda: Dispatch.objects.filter(state="held").exists(), 20, "the answer waits for the key")

    for network in NETWORKS:
        town.connect(network)
    town.wait_for_all(60)
    until(lambda: Dispatch.objects.filter(state="sent").count() == 1, 30, "the answer left")
    assert town.bluesky.ours() == ["Esto espera a que haya clave."]
    assert town.lost_and_doubled() == (0, 0)


def test_a_server_that_goes_in_the_middle_of_a_poll_and_comes_back_loses_nothing(behind_doors: Town, doors: Doors) -> None:
    town = behind_doors
    town.crew.start()
    for network in NETWORKS:
        town.poll(network)
        channels.pause(town.channel(network), by=town.member.key)
    mentions(town, {"bluesky": 250, "mastodon": 100})
    for network, calls in {"bluesky": 4, "mastodon": 2}.items():
        doors.of(network).leave(after=calls)
        channels.resume(town.channel(network), by=town.member.key)
    until(lambda: all(town.channel(one).failures for one in NETWORKS), 60, "both noticed")
    before = {network: town.stored(network) for network in NETWORKS}
    assert all(before[network] < len(town.said[network]) for network in NETWORKS), "it went in the middle"
    for network in NETWORKS:
        away = town.channel(network)
        assert (away.state, away.failing_since is not None) == (ChannelState.ACTIVE, True)
        assert in_spanish(words.health(away.reason))[1] == "No tienes que hacer nada: lo volvemos a intentar solos, cada vez con más calma."
        doors.of(network).come_back()
        town.poll(network, 60)
    town.wait_for_all(60)
    assert all(town.channel(one).failing_since is None for one in NETWORKS)
    assert town.lost_and_doubled() == (0, 0)


def test_workers_killed_in_the_middle_of_a_burst_lose_nothing_and_double_nothing(
        behind_doors: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town = behind_doors
    mentions(town, {"bluesky": 40, "mastodon": 40})
    town.crew.start(2)
    town.wait_for_all(90)
    for network in NETWORKS:
        channels.pause(town.channel(network), by=town.member.key)
    mentions(town, {"bluesky": 400, "mastodon": 150})
    begun_by = [Message.objects.get(external_id=one.external_id) for network in NETWORKS for one in town.said[network][:40]]
    answers = [inbox.reply(one, f"Respuesta número {turn}, a cada cual la suya.", town.member, by=town.member.key)
               for turn, one in enumerate(begun_by)]
    before, whole = Arrival.objects.count(), sum(map(len, town.said.values()))
    for network in NETWORKS:
        channels.resume(town.channel(network), by=town.member.key)
    until(lambda: Dispatch.objects.filter(state="sent").exists() and Arrival.objects.count() > before, 60, "in the middle")
    town.crew.kill()
    stored, sent = sum(map(town.stored, NETWORKS)), Dispatch.objects.filter(state="sent").count()
    assert stored < whole and sent < len(answers), "they were killed too late to prove anything"

    begun = clock.now()
    town.crew.start(2)
    until(lambda: Dispatch.objects.filter(state="sent").count() == len(answers), 150, "every answer left")
    answered = clock.now() - begun
    # A dead poller's lease lasts two minutes; its end is brought forward, so that nobody waits for it here.
    Channel.objects.filter(polling_until__lt=begun + channels.POLL_LEASE).update(polling_until=clock.now())
    town.wait_for_all(90)
    texts = [plain(text) for public in town.publics.values() for text in public.ours()]
    assert [sum(one.text in text for text in texts) for one in answers] == [1] * len(answers)
    assert town.lost_and_doubled() == (0, 0)
    assert answered < timedelta(minutes=2)
    with capsys.disabled():
        print("\n" + json.dumps({
            "killed_with": {"stored": stored, "of": whole, "answers_sent": sent, "of_answers": len(answers)},
            "answers_recovered_s": round(answered.total_seconds(), 1)}))
