"""A fire at random: whatever can befall networks, workers and the database, by a seed, while posts leave."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import OperationalError

from tertulia.kit import database
from tests.fire.house import House, on_the_way
from tests.fire.kinds import KINDS

#: Each of these takes half a minute of whoever meets it: left out where time is short.
HANGS = ("hang_before", "hang_after")
#: What else happens, and how often; of every ten mishaps seven are kills.
MISHAPS = {"kill": 7, "stop": 1, "cut": 1, "database": 1}


@dataclass
class Cut:
    """What a worker had in its hands when it was killed: dispatch → version, and how long until others took it up."""

    at: float
    held: dict[int, int]
    resumed: float | None = None

    def look(self) -> None:
        """Notes when none of it is as it was left."""
        from tertulia.outbox.models import Dispatch

        if self.resumed is None:
            left = Dispatch.objects.filter(pk__in=self.held, state="sending").values_list("pk", "version")
            if not any(self.held[pk] == version for pk, version in left):
                self.resumed = time.monotonic() - self.at


@dataclass
class Fire:
    """``burn`` until so many workers were killed; ``end`` lets everything come to its end."""

    house: House
    seed: int
    workers: int = 2
    channels: list[int] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    queued: int = 0

    def lay(self, many: int, but: Sequence[str] = ()) -> None:
        """So many posts, due now, over a network of every kind, all of which misbehave."""
        self.random = random.Random(self.seed)
        self.channels = [channel for kind in KINDS for channel in self.house.open(kind, delay=0.02)]
        self.house.networks("burn", chance={"create": 0.2, "step": 0.05, "look": 0.1}, seed=self.seed, but=list(but))
        self.feed(many)

    def feed(self, many: int) -> None:
        """More posts."""
        self.house.queue(self.channels, many)
        self.queued += many

    def burn(self, kills: int) -> None:
        """Mishaps at random moments until so many workers were killed."""
        for _ in range(self.workers):
            self.house.work()
        done = 0
        while done < kills:
            self.tend(self.random.uniform(0.3, 3.0))
            if not on_the_way():
                self.feed(30)
            mishap = self.random.choices(list(MISHAPS), list(MISHAPS.values()))[0]
            getattr(self, f"_{mishap}")(self.random.choice(self.house.alive()))
            done += mishap == "kill"

    def end(self, seconds: float) -> float:
        """No more faults, and everything to its end; how long it took."""
        self.house.networks("calm")
        began = time.monotonic()
        while on_the_way():
            assert time.monotonic() < began + seconds, f"not in {seconds:.0f} s\n{self.house.logs()}"
            self.tend(0.3)
        return time.monotonic() - began

    def tend(self, seconds: float) -> None:
        """Lets time pass, quickly for what rests; a person connects again what the network put out."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.house.jump()
            try:
                self.house.connect_again()
            except OperationalError:
                self.house.reconnect()  # a worker that stands still has the channel's row: a person would try again, too
            for cut in self.cuts:
                cut.look()
            time.sleep(0.2)

    def slowest(self) -> float:
        """The longest that anything a killed worker held stood still."""
        return max((cut.resumed for cut in self.cuts if cut.resumed is not None), default=0.0)

    # ------------------------------------------------------------------ mishaps

    def _kill(self, victim: subprocess.Popen[bytes]) -> None:
        from tertulia.outbox.models import Attempt

        victim.kill()
        victim.wait()
        mine = Attempt.objects.filter(worker__endswith=f":{victim.pid}", ended_at=None, dispatch__state="sending")
        held = dict(mine.values_list("dispatch_id", "version"))
        if held:
            self.cuts.append(Cut(time.monotonic(), held))
        self.house.work()

    def _stop(self, victim: subprocess.Popen[bytes]) -> None:
        victim.send_signal(signal.SIGSTOP)
        self.tend(self.random.uniform(0.5, 2.0))
        victim.send_signal(signal.SIGCONT)

    def _cut(self, victim: subprocess.Popen[bytes]) -> None:
        self.house.networks("cut")
        self.tend(1.0)
        self.house.networks("mend")

    def _database(self, victim: subprocess.Popen[bytes]) -> None:
        database.stop()
        time.sleep(0.5)
        database.ensure()
        self.house.reconnect()
