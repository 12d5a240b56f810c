"""The database stopped under load and started again: a page that says so and comes back; nothing lost, nothing twice."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from tertulia.brands.models import Member
from tertulia.kit import database
from tertulia.site import command
from tertulia.site.middleware import misunderstood

SOURCE = str(Path(command.__file__).parents[2])

PREPARE = """
import json, django
from tertulia.kit import database
database.ensure()
django.setup()
from django.core.management import call_command
call_command("migrate", interactive=False, verbosity=0)
from django.test import Client
from tertulia.brands.actions import create_brand
from tertulia.brands.models import Member
ana = Member.objects.create_user("ana@example.org", name="Ana")
brand = create_brand("Faro", ana, by=ana.key)
client = Client()
client.force_login(ana)
print(json.dumps({"session": client.cookies["sessionid"].value}))
"""

COUNT = """
import json, django
django.setup()
from tertulia.brands.models import Token
print(json.dumps(list(Token.objects.values_list("name", flat=True))))
"""


def surroundings(data: Path) -> dict[str, str]:
    strange = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "TERTULIA_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return {**kept, "TERTULIA_DATA": str(data), "PYTHONPATH": SOURCE, "DJANGO_SETTINGS_MODULE": "tertulia.site.settings"}


def python(data: Path, code: str, **more: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=surroundings(data) | more, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


@dataclass
class Web:
    """A real web server, as in life: with its pool of connections."""

    address: str
    session: str
    data: Path
    kept: list[str] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    halt: threading.Event = field(default_factory=threading.Event)

    def client(self) -> httpx.Client:
        cookies = {"sessionid": self.session, "csrftoken": "c" * 32}
        headers = {"X-CSRFToken": "c" * 32, "Referer": self.address}
        return httpx.Client(base_url=self.address, cookies=cookies, headers=headers, timeout=30, trust_env=False)

    def look(self) -> None:
        """Somebody who opens Hoy again and again."""
        with self.client() as client:
            while not self.halt.is_set():
                self.codes[client.get("/m/faro/").status_code] += 1

    def write(self, who: int) -> None:
        """Somebody who writes: what was answered with a redirect was promised to be kept."""
        with self.client() as client:
            for n in range(100_000):
                if self.halt.is_set():
                    return
                name = f"clave {who}-{n}"
                code = client.post("/m/faro/ajustes/api/", data={"name": name, "scopes": ["read"]}).status_code
                self.codes[code] += 1
                if code == 302:
                    self.kept.append(name)


@pytest.fixture
def web() -> Iterator[Web]:
    data = database.throwaway_folder()
    session = json.loads(python(data, PREPARE, TERTULIA_NO_POOL="1"))["session"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (data / "web.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "tertulia.site.command", "web", "--port", str(port)],
                                   env=surroundings(data), stdout=log, stderr=log)
    try:
        served = Web(f"http://127.0.0.1:{port}", session, data)
        with served.client() as client:
            until(lambda: code_of(client, "/m/faro/") == 200, 60, lambda: (data / "web.log").read_text()[-3000:])
        yield served
    finally:
        process.terminate()
        process.wait(30)
        database.discard(data)


def code_of(client: httpx.Client, path: str) -> int:
    try:
        return client.get(path).status_code
    except httpx.TransportError:
        return 0


def until(true: object, seconds: float, why: object = None) -> None:
    limit = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < limit, why() if callable(why) else "too long"
        time.sleep(0.1)


def test_the_database_stops_under_load_and_comes_back(web: Web) -> None:
    crowd = [threading.Thread(target=web.look) for _ in range(2)] + [threading.Thread(target=web.write, args=(n,)) for n in range(2)]
    for one in crowd:
        one.start()
    try:
        until(lambda: len(web.kept) > 10, 60)
        python(web.data, "from tertulia.kit import database; assert database.stop()")
        with web.client() as client:
            away = client.get("/m/faro/")
            assert away.status_code == 503 and away.headers["Retry-After"]
            assert "Volvemos enseguida" in away.text and "kit/retry.js" in away.text, "a page that tries again by itself"
            health = httpx.get(f"{web.address}/healthz", timeout=30, trust_env=False)  # who asks for it is not signed in
            assert health.status_code == 503 and health.json()["database"] is False
            before = len(web.kept)
            python(web.data, "from tertulia.kit import database; database.ensure()")
            until(lambda: code_of(client, "/m/faro/") == 200, 30)
        until(lambda: len(web.kept) > before + 10, 60)
    finally:
        web.halt.set()
        for one in crowd:
            one.join(60)
    assert set(web.codes) <= {200, 302, 503}, "nobody saw a stack trace"
    there = json.loads(python(web.data, COUNT, TERTULIA_NO_POOL="1"))
    assert set(web.kept) <= set(there), "nothing that was promised is lost"
    assert len(there) == len(set(there)), "nothing is there twice"


@pytest.mark.django_db(transaction=True)
def test_a_session_the_database_could_not_store_is_no_fault_of_the_person(client: Client) -> None:
    client.force_login(Member.objects.create_user("ana@example.org", name="Ana"))

    def cut(request: HttpRequest) -> HttpResponse:
        request.session["more"] = 1
        other = connection.copy()
        with other.cursor() as sql:
            sql.execute("select pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        other.close()
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES = {name: one.value for name, one in client.cookies.items()}
    with pytest.raises(SessionInterrupted) as raised:
        SessionMiddleware(cut)(request)
    connection.close()
    assert misunderstood(request, raised.value).status_code == 503
