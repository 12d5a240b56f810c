"""WordPress: the calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tertulia.kit import clock
from tertulia.networks import calls, manifest_file
from tertulia.networks.contract import (
    Account,
    Author,
    Batch,
    Draft,
    Gone,
    Item,
    Key,
    Limits,
    Manifest,
    Metrics,
    Outcome,
    Picture,
    ProfileCard,
    Receipt,
    Ref,
    Refused,
    TryLater,
    Unsure,
)
from tertulia.networks.wordpress import answers, collecting, connecting, translate
from tertulia.networks.wordpress import text as texts

PAGE = 100                        # the most that WordPress gives
SLACK = timedelta(seconds=90)     # between our clock and the site's, once its Date header is reckoned with
LATEST = 20                       # posts of ours that are looked through: whole, so not many
UNDER_WAY = timedelta(minutes=2)  # how long a site may go on with a request whose answer was lost
LIVE = "publish,future,draft,pending,private"


class WordPress:
    """One user of one site. A post is known again by its slug, which carries the key; a reply, by its words and parent."""

    manifest: ClassVar[Manifest] = manifest_file.read(Path(__file__).with_name("manifest.toml"))
    repeatable: ClassVar[bool] = False

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.account, self._http = account, http
        self._api, self._own_id = str(account.settings["api"]), int(account.settings["user_id"])
        self._auth = (str(account.secrets["user"]), str(account.secrets["password"]))

    @staticmethod
    def count(text: str) -> int:
        return texts.count(text)

    @staticmethod
    def limits(account: Account | None) -> Limits:
        """WordPress does not tell the limits of a site."""
        return WordPress.manifest.limits

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account:
        return connecting.connect(answers, http, cls.manifest)

    # ------------------------------------------------------------------ posts

    def publish(self, draft: Draft, key: Key) -> Receipt:
        """A post (its pictures first, in the library of the site), or a comment that answers."""
        translate.check(draft, self.limits(self.account))
        if draft.reply_to:
            return self._reply(draft, draft.reply_to, key)
        slug = texts.slug(draft.text, key.value)
        with answers.understood():
            pictures = self._library(draft, key)
        key.steps.note(asked=clock.now().isoformat())
        made = self._call("POST", "/wp/v2/posts", creates=True, json=translate.post(draft, slug, pictures))
        with answers.understood(Unsure):
            receipt = translate.receipt("post", made)
            if re.fullmatch(rf"{slug}-\d+", made["slug"]):
                return self._undone(draft, key, receipt)
        return receipt

    @answers.understood()
    def find(self, draft: Draft, key: Key) -> Receipt | None:
        """A post by its slug, also in the bin; a reply among our comments under the same parent.

        None only when the site can no longer be at it, and nothing like it of ours came under another slug.
        """
        if draft.reply_to:
            return self._find_reply(draft, draft.reply_to, key)
        posts = self._named(texts.slug(draft.text, key.value))
        live = [post for post in posts if not translate.is_away(post)]
        if len(live) > 1:
            raise Unsure("duplicate", "two posts of the same dispatch", {"ids": [translate.name("post", one["id"]) for one in live]})
        if found := next(iter(live or posts), None):
            return translate.receipt("post", found, found="slug")
        if alike := self._alike(draft, key):
            raise Unsure("duplicate", "a post like it is there under another slug", {"ids": alike})
        asked = key.steps.get("asked")
        if asked and clock.now() - translate.moment(asked) < UNDER_WAY:
            raise Unsure("reset", "not there yet: the site may still be at it")
        return None

    def _alike(self, draft: Draft, key: Key) -> list[str]:
        """Our posts since the key's moment with the same title and content: other programs on a site may change slugs."""
        response = self._send("GET", "/wp/v2/posts", {
            "author": self._own_id, "status": f"{LIVE},trash", "context": "edit", "per_page": LATEST, "orderby": "id", "order": "desc",
            "_fields": "id,date_gmt,title,content"})
        since, title, body = key.at - SLACK + _ahead(response), translate.title(draft), texts.split(draft.text)[1]
        return [translate.name("post", one["id"]) for one in answers.listed(answers.read(response))
                if translate.moment(one["date_gmt"]) >= since
                and texts.same(texts.read(translate.written(one["title"])).text, title)
                and texts.same(texts.read(translate.written(one["content"])).text, body)]

    def _named(self, slug: str) -> list[Mapping[str, Any]]:
        """Posts under ``slug``, or what WordPress makes of it when it is taken or thrown away. Empty: certainly none."""
        wanted = [f"{slug}{again}{bin}" for again in ("", "-2", "-3") for bin in ("", "__trashed")]
        found = self._call("GET", "/wp/v2/posts", {
            "slug": ",".join(wanted), "status": f"{LIVE},trash", "context": "edit", "per_page": PAGE, "orderby": "id", "order": "asc",
            "_fields": "id,slug,status,link,date_gmt"})
        return [post for post in answers.listed(found) if post["slug"] in wanted]

    def _undone(self, draft: Draft, key: Key, second: Receipt) -> Receipt:
        """The post of an earlier try was there after all: ours is the second, and leaves."""
        try:
            posts = self._named(texts.slug(draft.text, key.value))
            first = next((one for one in posts if translate.name("post", one["id"]) != second.ref.external_id), None)
            if first is None:
                return second
            self._delete("posts", translate.numbered(second.ref.external_id)[1], force=True)
        except Outcome as error:
            raise Unsure("duplicate", f"a second post could not be taken back: {error}", second.evidence) from error
        return translate.receipt("post", first, found="slug", undone=second.ref.external_id)

    # ------------------------------------------------------------------ pictures

    def _library(self, draft: Draft, key: Key) -> list[texts.Media]:
        """The pictures of ``draft`` in the site's library, those that earlier tries uploaded among them."""
        slugs = [f"{key.value[-12:].lower()}-imagen-{number}" for number, _ in enumerate(draft.pictures, 1)]
        kept: dict[str, list[Any]] = dict(key.steps.get("media") or {})
        lacking = [(slug, picture) for slug, picture in zip(slugs, draft.pictures, strict=True) if slug not in kept]
        there = self._uploaded([slug for slug, _ in lacking])
        for slug, picture in lacking:
            media = there[slug] if slug in there else self._upload(slug, picture, translate.title(draft))
            if slug in there and picture.alt:  # an upload that was cut short may lack it
                self._call("POST", f"/wp/v2/media/{int(media['id'])}", json={"alt_text": self._alt(picture)})
            kept[slug] = [int(media["id"]), str(media["source_url"])]
            key.steps.note(media=dict(kept))
        return [texts.Media(int(kept[slug][0]), str(kept[slug][1]), self._alt(picture))
                for slug, picture in zip(slugs, draft.pictures, strict=True)]

    def _uploaded(self, slugs: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        if not slugs:
            return {}
        found = self._call("GET", "/wp/v2/media", {
            "slug": ",".join(slugs), "per_page": PAGE, "context": "edit", "_fields": "id,slug,source_url"})
        return {media["slug"]: media for media in answers.listed(found)}

    def _upload(self, slug: str, picture: Picture, title: str) -> Mapping[str, Any]:
        """Not a thing that people see: what is lost on the way is looked for by its slug before it is sent again."""
        file = (f"{slug}.{picture.mime.rpartition('/')[2]}", picture.content, picture.mime)
        told = {"slug": slug, "title": texts.escaped(title), "alt_text": self._alt(picture)}
        try:
            made: Mapping[str, Any] = self._call("POST", "/wp/v2/media", data=told, files={"file": file})
        except Refused as error:
            if error.evidence.get("code") != "rest_upload_unknown_error":
                raise
            # also what it says where two requests at once make the month's folder: the second time the folder is there
            made = self._call("POST", "/wp/v2/media", data=told, files={"file": file})
        return made

    def _alt(self, picture: Picture) -> str:
        return texts.clean(picture.alt)[:self.limits(self.account).alt_characters]

    # ------------------------------------------------------------------ replies

    def _reply(self, draft: Draft, to: Ref, key: Key) -> Receipt:
        with answers.understood():
            post, parent = self._answered(to)
        told = {"post": post, "parent": parent, "content": texts.comment(draft.text)}
        try:
            made = self._call("POST", "/wp/v2/comments", creates=True, json=told)
        except Refused as error:
            if error.reason == "duplicate" and (found := self.find(draft, key)):  # it was the earlier try's
                return found
            raise
        with answers.understood(Unsure):
            return translate.receipt("comment", made)

    def _answered(self, to: Ref) -> tuple[int, int]:
        """Post and parent comment of an answer. WordPress takes answers to comments that are not there: asked before."""
        thing, number = translate.numbered(to.external_id)
        if thing == "post":
            return number, 0
        comment = self._comment(number)
        return int(comment["post"]), number

    def _find_reply(self, draft: Draft, to: Ref, key: Key) -> Receipt | None:
        thing, number = translate.numbered(to.external_id)
        where = {"post": number, "parent": 0} if thing == "post" else {"parent": number}
        found = []
        for comment, ahead in self._own_comments(where):
            if (translate.moment(comment["date_gmt"]) >= key.at - SLACK + ahead
                    and texts.same(texts.read(translate.written(comment["content"])).text, draft.text)):
                found.append(comment)
        live = [comment for comment in found if not translate.is_away(comment)]
        if len(live) > 1:
            raise Unsure("duplicate", "several comments could be it", {"ids": [translate.name("comment", one["id"]) for one in live]})
        one = next(iter(live or found), None)
        return translate.receipt("comment", one, found="text") if one else None

    def _own_comments(self, where: Mapping[str, int]) -> Iterator[tuple[Mapping[str, Any], timedelta]]:
        """All our comments there, the thrown away too, each with how far the site's clock is ahead of ours."""
        page, pages = 1, 1
        while page <= pages:
            response = self._send("GET", "/wp/v2/comments", {
                **where, "author": self._own_id, "status": "any", "context": "edit", "per_page": PAGE, "page": page,
                "orderby": "id", "order": "asc"})
            comments = answers.listed(answers.read(response))
            page, pages = page + 1, int(response.headers["x-wp-totalpages"])
            for comment in comments:
                yield comment, _ahead(response)

    # ------------------------------------------------------------------ reading, deleting, hiding

    @answers.understood()
    def read(self, ref: Ref) -> Item:
        thing, number = translate.numbered(ref.external_id)
        if thing == "comment":
            return translate.comment_item(self._comment(number), self._own_id)
        try:
            post = self._call("GET", f"/wp/v2/posts/{number}", {"context": "edit"})
        except Gone:
            post = self._call("GET", f"/wp/v2/pages/{number}", {"context": "edit"})  # pages are commented on too
        if translate.is_away(post):
            raise Gone("not_found", "in the bin")
        return translate.post_item(post, self._own_author(), self._own_id)

    def _comment(self, number: int) -> Mapping[str, Any]:
        comment: Mapping[str, Any] = self._call("GET", f"/wp/v2/comments/{number}", {"context": "edit"})
        if translate.is_away(comment):
            raise Gone("not_found", "in the bin, or taken for spam")
        return comment

    def _own_author(self) -> Author:
        return Author(f"user-{self._own_id}", str(self.account.settings["user"]), str(self.account.settings["display_name"]))

    @answers.understood()
    def delete(self, ref: Ref) -> Receipt:
        """To the bin, where a person can fetch it back; for good where the site has none."""
        thing, number = translate.numbered(ref.external_id)
        try:
            self._delete(f"{thing}s", number)
        except Gone:
            return Receipt(ref, evidence={"already": True})
        except TryLater as error:
            if error.evidence.get("code") != "rest_trash_not_supported":
                raise
            self._delete(f"{thing}s", number, force=True)
        return Receipt(ref)

    def _delete(self, things: str, number: int, *, force: bool = False) -> None:
        self._call("DELETE", f"/wp/v2/{things}/{number}", {"force": "true"} if force else {})

    def hide(self, ref: Ref) -> Receipt:
        """Back to the queue of moderation."""
        return self._become(ref, "hold")

    def unhide(self, ref: Ref) -> Receipt:
        return self._become(ref, "approved")

    @answers.understood()
    def _become(self, ref: Ref, status: str) -> Receipt:
        thing, number = translate.numbered(ref.external_id)
        if thing != "comment":
            raise Refused("unsupported", "only comments can be hidden")
        try:
            self._call("POST", f"/wp/v2/comments/{number}", json={"status": status})
        except TryLater as error:  # what it already is, it cannot become: a 500
            if error.evidence.get("code") != "rest_comment_failed_edit" or self._comment(number)["status"] != status:
                raise
        return Receipt(ref, evidence={"status": status})

    # ------------------------------------------------------------------ collecting, figures, profile

    @answers.understood()
    def collect(self, cursor: Mapping[str, Any]) -> Batch:
        """Comments and other blogs' links by number, the order of arrival; see ``collecting`` for the cursor."""
        place = collecting.place(cursor) if cursor else collecting.beginning(self._comments_from(0, 1)[1])
        while True:
            page, total = self._comments_from(place.offset, PAGE)
            if collecting.holds(place, [int(comment["id"]) for comment in page]):
                return collecting.batch(place, page, total, PAGE, self._own_id)
            place = collecting.further_back(place, total, PAGE)

    def _comments_from(self, offset: int, most: int) -> tuple[list[Any], int]:
        """Comments from the ``offset``-th on by number, spam and bin left out, and how many there are in all."""
        response = self._send("GET", "/wp/v2/comments", {
            "status": "all", "type": "all", "context": "edit", "orderby": "id", "order": "asc", "offset": offset, "per_page": most})
        return answers.listed(answers.read(response)), int(response.headers["x-wp-total"])

    @answers.understood()
    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        ours: dict[str, list[int]] = {"post": [], "comment": []}
        for external_id in external_ids:
            thing, number = translate.numbered(external_id)
            ours[thing].append(number)
        posts = self._existing("posts", ours["post"], status=LIVE)
        posts |= self._existing("pages", [one for one in ours["post"] if one not in posts], status=LIVE)
        comments = self._existing("comments", ours["comment"], status="all", type="all")
        return frozenset([translate.name("post", one) for one in posts] + [translate.name("comment", one) for one in comments])

    def _existing(self, things: str, numbers: Iterable[int], **which: str) -> set[int]:
        found: set[int] = set()
        wanted = list(numbers)
        for start in range(0, len(wanted), PAGE):
            some = ",".join(map(str, wanted[start:start + PAGE]))
            page = self._call("GET", f"/wp/v2/{things}", {
                "include": some, "per_page": PAGE, "context": "edit", "_fields": "id", **which})
            found |= {int(one["id"]) for one in answers.listed(page)}
        return found

    @answers.understood()
    def measure(self, refs: Sequence[Ref]) -> Mapping[str, Metrics]:
        """Approved comments; WordPress counts neither visits nor likes."""
        numbers = {number: ref.external_id for ref in refs if (number := _post(ref)) is not None}
        return {numbers[one]: Metrics(replies=self._commented(one)) for one in self._existing("posts", numbers, status=LIVE)}

    def _commented(self, post: int) -> int:
        response = self._send("GET", "/wp/v2/comments", {"post": post, "status": "approve", "per_page": 1, "_fields": "id"})
        answers.listed(answers.read(response))
        return int(response.headers["x-wp-total"])

    @answers.understood()
    def profile(self) -> ProfileCard:
        return translate.card(self._call("GET", "/"))

    # ------------------------------------------------------------------ the way out

    def _send(self, method: str, path: str, params: Mapping[str, Any], *, creates: bool = False, **how: Any) -> httpx.Response:
        url, told = connecting.asked(self._api, path, params)
        return answers.unsaid(calls.send(self._http, method, url, creates=creates, params=told, auth=self._auth, **how), *self._auth)

    def _call(self, method: str, path: str, params: Mapping[str, Any] | None = None, *, creates: bool = False, **how: Any) -> Any:
        return answers.read(self._send(method, path, params or {}, creates=creates, **how), creates=creates)


def _post(ref: Ref) -> int | None:
    thing, number = translate.numbered(ref.external_id)
    return number if thing == "post" else None


def _ahead(response: httpx.Response) -> timedelta:
    """How far the site's clock is ahead of ours, by the Date of its answer."""
    try:
        return parsedate_to_datetime(response.headers["date"]) - clock.now()
    except (KeyError, ValueError, TypeError):
        return timedelta(0)
