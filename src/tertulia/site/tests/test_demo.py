"""`tertulia demo` as a person runs it: started, started twice, killed, stopped. A real one, on throw-away data."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tertulia.kit import database
from tertulia.kit.cluster import Cluster
from tertulia.site import command

SOURCE = str(Path(command.__file__).parents[2])
TERTULIA = [sys.executable, "-m", "tertulia.site.command"]


def surroundings(data: Path) -> dict[str, str]:
    """The environment of a person who never heard of the tests."""
    strange = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL", "TERTULIA_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return {**kept, "TERTULIA_DATA": str(data), "PYTHONPATH": SOURCE}


@pytest.fixture
def data() -> Iterator[Path]:
    folder = database.throwaway_folder()
    yield folder
    database.discard(folder)


class Demo:
    """One running `tertulia demo`; what it says is in `log`."""

    def __init__(self, data: Path) -> None:
        self.data, self.log = data, data / "said.txt"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*TERTULIA, "demo"], env=surroundings(data), stdout=log, stderr=log, start_new_session=True
            )

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait(self, true: Callable[[], object], seconds: float = 90.0) -> None:
        limit = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.1)

    def up(self) -> str:
        """Its address, once it is up."""
        self.wait(lambda: "está en marcha" in self.said())
        found = re.search(r"Dirección +(\S+)", self.said())
        assert found
        return found[1]

    def children(self) -> list[int]:
        told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True)
        return [int(pid) for pid in told.stdout.split()]

    def stop(self, number: int = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)


def well(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(json.load(answer)["database"])
    except OSError:
        return False


def tertulia(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*TERTULIA, *words], env=surroundings(data), capture_output=True, text=True, timeout=120)


def test_a_demo_lives_through_a_second_start_dead_children_and_its_own_death(data: Path) -> None:
    demo = Demo(data)
    try:
        address = demo.up()
        assert well(address)

        twice = tertulia(data, "demo")
        assert (twice.returncode, address in twice.stderr) == (0, True)
        assert tertulia(data, "demo", "--reset").returncode == 3

        for child in demo.children():
            os.kill(child, signal.SIGKILL)
        demo.wait(lambda: demo.said().count("se ha parado") == 2 and well(address))

        demo.stop(signal.SIGKILL)
        again = demo = Demo(data)
        assert well(again.up())
    finally:
        status = demo.stop()
    assert status == 0
    assert "Todo detenido." in demo.said()
    assert Cluster(data).postmaster() is None
    assert not well(address)


def brands(data: Path) -> list[str]:
    """The names of the brands there are; none while there is no table of them."""
    url = f"postgresql://tertulia@/tertulia?host={quote(str(Cluster(data).socket_folder), safe='')}"
    try:
        with psycopg.connect(url, connect_timeout=5) as session:
            return [name for (name,) in session.execute("select name from brands_brand order by name")]
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return []


def test_a_sample_cut_short_is_made_again_whole_and_once(data: Path) -> None:
    demo = Demo(data)
    try:
        demo.wait(lambda: brands(data))
        assert demo.stop() == 0
        assert (data / "demo.half").exists()
        demo = Demo(data)
        demo.up()
        found = brands(data)
        assert len(found) == len(set(found)) == 3
        assert not (data / "demo.half").exists()
    finally:
        demo.stop()


def test_stop_ends_a_running_demo_from_another_terminal(data: Path) -> None:
    demo = Demo(data)
    try:
        demo.up()
        assert tertulia(data, "stop").stdout == "Tertulia se ha detenido.\n"
        assert demo.process.wait(5) == 0
        assert tertulia(data, "stop").stdout == "No había nada en marcha.\n"
    finally:
        demo.stop()


def test_a_taken_port_that_was_asked_for_is_said(data: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = tertulia(data, "demo", "--port", str(taken.getsockname()[1]))
    assert told.returncode == 1
    assert "está ocupado" in told.stderr


@pytest.mark.parametrize("words", [["--help"], ["demo", "--help"], ["read", "--help"]])
def test_help_is_instant_because_it_loads_no_django(data: Path, words: list[str]) -> None:
    told = subprocess.run(
        [sys.executable, "-X", "importtime", *TERTULIA[1:], *words],
        env=surroundings(data), capture_output=True, text=True, check=True,
    )
    assert told.stdout.startswith("uso: tertulia")
    assert "django" not in told.stderr


def test_a_wrong_word_is_answered_in_spanish(data: Path) -> None:
    told = tertulia(data, "dmo")
    assert told.returncode == 2
    assert "no existe 'dmo'" in told.stderr
