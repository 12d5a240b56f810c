"""Real servers that keep what they were told when they are killed, and how their own clients see what our account said."""

from __future__ import annotations

import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from tertulia.networks.mastodon.text import plain
from tertulia.networks.wordpress import text as wordpress_text
from tests.peers import install
from tests.peers.bluesky.running import HERE
from tests.peers.processes import Server, answers, free_ports
from tests.peers.test_wordpress import Site


@dataclass(frozen=True)
class There:
    """Something of ours as the network has it, in the network's own order. ``alts``: of its pictures, one each."""

    text: str
    alts: tuple[str, ...] = ()


class Place(Protocol):
    """A server. ``creates``: how the request that makes a post begins; ``uploads``: the one that brings a picture."""

    network: str
    port: int
    creates: bytes
    uploads: bytes

    def start(self) -> None: ...

    def answers(self, url: str) -> dict[str, str]:
        """What a person writes in the form to connect, if the server is at ``url``."""
        ...

    def there(self) -> list[There]:
        """Every post of the account, first to last."""
        ...

    def pictures(self) -> list[str]:
        """What the server keeps of pictures of the account: a name each."""
        ...

    def kill(self) -> None:
        """kill -9."""
        ...

    def revive(self) -> None:
        """Starts it again with what it had."""
        ...

    def stop(self) -> None: ...


class PDS:
    """Bluesky's PDS with its PLC, and no AppView: nothing there is shown to others."""

    network, creates, uploads = "bluesky", b"POST /xrpc/com.atproto.repo.putRecord", b"POST /xrpc/com.atproto.repo.uploadBlob"

    def __init__(self, folder: Path) -> None:
        self._folder, (self.port, self._plc_port) = folder, free_ports(2)
        self.hosts = (f"localhost:{self.port}",)
        self._password = secrets.token_urlsafe(12)

    def start(self) -> None:
        from atproto import Client  # type: ignore[import-untyped, import-not-found, unused-ignore]

        (self._folder / "pds" / "blobs").mkdir(parents=True)
        self._plc, self._pds = self._node("plc"), self._node(
            "pds", PDS_PORT=str(self.port), PDS_FOLDER=str(self._folder / "pds"), PDS_KEY=secrets.token_hex(32))
        for one in (self._plc, self._pds):
            one.wait(lambda one=one: "READY" in one.said(), 120)  # type: ignore[misc]
        self.client = Client(base_url=f"http://localhost:{self.port}/xrpc")
        made = self.client.com.atproto.server.create_account(
            {"handle": "panaderia.test", "email": "panaderia@correo.example", "password": self._password})
        self.did = made.did

    def _node(self, name: str, **more: str) -> Server:
        return Server(name, [str(install.node() / "bin" / "node"), "-r", str(HERE.parent / "loopback.cjs"), str(HERE / "pds.mjs")],
                      self._folder / f"{name}.log", {
            "DEV_ENV": (install.atproto() / "node_modules" / "@atproto" / "dev-env" / "dist" / "index.js").as_uri(),
            "PLC_PORT": str(self._plc_port), "TMPDIR": str(self._folder), "LOG_ENABLED": "false", "NODE_ENV": "test", **more})

    def answers(self, url: str) -> dict[str, str]:
        self.client.login("panaderia.test", self._password, fetch_bsky_profile=False)
        made = self.client.com.atproto.server.create_app_password({"name": "tertulia"})
        return {"handle": "panaderia.test", "password": made.password, "server": f"http://localhost:{self.port}"}

    def there(self) -> list[There]:
        found, cursor = list[Any](), None
        while True:
            page = self.client.com.atproto.repo.list_records({
                "repo": self.did, "collection": "app.bsky.feed.post", "limit": 100, "reverse": True, "cursor": cursor})
            found += page.records
            if not (cursor := page.cursor) or not page.records:
                break
        # record keys of one second are in no order: what people see goes by what the records say of themselves
        found.sort(key=lambda one: one.value.created_at)
        return [There(one.value.text, tuple(image.alt for image in getattr(one.value.embed, "images", ()))) for one in found]

    def pictures(self) -> list[str]:
        return list(self.client.com.atproto.sync.list_blobs({"did": self.did, "limit": 1000}).cids)

    def kill(self) -> None:
        self._pds.kill()

    def revive(self) -> None:
        self._pds.begin()
        self._pds.wait(answers(self.port))

    def stop(self) -> None:
        for one in (self._pds, self._plc):
            one.stop()
        self.client.request.close()


class Mock:
    """mastodon_mock, a fake of others, with its database in a file."""

    network, creates, uploads = "mastodon", b"POST /api/v1/statuses ", b"POST /api/v2/media "
    hosts = ()

    def __init__(self, folder: Path) -> None:
        self._folder, (self.port,) = folder, free_ports(1)

    def start(self) -> None:
        from mastodon import Mastodon  # type: ignore[import-untyped, import-not-found, unused-ignore]

        config = self._folder / "mock.toml"
        config.write_text(f'media_storage_path = "{self._folder}/media"\n[database]\npath = "{self._folder}/mock.sqlite"\n')
        self._server = Server("mastodon_mock", [
            str(Path(sys.executable).parent / "mastodon_mock"), "serve", "--host", "127.0.0.1", "--port", str(self.port),
            "--demo", "--config", str(config)], self._folder / "mock.log")
        self._server.wait(answers(self.port))
        self.client = Mastodon(access_token="katherine_token", api_base_url=f"http://127.0.0.1:{self.port}", ratelimit_method="throw")
        self._me = self.client.me()["id"]
        self._before = {one["id"] for one in self._statuses()}  # of the demo

    def _statuses(self) -> list[Any]:
        found, page = [], self.client.account_statuses(self._me, limit=40)
        while page:
            found += page
            page = self.client.account_statuses(self._me, limit=40, max_id=page[-1]["id"])
        return found[::-1]

    def answers(self, url: str) -> dict[str, str]:
        return {"address": url, "token": "katherine_token"}

    def there(self) -> list[There]:
        return [There(plain(one["content"]), tuple(media["description"] for media in one["media_attachments"]))
                for one in self._statuses() if one["id"] not in self._before]

    def pictures(self) -> list[str]:
        return [str(media["id"]) for one in self._statuses() for media in one["media_attachments"]]

    def kill(self) -> None:
        self._server.kill()

    def revive(self) -> None:
        self._server.begin()
        self._server.wait(answers(self.port))

    def stop(self) -> None:
        self._server.stop()
        self.client.session.close()


class Blog(Site):
    """WordPress and its MariaDB; both are killed."""

    network, creates, uploads = "wordpress", b"POST /wp-json/wp/v2/posts ", b"POST /wp-json/wp/v2/media "
    hosts = ()

    def __init__(self, folder: Path) -> None:
        self._where = folder

    def start(self) -> None:
        super().__init__(self._where)
        self.port = self._port
        self._password = self.does("password", id=1)

    def answers(self, url: str) -> dict[str, str]:
        return {"address": url, "user": "panaderia", "password": self._password}

    def asked(self, *days: str) -> list[int]:
        """Somebody asks about each day under the first post; the numbers of the comments."""
        return [self.does("say", comment_post_ID=1, comment_content=f"¿Abrís el {day}?", comment_author="Ana",
                          comment_author_email="ana@correo.example") for day in days]

    def all(self, things: str, **params: Any) -> list[dict[str, Any]]:
        """Everything of a kind, by number, as its author sees it."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._http.get(f"/wp-json/wp/v2/{things}", auth=("panaderia", self._password), params={
                "context": "edit", "orderby": "id", "order": "asc", "per_page": 100, "offset": len(found), **params})
            assert page.status_code == 200, page.text[:500]
            found += page.json()
            if len(found) >= int(page.headers["x-wp-total"]):
                return found

    def there(self) -> list[There]:
        posts = [There(wordpress_text.joined(*(wordpress_text.read(one[part]["raw"]).text for part in ("title", "content"))),
                       tuple(alt for _, alt in wordpress_text.read(one["content"]["raw"]).pictures))
                 for one in self.all("posts", status="publish,future,draft,pending,private,trash") if one["id"] > 1]
        return posts + [There(wordpress_text.read(one["content"]["raw"]).text) for one in self.all("comments", status="any", author=1)]

    def pictures(self) -> list[str]:
        return [one["slug"] for one in self.all("media")]

    def kill(self) -> None:
        self._server.kill()
        self._database.kill()

    def revive(self) -> None:
        self._database.begin()
        self._server.begin()
        self._server.wait(self._well)

    def _well(self) -> bool:
        try:
            return self._http.get("/wp-json/").status_code == 200
        except httpx.TransportError:
            return False
