"""Bluesky's network on this machine, and people on it who use their own way in, not ours."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from tertulia.kit import database
from tertulia.kit.cluster import Cluster
from tests.peers import install
from tests.peers.processes import Server, answers, free_ports

HERE = Path(__file__).parent
POST = "app.bsky.feed.post"


@dataclass
class Somebody:
    """A person with an account. What they do is seen by others a moment later."""

    handle: str
    did: str
    password: str = field(repr=False)
    server: str = field()
    token: str = field(repr=False)
    http: httpx.Client = field(repr=False)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """A query, signed in; ``httpx.HTTPStatusError`` if it fails."""
        return self.answer(self.http.get(f"{self.server}/xrpc/{method}", params=params, headers=self._bearer()))

    def do(self, method: str, **body: Any) -> dict[str, Any]:
        """A procedure, signed in."""
        return self.answer(self.http.post(f"{self.server}/xrpc/{method}", json=body, headers=self._bearer()))

    def post(self, text: str, *, answering: Mapping[str, Any] | None = None, mentioning: Mapping[str, str] | None = None,
             at: datetime | None = None, **more: Any) -> dict[str, Any]:
        """Say something: ``{"uri", "cid"}`` and, to answer it, ``"root"``.

        ``answering``: what ``post`` gave; ``mentioning``: handle → did of those named in the text; ``at``: what to claim.
        """
        record = self._record(text, answering, mentioning, at or datetime.now(UTC), more)
        made = self.do("com.atproto.repo.createRecord", repo=self.did, collection=POST, record=record)
        strong = {"uri": made["uri"], "cid": made["cid"]}
        return {**strong, "root": record["reply"]["root"] if answering else strong}

    def post_many(self, texts: Sequence[str], *, answering: Mapping[str, Any] | None = None,
                  mentioning: Mapping[str, str] | None = None) -> list[str]:
        """Say many things at once, claimed a millisecond apart, as fast as a server takes them: their uris."""
        begun = datetime.now(UTC) - timedelta(milliseconds=len(texts))
        writes = [
            {"$type": "com.atproto.repo.applyWrites#create", "collection": POST,
             "value": self._record(text, answering, mentioning, begun + timedelta(milliseconds=turn), {})}
            for turn, text in enumerate(texts)]
        uris: list[str] = []
        for first in range(0, len(writes), 100):
            made = self.do("com.atproto.repo.applyWrites", repo=self.did, writes=writes[first:first + 100])
            uris += [one["uri"] for one in made["results"]]
        return uris

    def _record(self, text: str, answering: Mapping[str, Any] | None, mentioning: Mapping[str, str] | None,
                at: datetime, more: Mapping[str, Any]) -> dict[str, Any]:
        moment = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": moment, "langs": ["es"], **more}
        if answering:
            parent = {"uri": answering["uri"], "cid": answering["cid"]}
            record["reply"] = {"root": answering.get("root") or parent, "parent": parent}
        if mentioning:
            record["facets"] = [self._mention(text, handle, did) for handle, did in mentioning.items()]
        return record

    def delete(self, uri: str) -> None:
        """Take back a post of theirs."""
        self.do("com.atproto.repo.deleteRecord", repo=self.did, collection=POST, rkey=uri.rsplit("/", 1)[1])

    def posts_of(self, did: str) -> list[dict[str, Any]]:
        """The records of somebody's posts, from their server."""
        found = self.ask("com.atproto.repo.listRecords", repo=did, collection=POST, limit=100)
        return list(found["records"])

    def thread(self, uri: str) -> dict[str, Any]:
        """A thread as the AppView shows it to them: ``{"thread": …, "threadgate": …}``."""
        return self.ask("app.bsky.feed.getPostThread", uri=uri, depth=100)

    def app_password(self, name: str = "tertulia") -> str:
        """A new password for an app, as the person would make it in their settings."""
        return str(self.do("com.atproto.server.createAppPassword", name=f"{name}-{secrets.token_hex(3)}")["password"])

    @staticmethod
    def _mention(text: str, handle: str, did: str) -> dict[str, Any]:
        start = len(text[:text.index(f"@{handle}")].encode())
        return {"index": {"byteStart": start, "byteEnd": start + len(handle) + 1},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did}]}

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    @staticmethod
    def answer(response: httpx.Response) -> dict[str, Any]:
        """What the server said; ``httpx.HTTPStatusError`` with its words if it was no."""
        if response.is_error:
            raise httpx.HTTPStatusError(response.text, request=response.request, response=response)
        return dict(response.json()) if response.content else {}


class BlueskyNetwork:
    """PLC, PDS and AppView on free ports. ``start`` takes about ten seconds; ``stop`` leaves nothing behind."""

    def __init__(self) -> None:
        self._plc, self._pds, self._appview, self._ozone, self._redis = free_ports(5)
        self.pds_url, self.appview_url = f"http://localhost:{self._pds}", f"http://localhost:{self._appview}"
        self.http = httpx.Client(timeout=30, trust_env=False)
        self._people: dict[str, Somebody] = {}
        self._servers: list[Server] = []
        self._folder = Path(tempfile.mkdtemp(prefix="tertulia-bluesky-"))
        self._data: Path | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """What ``open_client(allow=…)`` or TERTULIA_PRIVATE_HOSTS must let through."""
        return (f"localhost:{self._pds}", f"localhost:{self._appview}")

    def start(self) -> None:
        """``DidNotStart`` or ``DatabaseTrouble`` if it cannot."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        self._data = database.throwaway_folder()
        cluster = Cluster(self._data, throwaway=True)
        cluster.make()
        cluster.start()
        redis = Server("redis", [
            str(install.redis()), "--port", str(self._redis), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder),
        ], self._folder / "redis.log")
        self._servers.append(redis)
        redis.wait(answers(self._redis))
        network = Server("bluesky", [
            str(install.node() / "bin" / "node"), "-r", str(HERE.parent / "loopback.cjs"), str(HERE / "network.mjs"),
        ], self._folder / "bluesky.log", {
            "DEV_ENV": (install.atproto() / "node_modules" / "@atproto" / "dev-env" / "dist" / "index.js").as_uri(),
            "DB_POSTGRES_URL": f"postgresql://tertulia@localhost/postgres?host={cluster.socket_folder}",
            "REDIS_HOST": f"127.0.0.1:{self._redis}", "TMPDIR": str(self._folder), "LOG_ENABLED": "false",
            "NODE_ENV": "test", "PLC_PORT": str(self._plc), "PDS_PORT": str(self._pds),
            "APPVIEW_PORT": str(self._appview), "OZONE_PORT": str(self._ozone),
        })
        self._servers.append(network)
        network.wait(lambda: "READY" in network.said(), 120)

    def stop(self) -> None:
        """End every server and remove what they wrote."""
        for server in reversed(self._servers):
            server.stop()
        self._servers.clear()
        if self._data is not None:
            database.discard(self._data)
            self._data = None
        self.http.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # ------------------------------------------------------------------ people

    def person(self, handle: str) -> Somebody:
        """Who is called ``handle`` (``name.test``, 3 to 18 letters), joining the first time; others can see them."""
        if handle not in self._people:
            password = secrets.token_urlsafe(12)
            joined = self.http.post(f"{self.pds_url}/xrpc/com.atproto.server.createAccount", json={
                "handle": handle, "email": f"{handle.split('.')[0]}@example.test", "password": password})
            body = Somebody.answer(joined)
            someone = Somebody(handle, body["did"], password, self.pds_url, body["accessJwt"], self.http)
            self._wait_until_seen(someone)
            self._people[handle] = someone
        return self._people[handle]

    def account(self, handle: str) -> tuple[str, str]:
        """``(did, app password)`` of ``handle``: what connects a channel."""
        someone = self.person(handle)
        return someone.did, someone.app_password()

    def people(self, handles: Sequence[str]) -> list[Somebody]:
        """Several persons."""
        return [self.person(handle) for handle in handles]

    def _wait_until_seen(self, someone: Somebody, seconds: float = 20) -> None:
        """The AppView learns of new accounts a moment later."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                someone.ask("app.bsky.actor.getProfile", actor=someone.did)
            except httpx.HTTPStatusError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError(f"the AppView never saw {someone.handle}")
