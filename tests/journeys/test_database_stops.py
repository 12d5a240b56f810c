"""The database stops in the middle of the day's work and comes back: what was due leaves once, what was said arrives once."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tertulia.kit import database
from tertulia.site import command

SOURCE = str(Path(command.__file__).parents[2])
POSTS = 12

PREPARE = """
import json, os, django
from tertulia.kit import database
database.ensure()
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from django.test import Client
from tertulia.brands.actions import create_brand
from tertulia.brands.models import Member
from tertulia.plaza.actions import settle
from tertulia.kit import clock
ana = Member.objects.create_user("ana@example.org", name="Ana")
create_brand("Faro", ana, by=ana.key)
client = Client()
client.force_login(ana)
settle(handle="marta", name="Marta", now=clock.now())
token = settle(handle="faro", name="Faro", now=clock.now())[1]
print(json.dumps({"session": client.cookies["sessionid"].value, "token": token}))
"""

SCHEDULE = """
import os, django
django.setup()
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
from tertulia.brands.models import Brand, Member
from tertulia.channels.actions import connect
from tertulia.kit import clock
from tertulia.publishing import actions as publishing
ana, brand = Member.objects.get(), Brand.objects.get()
channel = connect(brand, "plaza", {"base_url": os.environ["PLAZA"], "token": os.environ["TOKEN"]}, by=ana.key)
begin = clock.now().astimezone(ZoneInfo(brand.time_zone)).replace(tzinfo=None)
for n in range(int(os.environ["POSTS"])):
    post = publishing.draft(brand, ana, by=ana.key)
    post = publishing.edit(post, seen=post.version, text=f"Aviso {n}", variants={channel.pk: ""}, by=ana.key)
    publishing.schedule(post, begin + timedelta(seconds=3 + n), seen=post.version, by=ana.key)
"""

STORED = """
import json, django
django.setup()
from tertulia.inbox.models import Message
from tertulia.outbox.models import Dispatch
print(json.dumps({"messages": list(Message.objects.filter(ours=False).order_by("at").values_list("text", flat=True)),
                  "states": list(Dispatch.objects.values_list("state", flat=True))}))
"""


@dataclass
class House:
    """A web server and a worker, as in life, over a database of their own."""

    data: Path
    address: str
    session: str
    spoken: list[str] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    halt: threading.Event = field(default_factory=threading.Event)

    def environment(self) -> dict[str, str]:
        strange = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "TERTULIA_", "PYTEST_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
        return {**kept, "TERTULIA_DATA": str(self.data), "PYTHONPATH": SOURCE, "DJANGO_SETTINGS_MODULE": "tertulia.site.settings",
                "TERTULIA_URL": self.address, "TERTULIA_PLAZA_CONTROL": "1",
                "TERTULIA_PRIVATE_HOSTS": self.address.removeprefix("http://")}

    def python(self, code: str, **more: str) -> Any:
        """Runs it there; what it prints last, as JSON."""
        done = subprocess.run([sys.executable, "-c", code], env=self.environment() | {"TERTULIA_NO_POOL": "1"} | more,
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.data / f"{words[0]}.log").open("wb") as log:
            return subprocess.Popen([sys.executable, "-m", "tertulia.site.command", *words], env=self.environment(), stdout=log,
                                    stderr=log, stdin=subprocess.DEVNULL)

    def logs(self) -> str:
        return "\n".join((self.data / f"{name}.log").read_text()[-3000:] for name in ("web", "worker"))

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.address, cookies={"sessionid": self.session}, timeout=30, trust_env=False)

    def seen(self, author: str) -> list[str]:
        with self.client() as http:
            answer = http.get("/plaza/api/public/seen", params={"author": author})
        return [one["text"] for one in answer.json()["utterances"]] if answer.status_code == 200 else []

    def until(self, so: Callable[[], Any], patience: float = 60.0) -> None:
        end = time.monotonic() + patience
        while not so():
            assert time.monotonic() < end, self.logs()
            time.sleep(0.2)

    def look(self) -> None:
        """Somebody who goes from page to page."""
        with self.client() as http:
            while not self.halt.is_set():
                for where in ("", "bandeja/", "envios/"):
                    self.codes[http.get(f"/m/faro/{where}").status_code] += 1

    def speak(self) -> None:
        """Marta, who talks to the brand; what the plaza took is to arrive."""
        with self.client() as http:
            for n in range(400):
                if self.halt.wait(0.05):
                    return
                text = f"@faro mensaje {n}"
                said = http.post("/plaza/api/public/speak", json={"as": "marta", "text": text})
                if said.status_code == 201:
                    self.spoken.append(text)


@pytest.fixture
def house() -> Iterator[House]:
    data = database.throwaway_folder()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = House(data, f"http://127.0.0.1:{port}", "")
    processes: list[subprocess.Popen[bytes]] = []
    try:
        known = made.python(PREPARE)
        made.session = known["session"]
        processes = [made.start("web", "--port", str(port)), made.start("worker")]
        made.until(lambda: code_of(made, "/m/faro/") == 200)
        made.python(SCHEDULE, PLAZA=made.address, TOKEN=known["token"], POSTS=str(POSTS))
        yield made
    finally:
        for one in processes:
            one.terminate()
        for one in processes:
            one.wait(30)
        database.discard(data)


def code_of(house: House, path: str) -> int:
    try:
        with house.client() as http:
            return http.get(path).status_code
    except httpx.TransportError:
        return 0


def test_the_database_stops_while_posts_are_due_and_people_write(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    crowd = [threading.Thread(target=house.look), threading.Thread(target=house.speak)]
    for one in crowd:
        one.start()
    try:
        house.until(lambda: len(house.seen("faro")) >= 2)
        house.python("from tertulia.kit import database; assert database.stop()")
        time.sleep(3)  # posts come due meanwhile
        with house.client() as http:
            away = http.get("/m/faro/bandeja/")
            assert away.status_code == 503 and "Volvemos enseguida" in away.text
        house.python("from tertulia.kit import database; database.ensure()")
        back = time.monotonic()
        house.until(lambda: code_of(house, "/m/faro/") == 200)
        house.until(lambda: len(house.seen("faro")) >= POSTS, 120)
        took = time.monotonic() - back
    finally:
        house.halt.set()
        for one in crowd:
            one.join(60)
    house.until(lambda: set(house.spoken) <= set(house.python(STORED)["messages"]))
    stored = house.python(STORED)
    assert Counter(house.seen("faro")) == Counter(f"Aviso {n}" for n in range(POSTS)), "each once"
    house.until(lambda: set(house.python(STORED)["states"]) == {"sent"}, 90)
    assert len(stored["messages"]) == len(set(stored["messages"])), "nothing arrived twice"
    assert set(house.codes) <= {200, 503}, house.codes
    house.until(lambda: code_of(house, "/healthz") == 200)
    with capsys.disabled():
        print(f"\n{house.codes[503]} of {house.codes.total()} pages said 503; everything due was out {took:.1f} s after the database "
              f"was back; {len(stored['messages'])} messages arrived once")
