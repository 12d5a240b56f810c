"""Was it done? What we sent and heard no answer to is looked for among what the Page shows.

Facebook shows things late, so that not seeing it is ``Unsure``; the only certain no is that it was never sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tertulia.networks import graph
from tertulia.networks.contract import Draft, Key, Receipt, TryLater, Unsure
from tertulia.networks.facebook import translate
from tertulia.networks.facebook.translate import Json, What
from tertulia.networks.graph import Graph

SLACK = timedelta(seconds=90)  # between our clock and Facebook's, once the Date of its answers is reckoned with
LOOK_PAGES = 20


@graph.understood()
def find(api: Graph, page: str, draft: Draft, key: Key) -> Receipt | None:
    """What ``publish`` or ``message`` would have made with this key. None: its steps say that it was never asked for."""
    if not key.steps.get("asked"):
        return None
    sent, exact, alike = list(key.steps.get("photos") or ()), [], []
    kind, root, places = _where(api, page, draft)
    for thing in _ours_since(api, places, page, key, kind):
        there = translate.photos(thing)
        if sent and set(there) == set(sent):
            exact.append(thing)
        elif len(there) == len(draft.pictures) and translate.same_words(str(thing.get("message") or ""), draft.text):
            alike.append(thing)
    ids = [graph.identity(one) for one in exact or alike]
    if len(ids) == 1:
        return translate.receipt(ids[0], kind, root, found="photos" if exact else "text")
    if ids:
        raise Unsure("duplicate", "several could be it", {"ids": ids})
    raise Unsure("reset", "not seen yet: Facebook may show it later")


def _where(api: Graph, page: str, draft: Draft) -> tuple[What, str, list[str]]:
    """What it would be, what it would hang from, and the edges that would show it."""
    if draft.to:
        asked = api.get(f"/{page}/conversations", platform="MESSENGER", user_id=draft.to.external_id, fields="id")
        threads = [graph.identity(one) for one in graph.listed(asked)]
        return "direct", threads[0] if threads else "", [f"/{thread}/messages" for thread in threads]
    if draft.reply_to:
        root = str(draft.reply_to.extra.get("root") or draft.reply_to.external_id)
        return "comment", root, [f"/{draft.reply_to.external_id}/comments"]
    return "post", "", [f"/{page}/published_posts"]


def _ours_since(api: Graph, places: list[str], page: str, key: Key, kind: What) -> Iterator[Json]:
    """What the Page itself said there since the key's moment by Facebook's clock, newest first."""
    asked: dict[str, Any] = {"fields": translate.FIELDS[kind], "limit": 100}
    unsaid = page if kind == "post" else ""  # a list of the Page's own posts; elsewhere who is not named is somebody else
    try:
        for place in places:
            order = {"order": "reverse_chronological"} if place.endswith("/comments") else {}
            for things in api.pages(place, most=LOOK_PAGES, **asked, **order):
                since = key.at - SLACK + api.ahead
                fresh = [one for one in things if graph.moment(one["created_time"]) >= since]
                yield from (one for one in fresh if str((one.get("from") or {}).get("id") or unsaid) == page)
                if not fresh:
                    break
    except TryLater as error:
        if error.reason != "too_big_answer":
            raise
        raise Unsure("too_big_answer", error.detail) from error
