"""A small Instagram after the vendor's description of Graph v25.0, in memory.

It prepares containers in as many questions as it is told, lets them fail or expire, refuses what the real one refuses
(with its codes), and can accept a publication and show it later. It fetches nothing, but wants addresses of pictures.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from tertulia.kit import clock
from tertulia.kit.tests.loopback import Asked, Told, said

Json = dict[str, Any]
TOKEN = "token-of-panaderia-LONG-LIVED"
OWN = "17841400000000001"
SCOPES = ("instagram_business_basic", "instagram_business_content_publish", "instagram_business_manage_comments",
          "instagram_business_manage_messages", "instagram_business_manage_insights")
_CONTAINER = {"alt_text", "caption", "children", "image_url", "is_carousel_item", "media_type"}
_SPLIT = re.compile(r",(?![^{]*\})")


class Refusal(Exception):
    """An error, as Graph tells it."""

    def __init__(self, code: int, words: str, subcode: int = 0, status: int = 400) -> None:
        super().__init__(words)
        error = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": "Az",
                 **({"error_subcode": subcode} if subcode else {})}
        self.told = said({"error": error}, status)


def missing(name: str) -> Refusal:
    return Refusal(100, f"Unsupported get request. Object with ID '{name}' does not exist", 33)


class Fake:
    """``people``: by username, their ids as our app sees them."""

    def __init__(self) -> None:
        self.questions = 0             # about a container before it is ready
        self.failing = list[str]()     # what becomes of the next containers: a subcode; "": nothing
        self.visible_after = 0.0       # seconds until what is published is so in every way
        self.lax = False               # publishes a container as often as it is asked to
        self.deletes_posts = True      # vendor's pages say yes (of Facebook Login) and no
        self.says_permissions = True
        self.page = 50
        self.quota = 100
        self.ids = count(17_900_000_000_000_001)
        self.people = {"ana": "5550001", "berto": "5550002"}
        self.tokens: dict[str, Json] = {TOKEN: {"scopes": set(SCOPES), "since": clock.now() - timedelta(days=2),
                                                "until": clock.now() + timedelta(days=58)}}
        self.containers: dict[str, Json] = {}
        self.media: dict[str, Json] = {}
        self.tagged: dict[str, Json] = {}
        self.comments: dict[str, Json] = {}
        self.talks: dict[str, list[Json]] = {}

    # ------------------------------------------------------------------ the world

    def stamp(self, at: datetime | None = None) -> str:
        return (at or clock.now()).strftime("%Y-%m-%dT%H:%M:%S+0000")

    def tag(self, username: str, caption: str) -> str:
        name = str(next(self.ids))
        self.tagged[name] = {"id": name, "caption": caption, "media_type": "IMAGE", "media_url": f"https://cdn.example/{name}.jpg",
                             "permalink": f"https://www.instagram.com/p/{name}/", "timestamp": self.stamp(), "username": username}
        return name

    def say(self, username: str, on: str, text: str) -> str:
        """A comment on a post, or on a comment; threads have one level."""
        parent = self.comments.get(on)
        top = (parent["parent_id"] or parent["id"]) if parent else ""
        post = parent["media"]["id"] if parent else on
        if post not in self.media:
            raise missing(on)
        name = str(next(self.ids))
        who = {"id": OWN if username == "panaderia" else self.people[username], "username": username}
        self.comments[name] = {"id": name, "text": text, "timestamp": self.stamp(), "username": username, "from": who,
                               "hidden": False, "like_count": 0, "parent_id": top,
                               "media": {"id": post, "permalink": self.media[post]["permalink"]}}
        return name

    def write(self, username: str, text: str, ours: bool = False, at: datetime | None = None) -> str:
        """A private message of ``username`` to us, or of ours to them."""
        them, us = {"id": self.people[username], "username": username}, {"id": OWN, "username": "panaderia"}
        talk = self.talks.setdefault(username, [])
        told = {"id": f"mid_{next(self.ids)}", "created_time": self.stamp(at), "message": text,
                "from": us if ours else them, "to": {"data": [them if ours else us]}}
        talk.append(told)
        return str(told["id"])

    def remove(self, name: str) -> None:
        for kept in (self.media, self.tagged, self.comments):
            kept.pop(name, None)
        self.comments = {one: told for one, told in self.comments.items()
                         if told["media"]["id"] in self.media and told["parent_id"] != name}

    def shown(self) -> list[Json]:
        """Our posts that can be seen by now, oldest first."""
        return [one for one in self.media.values() if clock.now().timestamp() >= one["_seen"]]

    # ------------------------------------------------------------------ the server

    def answer(self, asked: Asked) -> Told:
        if "user-agent" not in asked.headers:
            return Told(418)
        told = dict(parse_qsl(asked.body.decode(), keep_blank_values=True)) if asked.method == "POST" else {
            name: values[0] for name, values in asked.query.items()}
        try:
            if asked.path == "/refresh_access_token":
                return said(self._refresh(told))
            self._allow(asked, "instagram_business_basic")
            path = asked.path.removeprefix("/v25.0").strip("/").split("/")
            return said(self._route(asked, path[0], path[1] if len(path) > 1 else "", told))
        except Refusal as refusal:
            return refusal.told

    def _allow(self, asked: Asked, scope: str) -> None:
        token = self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "))
        if token is None or token["until"] <= clock.now():
            raise Refusal(190, "Error validating access token: Session has expired", 463 if token else 0, 401)
        if scope not in token["scopes"]:
            raise Refusal(10, f"Application does not have permission for this action: {scope}", status=403)

    def _route(self, asked: Asked, name: str, edge: str, told: Mapping[str, str]) -> Any:
        name = OWN if name == "me" else name
        if name == OWN:
            of_us: dict[tuple[str, str], tuple[str, Callable[[Mapping[str, str]], Any]]] = {
                ("GET", ""): ("basic", self._me), ("POST", "media"): ("content_publish", self._contain),
                ("POST", "media_publish"): ("content_publish", self._publish), ("GET", "media"): ("basic", self._posts),
                ("GET", "content_publishing_limit"): ("content_publish", self._limit), ("GET", "tags"): ("basic", self._tags),
                ("GET", "conversations"): ("manage_messages", self._conversations),
                ("POST", "messages"): ("manage_messages", self._message), ("POST", "mentions"): ("manage_comments", self._mention),
                ("GET", "insights"): ("manage_insights", lambda told: {"data": []})}
            if (asked.method, edge) not in of_us:
                raise Refusal(100, f"Unsupported {asked.method} request to {edge}")
            scope, does = of_us[asked.method, edge]
            self._allow(asked, f"instagram_business_{scope}")
            if "comments.limit" in told.get("fields", ""):
                self._allow(asked, "instagram_business_manage_comments")
            return does(told)
        things: dict[tuple[str, str], Callable[[str, Mapping[str, str]], Any]] = {
            ("GET", ""): self._thing, ("POST", ""): self._hide, ("DELETE", ""): self._delete, ("GET", "comments"): self._under,
            ("POST", "comments"): self._comment, ("GET", "replies"): self._replies, ("POST", "replies"): self._comment,
            ("GET", "messages"): self._messages, ("GET", "insights"): self._insights}
        return things[asked.method, edge](name, told)

    def _refresh(self, told: Mapping[str, str]) -> Json:
        token = self.tokens.get(told["access_token"])
        if token is None or token["until"] <= clock.now():
            raise Refusal(190, "Session has expired", 463)
        if clock.now() - token["since"] < timedelta(hours=24):
            raise Refusal(100, "The token must be at least 24 hours old")
        fresh = f"{TOKEN}-{len(self.tokens)}"
        self.tokens[fresh] = {"scopes": token["scopes"], "since": clock.now(), "until": clock.now() + timedelta(days=60)}
        allowed = {"permissions": ",".join(sorted(token["scopes"]))} if self.says_permissions else {}
        return {"access_token": fresh, "token_type": "bearer", "expires_in": 60 * 86400, **allowed}

    def _me(self, told: Mapping[str, str]) -> Json:
        me = {"id": "99000000001", "user_id": OWN, "username": "panaderia", "name": "La Panadería", "biography": "Pan de verdad",
              "profile_picture_url": "https://cdn.example/panaderia.jpg", "followers_count": 12, "account_type": "BUSINESS"}
        return {**fields(me, told.get("fields", "id")), "id": me["id"]}

    def _limit(self, told: Mapping[str, str]) -> Json:
        used = sum(one["_counts"] for one in self.containers.values())
        return {"data": [{"quota_usage": used, "config": {"quota_total": self.quota, "quota_duration": 86400}}]}

    # ------------------------------------------------------------------ publishing

    def _contain(self, told: Mapping[str, str]) -> Json:
        if unknown := set(told) - _CONTAINER:
            raise AssertionError(f"parameters that Instagram does not know: {unknown}")
        if len(told.get("caption", "")) > 2200:
            raise Refusal(100, "Caption too long", 2207010)
        if told.get("media_type") == "CAROUSEL":
            children = [self.containers.get(one) for one in told["children"].split(",")]
            if not 2 <= len(children) <= 10:
                raise Refusal(100, "2 to 10 children", 2207028)
            if not all(one and one["_child"] and self._code(one) == "FINISHED" for one in children):
                raise Refusal(9007, "Media ID is not available", 2207027)
        elif not re.match(r"https?://[!-~]+$", told.get("image_url", "")):
            raise Refusal(9004, "The media could not be fetched from this URI", 2207052)
        name, failing = str(next(self.ids)), self.failing.pop(0) if self.failing else ""
        self.containers[name] = {"id": name, "_asks": self.questions, "_fails": failing, "_child": told.get("is_carousel_item") == "true",
                                 "_made": clock.now(), "_counts": 0, "_shown": math.inf, **told}
        return {"id": name}

    def _code(self, container: Json) -> str:
        if clock.now().timestamp() >= container["_shown"]:
            return "PUBLISHED"
        if clock.now() - container["_made"] >= timedelta(hours=24):
            return "EXPIRED"
        if container["_asks"] > 0:
            return "IN_PROGRESS"
        return "ERROR" if container["_fails"] else "FINISHED"

    def _publish(self, told: Mapping[str, str]) -> Json:
        container = self.containers.get(told["creation_id"])
        if container is None:
            raise Refusal(24, "The requested resource does not exist", 2207006)
        if self._code(container) != "FINISHED" and not self.lax:
            raise Refusal(9007, "Media ID is not available", 2207027)
        if container["_counts"] and not self.lax:
            raise Refusal(24, "Media builder not found", 2207008)
        if sum(one["_counts"] for one in self.containers.values()) >= self.quota:
            raise Refusal(9, "Daily limit", 2207042, 403)
        container["_counts"] += 1
        container["_shown"] = clock.now().timestamp() + self.visible_after
        parts = [self.containers[one] for one in container.get("children", "").split(",") if one]
        name = str(next(self.ids))
        shown = [{"id": f"{name}{n}", "media_type": "IMAGE", "media_url": one["image_url"], "alt_text": one.get("alt_text", "")}
                 for n, one in enumerate(parts or [container])]
        self.media[name] = {
            **shown[0], "id": name, "caption": container.get("caption", ""), "media_type": "CAROUSEL_ALBUM" if parts else "IMAGE",
            "permalink": f"https://www.instagram.com/p/{name}/", "timestamp": self.stamp(), "username": "panaderia",
            "like_count": 3, "children": {"data": shown} if parts else None, "_seen": container["_shown"]}
        return {"id": name}

    def _posts(self, told: Mapping[str, str]) -> Json:
        return self._paged([self._counted(one) for one in self.shown()][::-1], told)

    def _counted(self, media: Json) -> Json:
        here = [one for one in self.comments.values() if one["media"]["id"] == media["id"]]
        newest = [{"id": one["id"]} for one in here if not one["parent_id"]][-1:]
        return {**media, "comments_count": len(here), **({"comments": {"data": newest}} if newest else {})}

    # ------------------------------------------------------------------ what is there

    def _paged(self, things: list[Json], told: Mapping[str, str]) -> Json:
        """Things as they are listed; cursors are an id, as they might be; ``next`` carries a token, as theirs does."""
        names = [str(one["id"]) for one in things]
        start = names.index(told["after"]) + 1 if told.get("after") in names else 0
        size = min(int(told.get("limit", 25)), max(self.page, 1))
        page = things[start:start + size]
        paging = {"cursors": {"before": names[start], "after": str(page[-1]["id"])}} if page else {}
        if start + size < len(things):
            paging["next"] = f"https://graph.example/x?access_token={TOKEN}&after={page[-1]['id']}"  # type: ignore[assignment]
        return {"data": [fields(one, told.get("fields", "id")) for one in page], **({"paging": paging} if paging else {})}

    def _thing(self, name: str, told: Mapping[str, str]) -> Json:
        wanted = told.get("fields", "id")
        if container := self.containers.get(name):
            code = self._code(container)
            container["_asks"] -= 1
            return fields({**container, "status_code": code, "status": container["_fails"] if code == "ERROR" else code}, wanted)
        if any(name == one["id"] for one in self.shown()):
            return fields(self._counted(self.media[name]), wanted)
        if name in self.comments:
            return fields(self.comments[name], wanted)
        for told_ in (one for talk in self.talks.values() for one in talk if one["id"] == name):
            return fields(told_, wanted)
        raise missing(name)  # posts of others too: they are only listed

    def _tags(self, told: Mapping[str, str]) -> Json:
        return self._paged(list(self.tagged.values())[::-1], told)

    def _under(self, name: str, told: Mapping[str, str]) -> Json:
        if name not in self.media:
            raise missing(name)
        here = [one for one in self.comments.values() if one["media"]["id"] == name and not one["parent_id"]]
        inner = {"fields": re.sub(r".*replies[^{]*\{(.*)\}.*", r"\1", told["fields"])}
        return self._paged([{**one, "replies": self._replies(one["id"], inner)} for one in here[::-1]], told)

    def _replies(self, name: str, told: Mapping[str, str]) -> Json:
        if name not in self.comments:
            raise missing(name)
        return self._paged([one for one in self.comments.values() if one["parent_id"] == name], told)

    def _comment(self, name: str, told: Mapping[str, str]) -> Json:
        assert set(told) == {"message"}
        return {"id": self.say("panaderia", name, told["message"])}

    def _mention(self, told: Mapping[str, str]) -> Json:
        assert set(told) <= {"media_id", "comment_id", "message"}
        if "@panaderia" not in self.tagged.get(told["media_id"], {}).get("caption", ""):
            raise Refusal(100, "The account is not mentioned there")
        return {"id": str(next(self.ids))}

    def _hide(self, name: str, told: Mapping[str, str]) -> Json:
        if name not in self.comments:
            raise missing(name)
        self.comments[name]["hidden"] = {"true": True, "false": False}[told["hide"]]
        return {"success": True}

    def _delete(self, name: str, told: Mapping[str, str]) -> Json:
        if name not in self.comments and name not in self.media:
            raise missing(name)
        if name in self.media and not self.deletes_posts:
            raise Refusal(3, "Application does not have the capability to make this API call.")
        self.remove(name)
        return {"success": True}

    def _insights(self, name: str, told: Mapping[str, str]) -> Json:
        return {"data": [{"name": "views", "values": [{"value": 40}]}, {"name": "shares", "total_value": {"value": 2}}]}

    # ------------------------------------------------------------------ private messages

    def _conversations(self, told: Mapping[str, str]) -> Json:
        assert told["platform"] == "instagram"
        talks = [{"id": f"talk_{name}", "updated_time": talk[-1]["created_time"],
                  "participants": {"data": [{"id": OWN, "username": "panaderia"}, {"id": self.people[name], "username": name}]}}
                 for name, talk in self.talks.items() if told.get("user_id", self.people[name]) == self.people[name]]
        return self._paged(sorted(talks, key=lambda one: str(one["updated_time"]), reverse=True), told)

    def _messages(self, name: str, told: Mapping[str, str]) -> Json:
        return self._paged(self.talks[name.removeprefix("talk_")][-20:][::-1], told)

    def _message(self, told: Mapping[str, str]) -> Json:
        whom, text = json.loads(told["recipient"])["id"], json.loads(told["message"])["text"]
        username = next((one for one, name in self.people.items() if name == whom), "")
        last = [datetime.fromisoformat(one["created_time"]) for one in self.talks.get(username, ()) if one["from"]["username"] == username]
        if not last or clock.now() - last[-1] > timedelta(hours=24):
            raise Refusal(10, "This message is sent outside of allowed window.", 2534022)
        if len(text.encode()) > 1000:
            raise Refusal(100, "Length of param message[text] must be less than or equal to 1000", 2018109)
        return {"recipient_id": whom, "message_id": self.write(username, text, ours=True)}


def fields(thing: Json, wanted: str) -> Json:
    """The fields asked for, and the id; a field that the thing does not have is left out, as Graph does."""
    names = [re.split(r"[.{(]", one)[0] for one in _SPLIT.split(wanted)]
    return {"id": thing["id"], **{name: thing[name] for name in names if thing.get(name) is not None and not name.startswith("_")}}
