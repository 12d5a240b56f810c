"""Which files are ours: those git tracks or would track; without git, all but the usual litter."""

import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "src/tertulia"
_LITTER = {"__pycache__", "build", "dist", "var", "node_modules"}


@cache
def files() -> tuple[str, ...]:
    """Paths of our files, relative to the root, with ``/``, sorted."""
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(git, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        listed = [path.relative_to(ROOT).as_posix() for path in _walk(ROOT)]
    return tuple(sorted({name for name in listed if name and (ROOT / name).is_file()}))


def named(*endings: str, under: str = "") -> Iterator[str]:
    """Our files whose name ends in one of ``endings``, inside the folder ``under``."""
    return (name for name in files() if name.endswith(endings) and name.startswith(under))


def text(name: str) -> str:
    """What is written in a file of ours."""
    return (ROOT / name).read_text("utf-8")


@cache
def networks() -> frozenset[str]:
    """The names of the networks: the folders of ``networks/`` with a manifest, as the product itself finds them."""
    return frozenset(name.split("/")[-2] for name in named("/manifest.toml", under=f"{PACKAGE}/networks/"))


def part_of(name: str) -> str:
    """The part a file belongs to, or nothing if it is not of the product."""
    inside = name.removeprefix(f"{PACKAGE}/")
    return inside.split("/")[0] if inside != name and "/" in inside else ""


def is_test(name: str) -> bool:
    """Whether a file exists for tests only."""
    return name.startswith("tests/") or "/tests/" in name or name.rsplit("/", 1)[-1] == "conftest.py"


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir() and path.name not in _LITTER and (not path.name.startswith(".") or path.name == ".ci"):
            yield from _walk(path)
        elif path.is_file():
            yield path
