"""The database: where our data lies, which server serves it, and that it runs. No Django in here.

By default the server is our own, embedded, one for each data folder; with `DATABASE_URL` it is any server.

    TERTULIA_DATA       the data folder (else XDG_DATA_HOME/tertulia, else ~/.local/share/tertulia)
    DATABASE_URL        postgresql://user:password@host:port/name?option=value
    TERTULIA_NO_POOL    set: one connection a thread, no pool
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tertulia.kit.cluster import NAME, ROLE, Cluster, DatabaseTrouble

__all__ = [
    "DatabaseTrouble",
    "data_folder",
    "discard",
    "ensure",
    "external",
    "reset",
    "settings",
    "stop",
    "stop_if_unused",
    "throwaway_folder",
    "trial",
]

THROWAWAY_MARK = "throwaway"
"""An empty file of this name in a data folder says that its server may be fast instead of safe."""


def data_folder() -> Path:
    """The folder of everything we keep, made when missing, for its user's eyes only."""
    told = os.environ.get("TERTULIA_DATA")
    if told:
        folder = Path(told).expanduser()
    else:
        shelf = os.environ.get("XDG_DATA_HOME")
        folder = (Path(shelf) if shelf else Path.home() / ".local" / "share") / "tertulia"
    if not folder.exists():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as trouble:
            raise DatabaseTrouble(
                f"No puedo crear la carpeta de datos {folder} ({trouble.strerror}). Elige otra con TERTULIA_DATA."
            ) from trouble
    return folder.resolve()


def external() -> str | None:
    """The URL of a server that is not ours, or None."""
    return os.environ.get("DATABASE_URL") or None


def _cluster() -> Cluster:
    data = data_folder()
    return Cluster(data, throwaway=(data / THROWAWAY_MARK).exists())


def _url(folder: Path, name: str = NAME) -> str:
    return f"postgresql://{ROLE}@/{name}?host={quote(str(folder), safe='')}"


def settings() -> dict[str, Any]:
    """Django's `DATABASES["default"]`. Starts nothing: `ensure()` does."""
    parts = urlsplit(external() or _url(_cluster().socket_folder))
    if parts.scheme not in ("postgres", "postgresql"):
        raise DatabaseTrouble("DATABASE_URL debe empezar por postgresql:// (Tertulia solo usa PostgreSQL).")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    if not os.environ.get("TERTULIA_NO_POOL"):
        # Under ASGI every request runs in a fresh thread: without a pool each would open its own connection.
        options["pool"] = {"min_size": 1, "max_size": 32, "timeout": 5}
    # who stands still inside a transaction (a machine that sleeps, a process stopped) lets go of its locks
    options["options"] = f"{options.get('options', '')} -c idle_in_transaction_session_timeout=15s -c lock_timeout=10s".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or NAME,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 0,
        "OPTIONS": options,
    }


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One at a time over a data folder, also among processes. The lock dies with its holder."""
    with (data / "database.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure() -> str:
    """A server that answers, and the URL of its database. Idempotent; a server already running is adopted.

    Raises `DatabaseTrouble` when there is none to be had.
    """
    url = external()
    if url:
        return url
    cluster = _cluster()
    with _alone(cluster.data):
        cluster.make()
        # One that answers is adopted even if we cannot see its process, as from another container on the same disk.
        if cluster.postmaster() is None and not _answers(cluster):
            cluster.start()
        _wait_and_create(cluster)
    return _url(cluster.socket_folder)


def _answers(cluster: Cluster) -> bool:
    """Whether a server is behind the socket: the last children of a killed one hold it open, and answer nothing."""
    import psycopg

    try:
        psycopg.connect(_url(cluster.socket_folder, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError as trouble:
        return "starting up" in str(trouble)
    return True


def _wait_and_create(cluster: Cluster) -> None:
    """An adopted server may still be recovering: wait for it. Then our database, the first time."""
    import psycopg

    until, begun_again = time.monotonic() + 90, False
    while True:
        try:
            with psycopg.connect(_url(cluster.socket_folder, "postgres"), autocommit=True) as session:
                if not session.execute("select 1 from pg_database where datname = %s", [NAME]).fetchone():
                    session.execute(f'create database "{NAME}"')
            return
        except psycopg.OperationalError as trouble:
            if cluster.postmaster() is None and not begun_again and time.monotonic() < until:
                begun_again = True  # killed just before: it still looked alive when we looked
                cluster.start()
                continue
            if time.monotonic() > until or cluster.postmaster() is None:
                raise DatabaseTrouble(f"PostgreSQL no responde en {cluster.socket_folder}: {trouble}") from trouble
            time.sleep(0.1)


def stop() -> bool:
    """Stop our server, if it runs. True when it did."""
    if external():
        return False
    cluster = _cluster()
    with _alone(cluster.data):
        if cluster.postmaster() is None:
            return False
        cluster.stop()
        return True


def stop_if_unused() -> bool:
    """Stop our server unless somebody else has a session open on it. True when it was stopped."""
    import psycopg

    if external():
        return False
    cluster = _cluster()
    with _alone(cluster.data):
        if cluster.postmaster() is None:
            return False
        try:
            with psycopg.connect(_url(cluster.socket_folder, "postgres"), connect_timeout=10) as session:
                row = session.execute(
                    "select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
                ).fetchone()
        except psycopg.OperationalError:
            row = None
        if row and row[0]:
            return False
        cluster.stop()
        return True


def reset() -> None:
    """Throw away our database: the server stopped, its folder removed. Another's server is never touched."""
    if external():
        raise DatabaseTrouble("DATABASE_URL apunta a un servidor ajeno: no lo borro. Vacíalo tú o quita la variable.")
    cluster = _cluster()
    with _alone(cluster.data):
        if cluster.postmaster() is not None:
            cluster.stop(fast=False)
        cluster.remove()


@contextlib.contextmanager
def trial() -> Iterator[Path]:
    """Inside, this process and its children have a data folder and a database of their own, thrown away after."""
    before = {name: os.environ.get(name) for name in ("TERTULIA_DATA", "DATABASE_URL")}
    url = external()
    data = throwaway_folder()
    os.environ["TERTULIA_DATA"] = str(data)
    name = f"{data.name.replace('-', '_')}_{os.getpid()}"
    try:
        if url:
            _tell(url, f'create database "{name}"')
            os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{name}").geturl()
        yield data
    finally:
        discard(data)
        if url:
            _tell(url, f'drop database if exists "{name}" with (force)')
        for variable, value in before.items():
            os.environ.pop(variable, None)
            if value is not None:
                os.environ[variable] = value


def _tell(url: str, statement: str) -> None:
    import psycopg

    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as session:
            session.execute(statement.encode())
    except psycopg.Error as trouble:
        raise DatabaseTrouble(f"La base de datos de DATABASE_URL no lo permite: {trouble}") from trouble


_held: dict[Path, TextIO] = {}
"""The locks of our throw-away folders: while we live, nobody sweeps them."""


def throwaway_folder() -> Path:
    """A data folder for tests and trials, with a fast and unsafe server. `discard` it after use.

    Those left by processes killed outright are discarded first: their locks died with them.
    """
    shelf = Path(tempfile.gettempdir()).resolve()
    with (shelf / f"tertulia-trials-{os.geteuid()}.lock").open("a") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        for left in shelf.glob("tertulia-trial-*"):
            with contextlib.suppress(OSError, ValueError, DatabaseTrouble):
                if left.stat().st_uid == os.geteuid() and _abandoned(left):
                    discard(left)
        data = Path(tempfile.mkdtemp(prefix="tertulia-trial-", dir=shelf))
        lock = (data / THROWAWAY_MARK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    _held[data] = lock
    return data


def _abandoned(data: Path) -> bool:
    with (data / THROWAWAY_MARK).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def discard(data: Path) -> None:
    """Remove a throw-away data folder with its server, whatever state they are in."""
    if not (data / THROWAWAY_MARK).exists():
        raise ValueError(f"{data} is not a throw-away data folder")
    cluster = Cluster(data)
    if cluster.postmaster() is not None:
        cluster.stop(fast=False)
    cluster.remove()
    shutil.rmtree(data, ignore_errors=True)
    lock = _held.pop(data, None)
    if lock:
        lock.close()
