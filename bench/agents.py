"""Fifty agents at one inbox. ``python bench/agents.py [--quick] [--agents N] [--seconds S]``: JSON on the last line.

Members signed in to a true uvicorn with a worker beside, over a town of ``bench/town.py``; five look at each brand, with its live
updates open, and draw again what a page draws again when something happens. Each works at a person's pace: lists, opens, and
answers, takes or closes. ``action_ms``: what they do; ``redrawn_ms``: what their pages ask for by themselves. At the end, no
message was answered twice, though all of a brand pick from the same few conversations.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx

from bench.inbox import SMALL, largest
from bench.town import opened

#: Seconds between two acts of one agent, and between two times that a page draws itself again.
PACE, REDRAW = (2.0, 6.0), 1.0
LIVE = 5
_ROW, _FIELD = re.compile(r'id="fila-(\d+)"'), re.compile(r'name="(message|turn|key)" value="([^"]*)"')


def percentiles(values: list[float]) -> dict[str, float]:
    """In milliseconds."""
    ordered = sorted(values) or [0.0]
    return {name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0))} | {"of": len(values)}


class Agent:
    """Somebody at work: a browser, the brand they look at, what they see."""

    def __init__(self, number: int, base: str, session: str, slug: str) -> None:
        self.at, self.until, self.seed = f"/m/{slug}/bandeja/", 0.0, random.Random(number)
        self.number, self.slug = number, slug
        self.browser = httpx.AsyncClient(base_url=base, cookies={"sessionid": session}, timeout=30, follow_redirects=True)
        self.rows: list[str] = []
        self.heard = asyncio.Event()
        self.took: dict[str, list[float]] = {}
        self.ends: Counter[str] = Counter()

    async def ask(self, what: str, method: str, address: str, **more: Any) -> httpx.Response:
        """One request, timed under ``what``."""
        began = time.perf_counter()
        answer = await self.browser.request(method, address, **more)
        self.took.setdefault(what, []).append((time.perf_counter() - began) * 1000)
        self.ends[f"{what} {answer.status_code}"] += 1
        return answer

    async def work(self) -> None:
        """Lists, opens, acts; again and again."""
        await asyncio.sleep(self.seed.uniform(0, PACE[1]))
        page = await self.ask("list", "GET", self.at)
        token = re.search(r'"X-CSRFToken": "([^"]+)"', page.text)
        assert token, page.text[:300]
        headers = {"X-CSRFToken": token.group(1), "HX-Request": "true", "Referer": str(self.browser.base_url)}
        while time.monotonic() < self.until:
            self.rows = _ROW.findall(page.text)[:12] or self.rows
            await asyncio.sleep(self.seed.uniform(*PACE))
            if self.rows:
                await self.act(self.seed.choice(self.rows), headers)
            page = await self.ask("list", "GET", self.at, headers={"HX-Request": "true", "HX-Target": "resultados"})

    async def act(self, pk: str, headers: dict[str, str]) -> None:
        """Opens a conversation and does one thing with it."""
        page = await self.ask("open", "GET", f"{self.at}{pk}/", headers={"HX-Request": "true", "HX-Target": "abierta"})
        if "/reabrir/" in page.text:
            return  # somebody was first: a person sees that, and goes on
        fields = dict(_FIELD.findall(page.text))
        await asyncio.sleep(self.seed.uniform(0.2, 2.0))
        kind = self.seed.random()
        if kind < 0.5 and "message" in fields:
            told = {**fields, "text": f"Gracias por escribirnos, lo miramos hoy mismo ({self.number})."}
            await self.ask("reply", "POST", f"{self.at}{pk}/responder/", data=told, headers=headers)
        elif kind < 0.8:
            await self.ask("assign", "POST", f"{self.at}{pk}/asignar/", data={"member": ""}, headers=headers)
        else:
            await self.ask("close", "POST", f"{self.at}{pk}/cerrar/", data={"reason": "agradecimiento"}, headers=headers)

    async def listen(self) -> None:
        """The page's live updates."""
        async with self.browser.stream("GET", "/vivo", params={"brand": self.slug}, timeout=None) as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    self.heard.set()

    async def redraw(self) -> None:
        """What the page asks for when something happened."""
        while time.monotonic() < self.until:
            await self.heard.wait()
            await asyncio.sleep(REDRAW)
            self.heard.clear()
            headers = {"HX-Request": "true"}
            await self.ask("redrawn", "GET", f"{self.at}vistas/", headers=headers)
            if self.rows:
                await self.ask("redrawn", "GET", f"{self.at}filas/", params=[("ids", pk) for pk in self.rows], headers=headers)


async def day(agents: list[Agent], seconds: float) -> None:
    """All of them at once, for so long, after the server has answered each of them once."""
    for agent in agents:
        await agent.browser.get(agent.at)
    for agent in agents:
        agent.until = time.monotonic() + seconds
    around = [asyncio.create_task(coroutine) for agent in agents for coroutine in (agent.listen(), agent.redraw())]
    await asyncio.gather(*(agent.work() for agent in agents))
    for task in around:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*around, return_exceptions=True)
    for agent in agents:
        await agent.browser.aclose()


def seats(many: int) -> list[tuple[str, str]]:
    """A session and a brand for each agent, five to a brand."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    brands: dict[str, int] = {}
    found = []
    for member in get_user_model().objects.filter(email__startswith="agente").order_by("pk")[:many]:
        theirs = member.memberships.order_by("brand_id").values_list("brand__slug", flat=True)
        slug = next(one for one in theirs if brands.get(one, 0) < LIVE)
        brands[slug] = brands.get(slug, 0) + 1
        browser = Client()
        browser.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        found.append((browser.cookies["sessionid"].value, slug))
    return found


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The product with its worker, in processes of their own; its address."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "TERTULIA_NO_POOL"}
    web = [sys.executable, "-m", "uvicorn", "tertulia.site.asgi:application", "--port", str(port), "--log-level", "warning",
           "--lifespan", "off"]
    worker = [sys.executable, "-c", "from tertulia.site.command import main; main(['worker'])"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [subprocess.Popen(one, env=environment, **quiet) for one in (web, worker)]
    try:
        for _ in range(300):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5)
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        for one in processes:
            one.terminate()
        for one in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                one.wait(20)
            one.kill()


def answered_twice(since: int) -> int:
    """How many messages of theirs have two answers written since message ``since``."""
    from django.db.models import Count

    from tertulia.inbox.models import Message

    ours = Message.objects.filter(pk__gt=since, ours=True)
    return ours.values("conversation_id", "parent_id_there").annotate(many=Count("pk")).filter(many__gt=1).count()


def measure(many: int, count: int, seconds: float) -> dict[str, Any]:
    """The figures."""
    told = opened(many)
    from tertulia.inbox.models import Message

    since = Message.objects.order_by("-pk").values_list("pk", flat=True)[0]
    with served() as base:
        agents = [Agent(number, base, session, slug) for number, (session, slug) in enumerate(seats(count))]
        asyncio.run(day(agents, seconds))
    took: dict[str, list[float]] = {}
    ends: Counter[str] = Counter()
    for agent in agents:
        ends += agent.ends
        for what, times in agent.took.items():
            took.setdefault(what, []).extend(times)
    acts = [one for what, times in took.items() if what != "redrawn" for one in times]
    failed = sum(number for end, number in ends.items() if end.split()[1].startswith("5"))
    return {**told, "agents": len(agents), "seconds": seconds, "action_ms": percentiles(acts),
            "redrawn_ms": percentiles(took.get("redrawn", [])), "by_act": {what: percentiles(times) for what, times in took.items()},
            "ends": dict(ends), "failed": failed,
            "answers": Message.objects.filter(pk__gt=since, ours=True).count(), "answered_twice": answered_twice(since),
            "load": round(os.getloadavg()[0], 1)}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten agents for fifteen seconds")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--messages", type=int, default=None)
    asked = parser.parse_args()
    many = asked.messages or largest() or SMALL
    told = measure(many, 10 if asked.quick else asked.agents, 15 if asked.quick else asked.seconds)
    from django.db import connections

    from tertulia.kit import database

    connections.close_all()
    database.stop_if_unused()
    print(json.dumps(told))
    return 0 if not told["answered_twice"] and not told["failed"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
