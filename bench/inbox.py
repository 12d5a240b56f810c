"""The inbox at its size. ``python bench/inbox.py [--quick] [--messages N]``: JSON on the last line.

A town of ten million messages over two hundred brands (``bench/town.py``), built the first time and kept under ``BENCH_DATA``
(else the folder for temporary files); ``--quick`` takes the largest there is, or builds a small one. Every figure is the time of a
whole answer of the true views, asked by an agent of ten brands, in milliseconds; ``everywhere`` by who has all two hundred.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.town import folder, opened, words

FULL, SMALL = 10_000_000, 40_000
#: What agents filter by, most of it; what a view is combined with.
FILTERS: list[dict[str, str]] = [
    {"vista": "enfadadas"}, {"vista": "ataques"}, {"vista": "mias"}, {"vista": "cerradas"}, {"vista": "todas"}, {"orden": "espera"},
    {"orden": "plazo"}, {"orden": "enfado"}, {"vista": "todas", "juicio": "troll"}, {"juicio": "important", "tono": "negative"},
    {"vista": "todas", "idioma": "eu", "tipo": "review"}, {"vista": "todas", "etiqueta": "abogados"}, {"etiqueta": "prensa"},
    {"vista": "todas", "importancia": "3", "urgencia": "3", "departamento": "legal"}, {"vista": "todas", "intencion": "suggestion"},
    {"plazo": "vencido"}, {"plazo": "hora"}, {"vista": "todas", "notas": "mias"}, {"vista": "todas", "de": "yo"},
    {"vista": "cerradas", "juicio": "angry", "tipo": "direct"}, {"vista": "todas", "juicio": "troll", "idioma": "eu"},
    {"ventana": "cierra"}, {"de": "nadie", "urgencia": "3"}, {"vista": "trasladadas"}]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """In milliseconds: on the wall, and (``work``) on the processors."""
    told: dict[str, float] = {"of": len(values)}
    for kind, ordered in (("", sorted(values)), ("work_", sorted(WORK[one] for one in values))):
        for name, share in (("p50", 0.5), ("p95", 0.95), ("max", 1.0)):
            told[kind + name] = round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
    return told


#: Milliseconds of an answer on the wall → on the processors, which is what they would be on a machine with nothing else to do.
WORK: dict[float, float] = {}


def processors() -> float:
    """Milliseconds that this process and its session of the database were at work."""
    from django.db import connection

    connection.ensure_connection()
    theirs = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return time.process_time() * 1000 + (int(theirs.read_text().split()[0]) / 1e6 if theirs.exists() else 0.0)


class Browser:
    """A member signed in, asking in this process; every answer is timed."""

    def __init__(self, email: str) -> None:
        from django.test import Client

        from tertulia.brands.models import Member

        self.member = Member.objects.get(email=email)
        self.client = Client(headers={"host": "127.0.0.1"})
        self.client.force_login(self.member, backend="allauth.account.auth_backends.AuthenticationBackend")
        self.bytes: list[int] = []
        self.slow: list[tuple[float, str]] = []

    def ask(self, address: str, **told: str) -> float:
        """Milliseconds until the whole answer is there; those of the processors, ours and the database's, are kept in ``work``."""
        began, worked = time.perf_counter(), processors()
        answer = self.client.get(f"{address}?{urlencode(told)}" if told else address)
        took = (time.perf_counter() - began) * 1000
        WORK[took] = processors() - worked
        assert answer.status_code == 200, (address, told, answer.status_code)
        self.bytes.append(len(answer.content))
        self.slow.append((round(WORK[took], 1), f"{took:.0f} {address}?{urlencode(told)}"))
        return took


def brands_of(browser: Browser, quick: bool) -> list[str]:
    """The two largest brands there are, and others of the agent's."""
    slugs = list(browser.member.memberships.order_by("brand_id").values_list("brand__slug", flat=True))
    return slugs[:4] if quick else slugs


def lists(browser: Browser, slugs: Sequence[str], seed: random.Random) -> dict[str, Any]:
    """First pages: as they open, and filtered."""
    plain, narrowed = [], []
    for slug in slugs:
        address = f"/m/{slug}/bandeja/"
        browser.ask(address)
        plain += [browser.ask(address) for _ in range(3)]
    weight = sorted(browser.bytes)
    for slug in slugs:
        narrowed += [browser.ask(f"/m/{slug}/bandeja/", **told) for told in seed.sample(FILTERS, len(FILTERS))]
    return {"first_page_ms": percentiles(plain), "filtered_ms": percentiles(narrowed), "page_bytes": weight[-1]}


def searches(browser: Browser, slugs: Sequence[str], seed: random.Random) -> dict[str, Any]:
    """Common words, rare ones, with accents, two at once, in a view, a name, nothing."""
    known = words(random.Random(7))
    asked = {
        "common": lambda: seed.choice(known[90:160]), "rare": lambda: seed.choice(known[8000:20_000]),
        "accents": lambda: seed.choice(["devolución", "DEVOLUCION", "teléfono", "garantia", "día", "avería"]),
        "two": lambda: f"{seed.choice(known[90:160])} {seed.choice(known[400:2000])}",
        "name": lambda: seed.choice(["marta", "Iker", "núñez"]), "nothing": lambda: "xyzzyx",
        "begun": lambda: seed.choice(known[500:4000])[:5]}
    told: dict[str, Any] = {}
    every: list[float] = []
    for name, word in asked.items():
        took = [browser.ask(f"/m/{slug}/bandeja/", vista=view, q=word()) for slug in slugs for view in ("todas", "pendientes")]
        told[name], every = percentiles(took), every + took
    return {"search_ms": percentiles(every), "searches": told}


def others(browser: Browser, owner: Browser, slugs: Sequence[str]) -> dict[str, Any]:
    """Counts, how many pass a filter, deep pages, the queue of all brands."""
    counts = [browser.ask(f"/m/{slug}/bandeja/vistas/") for slug in slugs for _ in range(3)]
    passing = [browser.ask(f"/m/{slug}/bandeja/varias/cuantas/", **told) for slug in slugs for told in FILTERS[::4]]
    owner.ask("/bandeja/")
    everywhere = [owner.ask("/bandeja/", **told) for told in ({}, {"vista": "enfadadas"}, {"orden": "espera"}, {"juicio": "angry"},
                                                               {"vista": "mias"}, {"plazo": "vencido"}, {"orden": "plazo"})]
    return {"counts_ms": percentiles(counts), "how_many_ms": percentiles(passing), "everywhere_ms": percentiles(everywhere),
            "everywhere_bytes": max(owner.bytes)}


def honest(browser: Browser, slugs: Sequence[str]) -> bool:
    """Whether counts are what there is, or are marked as less."""
    from tertulia.brands.models import Brand
    from tertulia.inbox import lists as listed
    from tertulia.inbox.lists import VIEWS, Filters

    for brand in Brand.objects.filter(slug__in=slugs):
        for view, told in listed.counts(brand, browser.member).items():
            rows = listed.conversations(brand, browser.member, Filters(view)).filter(VIEWS[view])
            if not told.more and rows.count() != told.number:
                return False
    return True


def largest() -> int | None:
    """The size of the largest town there is."""
    sizes = [int(one.parent.name.rpartition("-")[2]) for one in folder(0).parent.glob("tertulia-town-*/whole.json")]
    return max(sizes, default=None)


def measure(many: int, quick: bool) -> dict[str, Any]:
    """The figures."""
    told, seed = opened(many), random.Random(3)
    agent, owner = Browser("agente1@example.org"), Browser("bench@example.org")
    slugs = brands_of(agent, quick)
    figures = {**told, "brands": 200, **lists(agent, slugs, seed), **searches(agent, slugs, seed), **others(agent, owner, slugs),
               "counts_exact_or_marked": honest(agent, slugs[:4])}
    for took, address in sorted(agent.slow + owner.slow, reverse=True)[:8]:
        print(f"  {took} ms of work, on the wall {address}")
    return figures | {"load": round(os.getloadavg()[0], 1)}


def answers(told: dict[str, Any]) -> Iterator[str]:
    """The bars that were not reached."""
    if told["filtered_ms"]["p95"] >= 50:
        yield "first page filtered: 50 ms"
    if told["search_ms"]["p95"] >= 150:
        yield "search: 150 ms"
    if told["page_bytes"] >= 60_000:
        yield "page: 60 kB"
    if not told["counts_exact_or_marked"]:
        yield "counts"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the largest town there is, or a small one; fewer brands")
    parser.add_argument("--messages", type=int, default=None)
    asked = parser.parse_args()
    many = asked.messages or (largest() or SMALL if asked.quick else FULL)
    os.environ["TERTULIA_NO_POOL"] = "1"
    told = measure(many, asked.quick)
    from django.db import connections

    from tertulia.kit import database

    connections.close_all()
    database.stop_if_unused()
    print(json.dumps(told | {"missed": list(answers(told))}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
