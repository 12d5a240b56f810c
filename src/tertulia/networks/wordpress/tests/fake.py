"""A small WordPress from its own description of its API (6.6), in memory: two people of the house, and guests.

It keeps what it is told, refuses what the real one refuses (parameters it does not know, wrong types, what a person may
not do), gives slugs away only once, and misbehaves on demand. ``answer`` takes a request and gives an answer, so that
anything may stand before it.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from itertools import count
from typing import Any

from tertulia.kit.tests.loopback import PAGE, Asked, Told, said

Json = dict[str, Any]
PASSWORD = "abcd EFGH ijkl MNOP qrst UVWX"
EDITOR = ("edit_posts", "publish_posts", "upload_files", "moderate_comments", "delete_published_posts", "edit_others_posts")

_INTEGERS, _TEXT, _DATE = r"-?\d+(,-?\d+)*", r"(?s).*", r"\d{4}-\d\d-\d\dT[\d:]+(Z|[+-]\d\d:\d\d)?"
_LIST = {"_fields": _TEXT, "context": "view|embed|edit", "page": r"[1-9]\d*", "per_page": r"[1-9]\d?|100", "search": _TEXT,
         "after": _DATE, "before": _DATE, "exclude": _INTEGERS, "include": _INTEGERS, "offset": r"\d+", "order": "asc|desc"}
_STATES = "publish|future|draft|pending|private|trash|any"
_THINGS = {**_LIST, "author": _INTEGERS, "slug": _TEXT, "orderby": "author|date|id|include|modified|parent|slug|title"}
#: The parameters in the address, by what is asked; the others of the description are not used, so not known.
_QUERY = {
    "posts": {**_THINGS, "status": f"({_STATES})(,({_STATES}))*"}, "media": {**_THINGS, "status": "inherit|private|trash"},
    "comments": {**_LIST, "author": _INTEGERS, "parent": _INTEGERS, "post": _INTEGERS, "status": "[a-z0-9_-]+",
                 "type": "[a-z0-9_-]+", "orderby": "date|date_gmt|id|include|post|parent|type"},
    "users": {"context": "view|embed|edit"}, "": {}}
_QUERY["pages"] = _QUERY["posts"]
_ONE = {"context": "view|embed|edit", "_fields": _TEXT}
_STATUS = {"1": "approved", "approve": "approved", "approved": "approved", "0": "hold", "hold": "hold", "spam": "spam", "trash": "trash"}
#: The parameters in the body, by what is made.
_BODY: dict[str, dict[str, type | tuple[type, ...]]] = {
    "posts": {"date_gmt": str, "slug": str, "status": str, "title": (str, dict), "content": (str, dict), "excerpt": (str, dict),
              "featured_media": int, "comment_status": str, "categories": list, "tags": list},
    "media": {"slug": str, "title": (str, dict), "alt_text": str, "caption": (str, dict), "post": int},
    "comments": {"post": int, "parent": int, "content": (str, dict), "status": str, "date_gmt": str}}


class Refusal(Exception):
    """An answer that is a no."""

    def __init__(self, status: int, code: str, words: str = "No.") -> None:
        super().__init__(code)
        self.told = said({"code": code, "message": words, "data": {"status": status}}, status)


class Fake:
    """``faults``: what becomes of the next requests of a kind, in order: publish, reply, media, collect, look."""

    def __init__(self) -> None:
        self.url, self.home = "", "https://panaderia.example/blog"
        self.faults: dict[str, list[str]] = {"publish": [], "reply": [], "media": [], "collect": [], "look": []}
        self.readable = True      # its addresses; without, the API is at ?rest_route= and /wp-json is a page of the theme
        self.shut = False         # to strangers, by a plugin
        self.app_passwords = True
        self.bin = True           # things are thrown away before they are deleted
        self.page_says_404 = False
        self.skew = timedelta(0)  # its clock ahead of ours
        self.unreadable: set[int] = set()  # comments that the editor may not read
        self._ids, self._comment_ids = count(4), count(2)
        self.posts: dict[int, Json] = {}
        self.media: dict[int, Json] = {}
        self.comments: dict[int, Json] = {}
        self._slugs: dict[str, set[int]] = {}
        self.users: dict[str, Json] = {}
        self.join("panaderia", EDITOR)
        self.join("marta", ("edit_posts",))

    # ------------------------------------------------------------------ the world

    def join(self, name: str, able: Iterable[str]) -> Json:
        user = {"id": len(self.users) + 1, "username": name, "name": name.title(), "slug": name, "description": "",
                "url": "", "link": f"{self.home}/author/{name}/", "avatar_urls": {"24": "", "96": f"{self.home}/{name}.png"},
                "capabilities": dict.fromkeys(("read", *able), True), "roles": ["editor"], "email": f"{name}@panaderia.example"}
        self.users[name] = user
        return user

    def now(self) -> datetime:
        return (datetime.now(UTC) + self.skew).replace(microsecond=0, tzinfo=None)

    def write(self, user: Json, asked: Json) -> Json:
        """A post, under a slug that nobody has."""
        number, slug = next(self._ids), self._free(asked.get("slug") or "")
        title, content = (value if isinstance(value := asked.get(name, ""), str) else value["raw"] for name in ("title", "content"))
        if not title.strip() and not content.strip():
            raise Refusal(400, "empty_content", "Content, title, and excerpt are empty.")
        picture = asked.get("featured_media", 0)
        if picture and picture not in self.media:
            raise Refusal(400, "rest_invalid_featured_media")
        now = self.now()
        post = {"id": number, "date": (now + timedelta(hours=1)).isoformat(), "date_gmt": now.isoformat(), "slug": slug,
                "status": asked.get("status", "draft"), "type": "post", "link": f"{self.home}/{slug or number}/",
                "title": {"raw": title, "rendered": title}, "content": {"raw": content, "rendered": content, "protected": False},
                "author": user["id"], "featured_media": picture, "comment_status": "open", "categories": [1], "tags": []}
        self.posts[number] = post
        self._slugs.setdefault(slug, set()).add(number)
        return post

    def _free(self, wanted: str) -> str:
        slug, again = re.sub(r"[^a-z0-9_-]+", "-", wanted.lower()), 1
        while slug and self._slugs.get(slug if again == 1 else f"{slug}-{again}"):
            again += 1
        return slug if again == 1 else f"{slug}-{again}"

    def throw_away(self, post: Json) -> None:
        """To the bin, whence the slug is free again."""
        self._slugs[post["slug"]].discard(post["id"])
        post["slug"], post["status"] = f"{post['slug']}__trashed", "trash"
        self._slugs.setdefault(post["slug"], set()).add(post["id"])

    def say(self, post: int, text: str, *, parent: int = 0, guest: str = "Ana", user: Json | None = None, kind: str = "comment",
            status: str = "approved") -> Json:
        """A comment, by a guest unless it is a user's."""
        number, now = next(self._comment_ids), self.now()
        who = {"author": 0, "author_name": guest, "author_email": f"{guest.lower()}@correo.example", "author_url": ""}
        if kind == "pingback":
            who |= {"author_email": "", "author_url": f"https://{guest.lower()}.example/entrada"}
        if user:
            who |= {"author": user["id"], "author_name": user["name"], "author_email": user["email"]}
        comment = {"id": number, "post": post, "parent": parent, **who, "date": (now + timedelta(hours=1)).isoformat(),
                   "date_gmt": now.isoformat(), "content": {"raw": text, "rendered": f"<p>{text}</p>\n"}, "status": status,
                   "link": f"{self.home}/?p={post}#comment-{number}", "type": kind, "author_avatar_urls": {"24": "", "96": ""}}
        self.comments[number] = comment
        return comment

    # ------------------------------------------------------------------ the server

    def answer(self, asked: Asked) -> Told:
        if "user-agent" not in asked.headers:
            return Told(418)
        route = asked.query.get("rest_route", [asked.path.removeprefix("/blog/wp-json")])[0]
        if asked.path != "/blog/" and not asked.path.startswith("/blog/wp-json/") or self.page_says_404:
            return Told(404, PAGE.body, PAGE.headers)
        if self.readable is ("rest_route" in asked.query) or asked.path == "/blog/" and "rest_route" not in asked.query:
            return Told(404, PAGE.body, PAGE.headers) if "wp-json" in asked.path else PAGE
        kind = {("POST", "/wp/v2/posts"): "publish", ("POST", "/wp/v2/comments"): "reply", ("POST", "/wp/v2/media"): "media",
                ("GET", "/wp/v2/comments"): "collect", ("GET", "/wp/v2/posts"): "look"}.get((asked.method, route), "")
        fault = self.faults[kind].pop(0) if self.faults.get(kind) else ""
        before = {"error": said({"code": "internal_server_error", "message": "<p>There has been a critical error.</p>"}, 500),
                  "html": PAGE, "cut": Told(manner="reset"), "refuse": Refusal(403, "rest_cannot_create").told,
                  "limit": Told(429, b"slow down", {"Retry-After": "40"}), "dead": Refusal(401, "incorrect_password").told,
                  "repair": Told(503, PAGE.body, {**PAGE.headers, "Retry-After": "600"}),
                  "moved": Told(301, headers={"Location": self.home}), "asleep": Told(302, headers={"Location": "/pronto"}),
                  "folder": Refusal(500, "rest_upload_unknown_error", "No se ha podido crear el directorio uploads/2026/11.").told,
                  "wall": Told(403, PAGE.body, PAGE.headers)}
        if fault in before:
            return before[fault]
        try:
            told = self._route(asked, route)
        except Refusal as refusal:
            return refusal.told
        return {"lost": Told(manner="reset"), "late": Told(504, PAGE.body, PAGE.headers), "": told}[fault]

    def _route(self, asked: Asked, route: str) -> Told:
        me = self._who(asked)
        things, _, name = route.removeprefix("/wp/v2").strip("/").partition("/")
        if not route.startswith("/wp/v2/") and route != "/" or things not in _QUERY:
            raise Refusal(404, "rest_no_route")
        query = {one: ",".join(values) for one, values in asked.query.items() if one != "rest_route"}
        self._check(query, {**_ONE, "force": "true|false"} if name else _QUERY[things])
        if route == "/":
            return self._index(me)
        if me is None:
            raise Refusal(401, "rest_not_logged_in", "You are not currently logged in.")
        if route == "/wp/v2/users/me":
            return said(me)
        if name and not name.isdigit():
            raise Refusal(404, "rest_no_route")
        handler = getattr(self, f"_{asked.method.lower()}_{'one_' if name else ''}{things}", None)
        if handler is None:
            raise Refusal(404, "rest_no_route")
        body = self._body(asked, things) if asked.method == "POST" else query
        told: Told = handler(me, int(name), body) if name else handler(me, body)
        return told

    def _who(self, asked: Asked) -> Json | None:
        given = asked.headers.get("authorization", "")
        if not given:
            return None
        way, _, told = given.partition(" ")
        name, _, password = base64.b64decode(told).decode().partition(":")
        if not self.app_passwords:
            return None
        if way != "Basic" or name not in self.users:
            raise Refusal(401, "invalid_username", "Unknown username. Check again or try your email address.")
        if re.sub("[^a-zA-Z0-9]", "", password) != PASSWORD.replace(" ", ""):
            raise Refusal(401, "incorrect_password", "The provided password is an invalid application password.")
        return self.users[name]

    @staticmethod
    def _check(query: Json, known: dict[str, str]) -> None:
        for name, value in query.items():
            if name not in known or not re.fullmatch(known[name], value):
                raise Refusal(400, "rest_invalid_param", f"Invalid parameter(s): {name}={value[:40]}")

    @staticmethod
    def _body(asked: Asked, things: str) -> Json:
        kind = asked.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            parts = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + asked.body).get_payload()
            body = {part.get_param("name", header="content-disposition"): part for part in parts}
            return {name: part if part.get_filename() else part.get_payload(decode=True).decode() for name, part in body.items()}
        if not kind.startswith("application/json"):
            raise Refusal(400, "rest_invalid_json")
        body = asked.json()
        for name, value in body.items():
            if name not in _BODY[things] or not isinstance(value, _BODY[things][name]) or isinstance(value, bool):
                raise Refusal(400, "rest_invalid_param", f"Invalid parameter(s): {name}")
        return body  # type: ignore[no-any-return]

    def _index(self, me: Json | None) -> Told:
        if self.shut and me is None:
            raise Refusal(401, "rest_login_required")
        offered = {"application-passwords": {"endpoints": {"authorization": f"{self.home}/wp-admin/authorize-application.php"}}}
        return said({"name": "Panadería &amp; horno", "description": "Pan de verdad", "url": self.home, "home": self.home,
                     "gmt_offset": "1", "timezone_string": "Europe/Madrid", "namespaces": ["oembed/1.0", "wp/v2"],
                     "authentication": offered if self.app_passwords else [], "routes": {}, "site_icon_url": f"{self.home}/i.png"})

    @staticmethod
    def _may(me: Json, able: str, code: str = "rest_cannot_create") -> None:
        if not me["capabilities"].get(able):
            raise Refusal(403, code, "Sorry, you are not allowed to do that.")

    def _paged(self, query: Json, things: list[Json], readable: Iterable[int] | None = None) -> Told:
        size, page = int(query.get("per_page", 10)), int(query.get("page", 1))
        start = int(query.get("offset", 0)) or (page - 1) * size
        shown = [one for one in things[start:start + size] if readable is None or one["id"] not in readable]
        if fields := query.get("_fields"):
            shown = [{name: one[name] for name in fields.split(",") if name in one} for one in shown]
        date = (datetime.now(UTC) + self.skew).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return said(shown, X_WP_Total=str(len(things)), X_WP_TotalPages=str(-(-len(things) // size)), Date=date)

    @staticmethod
    def _which(query: Json, name: str) -> set[int] | None:
        return {int(one) for one in query[name].split(",")} if name in query else None

    # ------------------------------------------------------------------ posts and media

    def _get_posts(self, me: Json, query: Json) -> Told:
        if "slug" in query:
            numbers: Iterable[int] = sorted(one for slug in query["slug"].split(",") for one in self._slugs.get(slug, ()))
        else:
            numbers = self._which(query, "include") or sorted(self.posts)
        states, writers = query.get("status", "publish").split(","), self._which(query, "author")
        found = [self.posts[one] for one in numbers if one in self.posts and self.posts[one]["status"] in states
                 and (writers is None or self.posts[one]["author"] in writers)]
        return self._paged(query, found if query.get("order") == "asc" else found[::-1])

    def _get_pages(self, me: Json, query: Json) -> Told:
        return self._paged(query, [])

    def _get_one_pages(self, me: Json, number: int, query: Json) -> Told:
        raise Refusal(404, "rest_post_invalid_id", "Invalid post ID.")

    def _post_posts(self, me: Json, body: Json) -> Told:
        self._may(me, "edit_posts")
        if body.get("status") == "publish":
            self._may(me, "publish_posts", "rest_cannot_publish")
        return said(self.write(me, body), 201)

    def _get_one_posts(self, me: Json, number: int, query: Json) -> Told:
        return said(self._one(self.posts, number, "rest_post_invalid_id"))

    def _delete_one_posts(self, me: Json, number: int, query: Json) -> Told:
        post = self._one(self.posts, number, "rest_post_invalid_id")
        self._may(me, "delete_published_posts", "rest_cannot_delete")
        if query.get("force") == "true":
            self._slugs[post["slug"]].discard(number)
            return said({"deleted": True, "previous": self.posts.pop(number)})
        if not self.bin:
            raise Refusal(501, "rest_trash_not_supported")
        if post["status"] == "trash":
            raise Refusal(410, "rest_already_trashed")
        self.throw_away(post)
        return said(post)

    def _get_media(self, me: Json, query: Json) -> Told:
        wanted = query["slug"].split(",")
        return self._paged(query, [one for one in self.media.values() if one["slug"] in wanted])

    def _post_media(self, me: Json, body: Json) -> Told:
        self._may(me, "upload_files")
        file = body.pop("file", None)
        if file is None:
            raise Refusal(400, "rest_upload_no_data")
        if unknown := set(body) - set(_BODY["media"]):
            raise Refusal(400, "rest_invalid_param", f"Invalid parameter(s): {unknown}")
        if not file.get_payload(decode=True).startswith((b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF")):
            raise Refusal(500, "rest_upload_unknown_error", "Lo siento, no tienes permisos para subir este tipo de archivo.")
        number, slug = next(self._ids), self._free(body.get("slug", ""))
        self.media[number] = {"id": number, "slug": slug, "status": "inherit", "type": "attachment", "media_type": "image",
                              "title": {"raw": body.get("title", "")}, "alt_text": body.get("alt_text", ""),
                              "mime_type": file.get_content_type(), "source_url": f"{self.home}/{number}/{file.get_filename()}"}
        self._slugs.setdefault(slug, set()).add(number)
        return said(self.media[number], 201)

    def _post_one_media(self, me: Json, number: int, body: Json) -> Told:
        media = self._one(self.media, number, "rest_post_invalid_id")
        media |= body
        return said(media)

    @staticmethod
    def _one(things: dict[int, Json], number: int, code: str) -> Json:
        if number not in things:
            raise Refusal(404, code)
        return things[number]

    # ------------------------------------------------------------------ comments

    def _get_comments(self, me: Json, query: Json) -> Told:
        if query.get("context") == "edit":
            self._may(me, "moderate_comments", "rest_forbidden_context")
        states = {"all": {"approved", "hold"}, "any": set(_STATUS.values())}.get(
            status := query.get("status", "approve"), {_STATUS.get(status, status)})
        where = {name: self._which(query, name) for name in ("include", "post", "parent", "author")}
        kind = query.get("type", "comment")
        found = [one for one in self.comments.values() if one["status"] in states and kind in ("all", one["type"])
                 and all(wanted is None or one["id" if name == "include" else name] in wanted for name, wanted in where.items())]
        return self._paged(query, found if query.get("order") == "asc" else found[::-1], self.unreadable)

    def _post_comments(self, me: Json, body: Json) -> Told:
        post = self.posts.get(body.get("post", 0))
        if post is None:
            raise Refusal(403, "rest_comment_invalid_post_id")
        if post["status"] in ("trash", "draft"):
            raise Refusal(403, f"rest_comment_{post['status']}_post")
        if post["comment_status"] == "closed":
            raise Refusal(403, "rest_comment_closed", "Sorry, comments are closed for this item.")
        if not (text := body.get("content", "")).strip():
            raise Refusal(400, "rest_comment_content_invalid")
        if len(text.encode()) > 65525:
            raise Refusal(400, "comment_content_column_length")
        mine = [one for one in self.comments.values() if one["author"] == me["id"] and one["status"] != "trash"]
        if any((one["post"], one["parent"], one["content"]["raw"]) == (post["id"], body.get("parent", 0), text) for one in mine):
            raise Refusal(409, "comment_duplicate", "Duplicate comment detected; it looks as though you&#8217;ve already said that!")
        if not me["capabilities"].get("moderate_comments") and mine:
            raise Refusal(400, "comment_flood", "You are posting comments too quickly. Slow down.")
        return said(self.say(post["id"], text, parent=body.get("parent", 0), user=me), 201)

    def _get_one_comments(self, me: Json, number: int, query: Json) -> Told:
        self._may(me, "moderate_comments", "rest_forbidden_context")
        return said(self._one(self.comments, number, "rest_comment_invalid_id"))

    def _post_one_comments(self, me: Json, number: int, body: Json) -> Told:
        comment = self._one(self.comments, number, "rest_comment_invalid_id")
        self._may(me, "moderate_comments", "rest_cannot_edit")
        if (status := _STATUS.get(body["status"])) in (None, comment["status"]):
            raise Refusal(500, "rest_comment_failed_edit", "Updating comment status failed.")
        comment["status"] = status
        return said(comment)

    def _delete_one_comments(self, me: Json, number: int, query: Json) -> Told:
        comment = self._one(self.comments, number, "rest_comment_invalid_id")
        self._may(me, "moderate_comments", "rest_cannot_delete")
        if query.get("force") == "true":
            return said({"deleted": True, "previous": self.comments.pop(number)})
        if not self.bin:
            raise Refusal(501, "rest_trash_not_supported")
        if comment["status"] == "trash":
            raise Refusal(410, "rest_already_trashed")
        comment["status"] = "trash"
        return said(comment)


def as_guest(text: str) -> str:
    """What WordPress keeps of what a guest writes."""
    return html.escape(text, quote=False)
