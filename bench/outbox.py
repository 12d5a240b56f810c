"""The outbox under load and under fire. ``python bench/outbox.py [--quick]``: JSON on the last line.

``burst``: posts due at one instant on ten accounts of one server that answers in 150 ms; how late each is, measured where it
arrives (``--many``, ``--planned``: posts for later in the same table). ``fire``: workers killed at random over networks of every
kind that misbehave at every point; ``resumed_after_kill_s`` is the longest that nothing moved after a kill. ``rate``: one, two and
four workers over one PostgreSQL, ten servers that answer at once. Everything lies in a database thrown away after.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tertulia.kit import database
from tests.fire.burning import HANGS, Fire
from tests.fire.house import House, Networks, states

ACCOUNTS, ANSWER = 10, 0.15
LAID_OUT = 100_000


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of them do not pass."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def lateness(values: Sequence[float]) -> dict[str, float]:
    """In seconds."""
    return {"p50_late_s": round(percentile(values, 0.5), 2), "p95_late_s": round(percentile(values, 0.95), 2),
            "max_late_s": round(max(values), 2)}


def plan_later(channels: Sequence[int], many: int) -> None:
    """Posts for the coming months, in the same table."""
    from tertulia.channels.models import Channel
    from tertulia.kit import clock
    from tertulia.outbox.models import Dispatch
    from tertulia.outbox.payloads import to_say

    brand, now = Channel.objects.get(pk=channels[0]).brand_id, clock.now()
    for start in range(0, many, 5000):
        due = [now + timedelta(days=1, seconds=60 * number) for number in range(start, min(start + 5000, many))]
        Dispatch.objects.bulk_create(Dispatch(
            brand_id=brand, channel_id=channels[number % len(channels)], verb="publish", payload=to_say("Más adelante"),
            created_at=now, created_by="bench", due_at=at, try_at=at, expires_at=at + timedelta(hours=12))
            for number, at in enumerate(due))


def burst(house: House, many: int, planned: int) -> dict[str, Any]:
    """``many`` posts due at one instant, one worker, the manifest's own number of calls at once."""
    from django.db import connection

    from tertulia.kit import clock

    channels = house.open("ignores the key", accounts=max(ACCOUNTS, many // 100), delay=ANSWER)
    if planned:
        plan_later(channels, planned)
        with connection.cursor() as sql:
            sql.execute("analyze outbox_dispatch")
    due = clock.now() + timedelta(seconds=4 + many / 100)
    house.queue(channels, many, due_at=due)
    house.work()
    assert clock.now() < due, "it took too long to queue them"
    time.sleep(max(0.0, (due - clock.now()).total_seconds()))
    house.settle(60 + many / 5, jump=False)
    verdict, made = house.judge(), house.networks("made")
    late = [made[mark] - due.timestamp() for mark in made if int(mark) > house.began]
    return {"posts": many, "planned": planned, "accounts": len(channels), **lateness(late), "per_s": round(many / max(late), 1),
            **counted(verdict)}


def counted(verdict: Any) -> dict[str, Any]:
    """How many of each; whatever is wrong is printed with its story."""
    for name, ones in verdict.faults().items():
        for one in ones[:10]:
            print(f"  {name}: {one}")
    named = ("lost", "doubled", "stuck", "unsure", "belied", "mute", "strange")
    return {**{name: len(getattr(verdict, name)) for name in named}, "states": dict(verdict.states)}


def fire(house: House, many: int, kills: int, seed: int, but: Sequence[str]) -> dict[str, Any]:
    """Every kind of network, every fault, workers killed at random moments; then calm, until everything has its end."""
    burning = Fire(house, seed)
    burning.lay(many, but)
    burning.burn(kills)
    took = burning.end(120 + many / 5)
    return {"posts": burning.queued, "kills": kills, "resumed_after_kill_s": round(burning.slowest(), 1), "settled_s": round(took, 1),
            **counted(house.judge()), "befell": house.networks("seen")}


def rate(house: House, workers: int, many: int) -> dict[str, float]:
    """How many a second leave with so many workers, over ten servers that answer at once."""
    house.queue(house.channels["record key of ours"][-ACCOUNTS:], many)
    for _ in range(workers):
        house.work()
    house.until(lambda: states().get("sent", 0) >= many // 20, 60)
    began, first = time.monotonic(), states()["sent"]
    house.settle(60 + many / 5, jump=False)
    told = {"workers": workers, "per_s": round((many - first) / (time.monotonic() - began), 1)}
    verdict = house.judge()
    house.rest()
    return {**told, **counted(verdict)}


def measure(asked: argparse.Namespace, data: Path) -> dict[str, Any]:
    """The figures that were asked for."""
    told: dict[str, Any] = {}
    every = not (asked.burst or asked.fire or asked.rate)
    networks = Networks()
    house = House(data, networks, seed=asked.seed)
    try:
        for planned in ([0, asked.planned] if asked.burst or every else []):
            told[f"burst_planned_{planned}"] = burst(house, asked.many, planned)
            print(json.dumps({**told[f"burst_planned_{planned}"], "load": os.getloadavg()[0]}), flush=True)
            house.start_anew()
        if asked.fire or every:
            told["fire"] = fire(house, asked.posts, asked.kills, asked.seed, HANGS if asked.quick else ())
            print(json.dumps({**told["fire"], "load": os.getloadavg()[0]}), flush=True)
            house.start_anew()
        for workers in ([1, 2] if asked.quick else [1, 2, 4]) if asked.rate or every else []:
            if not house.channels.get("record key of ours"):
                for _ in range(ACCOUNTS):
                    house.open("record key of ours")
            told[f"rate_{workers}"] = rate(house, workers, asked.dispatches)
            print(json.dumps({**told[f"rate_{workers}"], "load": os.getloadavg()[0]}), flush=True)
            house.forget()
    finally:
        house.rest()
        networks.close()
    return told


def summed(told: dict[str, Any]) -> dict[str, Any]:
    """The line that is compared from one day to the next."""
    wrong = {name: sum(one.get(name, 0) for one in told.values()) for name in ("lost", "doubled", "stuck", "unsure", "belied")}
    late = next((one for name, one in told.items() if name.startswith("burst")), {})
    figures = {name: late.get(name) for name in ("p50_late_s", "p95_late_s", "max_late_s")}
    rates = {name: one["per_s"] for name, one in told.items() if name.startswith("rate")}
    return {**wrong, **figures, "resumed_after_kill_s": told.get("fire", {}).get("resumed_after_kill_s"), **rates,
            "load": round(os.getloadavg()[0], 1), **told}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer of everything, in under 50 s")
    parser.add_argument("--burst", action="store_true", help="only the posts of one instant")
    parser.add_argument("--fire", action="store_true", help="only the fire")
    parser.add_argument("--rate", action="store_true", help="only one, two and four workers")
    parser.add_argument("--many", type=int, default=200, help="posts of one instant (a hundred an account at most)")
    parser.add_argument("--planned", type=int, default=0, help=f"posts for later in the table ({LAID_OUT} by default)")
    parser.add_argument("--posts", type=int, default=0, help="of the fire (10,000 by default)")
    parser.add_argument("--kills", type=int, default=0, help="in the fire (100 by default)")
    parser.add_argument("--dispatches", type=int, default=0, help="for each number of workers (2,000 by default)")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for name, whole, quick in (("planned", LAID_OUT, 10_000), ("posts", 10_000, 120), ("kills", 100, 2), ("dispatches", 2000, 120)):
        setattr(asked, name, getattr(asked, name) or (quick if asked.quick else whole))
    with database.trial() as data:
        database.ensure()
        os.environ.update(DJANGO_SETTINGS_MODULE="tertulia.site.settings", TERTULIA_NO_POOL="1")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", interactive=False, verbosity=0)
        told = summed(measure(asked, data))
        connections.close_all()
    print(json.dumps(told))
    return 0 if not (told["lost"] or told["doubled"] or told["stuck"] or told["belied"]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
