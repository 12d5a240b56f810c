"""The outbox under fire on real servers: forty posts each, everything killed and cut once, and each post is there once.

One fire for all the servers that can be had: workers killed with requests on the wire and with answers not yet written
down, servers killed, answers lost, the network cut, the database started again. At the end each network is asked in its own
client's words.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from tertulia.kit import database
from tests.fire.house import ROOT, WORDS, environment, over
from tests.fire.server import MARK
from tests.fire.verdict import judge
from tests.peers import install
from tests.peers.conftest import _without
from tests.peers.product.places import PDS, Blog, Mock, Place
from tests.peers.product.wire import Wire

POSTS, REPLIES = 40, 4
PICTURED = 4  # every so many posts has a picture
#: network → why its server cannot be had: a sentence, or nothing.
PLACES: dict[type[Any], Callable[[], str]] = {
    PDS: lambda: _lacking("atproto") or install.missing(),
    Mock: lambda: _lacking("Mastodon.py") or ("" if (Path(sys.executable).parent / "mastodon_mock").exists() else "it is not installed"),
    Blog: install.missing_wordpress}


def _lacking(client: str) -> str:
    return next((f"{one} is not installed" for one in install.absent_clients() if one.startswith(client)), "")


def at_once(do: Callable[[Place], None], places: Iterable[Place]) -> None:
    """To every place, each in a thread."""
    with ThreadPoolExecutor() as together:
        list(together.map(do, places))


@dataclass
class Fire:
    """What burns: places behind wires, a brand with a channel on each, and workers. ``told`` are the figures."""

    folder: Path
    places: dict[str, Place] = field(default_factory=dict)
    wires: dict[str, Wire] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    wanted: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)  # network → mark → its alternative texts
    told: dict[str, Any] = field(default_factory=dict)
    marks: int = 0

    # ------------------------------------------------------------------ before

    def build(self) -> None:
        """Servers, wires, and a brand connected as a person does it."""
        from tertulia.brands.actions import create_brand
        from tertulia.brands.models import Member
        from tertulia.channels.actions import connect
        from tertulia.channels.models import Channel
        from tertulia.kit import clock

        for place in self.places.values():
            self.wires[place.network] = Wire(place.port, place.creates)
        hosts = [host for place in self.places.values() for host in (f"127.0.0.1:{place.port}", f"localhost:{place.port}")]
        os.environ["TERTULIA_PRIVATE_HOSTS"] = ",".join([*hosts, *(one.host for one in self.wires.values())])
        self.member = Member.objects.create_user("lucia@example.test", name="Lucía")
        self.brand = create_brand("Panadería La Tertulia", self.member, by=self.member.key)
        for network, place in self.places.items():
            wire = self.wires[network]
            channel = connect(self.brand, network, place.answers(wire.url), by=self.member.key)
            self.channels[network] = channel.pk
            # a PDS names itself in its account's identity; what arrives is another story, and would only make noise
            Channel.objects.filter(pk=channel.pk).update(base_url=wire.url, next_poll_at=clock.now() + timedelta(days=1))

    def lay(self) -> None:
        """Posts on every network, written and scheduled as a person does it, all due before anybody works."""
        from tertulia.brands.actions import add_picture
        from tertulia.publishing import actions as publishing

        for number in range(POSTS):
            # alike in nothing: of posts that are nearly the same, Mastodon's look-up cannot say which one is missing
            text = " ".join(random.Random(number).choices(WORDS, k=9))
            post, pictures, alts = publishing.draft(self.brand, self.member, by=self.member.key), [], ()
            if number % PICTURED == 0:
                alts = (f"Hogaza número {number}, recién hecha.",)
                drawn = BytesIO()
                Image.new("RGB", (64 + number, 48), (200, 10 * (number % 20), 90)).save(drawn, "JPEG")
                pictures = [(add_picture(self.brand, drawn.getvalue(), by=self.member.key, alt=alts[0]).pk, alts[0])]
            variants = {pk: f"{self.mark(network, alts)} {text}" for network, pk in self.channels.items()}
            publishing.edit(post, seen=1, text=text, variants=variants, pictures=pictures, by=self.member.key)
            publishing.schedule(post, None, seen=2, by=self.member.key)

    def mark(self, network: str, alts: tuple[str, ...] = ()) -> str:
        """A word that is in one text only, by which the fire's verdict knows it."""
        self.marks += 1
        self.wanted.setdefault(network, {})[str(self.marks)] = alts
        return f"fuego{self.marks}x"

    # ------------------------------------------------------------------ the workers

    def work(self, **steps: Any) -> subprocess.Popen[bytes]:
        """One more worker; ``steps``: where it is killed."""
        log = (self.folder / f"worker-{len(self.workers)}.log").open("wb")
        with log:
            self.workers.append(subprocess.Popen(
                [sys.executable, "-m", "tests.fire.worker"], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment(**({"FIRE_STEPS": json.dumps(steps)} if steps else {}))))
        return self.workers[-1]

    def rest(self) -> None:
        """Every worker is killed."""
        for one in self.workers:
            if one.poll() is None:
                one.kill()
                one.wait()

    # ------------------------------------------------------------------ waiting

    def until(self, true: Callable[[], object], seconds: float, what: str) -> float:
        """Waits; how long it took."""
        begun = time.monotonic()
        while not true():
            assert time.monotonic() < begun + seconds, f"after {seconds:.0f} s, still not: {what}\n{self.story()}"
            time.sleep(0.05)
        return round(time.monotonic() - begun, 1)

    def story(self) -> str:
        """How it stands, for whoever has to find out."""
        from tertulia.outbox.models import Dispatch

        logs = "\n".join(one.read_text("utf-8", "replace")[-3000:] for one in sorted(self.folder.glob("worker-*.log"))[-2:])
        gates = {network: (one.waiting, one.passed, len(one.made)) for network, one in self.wires.items()}
        rows = Counter(Dispatch.objects.values_list("channel__network", "state", "reason"))
        return f"{dict(rows)}\n{self.told}\n(waiting, passed, made): {gates}\n{logs}"

    def burn_until(self, passed: int) -> None:
        """So many requests that create have passed everywhere, and more are held at the gates."""
        for wire in self.wires.values():
            wire.open(passed - wire.passed)
        self.until(lambda: all(one.waiting and one.passed >= passed for one in self.wires.values()), 60, f"{passed} passed everywhere")

    def moves_again(self, name: str, since: float) -> None:
        """Waits until every network has made something since ``since``; notes how long that took it."""
        def after() -> dict[str, float]:
            moved = {network: round(min(later) - since, 1) for network, wire in self.wires.items()
                     if (later := [at for at in wire.made if at > since])}
            for network in self.wires.keys() - moved.keys():
                self.wires[network].let_one_in()
            return moved

        self.until(lambda: len(after()) == len(self.wires), 90, f"everything moves after: {name}")
        self.told[name] = after()

    # ------------------------------------------------------------------ mishaps

    def kill_with_requests_on_the_wire(self) -> None:
        """They left, and pass after their worker is dead: done, and nobody knows."""
        from tertulia.outbox.models import Attempt

        self.burn_until(6)
        self.workers[-1].kill()
        self.workers[-1].wait()
        since, held = time.monotonic(), sum(one.waiting for one in self.wires.values())
        for wire in self.wires.values():
            wire.open(wire.waiting)
        self.until(lambda: not any(one.waiting for one in self.wires.values()), 20, "what had left arrives")
        self.told["on_the_wire_when_killed"] = held
        following = self.work(before_written={"do": "kill", "when": 3})
        for wire in self.wires.values():
            wire.open(5)
        self.until(lambda: Attempt.objects.filter(worker__endswith=f":{following.pid}").exists(), 60, "another worker goes on")
        self.told["killed_on_the_wire"] = round(time.monotonic() - since, 1)

    def kill_before_it_is_written(self) -> None:
        """The answers of three were heard, and not written down."""
        assert self.workers[-1].wait(60), "it was armed"
        since = time.monotonic()
        for _ in range(2):
            self.work()
        self.moves_again("killed_before_writing", since)

    def kill_the_servers(self) -> None:
        """With requests on the wire; away for as long as it takes them to start."""
        self.until(lambda: all(one.waiting for one in self.wires.values()), 60, "requests wait everywhere")
        since = time.monotonic()
        for network, place in self.places.items():
            place.kill()
            self.wires[network].cut()
        at_once(lambda place: place.revive(), self.places.values())
        self.told["servers_away"] = round(time.monotonic() - since, 1)
        for wire in self.wires.values():
            wire.mend()
        self.moves_again("servers_killed", since)

    def lose(self) -> None:
        """Answers of what was done, and requests that never arrive; of posts and of pictures."""
        since = time.monotonic()
        for network, wire in self.wires.items():
            wire.spoil(self.places[network].creates, "lost", "stopped")
            wire.spoil(self.places[network].uploads, "lost", "stopped")
        self.until(self._spoilt, 60, "an answer and a request of each are lost")
        self.moves_again("answers_lost", since)

    def _spoilt(self) -> bool:
        left = {network: one for network, one in self.wires.items() if one.spoils(self.places[network].creates)}
        for wire in left.values():
            wire.let_one_in()
        return not left

    def cut(self) -> None:
        """Nobody is reached for a second."""
        since = time.monotonic()
        for wire in self.wires.values():
            wire.cut()
        time.sleep(1)
        for wire in self.wires.values():
            wire.mend()
        self.moves_again("network_cut", since)

    def restart_the_database(self) -> None:
        """While requests are on the wire, and they are answered before it is back."""
        from django.db import connection

        self.until(lambda: all(one.waiting for one in self.wires.values()), 60, "requests wait everywhere")
        since = time.monotonic()
        database.stop()
        for wire in self.wires.values():
            wire.open(POSTS * 10)
        time.sleep(1)
        database.ensure()
        connection.close()
        back = time.monotonic()
        self.told["database_away"] = round(back - since, 1)
        self.moves_again("database_restarted", back)

    def end(self) -> None:
        """Everything to its end, with no help but time."""
        from tertulia.kit import clock
        from tertulia.outbox.models import Attempt, Dispatch

        open_ = Dispatch.objects.filter(state__in=["waiting", "ready", "sending"])
        # what a site may still be at is looked for during minutes: once it was, and says so, nobody waits for it here
        unknown = Attempt.objects.filter(looked=True, outcome="unsure").values("dispatch")
        self.told["to_the_end"] = self.until(lambda: not open_.exclude(state="waiting", pk__in=unknown, try_at__gt=clock.now()).exists(),
                                             240, "everything came to an end")
        self.told["still_looked_for"] = dict(Counter(open_.values_list("channel__network", flat=True)))
        bad = Attempt.objects.filter(dispatch__state__in=["refused", "unsure", "held"]).values_list("dispatch_id", "outcome", "evidence")
        self.told["not_sent"] = [str(one)[:300] for one in bad]
        assert "" not in open_.values_list("reason", flat=True), "what is not there says why"
        for network, wire in self.wires.items():
            self.told[f"spoiled_{network}"] = dict(Counter(one.partition(":")[0] for one in wire.befell))


@pytest.fixture(scope="module")
def burnt(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Fire]:
    """After the fire."""
    begun, data, fire = time.monotonic(), database.throwaway_folder(), Fire(tmp_path_factory.mktemp("fire"))
    before = os.environ.get("TERTULIA_PRIVATE_HOSTS")
    try:
        for kind, why_not in PLACES.items():
            if not why_not():
                fire.places[kind.network] = kind(tmp_path_factory.mktemp(kind.network))
        at_once(lambda place: place.start(), fire.places.values())
        migrated = subprocess.run([sys.executable, "-m", "tertulia.site.command", "migrate"], cwd=ROOT, text=True, capture_output=True,
                                  env=environment(TERTULIA_DATA=str(data)))
        assert migrated.returncode == 0, migrated.stderr
        with django_db_blocker.unblock(), over(data):
            try:
                fire.build()
                fire.lay()
                fire.told["built"] = round(time.monotonic() - begun, 1)
                fire.work()
                for act in (fire.kill_with_requests_on_the_wire, fire.kill_before_it_is_written, fire.lose, fire.cut,
                            fire.kill_the_servers, fire.restart_the_database, fire.end):
                    act()
                fire.told["all"] = round(time.monotonic() - begun, 1)
                yield fire
            finally:
                fire.rest()
    finally:
        for wire in fire.wires.values():
            wire.close()
        for place in fire.places.values():
            place.stop()
        database.discard(data)
        os.environ.pop("TERTULIA_PRIVATE_HOSTS") if before is None else os.environ.update(TERTULIA_PRIVATE_HOSTS=before)


def test_each_post_is_on_its_network_once_or_says_why_not(burnt: Fire, capsys: pytest.CaptureFixture[str]) -> None:
    there = [[found[1].decode() for one in place.there() if (found := MARK.search(one.text.encode()))] for place in burnt.places.values()]
    verdict = judge(there)
    with capsys.disabled():
        print("\n" + json.dumps({**burnt.told, "states": dict(verdict.states), "unsure": verdict.unsure}, ensure_ascii=False))
    assert not verdict.faults(), verdict
    assert sum(verdict.states.values()) == burnt.marks


@pytest.mark.parametrize("kind", PLACES, ids=lambda kind: kind.network)
def test_pictures_are_there_once_each_with_their_words(kind: type[Any], burnt: Fire) -> None:
    if why_not := PLACES[kind]():
        _without(kind.network, why_not)
    place = burnt.places[kind.network]
    alts = {found[1].decode(): one.alts for one in place.there() if (found := MARK.search(one.text.encode()))}
    wanted = burnt.wanted[kind.network]
    assert alts == {mark: wanted[mark] for mark in alts}
    # of a post that is still looked for, the picture may be there before it
    assert sum(map(len, alts.values())) <= len(place.pictures()) <= sum(map(len, wanted.values()))


@pytest.mark.parametrize("kind", PLACES, ids=lambda kind: kind.network)
def test_they_left_in_the_order_in_which_they_were_due(kind: type[Any], burnt: Fire) -> None:
    """But for as many as leave at once: one that is looked at by somebody else is passed over, and others go first."""
    from tertulia import networks
    from tertulia.outbox.models import Attempt

    if why_not := PLACES[kind]():
        _without(kind.network, why_not)
    tries = list(Attempt.objects.filter(dispatch__channel_id=burnt.channels[kind.network], dispatch__verb="publish").values(
        "dispatch_id", "dispatch__payload__text", "version", "started_at", "ended_at", "outcome"))
    first = sorted((one for one in tries if one["version"] == 1), key=lambda one: one["started_at"])
    assert len(first) - _in_order([one["dispatch_id"] for one in first]) <= networks.manifest(kind.network).parallel
    again = {one["dispatch_id"] for one in tries if one["version"] > 1}
    shown = {found[1]: place for place, one in enumerate(burnt.places[kind.network].there()) if (found := MARK.search(one.text.encode()))}
    untouched = [(one, shown[MARK.search(one["dispatch__payload__text"].encode())[1]])  # type: ignore[index]
                 for one in first if one["dispatch_id"] not in again and one["outcome"] == "sent"]
    assert not [(one, other) for one, place in untouched for other, later in untouched
                if one["ended_at"] < other["started_at"] and place > later], "the network shows it otherwise"


def _in_order(numbers: Sequence[int]) -> int:
    """How many are left at most if those that are out of order are taken out."""
    ends: list[int] = []
    for one in numbers:
        place = bisect_left(ends, one)
        ends[place:place + 1] = [one]
    return len(ends)


def _over(mine: Any) -> bool:
    mine.filter(state="waiting", version__gt=0).update(try_at=timezone.now())  # nobody waits half a minute here
    return not mine.filter(state__in=["waiting", "ready", "sending"]).exists()


def test_replies_and_hiding_on_a_real_wordpress_survive_lost_answers(burnt: Fire) -> None:
    from tertulia.channels.models import Channel
    from tertulia.inbox.actions import reply
    from tertulia.inbox.models import Message
    from tertulia.kit import clock
    from tertulia.moderation.actions import hide, show, write_house_rule
    from tertulia.outbox.models import Dispatch

    if why_not := PLACES[Blog]():
        _without("WordPress", why_not)
    blog, wire, by = burnt.places["wordpress"], burnt.wires["wordpress"], burnt.member.key
    assert isinstance(blog, Blog)
    said = blog.asked("lunes", "martes", "jueves")
    Channel.objects.filter(pk=burnt.channels["wordpress"]).update(next_poll_at=clock.now())
    theirs = Message.objects.filter(external_id__in=[f"comment-{one}" for one in said]).order_by("external_id")
    burnt.until(lambda: theirs.count() == len(said), 60, "the comments are in the inbox")
    mine = Dispatch.objects.filter(pk__gt=Dispatch.objects.latest("pk").pk)
    wire.spoil(b"POST /wp-json/wp/v2/comments ", "lost", "stopped")
    wire.spoil(b"POST /wp-json/wp/v2/comments/", "lost", "stopped")
    for one in theirs:
        reply(one, f"{burnt.mark('wordpress')} Sí, como siempre.", burnt.member, by=by)
    rule = write_house_rule(burnt.brand, "Sin insultos", "No se insulta a nadie.", by=by)
    for one in theirs[:2]:
        hide(one, rule, burnt.member, by=by)
    burnt.until(lambda: _over(mine), 60, "answered and hidden")
    hidden = {comment["id"]: comment["status"] for comment in blog.all("comments", status="any") if comment["id"] in said}
    assert list(hidden.values()) == ["hold", "hold", "approved"]
    wire.spoil(b"POST /wp-json/wp/v2/comments/", "lost")
    for one in theirs[:2]:
        show(one, burnt.member, by=by)
    burnt.until(lambda: _over(mine), 60, "shown again")
    comments_there = blog.all("comments", status="any")
    assert {comment["status"] for comment in comments_there if comment["id"] in said} == {"approved"}
    answered = [comment["parent"] for comment in comments_there if MARK.search(comment["content"]["raw"].encode())]
    assert answered and sorted(answered) == sorted(said), "each was answered once"
    assert not wire.spoils(b"POST /wp-json/wp/v2/comments ") and not wire.spoils(b"POST /wp-json/wp/v2/comments/")
    assert set(mine.values_list("state", flat=True)) == {"sent"}
