"""How fast what arrives gets into the inbox. ``python bench/ingest.py [--quick]``: JSON on the last line.

``messages_per_s``: from arrivals to threaded conversations, and until each is read too, in wall and processor time of one
process. The burst: 5,000 mentions between two polls, collected over HTTP from the product's own plaza, page by page.
Everything runs on a database of its own, thrown away after.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tertulia.kit import database

WORDS = ("¿A qué hora abrís el domingo?", "Llevo dos semanas esperando y nadie contesta.", "¡Me encanta el pan de nueces!",
         "Sois unos sinvergüenzas.", "¿Hacéis envíos a Canarias?", "Gracias por todo, un abrazo 👩‍👩‍👧", "Precio y talla, por favor",
         "El pedido llegó roto y quiero que me devolváis el dinero.")


def timed(work: Callable[[], int]) -> dict[str, float]:
    """Things a second of what ``work`` did, on the wall and of the processor."""
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": round(done / wall), "processor": round(done / cpu)}


def arrive(channel: Any, many: int) -> None:
    """Comments under fifty posts by a thousand people, a fifth of them answering one another."""
    from tertulia.channels.arrivals import digest, pack
    from tertulia.channels.models import Arrival
    from tertulia.networks.contract import Author, Item

    start = datetime.now(UTC) - timedelta(hours=2)
    rows = []
    for number in range(many):
        who, root = f"persona{number % 1000}", f"post{number % 50}"
        parent = f"c{number - 50}" if number % 5 == 0 and number >= 50 else root
        item = pack(Item(external_id=f"c{number}", kind="comment", author=Author(who, who, who.title()), parent_id=parent,
                         root_id=root, text=f"{WORDS[number % len(WORDS)]} ({number})",
                         created_at=start + timedelta(milliseconds=number)))
        rows.append(Arrival(channel=channel, external_id=f"c{number}", digest=digest(item), payload=item,
                            arrived_at=datetime.now(UTC)))
    Arrival.objects.bulk_create(rows, batch_size=1000)


def store(channel: Any) -> int:
    """All that arrived, into the inbox; how many."""
    from tertulia.inbox.storing import store_arrivals

    total = 0
    while done := store_arrivals(channel.pk, by=""):
        total += done
    return total


def read() -> int:
    """Every message not read yet, as the reaction does; how many."""
    from tertulia.inbox.models import Message
    from tertulia.triage import actions

    waiting = list(Message.objects.filter(ours=False, read=None).values_list("pk", flat=True))
    return sum(actions.read(waiting[start:start + 500], by="bench") for start in range(0, len(waiting), 500))


def burst(brand: Any, many: int) -> dict[str, Any]:
    """Mentions between two polls of a real plaza: all there, once, in order, whatever is asked again."""
    from tertulia.channels import actions as channels
    from tertulia.channels.models import Channel
    from tertulia.inbox.models import Message
    from tertulia.kit import clock
    from tertulia.plaza.actions import Saying, say_many, settle
    from tertulia.plaza.serving import served

    ours, token = settle(handle="marca", name="Marca", now=clock.now(), is_brand=True)
    ana, _token = settle(handle="ana", name="Ana", now=clock.now())
    with served() as address:
        channel = channels.connect(brand, "plaza", {"base_url": address, "token": token}, by="bench")
        channels.collect(channel.pk)
        before = clock.now() - timedelta(minutes=1)
        said = say_many([Saying(by=ana, text=f"@{ours.handle} hola {number}", at=before + timedelta(milliseconds=number))
                         for number in range(many)])
        collected = timed(lambda: channels.collect(channel.pk))
        store(channel)
        Channel.objects.filter(pk=channel.pk).update(cursor={})
        channels.collect(channel.pk)
        store(channel)
    stored = [str(one) for one in Message.objects.filter(channel=channel).order_by("pk").values_list("external_id", flat=True)]
    wanted = [str(one.pk) for one, _new in said]
    return {"burst": many, "collected_per_s": collected, "burst_5000_complete": sorted(stored) == sorted(wanted),
            "in_order": stored == wanted}


def measure(quick: bool) -> dict[str, Any]:
    """The figures."""
    from tertulia.brands.actions import create_brand
    from tertulia.brands.models import Member
    from tertulia.channels.actions import keep_account
    from tertulia.networks.contract import Account

    many = 2000 if quick else 20_000
    brand = create_brand("Medida", Member.objects.create_user("bench@example.org", name="Bench"), by="bench")
    channel = keep_account(brand, Account("plaza", "bench", "bench", secrets={}), by="bench")
    arrive(channel, many)
    stored = timed(lambda: store(channel))
    reading = timed(read)
    both = {name: round(1 / (1 / stored[name] + 1 / reading[name])) for name in stored}
    return {"messages": many, "messages_per_s": {"store_and_thread": stored, "with_reading": both}, **burst(brand, 5000)}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer messages; the burst is always 5,000")
    asked = parser.parse_args()
    with database.trial():
        database.ensure()
        os.environ.update(DJANGO_SETTINGS_MODULE="tertulia.site.settings", TERTULIA_NO_POOL="1")
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", interactive=False, verbosity=0)
        told = measure(asked.quick)
        connections.close_all()
    print(json.dumps(told))
    return 0 if told["burst_5000_complete"] and told["in_order"] else 1


if __name__ == "__main__":
    raise SystemExit(main())
