"""A day of a brand on real servers: one post on two networks, hundreds of real comments, and nothing lost or twice."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections import Counter
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from tertulia.brands.actions import add_picture
from tertulia.channels import actions as channels
from tertulia.channels.models import Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox import lists, queries
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.reactions import look_for_gone
from tertulia.inbox.rules import words_of
from tertulia.kit import clock
from tertulia.kit.folding import clean, fold
from tertulia.moderation.actions import hide, write_house_rule
from tertulia.networks.mastodon.text import plain
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions as publishing
from tests.peers.product.corpus import HARD, comments
from tests.peers.product.crew import until
from tests.peers.product.public import Said
from tests.peers.product.town import Town

POST = "Mañana, a las siete, presentamos «Los años del frío» con su autora. ¿Quién se apunta?"
ALT = "La cubierta del libro: un faro nevado bajo un cielo violeta."
#: network → comments on the post, answers to those, answers to these, mentions, and how many more in one burst.
PLAN = {"bluesky": (120, 60, 40, 30, 180), "mastodon": (40, 25, 15, 10, 70)}
#: A reply that Bluesky's AppView indexes within moments of its parent is notified to nobody; people are slower.
BREATH = 2.5


class Day:
    """What happens, in order; ``figures`` are what it measured."""

    def __init__(self, town: Town) -> None:
        self.town, self.figures = town, dict[str, Any]()
        count = sum(map(sum, PLAN.values()))
        texts, self.figures["texts"] = comments(count)
        self._texts = iter([*HARD, *texts])
        self._chance = random.Random(7)
        self.posts: dict[str, Said] = {}
        self.bursts: set[str] = set()
        self.answers: list[Message] = []

    # ------------------------------------------------------------------ publishing

    def publish(self) -> None:
        """One post with a picture, on both networks, at an hour that is seconds away."""
        town, by = self.town, self.town.member.key
        ours = [town.connect(network) for network in PLAN]
        town.crew.start(2)
        drawn = BytesIO()
        Image.linear_gradient("L").resize((640, 400)).convert("RGB").save(drawn, "JPEG")
        picture = add_picture(town.brand, drawn.getvalue(), by=by, alt=ALT)
        post = publishing.draft(town.brand, town.member, by=by)
        post = publishing.edit(post, seen=1, text=POST, variants={one.pk: "" for one in ours}, pictures=[(picture.pk, ALT)], by=by)
        hour = datetime.now(ZoneInfo(town.brand.time_zone)).replace(tzinfo=None) + timedelta(seconds=5)
        publishing.schedule(post, hour, seen=2, by=by)
        until(lambda: Dispatch.objects.filter(verb="publish", state="sent").count() == len(PLAN), 60, "published")
        late = {}
        for sent in Dispatch.objects.filter(verb="publish").select_related("channel"):
            assert sent.sent_at
            late[sent.channel.network] = round((sent.sent_at - sent.due_at).total_seconds(), 2)
            public = town.publics[sent.channel.network]
            until(lambda public=public, sent=sent: self._shown(sent), 20, "the post as others see it")  # type: ignore[misc]
            self.posts[public.network] = public.post(sent.external_id)
        assert all(0 <= one < 5 for one in late.values()), f"neither late nor dated before its hour: {late}"
        self.figures["published_late_s"] = late

    def _shown(self, sent: Dispatch) -> bool:
        seen = self.town.publics[sent.channel.network].thread(sent.external_id).get(sent.external_id)
        assert seen is None or (plain(seen.text), seen.alts) == (POST, (ALT,))
        return seen is not None

    # ------------------------------------------------------------------ talking

    def talk(self) -> None:
        """Layer under layer, on both networks in turns, while the workers ask at their own pace."""
        below = {network: [post] for network, post in self.posts.items()}
        for layer in range(3):
            turns = [network for network, plan in PLAN.items() for _ in range(plan[layer])]
            self._chance.shuffle(turns)
            below = self._take_turns(turns, below)
            time.sleep(BREATH)
        for network, plan in PLAN.items():
            for _ in range(plan[3]):
                self._say(network, None)
        self.town.say("mastodon", 1, "esto es solo para vosotros: ¿me guardáis dos sitios?", private=True)
        self.figures["settled_after_s"] = round(self.town.wait_for_all(150), 1)

    def _take_turns(self, turns: list[str], above: dict[str, list[Said]]) -> dict[str, list[Said]]:
        said: dict[str, list[Said]] = {network: [] for network in above}
        for network in turns:
            said[network].append(self._say(network, self._chance.choice(above[network])))
        return said

    def _say(self, network: str, on: Said | None) -> Said:
        return self.town.say(network, self._chance.randrange(3), next(self._texts), on)

    def burst(self) -> None:
        """Much at once, while the channels are paused: how fast it comes in when they go on."""
        town, by = self.town, self.town.member.key
        for network in PLAN:
            channels.pause(town.channel(network), by=by)
        for network, plan in PLAN.items():
            before = len(town.said[network])
            for _ in range(plan[4]):
                self._say(network, self.posts[network])
            burst = town.said[network][before:]
            self.bursts |= {one.external_id for one in burst}
            thread = town.publics[network].thread
            until(lambda thread=thread, network=network, burst=burst:  # type: ignore[misc]
                  {one.external_id for one in burst} <= thread(self.posts[network].external_id).keys(), 30, "the burst is seen")
        time.sleep(BREATH)
        rates = {}
        for network, plan in PLAN.items():
            begun = clock.now()
            channels.resume(town.channel(network), by=by)
            until(lambda network=network: town.stored(network) >= len(town.said[network]), 90, "the burst")  # type: ignore[misc]
            last = Message.objects.filter(channel__network=network).latest("received_at").received_at
            rates[network] = round(plan[4] / (last - begun).total_seconds(), 1)
        town.wait_for_all(60)
        self.figures["ingest_messages_per_s"] = rates

    # ------------------------------------------------------------------ what is in the inbox

    def look(self) -> None:
        """Once, in order, threaded as over there, read, listed, found."""
        for network in PLAN:
            self._threaded(network)
        listed = self._listed()
        theirs = set(Message.objects.filter(ours=False).values_list("pk", flat=True))
        assert Counter(listed) == Counter(theirs), "every message is listed once"
        assert not Message.objects.filter(ours=False, reading=None).exists()
        self._found()
        latency = {network: self._latency(network) for network in PLAN}
        self.figures |= {"messages": len(theirs), "network_to_inbox_s": latency}

    def _threaded(self, network: str) -> None:
        post = self.posts[network].external_id
        there = self.town.publics[network].thread(post)
        said = {one.external_id: one for one in self.town.said[network]}
        kept = {str(one.external_id): one for one in Message.objects.filter(
            channel__network=network, ours=False).select_related("conversation__subject")}
        assert kept.keys() == said.keys()
        for key, message in kept.items():
            one = said[key]
            parent = there[key].parent if key in there else ""
            assert message.parent_id_there == parent == one.parent
            assert _letters(network, message.text) == _letters(network, one.words)
            assert message.kind == one.kind or (network, message.kind) == ("bluesky", "comment")
            if one.kind != "direct":
                top = key
                while there.get(top) and there[top].parent != post:
                    top = there[top].parent
                assert message.conversation.branch == (top if key in there else key)
            if key in there:
                assert message.conversation.subject and message.conversation.subject.external_id == post
        assert {key for key in there if not there[key].ours} == {key for key in said if key in there}

    def _listed(self) -> list[int]:
        """Every message of theirs, as the pages of the inbox bring them."""
        brand, member, after, found, order = self.town.brand, self.town.member, "", list[int](), list[datetime]()
        while True:
            page = lists.page_of(brand, member, lists.Filters(view="all"), after)
            for conversation in page.rows:
                order.append(conversation.last_at)
                found += self._told(conversation)
            if not page.next:
                break
            after = page.next
        assert order == sorted(order, reverse=True)
        return found

    def _told(self, conversation: Conversation) -> list[int]:
        rows, before = list[Message](), ""
        while True:
            page = queries.messages_of(conversation, before)
            rows = [*page.rows, *rows]
            if not page.next:
                break
            before = page.next
        spoken = {one.external_id: turn for said in self.town.said.values() for turn, one in enumerate(said)}
        theirs = [one for one in rows if not one.ours]
        turns = [spoken[str(one.external_id)] for one in theirs]
        assert turns == sorted(turns), "in the order in which it was said"
        return [one.pk for one in theirs]

    def _found(self) -> None:
        """A word with an accent that several said, searched with it and without."""
        kept = list(Message.objects.filter(ours=False).values_list("conversation_id", "text"))
        said = Counter(word for _, text in kept for word in {*text.lower().split()}
                       if len(word) > 4 and word.isalpha() and fold(word) != word)
        word = next(word for word, count in said.most_common() if count > 1 and word != "también")
        wanted = {conversation for conversation, text in kept if fold(word) in words_of(text, 10_000)}
        results = [set(lists.ids_of(self.town.brand, self.town.member, lists.Filters(view="all", words=words), 10_000)[0])
                   for words in (word, fold(word), word.upper())]
        assert wanted and wanted <= results[0] and results[0] == results[1] == results[2]

    def _latency(self, network: str) -> dict[str, float]:
        kept = dict(Message.objects.filter(channel__network=network, ours=False).values_list("external_id", "received_at"))
        waits = sorted((kept[one.external_id] - one.accepted).total_seconds()
                       for one in self.town.said[network] if one.external_id not in self.bursts)
        return {"p50": round(statistics.median(waits), 1), "p95": round(waits[int(len(waits) * 0.95)], 1), "max": round(waits[-1], 1)}

    # ------------------------------------------------------------------ what we do about it

    def answer(self) -> None:
        """Five answers, seen by others once each with their own client."""
        town = self.town
        chosen = [town.said["bluesky"][0], town.said["bluesky"][150], town.said["bluesky"][225],
                  town.said["mastodon"][3], next(one for one in town.said["mastodon"] if one.kind == "direct")]
        for turn, one in enumerate(chosen):
            message = Message.objects.get(external_id=one.external_id)
            words = f"¡Gracias por escribir! Te leemos, y esta es la respuesta {turn + 1}."
            self.answers.append(inbox.reply(message, words, town.member, by=town.member.key))
        begun = time.monotonic()
        until(lambda: all(one.external_id for one in Message.objects.filter(ours=True)), 60, "answered")
        self.figures |= {"answered": len(chosen), "answers_out_s": round(time.monotonic() - begun, 1)}
        for one, mine in zip(chosen[:4], self.answers[:4], strict=True):
            public = town.publics["bluesky" if one in town.said["bluesky"] else "mastodon"]

            def seen(one: Said = one, mine: Message = mine, public: Any = public) -> list[str]:
                return [it.external_id for it in public.thread(one.external_id).values()
                        if it.ours and it.parent == one.external_id and mine.text in plain(it.text)]
            until(seen, 20, "the answer as others see it")
            assert len(seen()) == 1
        told = [words for answers, words in town.mastodon.told(1) if answers == chosen[4].external_id]
        assert len(told) == 1 and self.answers[4].text in plain(told[0])

    def moderate(self) -> None:
        """One is hidden on Bluesky, and it is in the threadgate."""
        town, post = self.town, self.posts["bluesky"]
        message = Message.objects.get(external_id=town.said["bluesky"][7].external_id)
        rule = write_house_rule(town.brand, "Sin insultos", "No se insulta a nadie.", by=town.member.key)
        hide(message, rule, town.member, by=town.member.key)
        until(lambda: Message.objects.filter(pk=message.pk, hidden_at__isnull=False), 60, "hidden")
        assert town.bluesky.hidden(post.external_id) == [message.external_id]
        self.figures["hidden"] = 1

    def lose(self) -> None:
        """One of each network is deleted by who wrote it, and the inbox says so."""
        for network in PLAN:
            gone = self.town.said[network][-1]
            self.town.publics[network].delete(gone)
            thread = self.town.publics[network].thread
            until(lambda thread=thread, network=network, gone=gone:  # type: ignore[misc]
                  gone.external_id not in thread(self.posts[network].external_id), 20, "deleted")
            look_for_gone.func(self.town.channel(network).pk)
            until(lambda gone=gone: Message.objects.filter(  # type: ignore[misc]
                external_id=gone.external_id, vanished_at__isnull=False), 30, "the inbox says that it is gone")
        assert Message.objects.filter(vanished_at__isnull=False).count() == len(PLAN)
        self.figures["vanished"] = len(PLAN)

    def replay(self) -> None:
        """Everything is asked for again from the beginning, and adds nothing."""
        before = Message.objects.count(), Conversation.objects.count()
        for network in PLAN:
            Channel.objects.filter(network=network).update(cursor={})
            self.town.poll(network, 60)
        assert (Message.objects.count(), Conversation.objects.count()) == before
        lost, doubled = self.town.lost_and_doubled()
        for network, public in self.town.publics.items():
            texts = [plain(text) for text in public.ours()]
            mine = [POST, *(one.text for one in self.answers if one.channel.network == network)]
            doubled += sum(sum(words in text for text in texts) - 1 for words in mine)
        self.figures |= {"lost": lost, "doubled": doubled}


def _letters(network: str, words: str) -> str:
    """What must arrive as it was said. The mock reads Markdown, so its marks are left out there."""
    return clean(words).translate(str.maketrans("", "", "*_~`")) if network == "mastodon" else clean(words)


def test_a_day_on_two_networks_loses_nothing_and_doubles_nothing(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    day = Day(town)
    for step in (day.publish, day.talk, day.burst, day.look, day.answer, day.moderate, day.lose, day.replay):
        step()
    with capsys.disabled():
        print("\n" + json.dumps(day.figures, ensure_ascii=False))
    assert (day.figures["lost"], day.figures["doubled"]) == (0, 0)
    assert day.figures["messages"] >= 500
