"""What the fire burns in: a database of its own, the fake networks, and workers that come and go."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.fire.kinds import KINDS
from tests.fire.verdict import Verdict, judge

ROOT = Path(__file__).parents[2]
WORDS = ("pan", "nueces", "horno", "masa", "domingo", "levadura", "barrio", "plaza", "receta", "merienda", "verano", "taller",
         "abrimos", "cerramos", "probad", "venid", "traed", "amasamos", "regalo", "centeno", "espelta", "bizcocho", "fiesta",
         "vecinas", "mañana", "tarde", "noche", "semilla", "aceite", "harina", "bandeja", "sorteo")


class Networks:
    """The process of the fake networks: ``networks("open", kind=…)`` is what ``tests.fire.server.Networks`` answers."""

    def __init__(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", "tests.fire.server"], cwd=ROOT, env=environment(), text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.hosts: list[str] = []

    def __call__(self, what: str, **how: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"do": what, **how}) + "\n")
        self._process.stdin.flush()
        told = self._process.stdout.readline()
        assert told, f"the process of the networks is gone: {what}"
        return json.loads(told)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()


def environment(**more: str) -> dict[str, str]:
    """What a process of ours is started with: of the settings around, only where the data lies."""
    strange = ("DJANGO_", "TERTULIA_", "PYTEST_", "FIRE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    ours = {name: os.environ[name] for name in ("TERTULIA_DATA", "TERTULIA_PRIVATE_HOSTS") if name in os.environ}
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    return {**kept, **ours, "PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "tertulia.site.settings",
            "TERTULIA_URL": "https://fuego.example", **more}  # some networks fetch pictures: nobody does here


@dataclass
class House:
    """Brand, channels and workers over the database that Django has open here. ``channels``: of each kind, in order."""

    data: Path
    networks: Networks
    seed: int = 0
    channels: dict[str, list[int]] = field(default_factory=dict)
    ways: dict[int, Mapping[str, Any]] = field(default_factory=dict)  # channel → how it was connected
    pictures: dict[int, list[tuple[int, str]]] = field(default_factory=dict)  # channel → those of each of its posts
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    count: int = 0
    began: int = 0

    # ------------------------------------------------------------------ before

    def open(self, kind: str, accounts: int = 1, delay: float = 0.0) -> list[int]:
        """A new place of this kind with so many accounts of a new brand, connected; their channels."""
        from tertulia.brands.actions import create_brand
        from tertulia.brands.models import Member
        from tertulia.channels.models import Channel
        from tertulia.kit import clock

        names = [f"c{len(self.networks.hosts)}n{number}" for number in range(accounts)]
        told = self.networks("open", kind=kind, accounts=names, delay=delay)
        self.networks.hosts.append(told["host"])
        os.environ["TERTULIA_PRIVATE_HOSTS"] = ",".join(self.networks.hosts)
        owner = Member.objects.first() or Member.objects.create_user("fuego@example.org", name="Fuego")
        brand = create_brand(f"Fuego {len(self.networks.hosts)}", owner, by=owner.key)
        made = []
        for one in told["joined"]:
            made.append(self.connect(brand, KINDS[kind].network, one).pk)
            self.ways[made[-1]] = one
            self.pictures[made[-1]] = self._painted(brand, KINDS[kind].pictures)
        # collecting is another story: it would only make noise here
        Channel.objects.filter(pk__in=made).update(next_poll_at=clock.now() + timedelta(days=1))
        self.channels.setdefault(kind, []).extend(made)
        return made

    @staticmethod
    def _painted(brand: Any, many: int) -> list[tuple[int, str]]:
        from tertulia.brands.actions import add_picture
        from tertulia.networks.stage import png

        return [(add_picture(brand, png(8 + number, 8), by="member:1").pk, f"Pan {number}") for number in range(many)]

    @staticmethod
    def connect(brand: Any, network: str, way: Mapping[str, Any]) -> Any:
        """The channel of an account that joined in this way."""
        from tertulia.channels import actions
        from tertulia.networks.contract import Account

        if answers := way.get("answers"):
            return actions.connect(brand, network, answers, by="member:1")
        account = Account(**{**way["account"], "scopes": frozenset(way["account"]["scopes"])})
        return actions.keep_account(brand, account, by="member:1")

    def connect_again(self) -> None:
        """What a person does with the channels that the network no longer lets in; a network that is away is tried later."""
        from tertulia.channels.models import Channel
        from tertulia.networks.contract import Outcome

        for channel in Channel.objects.filter(state="reconnect", pk__in=self.ways).select_related("brand"):
            with suppress(Outcome):
                self.connect(channel.brand, channel.network, self.ways[channel.pk])

    def queue(self, channel_ids: Sequence[int], many: int, due_at: datetime | None = None) -> list[int]:
        """So many posts, spread over these channels in turn, each unlike any other; their dispatches."""
        from django.db import transaction

        from tertulia.channels.models import Channel
        from tertulia.outbox import actions
        from tertulia.outbox.payloads import to_say

        channels = [Channel.objects.get(pk=one) for one in channel_ids]
        made = []
        with transaction.atomic():
            for number in range(many):
                channel = channels[number % len(channels)]
                text, some = self.words(), 1 + self.count % 2  # a picture, or an album
                said = to_say(text, pictures=self.pictures[channel.pk][:some])
                made.append(actions.queue(channel, "publish", said, by="member:1", due_at=due_at).pk)
        return made

    def words(self) -> str:
        """A text that no other looks like, with its mark (see ``server.MARK``)."""
        self.count += 1
        said = random.Random(f"{self.seed}:{self.count}").choices(WORDS, k=9)
        return f"fuego{self.count}x {' '.join(said)}"

    def judge(self) -> Verdict:
        """How it stands with everything since ``forget``."""
        return judge(self.networks("there"), after=self.began)

    def forget(self) -> None:
        """Every dispatch and what was said of it is gone; the networks keep what they have."""
        from django.db import connection

        with connection.cursor() as sql:
            sql.execute("truncate journal_fact, outbox_dispatch, outbox_attempt, outbox_bucket, procrastinate_jobs cascade")
        self.began = self.count

    def start_anew(self) -> None:
        """Nobody works, nothing is to be sent, and the places that were opened are out of use."""
        self.rest()
        self.forget()
        self.channels.clear()

    # ------------------------------------------------------------------ the workers

    def work(self, steps: Mapping[str, Any] | None = None) -> subprocess.Popen[bytes]:
        """One more worker; ``steps`` as ``tests.fire.worker`` wants them."""
        more = {"FIRE_STEPS": json.dumps(steps)} if steps else {}
        with (self.data / f"worker-{len(self.workers)}.log").open("wb") as log:
            one = subprocess.Popen([sys.executable, "-m", "tests.fire.worker"], cwd=ROOT, env=environment(**more),
                                   stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.workers.append(one)
        return one

    def alive(self) -> list[subprocess.Popen[bytes]]:
        """The workers that were not killed."""
        return [one for one in self.workers if one.poll() is None]

    def stopped(self, one: subprocess.Popen[bytes]) -> bool:
        """Whether a worker was stopped by a signal and not yet set going again."""
        return Path(f"/proc/{one.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def rest(self) -> None:
        """Every worker is killed."""
        for one in self.alive():
            one.send_signal(signal.SIGKILL)
            one.wait()

    def logs(self) -> str:
        """The last that workers said."""
        return "\n".join(path.read_text(errors="replace")[-6000:] for path in sorted(self.data.glob("worker-*.log"))[-2:])

    def reconnect(self) -> None:
        """After the database was away: what we had open to it is of no use."""
        from django.db import connection

        connection.close()

    # ------------------------------------------------------------------ time

    def pass_time(self, but: Sequence[int] = ()) -> None:
        """What is waited for has come: rests and the network's own pauses are over, and so are all leases.

        So is the patience of the database with whoever stands still inside a transaction (see ``test_kill_points``).
        """
        from django.db import connection

        from tertulia.kit import clock
        from tertulia.outbox.models import Bucket, Dispatch

        for _ in range(20):  # whoever waited for the lock of one has it then, and stands still in its turn
            with connection.cursor() as sql:
                sql.execute("""select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
                               and state = 'idle in transaction' and state_change < clock_timestamp() - interval '0.2 s'""")
                if not sql.rowcount:
                    break
            time.sleep(0.25)
        now = clock.now()
        Bucket.objects.update(until=None)
        rows = Dispatch.objects.exclude(pk__in=but)
        rows.filter(state__in=["waiting", "ready"], try_at__gt=now, version__gt=0).update(try_at=now)
        rows.filter(state="sending").update(lease_until=now - timedelta(seconds=1))

    def until(self, true: Callable[[], Any], seconds: float = 40.0, pulse: float = 0.1) -> float:
        """Waits; how long. ``AssertionError`` with what the workers said if it never comes true."""
        began = time.monotonic()
        while not true():
            assert time.monotonic() < began + seconds, f"not in {seconds:.0f} s: {states()}\n{sessions()}\n{self.logs()}"
            time.sleep(pulse)
        return time.monotonic() - began

    def settle(self, seconds: float = 40.0, jump: bool = True) -> float:
        """Waits until nothing is on its way, with ``jump`` letting time pass for what rests; how long it took."""
        def over() -> bool:
            if jump:
                self.jump()
            return not on_the_way()

        return self.until(over, seconds, pulse=0.3)

    def sending(self) -> int:
        """How many dispatches are in somebody's hands."""
        return states().get("sending", 0)

    def jump(self) -> None:
        """Rests are over at once; what somebody has in hand is left alone, and no row that is locked is waited for."""
        from django.db import connection

        with connection.cursor() as sql:
            sql.execute("""update outbox_bucket set until = null, tokens = 1000 where id in
                (select id from outbox_bucket where until is not null for update skip locked)""")
            sql.execute("""update outbox_dispatch set try_at = clock_timestamp() where id in
                (select id from outbox_dispatch where state in ('waiting', 'ready') and version > 0 and try_at > clock_timestamp()
                 for update skip locked)""")


def states() -> dict[str, int]:
    """How many dispatches are in each state."""
    from django.db.models import Count

    from tertulia.outbox.models import Dispatch

    return dict(Dispatch.objects.order_by().values_list("state").annotate(Count("pk")))


def sessions() -> str:
    """What the sessions of the database are at, the longest first."""
    from django.db import connection

    with connection.cursor() as sql:
        sql.execute("""select round(extract(epoch from clock_timestamp() - state_change)), state, pg_blocking_pids(pid), left(query, 90)
            from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
            order by state_change limit 12""")
        return "\n".join(f"{age} s {state}, behind {len(blocking)}: {' '.join(query.split())}"
                         for age, state, blocking, query in sql.fetchall())


def on_the_way() -> int:
    """How many have not come to an end that a person sees; what is planned for later is left out."""
    from tertulia.kit import clock
    from tertulia.outbox.models import Dispatch

    return Dispatch.objects.filter(state__in=["waiting", "ready", "sending"], due_at__lte=clock.now()).count()


@contextmanager
def over(data: Path) -> Iterator[None]:
    """Inside, Django here speaks with the database of the data folder ``data``, whatever it spoke with before."""
    from django.db import connections

    from tertulia.kit import database, secrets

    before, folder = connections.settings["default"], os.environ.get("TERTULIA_DATA")
    os.environ["TERTULIA_DATA"] = str(data)
    database.ensure()
    connections["default"].close()
    mine = {**before, **database.settings()}
    mine["OPTIONS"].pop("pool", None)
    connections.settings["default"] = mine
    del connections["default"]
    secrets.key.cache_clear()
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = before
        del connections["default"]
        secrets.key.cache_clear()
        os.environ.pop("TERTULIA_DATA") if folder is None else os.environ.update(TERTULIA_DATA=folder)
