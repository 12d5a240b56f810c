"""What Django is told, without any server."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tertulia.kit import database
from tertulia.kit.cluster import DatabaseTrouble


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "TERTULIA_NO_POOL", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERTULIA_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def test_the_data_folder_is_made_for_its_user_only(data: Path) -> None:
    assert database.data_folder() == data
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


def test_without_being_told_it_follows_the_desktops_custom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TERTULIA_DATA")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert database.data_folder() == tmp_path / ".local" / "share" / "tertulia"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "shelf"))
    assert database.data_folder() == tmp_path / "shelf" / "tertulia"


def test_by_default_it_is_the_socket_of_our_own_server_with_a_pool() -> None:
    told = database.settings()
    assert told["NAME"] == told["USER"] == "tertulia"
    assert Path(told["HOST"]).is_absolute()
    assert told["OPTIONS"]["pool"]["max_size"] > 1


def test_the_pool_can_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_NO_POOL", "1")
    assert "pool" not in database.settings()["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "host", "port", "name", "user", "password", "options"),
    [
        ("postgresql://ana:s%40l@db.example:5433/casa", "db.example", "5433", "casa", "ana", "s@l", {}),
        ("postgres://db/casa?sslmode=require", "db", "", "casa", "", "", {"sslmode": "require"}),
        ("postgresql://ana@/casa?host=%2Frun%2Fpg&port=5433", "/run/pg", "5433", "casa", "ana", "", {}),
        ("postgresql://ana@[::1]:5433/", "::1", "5433", "tertulia", "ana", "", {}),
    ],
)
def test_any_server_by_its_url(
    monkeypatch: pytest.MonkeyPatch,
    url: str, host: str, port: str, name: str, user: str, password: str, options: dict[str, str],
) -> None:
    monkeypatch.setenv("TERTULIA_NO_POOL", "1")
    monkeypatch.setenv("DATABASE_URL", url)
    told = database.settings()
    assert (told["HOST"], told["PORT"], told["NAME"]) == (host, port, name)
    assert "idle_in_transaction_session_timeout" in told["OPTIONS"].pop("options"), "also on a server of one's own"
    assert (told["USER"], told["PASSWORD"], told["OPTIONS"]) == (user, password, options)
    assert database.ensure() == url
    assert database.stop() is False


def test_anothers_server_is_never_thrown_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/casa")
    with pytest.raises(DatabaseTrouble, match="ajeno"):
        database.reset()


def test_another_kind_of_database_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://db/casa")
    with pytest.raises(DatabaseTrouble, match="solo usa PostgreSQL"):
        database.settings()


def test_only_what_is_marked_as_throwaway_is_discarded(data: Path) -> None:
    database.data_folder()
    with pytest.raises(ValueError, match="throw-away"):
        database.discard(data)
    assert data.exists()
