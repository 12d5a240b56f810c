"""What each pane of the inbox shows: the views, the list, the conversation, and who speaks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from tertulia.brands.doors import BrandRequest
from tertulia.brands.models import Brand
from tertulia.brands.queries import team
from tertulia.channels.queries import why_not
from tertulia.inbox import labels, persons_panes, queries
from tertulia.inbox.addresses import address_of
from tertulia.inbox.lists import Filters
from tertulia.inbox.models import Conversation, Message, Note
from tertulia.inbox.rules import snooze_times, web_link, words_of
from tertulia.inbox.talk import beside, talk_of
from tertulia.inbox.understood import gist
from tertulia.inbox.writer import together_context, writer_context
from tertulia.kit import clock


def zone_of(brand: Brand) -> ZoneInfo:
    """The brand's clock."""
    return ZoneInfo(brand.time_zone)


# --------------------------------------------------------------------------- one conversation


def opened_context(request: BrandRequest, conversation: Conversation, filters: Filters, *, before: str = "",
                   answering: int | None = None) -> dict[str, Any]:
    """A conversation with all that stands around it. ``before``: the stretch before that mark instead of the last one."""
    page = queries.messages_of(conversation, before)
    return {
        **tail_context(request, conversation, filters, page.rows, earlier=page.next, past=before),
        **writer_context(request, conversation, answering), **person_context(request, conversation),
        "filters": filters, "address": address_of(filters), "subject_pictures": _pictures(conversation),
        "subject_url": web_link(conversation.subject.url) if conversation.subject else "", "past": bool(before)}


def _pictures(conversation: Conversation) -> list[dict[str, str]]:
    told = conversation.subject.attachments if conversation.subject else []
    return [one for one in told if one["kind"] == "image" and web_link(one["url"])]


def tail_context(request: BrandRequest, conversation: Conversation, filters: Filters, messages: Sequence[Message], *,
                 earlier: str = "", past: str = "") -> dict[str, Any]:
    """The lines from the first of ``messages`` on, and how the conversation stands."""
    zone, last = zone_of(request.brand), queries.last_of_theirs(conversation)
    notes = [] if past else notes_between(conversation, messages, whole=not earlier)
    return {
        "conversation": conversation, "talk": talk_of(messages, notes, zone, words=words_of(filters.words), last=last),
        "earlier": earlier, "first": messages[0].pk if messages else 0, "last": last,
        "version": version_of(conversation, messages, notes), "address": address_of(filters), "filters": filters,
        "hide_not": why_not(conversation.channel, "hide"), "web_url": web_link(last.url) if last else "",
        "team": [one.member for one in team(request.brand)], "labels": queries.labels_of(request.brand), "reasons": labels.REASONS.items(),
        "snoozes": snooze_times(clock.now(), zone), "zone": zone, **together_context(request, conversation)}


def notes_between(conversation: Conversation, messages: Sequence[Message], *, whole: bool, until: Message | None = None) -> list[Note]:
    """The notes that stand among these messages; ``whole``: nothing was said before them."""
    start = None if whole or not messages else messages[0].at
    return [one for one in queries.notes_of(conversation)
            if (start is None or one.at >= start) and (until is None or one.at < until.at)]


def version_of(conversation: Conversation, messages: Sequence[Message], notes: Sequence[Note]) -> str:
    """Changes when anything that the page shows of the conversation does."""
    shown = [
        (one.pk, one.edited_at, one.vanished_at, one.hidden_at, one.hidden_because, one.ending, gist(one.reading),
         one.dispatch.state if one.dispatch else "") for one in messages]
    stands = (conversation.state, conversation.assignee_id, conversation.labels, conversation.snoozed_until, conversation.waiting_since)
    return hashlib.blake2s(repr((shown, [one.pk for one in notes], stands, beside(messages))).encode(), digest_size=8).hexdigest()


def person_context(request: BrandRequest, conversation: Conversation) -> dict[str, Any]:
    """Who speaks, and what else we talked about."""
    return persons_panes.beside(request, conversation)
