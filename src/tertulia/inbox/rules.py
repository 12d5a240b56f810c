"""How talk becomes conversations. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from tertulia.networks.contract import Item


def branch_of(item: Item, branch_known: Callable[[str], str | None]) -> str:
    """The branch ``item`` belongs to; ``branch_known`` tells that of a message stored before (None: never seen).

    Private talk is one branch a person. What answers something known joins its branch. A comment straight under a
    post begins one of its own. What answers something we never saw joins that thing's branch, so that siblings meet.
    """
    if item.kind == "direct":
        return item.root_id or f"direct:{item.author.external_id}"
    if item.parent_id and (known := branch_known(item.parent_id)):
        return known
    if item.kind == "comment" and (not item.parent_id or item.parent_id == item.root_id):
        return item.external_id
    if item.kind == "comment":
        return item.parent_id
    return item.root_id or item.external_id


def excerpt(text: str, longest: int = 180) -> str:
    """The beginning of ``text`` on one line, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0] + "…"


def waiting_since(before: datetime | None, said_at: datetime, *, ours: bool) -> datetime | None:
    """Since when an answer is owed, after one more message: ours settles the debt, theirs begins it."""
    if ours:
        return None
    return before or said_at
