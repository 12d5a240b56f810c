"""A small Graph with one Page, in memory, from the vendor's description of its nodes and edges (v25.0).

It keeps what it is told, refuses what the real one refuses, shows what it accepted only ``visible_after`` seconds later,
and writes down in ``wrong`` whatever the real one would not understand. Its faults are those of ``networks.faults``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
import re
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from email.utils import format_datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tertulia.kit.tests.loopback import Asked, Told, said

Json = dict[str, Any]
PAGE = "100100100"
TOKEN, USER_TOKEN, SECRET = "PAGE-TOKEN-OF-THE-BAKERY", "USER-TOKEN-OF-MARTA", "SECRET-OF-THE-APP"
SCOPES = ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_manage_engagement", "pages_messaging",
          "pages_read_user_content"]
#: Parameters by edge, of those that the description has; a few it has for every list.
PARAMETERS: Mapping[str, set[str]] = {
    "POST feed": {"message", "link", "attached_media", "published", "scheduled_publish_time"},
    "POST photos": {"published", "alt_text_custom", "url", "caption", "temporary", "source"},
    "POST comments": {"message", "attachment_id", "attachment_url"},
    "POST messages": {"recipient", "messaging_type", "message", "tag"},
    "POST blocked": {"psid", "asid", "uid", "user"}, "DELETE blocked": {"psid", "asid", "uid", "user"},
    "GET feed": set(), "GET published_posts": set(), "GET visitor_posts": set(), "GET tagged": set(), "GET accounts": set(),
    "GET comments": {"filter", "order", "since"}, "GET conversations": {"platform", "user_id", "folder"}, "GET messages": set(),
    "POST access_token": {"grant_type", "client_id", "client_secret", "fb_exchange_token"},
    "GET ": {"ids"}, "POST ": {"is_hidden", "message", "batch", "include_headers"}, "DELETE ": set(),
}
FIELDS = {
    "post": {"id", "message", "story", "created_time", "updated_time", "permalink_url", "from", "attachments", "comments",
             "shares", "reactions", "is_hidden"},
    "comment": {"id", "message", "created_time", "permalink_url", "from", "parent", "object", "attachment", "is_hidden", "can_hide"},
    "direct": {"id", "message", "created_time", "from", "to", "attachments"},
    "thread": {"id", "updated_time", "participants"}, "photo": {"id", "alt_text_custom", "alt_text"},
    "page": {"id", "name", "username", "about", "description", "link", "picture", "followers_count", "access_token"},
}


class Refusal(Exception):
    """An answer that is a no."""

    def __init__(self, code: int, words: str, subcode: int = 0, status: int = 400, **headers: str) -> None:
        super().__init__(words)
        error = {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEf"}
        self.told = said({"error": error | ({"error_subcode": subcode} if subcode else {})}, status, **headers)


def gone(name: str) -> Refusal:
    return Refusal(100, f"Unsupported request. Object with ID '{name}' does not exist", 33)


class Fake:
    """``visible_after``: seconds until what is accepted from now on is shown; ``later`` lets time pass."""

    def __init__(self) -> None:
        self.url, self.visible_after, self.page_size, self.twins = "", 0.0, 100, False
        self.wrong: list[str] = []
        self.hole = ""                          # listed, but gone when asked for
        self.signed, self.open_tokens = False, True  # whether appsecret_proof is wanted; whether debug_token answers all
        self.usage: Mapping[str, str] = {}
        self.skew, self._passed = timedelta(0), 0.0
        self._ids = count(5_000_000_000)
        self.things: dict[str, Json] = {}       # posts, comments, private messages, photos
        self.blocked: set[str] = set()
        self.people = {"700700701": "Ana Prueba", "700700702": "Berto Prueba"}
        self.wrote = dict.fromkeys(self.people, time.time())  # who may be answered
        self.tokens: dict[str, Json] = {
            TOKEN: {"type": "PAGE", "profile_id": PAGE, "expires_at": 0, "scopes": SCOPES},
            USER_TOKEN: {"type": "USER", "pages": [PAGE], "expires_at": 1_900_000_000, "scopes": SCOPES}}
        self.pages = {PAGE: {"id": PAGE, "name": "Panadería de prueba", "username": "panaderia", "about": "Pan de verdad",
                             "link": "https://www.facebook.com/panaderia", "followers_count": 12, "access_token": TOKEN,
                             "picture": {"data": {"url": "https://pictures.example/p.png"}}}}

    # ------------------------------------------------------------------ the world

    def later(self, seconds: float) -> None:
        """As if that time had passed, for what is still to be shown."""
        self._passed += seconds

    def keep(self, kind: str, by: str, text: str = "", **more: Any) -> str:
        """Something said, by ``by``: the Page or a person."""
        name = {"post": f"{PAGE}_{next(self._ids)}", "direct": f"m_{next(self._ids)}", "photo": str(next(self._ids))}.get(kind, "")
        if kind == "comment":
            name = f"{more['post'].rpartition('_')[2]}_{next(self._ids)}"
        at = (datetime.now(UTC) + self.skew).strftime("%Y-%m-%dT%H:%M:%S+0000")
        whose = {"id": by, "name": self.people.get(by) or self.pages[by]["name"]}
        self.things[name] = {"id": name, "kind": kind, "from": whose, "message": text, "created_time": at, "is_hidden": False,
                             "shown": time.time() + self._passed + self.visible_after, **more}
        return name

    def remove(self, name: str) -> None:
        self.things.pop(name)
        for other in [one for one, thing in self.things.items() if name in (thing.get("post"), thing.get("under"))]:
            self.things.pop(other, None)

    def of(self, kind: str, **like: Any) -> list[Json]:
        """What is shown of a kind, newest first."""
        there = [one for one in self.things.values() if one["kind"] == kind and one["shown"] <= time.time() + self._passed]
        return [one for one in reversed(there) if all(one.get(name) == value for name, value in like.items())]

    def thing(self, name: str) -> Json:
        one = self.things.get(name)
        if one is None or name == self.hole or one["shown"] > time.time() + self._passed:
            raise gone(name)
        return one

    def ours(self) -> list[Json]:
        """The Page's posts, shown or not."""
        return [one for one in self.things.values() if one["kind"] == "post" and one["from"]["id"] == PAGE]

    # ------------------------------------------------------------------ the server

    @staticmethod
    def kind_of(asked: Asked) -> str:
        """In the words of ``Faults.plan``."""
        edge = asked.path.rstrip("/").rpartition("/")[2]
        if asked.method == "POST":
            return {"feed": "publish", "comments": "publish", "messages": "message", "photos": "media"}.get(edge, "act")
        return "collect" if edge in ("tagged", "visitor_posts", "feed", "conversations") else "look"

    @staticmethod
    def dialect() -> Mapping[str, Told]:
        """How Graph says what ``Faults`` says."""
        usage = json.dumps({PAGE: [{"type": "pages", "call_count": 100, "total_cputime": 20, "total_time": 20,
                                    "estimated_time_to_regain_access": 1}]})
        limit = Refusal(80001, "There have been too many calls to this Page account.", 2446079, X_Business_Use_Case_Usage=usage).told
        return {"refuse": Refusal(100, "Invalid parameter", 1_349_125).told, "limit": limit,
                "dead": Refusal(190, "Error validating access token: Session has expired", 463, 401).told,
                "error_before": Refusal(2, "An unexpected error has occurred. Please retry your request later.", status=500).told,
                "scope": Refusal(200, "Requires pages_manage_posts permission").told}

    def answer(self, asked: Asked) -> Told:
        try:
            body = self._body(asked)
            token = asked.headers.get("authorization", "").removeprefix("Bearer ")
            self._unspoken(asked, body)
            told = self._route(asked.method, asked.path.removeprefix("/v25.0"), {**_flat(asked.query), **body}, token)
            date = format_datetime(datetime.now(UTC) + self.skew, usegmt=True)
            return said(told, **{"Date": date, **{name.replace("-", "_"): value for name, value in self.usage.items()}})
        except Refusal as refusal:
            return refusal.told

    def _unspoken(self, asked: Asked, body: Json) -> None:
        words = f"{asked.path} {asked.query}"
        for secret in (*self.tokens, SECRET):
            if secret in words:
                self.wrong.append(f"{secret} in the address: {asked.path}")
        if "user-agent" not in asked.headers:
            self.wrong.append("nobody asked")

    def _body(self, asked: Asked) -> Json:
        kind = asked.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            return dict(parse_qsl(asked.body.decode()))
        if not kind.startswith("multipart/form-data"):
            return {}
        whole: Message = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + asked.body)
        told: Json = {}
        for part in whole.get_payload():  # type: ignore[union-attr]
            name = str(part.get_param("name", header="content-disposition"))  # type: ignore[union-attr]
            content = part.get_payload(decode=True)  # type: ignore[union-attr]
            told[name] = content if name == "source" else content.decode()  # type: ignore[union-attr]
        return told

    def _route(self, method: str, path: str, told: Json, token: str) -> Any:
        me = self.tokens.get(token)
        if me is None:
            raise Refusal(190, "Invalid OAuth access token.", status=401)
        proof = hmac.new(SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        if self.signed and told.get("appsecret_proof") != proof:
            raise Refusal(100, "API calls from the server require an appsecret_proof argument")
        node, _, edge = path.strip("/").partition("/")
        known = PARAMETERS.get(f"{method} {edge}")
        usual = {"fields", "limit", "after", "appsecret_proof"}
        if known is None or (unknown := set(told) - known - usual):
            self.wrong.append(f"{method} {path}: {sorted(told)}")
            raise Refusal(100, f"Tried accessing nonexisting field or parameter: {unknown if known is not None else edge}")
        if node == "me":
            if edge == "accounts" and me["type"] == "PAGE":
                raise Refusal(100, "Tried accessing nonexisting field (accounts) on node type (Page)")
            node = me.get("profile_id", "me")
        if not node:
            return self._batch(told, token) if method == "POST" else self._several(told)
        if node == "me":
            return self._listed([self.pages[one] for one in me["pages"]], "page", told)
        node = next((name for name, page in self.pages.items() if page["username"] == node), node)
        if method == "GET":
            return self._list(node, edge, told) if edge else self._shown(self._node(node), self._kind(node), told)
        return getattr(self, f"_{method.lower()}_{edge or 'node'}")(node, told)

    def _batch(self, told: Json, token: str) -> list[Json]:
        answers = []
        for one in json.loads(told["batch"]):
            url = urlsplit(one["relative_url"])
            assert (one["method"], url.path) == ("GET", "debug_token")
            inspected = self.tokens.get(_flat(parse_qs(url.query))["input_token"], {"is_valid": False})
            data = {"is_valid": True, "app_id": "1", **{name: value for name, value in inspected.items() if name != "pages"}}
            refusal = Refusal(100, "You must provide an app access token, or a user access token of a developer of the app").told
            answers.append({"code": 200, "body": json.dumps({"data": data})} if self.open_tokens
                           else {"code": 400, "body": refusal.body.decode()})
        return answers

    # ------------------------------------------------------------------ reading

    def _node(self, name: str) -> Json:
        return self.pages.get(name) or self.thing(name)

    def _kind(self, name: str) -> str:
        return "page" if name in self.pages else str(self.things[name]["kind"])

    def _several(self, told: Json) -> Json:
        names = told["ids"].split(",")
        if len(names) > 50:
            raise Refusal(100, "Too many IDs")
        return {name: self._shown(self._node(name), self._kind(name), told) for name in names}

    def _list(self, node: str, edge: str, told: Json) -> Json:
        match edge:
            case "feed":
                return self._listed([one for one in self.of("post") if one["id"].startswith(PAGE)], "post", told)
            case "published_posts":
                return self._listed([one for one in self.of("post") if one["from"]["id"] == PAGE], "post", told)
            case "tagged" | "visitor_posts":
                return self._listed(self.of("post", place=edge), "post", told)
            case "conversations":
                return self._listed([one for one in self._threads() if told.get("user_id") in (None, one["with"])], "thread", told)
            case "messages":
                return self._listed(self.of("direct", thread=node), "direct", told)
        self.thing(node)
        inside = self.of("comment", post=node) if self.things[node]["kind"] == "post" else self.of("comment", under=node)
        if told.get("filter") != "stream":
            inside = [one for one in inside if one["under"] in ("", node)]
        return self._listed(inside if told.get("order") == "reverse_chronological" else inside[::-1], "comment", told)

    def _threads(self) -> list[Json]:
        newest: dict[str, Json] = {}
        for one in self.of("direct"):
            newest.setdefault(one["thread"], {"id": one["thread"], "updated_time": one["created_time"],
                                              "with": one["thread"].removeprefix("t_")})
        return list(newest.values())

    def _listed(self, things: list[Json], kind: str, told: Json) -> Json:
        limit, start = min(int(told.get("limit", 25)), self.page_size), int(told.get("after", 0))
        page: Json = {"data": [self._shown(one, kind, told) for one in things[start:start + limit]]}
        if things[start + limit:]:
            after = str(start + limit)
            page["paging"] = {"cursors": {"after": after}, "next": f"{self.url}/x?{urlencode({'access_token': TOKEN, 'after': after})}"}
        return page

    def _shown(self, thing: Json, kind: str, told: Json) -> Json:
        names = re.findall(r"(\w+)", re.sub(r"\{[^{}]*\}|\.\w+\([^)]*\)", "", told.get("fields", "id,created_time,message")))
        if unknown := set(names) - FIELDS[kind]:
            self.wrong.append(f"fields of {kind}: {unknown}")
            raise Refusal(100, f"Tried accessing nonexisting field ({unknown})")
        whole = {**thing, **(self._of_a_post(thing) if kind == "post" else {})}
        return {name: whole[name] for name in ["id", *names] if whole.get(name) not in (None, "")}

    def _of_a_post(self, post: Json) -> Json:
        inside = self.of("comment", post=post["id"])
        hung = [{"media_type": "photo", "target": {"id": one}, "media": {"image": {"src": f"https://pictures.example/{one}.png"}}}
                for one in post.get("photos", ())]
        if post.get("link"):
            hung = [{"media_type": "link", "url": post["link"]}]
        if len(hung) > 1:
            hung = [{"media_type": "album", "subattachments": {"data": hung}}]
        return {"updated_time": max([post["created_time"], *(one["created_time"] for one in inside)]),
                "comments": {"data": [], "summary": {"total_count": len(inside)}},
                "reactions": {"data": [], "summary": {"total_count": 0}}, "permalink_url": f"https://www.facebook.com/{post['id']}",
                "attachments": {"data": hung} if hung else None}

    # ------------------------------------------------------------------ making

    def _post_access_token(self, node: str, told: Json) -> Json:
        if (node, told["grant_type"], told["client_secret"]) != ("oauth", "fb_exchange_token", SECRET):
            raise Refusal(1, "Error validating client secret.")
        if self.tokens[told["fb_exchange_token"]]["type"] != "USER":
            raise Refusal(100, "Not a user token")
        return {"access_token": USER_TOKEN, "token_type": "bearer", "expires_in": 5_184_000}

    def _post_feed(self, page: str, told: Json) -> Json:
        text = told.get("message", "")
        photos = [str(one["media_fbid"]) for one in json.loads(told.get("attached_media", "[]"))]
        if not text and not photos:
            raise Refusal(100, "Missing message or attachment")
        if any(self.things.get(one, {}).get("kind") != "photo" or self.things[one]["used"] for one in photos):
            raise Refusal(100, "Invalid media_fbid")
        last = (self.ours() or [{"message": None}])[-1]
        if text and last["message"] == text and not self.twins:
            raise Refusal(506, "Duplicate status message")
        for one in photos:
            self.things[one]["used"] = True
        return {"id": self.keep("post", PAGE, text, photos=photos, link=told.get("link"))}

    def _post_photos(self, page: str, told: Json) -> Json:
        if told.get("published") != "false" or not told["source"].startswith(b"\x89PNG"):
            raise Refusal(324, "Missing or invalid image file")
        before, self.visible_after = self.visible_after, 0.0  # a photo is there at once, or it could not be shown in a post
        try:
            return {"id": self.keep("photo", PAGE, alt_text_custom=told.get("alt_text_custom", ""), used=False)}
        finally:
            self.visible_after = before

    def _post_comments(self, node: str, told: Json) -> Json:
        return {"id": self.comment(PAGE, node, told.get("message", ""))}

    def comment(self, by: str, on: str, text: str) -> str:
        """A comment on a post or on another comment."""
        above = self.thing(on)
        return self.keep("comment", by, text, post=above.get("post", on), under="" if above["kind"] == "post" else on,
                         object={"id": above.get("post", on)}, parent=None if above["kind"] == "post" else {"id": on})

    def _post_messages(self, page: str, told: Json) -> Json:
        to, words = json.loads(told["recipient"])["id"], json.loads(told["message"])["text"]
        if to not in self.people:
            raise Refusal(100, "No matching user found", 2018001)
        if time.time() - self.wrote.get(to, -math.inf) > 86400:
            raise Refusal(10, "This message is sent outside of allowed window.", 2018278)
        return {"recipient_id": to, "message_id": self.keep("direct", PAGE, words, thread=f"t_{to}")}

    def _post_blocked(self, page: str, told: Json) -> Json:
        names = [str(one) for one in json.loads(told["psid"])]
        self.blocked |= set(names)
        return dict.fromkeys(names, True)

    def _delete_blocked(self, page: str, told: Json) -> Json:
        self.blocked.discard(told["psid"])
        return {"success": True}

    def _post_node(self, name: str, told: Json) -> Json:
        thing = self.thing(name)
        if thing["from"]["id"] == PAGE:
            raise Refusal(200, "Cannot hide own content")
        thing["is_hidden"] = told["is_hidden"] == "true"
        return {"success": True}

    def _delete_node(self, name: str, told: Json) -> Json:
        self.thing(name)
        self.remove(name)
        return {"success": True}


def _flat(query: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: next(iter(values)) for name, values in query.items()}
