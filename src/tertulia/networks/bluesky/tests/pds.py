"""A small PDS in memory: accounts, sessions that end and are renewed once each, and records under the keys they are given."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from tertulia.kit.tests.loopback import Asked, Told, said
from tertulia.networks.bluesky.tests.fake import POST

Json = dict[str, Any]


class No(Exception):
    """An answer that is a no, with the code that AT Protocol gives it."""

    def __init__(self, code: str, words: str, status: int = 400) -> None:
        super().__init__(code)
        self.told = said({"error": code, "message": words}, status)


class FakePds:
    """``records``: (account, collection, key of the record) → the record, as written last. Renewing a session ends the old one."""

    def __init__(self) -> None:
        self.accounts: dict[str, str] = {}             # its identity → its handle
        self.access: dict[str, str] = {}               # token → identity
        self.refresh: dict[str, str] = {}
        self.records: dict[tuple[str, str, str], Json] = {}
        self.unresolved: set[str] = set()              # handles whose domain does not answer
        self.renewals = 0
        self._count = count(1)

    def join(self, name: str) -> Mapping[str, str]:
        """A new account; the answers of the form that connects it, but for the server."""
        self.accounts[f"did:plc:{name}"] = f"{name}.test"
        return {"handle": f"{name}.test", "password": f"password-of-{name}"}

    def expire(self) -> None:
        """Every session's access has come to its end; each may be renewed."""
        self.access.clear()

    def texts(self) -> list[str]:
        """What every account has said and is there."""
        return [record["text"] for (_, collection, _), record in self.records.items() if collection == POST]

    # ------------------------------------------------------------------ the server

    def answer(self, asked: Asked) -> Told:
        """One call."""
        method = asked.path.rsplit(".", 1)[1]
        try:
            return said(getattr(self, f"_{method}")(asked))
        except No as no:
            return no.told

    def _createSession(self, asked: Asked) -> Json:
        told = asked.json()
        for did, handle in self.accounts.items():
            if told["identifier"] in (did, handle) and told["password"] == f"password-of-{handle.removesuffix('.test')}":
                return self._session(did)
        raise No("AuthenticationRequired", "Invalid identifier or password", 401)

    def _refreshSession(self, asked: Asked) -> Json:
        did = self.refresh.pop(_bearer(asked), None)
        if did is None:
            raise No("ExpiredToken", "Token has been revoked")
        self.renewals += 1
        return self._session(did)

    def _session(self, did: str) -> Json:
        number = next(self._count)
        self.access[f"access-{number}"] = self.refresh[f"refresh-{number}"] = did
        return {"accessJwt": f"access-{number}", "refreshJwt": f"refresh-{number}", "did": did, "handle": self.accounts[did]}

    def _me(self, asked: Asked) -> str:
        did = self.access.get(_bearer(asked))
        if did is None:
            raise No("ExpiredToken", "Token has expired")
        return did

    def _putRecord(self, asked: Asked) -> Json:
        told, did = asked.json(), self._me(asked)
        if told["repo"] != did:
            raise No("InvalidRequest", "Could not find repo")
        name, before = (did, told["collection"], told["rkey"]), None
        if name in self.records:
            before = _cid(self.records[name])
        if "swapRecord" in told and told["swapRecord"] != before:
            raise No("InvalidSwap", "Record was at another version")
        self.records[name] = told["record"]
        return {"uri": _uri(name), "cid": _cid(told["record"])}

    def _getRecord(self, asked: Asked) -> Json:
        name = (asked.query["repo"][0], asked.query["collection"][0], asked.query["rkey"][0])
        if name not in self.records:
            raise No("RecordNotFound", "Could not locate record")
        return {"uri": _uri(name), "cid": _cid(self.records[name]), "value": self.records[name]}

    def _deleteRecord(self, asked: Asked) -> Json:
        told = asked.json()
        self.records.pop((self._me(asked), told["collection"], told["rkey"]), None)
        return {}

    def _uploadBlob(self, asked: Asked) -> Json:
        self._me(asked)
        link = {"$link": hashlib.sha256(asked.body).hexdigest()}
        return {"blob": {"$type": "blob", "ref": link, "mimeType": asked.headers["content-type"], "size": len(asked.body)}}

    def _getProfile(self, asked: Asked) -> Json:
        name = asked.query["actor"][0]
        did = next((did for did, handle in self.accounts.items() if name in (did, handle)), None)
        if did is None:
            raise No("InvalidRequest", "Profile not found")
        return {"did": did, "handle": self.accounts[did], "displayName": self.accounts[did].split(".")[0].title()}

    def _getPosts(self, asked: Asked) -> Json:
        """The AppView, which knows every record at once here."""
        whole = {_uri(name): (name[0], record) for name, record in self.records.items()}
        return {"posts": [{"uri": uri, "cid": _cid(whole[uri][1]), "record": whole[uri][1], "indexedAt": whole[uri][1]["createdAt"],
                           "author": {"did": whole[uri][0], "handle": self.accounts[whole[uri][0]]}, **_embedded(whole[uri][1])}
                          for uri in asked.query["uris"] if uri in whole]}

    def _listNotifications(self, asked: Asked) -> Json:
        return {"notifications": []}

    def _getAuthorFeed(self, asked: Asked) -> Json:
        return {"feed": []}

    def _resolveHandle(self, asked: Asked) -> Json:
        for did, handle in self.accounts.items():
            if handle == asked.query["handle"][0] and handle not in self.unresolved:
                return {"did": did}
        raise No("InvalidRequest", "Unable to resolve handle")


def _bearer(asked: Asked) -> str:
    return asked.headers.get("authorization", "").removeprefix("Bearer ")


def _embedded(record: Json) -> Json:
    """The view of the pictures of a record."""
    images = record.get("embed", {}).get("images", [])
    where = "https://pictures.example/"
    shown = [{"thumb": f"{where}thumb/{one['image']['ref']['$link']}", "fullsize": where + one["image"]["ref"]["$link"],
              "alt": one["alt"]} for one in images]
    return {"embed": {"$type": "app.bsky.embed.images#view", "images": shown}} if shown else {}


def _uri(name: tuple[str, str, str]) -> str:
    return "at://{}/{}/{}".format(*name)


def _cid(record: Json) -> str:
    return "bafy" + hashlib.sha256(json.dumps(record, sort_keys=True).encode()).hexdigest()[:40]
