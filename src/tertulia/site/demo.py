"""`tertulia demo`: everything running on this machine, with a lively brand, until Ctrl-C.

One demo a data folder: it holds a lock that dies with it, so one killed outright never stands in the way.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from tertulia.kit import database, processes
from tertulia.kit.processes import Child
from tertulia.site.command import PORT, SETTINGS

ALREADY = 0
"""Exit status when it already runs: what was asked for is so."""

PATIENCE = 60.0
"""Seconds until the web must have answered."""


class DemoTrouble(RuntimeError):
    """The demo cannot go on. The message is for a person."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(port: int | None, *, reset: bool = False) -> int:
    """Run until asked to stop; the exit status."""
    with _signals(), _lock() as lock:
        if lock is None:
            say(_already(reset))
            return 3 if reset else ALREADY
        try:
            if reset:
                say("Borro los datos guardados…")
                _start_afresh()
            chosen = _free_port(port)
            address = f"http://127.0.0.1:{chosen}"
            _note(lock, address)
            _serve(address, chosen)
        except KeyboardInterrupt:
            return 0
        except DemoTrouble as trouble:
            say(f"tertulia: {trouble}")
            return 1
        finally:
            _note(lock, None)
    return 0


def _serve(address: str, port: int) -> None:
    """Database, data, children; then watch them. Ends by KeyboardInterrupt only, with everything stopped."""
    children: list[Child] = []
    try:
        path = _prepare(address)
        children = _children(address, port)
        for child in children:
            child.start()
        _wait_until_it_answers(address, children)
        print(_box(address, path), flush=True)
        while True:
            time.sleep(0.3)
            for child in children:
                child.look(say)
    finally:
        with _undisturbed():
            say("\nDetengo Tertulia…")
            processes.stop_all(children)
            _hang_up()
            if database.external() is None:
                stopped = database.stop_if_unused()
                say("Todo detenido." if stopped else "La base de datos sigue en marcha: otro programa la está usando.")


def once(port: int | None) -> int:
    """Play the main job without a person, on data thrown away after it. One line of JSON on standard output."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever anybody prints meanwhile, children too, goes to the other output
    result: dict[str, Any] = {"ok": False}
    children: list[Child] = []
    with _signals(), database.trial():
        try:
            chosen = _free_port(port or 0)
            address = f"http://127.0.0.1:{chosen}"
            _prepare(address)
            children = _children(address, chosen)
            for child in children:
                child.start()
            _wait_until_it_answers(address, children)
            result = _play(address)
        except KeyboardInterrupt:
            result["why"] = "interrumpido"
        except (DemoTrouble, database.DatabaseTrouble) as trouble:
            say(f"tertulia: {trouble}")
            result["why"] = str(trouble).splitlines()[0]
        except Exception as fault:  # whatever went wrong, the line of JSON says that it did
            traceback.print_exc()
            result["why"] = f"{type(fault).__name__}: {fault}"
        finally:
            with _undisturbed():
                if not result.get("ok"):
                    for child in children:
                        say(f"── {child.name} ──\n{child.last_lines(40)}")
                processes.stop_all(children)
                _hang_up()
    print(json.dumps(result, ensure_ascii=False), file=answer, flush=True)
    return 0 if result.get("ok") is True else 1


def _play(address: str) -> dict[str, Any]:
    try:
        from tertulia.plaza.once import play
    except ImportError as missing:
        raise DemoTrouble(f"falta la parte que hace el trabajo entero ({missing})") from missing
    return dict(play(address))


def _prepare(address: str) -> str | None:
    """The database running, up to date and with its brand of the plaza; the path of a one-time sign-in link, if any."""
    say("Preparo la base de datos…")
    if _half().exists():
        _start_afresh()
    database.ensure()
    # Our own few queries need no pool; the web, which does, is given one again in `_children`.
    os.environ["TERTULIA_URL"] = address
    os.environ["TERTULIA_NO_POOL"] = "1"
    # The plaza is this same installation: its own address may be called, and its public played with.
    os.environ["TERTULIA_PRIVATE_HOSTS"] = address.removeprefix("http://")
    os.environ["TERTULIA_PLAZA_CONTROL"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    try:
        from tertulia.plaza.demo import seed
    except ImportError as missing:
        say(f"Aviso: no hay datos de muestra ({missing}).")
        return None
    say("Preparo la marca de muestra…")
    from tertulia.brands.actions import sign_in_link
    from tertulia.brands.models import Brand

    if not Brand.objects.exists() and database.external() is None:
        _half().touch()
    email = seed()
    _half().unlink(missing_ok=True)
    return str(sign_in_link(email))


def _children(address: str, port: int) -> list[Child]:
    logs = database.data_folder() / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    ours = processes.python("tertulia.site.command")
    environment = {"TERTULIA_URL": address, "TERTULIA_NO_POOL": ""}
    return [
        Child("La web", [*ours, "web", "--port", str(port)], logs / "web.log", environment),
        Child("Las tareas de fondo", [*ours, "worker"], logs / "worker.log", environment),
    ]


def _hang_up() -> None:
    """Give back our own connections, so that the server is seen as unused."""
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        for connection in connections.all(initialized_only=True):
            connection.close()
            if getattr(connection, "pool", None):
                connection.close_pool()  # type: ignore[attr-defined]


def _half() -> Path:
    """Is there while an empty installation is being given its sample: cut short, it is thrown away and made again."""
    return database.data_folder() / "demo.half"


def _start_afresh() -> None:
    data = database.data_folder()
    database.reset()
    _half().unlink(missing_ok=True)
    for name in ("media", "static", "logs"):
        shutil.rmtree(data / name, ignore_errors=True)


def _free_port(wanted: int | None) -> int:
    """`wanted` if it is free (0: any); without one, the first free from the usual."""
    for port in range(PORT, PORT + 100) if wanted is None else [wanted]:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    if wanted is None:
        raise DemoTrouble(f"no hay ningún puerto libre entre {PORT} y {PORT + 99}")
    raise DemoTrouble(f"el puerto {wanted} está ocupado: elige otro con --port (o con make demo PORT=…)")


def _wait_until_it_answers(address: str, children: list[Child]) -> None:
    say("Arranco la web y las tareas de fondo…")
    # Straight to our own machine, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    until = time.monotonic() + PATIENCE
    heard = ""
    while time.monotonic() < until:
        for child in children:
            if not child.alive():
                raise DemoTrouble(f"{child.name} no arranca:\n{child.last_lines()}")
        try:
            with opener.open(f"{address}/healthz", timeout=5) as answer:
                heard = answer.read().decode()
        except urllib.error.HTTPError as unwell:
            with unwell:
                heard = unwell.read().decode(errors="replace")
        except OSError as silence:
            heard = str(silence)
        # Late work of the last time does not keep the door shut: the workers are here to do it.
        if _has_database_and_workers(heard):
            return
        time.sleep(0.1)
    raise DemoTrouble(f"la web no contesta tras {PATIENCE:.0f} s ({heard[:300]}):\n{children[0].last_lines()}")


def _has_database_and_workers(health: str) -> bool:
    try:
        told = json.loads(health)
    except ValueError:
        return False
    return isinstance(told, dict) and bool(told.get("database")) and bool(told.get("workers"))


def _box(address: str, path: str | None) -> str:
    lines = ["Tertulia está en marcha", "", f"Dirección   {address}"]
    if path:
        lines += ["", "Entra con este enlace, que vale una sola vez:", address + path, "", "¿Otro? tertulia link CORREO"]
    lines += ["", f"Datos       {database.data_folder()}", "Para parar  Ctrl-C"]
    width = max(map(len, lines))
    middle = [f"│ {line:<{width}} │" for line in lines]
    return "\n".join([f"╭{'─' * (width + 2)}╮", *middle, f"╰{'─' * (width + 2)}╯"])


# ── one at a time ──


def _lock_path() -> Path:
    return database.data_folder() / "demo.lock"


@contextlib.contextmanager
def _lock() -> Iterator[IO[str] | None]:
    """The lock of this data folder's demo, or None if another holds it. It dies with its holder, however that dies."""
    with _lock_path().open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield lock


def _note(lock: IO[str], address: str | None) -> None:
    lock.seek(0)
    lock.truncate()
    if address:
        json.dump({"pid": os.getpid(), "address": address}, lock)
    lock.flush()


def _noted() -> dict[str, Any]:
    """What the running demo says of itself; empty if none runs or it is only starting."""
    with _lock() as lock:
        if lock is not None:
            return {}
        try:
            return dict(json.loads(_lock_path().read_text(encoding="utf-8")))
        except ValueError:
            return {}


def running_at() -> str | None:
    """The address of the demo that runs over our data, such as `http://127.0.0.1:8700`, or None."""
    return _noted().get("address")


def _already(reset: bool) -> str:
    address = running_at()
    where = f"Tertulia ya está en marcha en {address}" if address else "Tertulia ya está arrancando"
    if reset:
        return f"{where}. Párala antes de borrar sus datos: tertulia stop"
    return f"{where}. Para pararla: Ctrl-C donde la arrancaste, o tertulia stop. Para entrar: tertulia link CORREO"


def stop_running(patience: float = 30.0) -> bool:
    """Ask the running demo to end, and wait. True if there was one."""
    pid = _noted().get("pid")
    if not pid:
        return False
    os.kill(int(pid), signal.SIGTERM)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        time.sleep(0.1)
        with _lock() as lock:
            if lock is not None:
                return True
    raise database.DatabaseTrouble(f"Tertulia (proceso {pid}) no termina. Mátala con: kill -9 {pid}")


# ── signals ──


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _signals() -> Iterator[None]:
    """Ctrl-C, a request to end and a closed terminal are one thing here: KeyboardInterrupt."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    yield


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """A second Ctrl-C does not break the tidying up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    yield
