"""The stage of the shared suite on Bluesky's own servers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import httpx

from tertulia.kit.http import open_client
from tertulia.networks.bluesky import Bluesky, translate
from tertulia.networks.contract import Account, Author, Ref
from tertulia.networks.stage import Break
from tests.peers.bluesky.breaking import Breaking
from tests.peers.bluesky.running import BlueskyNetwork, Somebody

_METHODS = {"publish": "com.atproto.repo.putRecord", "collect": "app.bsky.notification.listNotifications"}


class Reader:
    """Somebody of the public."""

    def __init__(self, someone: Somebody, brand: Somebody) -> None:
        self.someone, self._brand = someone, brand
        view = someone.ask("app.bsky.actor.getProfile", actor=someone.did)
        # notifications describe people without their followers
        self.author: Author = replace(translate.author(view), followers=None)

    def comment(self, on: Ref, text: str) -> str:
        extra = on.extra
        root = {"uri": extra["root_uri"], "cid": extra["root_cid"]}
        made = self.someone.post(text, answering={"uri": on.external_id, "cid": extra["cid"], "root": root})
        return str(made["uri"])

    def mention(self, text: str) -> str:
        handle = self._brand.handle
        return str(self.someone.post(f"@{handle} {text}", mentioning={handle: self._brand.did})["uri"])

    def message(self, text: str) -> str:
        raise NotImplementedError("chat.bsky is closed source")

    def delete(self, external_id: str) -> None:
        self.someone.delete(external_id)

    def received(self) -> list[str]:
        raise NotImplementedError("chat.bsky is closed source")


class BlueskyStage:
    """A new account, connected with an app password, behind a proxy that can spoil a call."""

    patience = 20.0
    burst = 210

    def __init__(self, network: BlueskyNetwork) -> None:
        self._servers, self._readers = network, dict[int, Reader]()
        self.brand = network.person(f"marca-{secrets.token_hex(4)}.test")
        self.app_password = self.brand.app_password()
        self._breaking = Breaking(network.pds_url)
        self._opened: list[httpx.Client] = []
        self.kept: list[Mapping[str, Any]] = []
        answers = {"handle": self.brand.handle, "password": self.app_password, "server": network.pds_url}
        self.account: Account = replace(Bluesky.connect(answers, self.client()), base_url=self._breaking.url)

    def client(self) -> httpx.Client:
        """A client that may call the servers."""
        self._opened.append(open_client(allow=(*self._servers.hosts, self._breaking.host)))
        return self._opened[-1]

    def network(self) -> Bluesky:
        return Bluesky(self.account, self.client(), self._keep)

    def _keep(self, renewed: Mapping[str, Any]) -> None:
        self.kept.append(renewed)
        self.account = replace(self.account, secrets=renewed)

    def public(self, number: int = 0) -> Reader:
        if number not in self._readers:
            self._readers[number] = Reader(self._servers.person(f"lectora-{number}.test"), self.brand)
        return self._readers[number]

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        if how == "dead":
            self.kill()
        else:
            self._breaking.spoil(_METHODS[verb], how)

    def kill(self) -> None:
        """The person takes the app password back, and the session it had made is over."""
        self.tire()
        for one in self.brand.ask("com.atproto.server.listAppPasswords")["passwords"]:
            self.brand.do("com.atproto.server.revokeAppPassword", name=one["name"])

    def tire(self) -> None:
        """The access token no longer serves."""
        broken = {**self.account.secrets, "access": "x.y.z"}
        self.account = replace(self.account, secrets=broken)

    def seen(self) -> list[str]:
        return [record["value"]["text"] for record in self.brand.posts_of(self.brand.did)]

    def close(self) -> None:
        """Close what was opened."""
        for client in self._opened:
            client.close()
        self._breaking.close()
