"""What each pane of the inbox shows: the views, the list, the conversation, and who speaks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.urls import reverse

from tertulia.brands.doors import BrandRequest
from tertulia.brands.models import Brand
from tertulia.brands.queries import team
from tertulia.channels.models import ChannelState
from tertulia.channels.queries import channels_of, why_not
from tertulia.inbox import labels, queries
from tertulia.inbox.forms import address_of, measure
from tertulia.inbox.models import Conversation, Message, Note
from tertulia.inbox.queries import Filters
from tertulia.inbox.rules import around, found_in, segments, snooze_times, web_link, words_of
from tertulia.inbox.talk import talk_of
from tertulia.inbox.understood import Conclusion, gist, row_of
from tertulia.kit import clock

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: the conversation, its text in pieces, its chips; ``inside``: it still passes the filters."""

    conversation: Conversation
    pieces: list[tuple[str, tuple[str, ...]]]
    chips: list[Conclusion]
    inside: bool = True


def zone_of(brand: Brand) -> ZoneInfo:
    """The brand's clock."""
    return ZoneInfo(brand.time_zone)


# --------------------------------------------------------------------------- the views and the list


def views_context(request: BrandRequest, filters: Filters) -> dict[str, Any]:
    """The views with how many conversations each has."""
    counts = queries.counts(request.brand, request.user)
    list_url = reverse("inbox:list", args=[request.brand.slug])
    return {
        "views": [
            {"name": name, "label": label, "icon": icon, "count": counts.get(view), "current": view == filters.view,
             "url": list_url + address_of(replace(filters, view=view))}
            for name, (view, label, icon) in labels.VIEWS.items()],
        "filters": filters, "address": address_of(filters)}


def list_context(request: BrandRequest, filters: Filters, after: str = "") -> dict[str, Any]:
    """A page of the list; with ``after``, the one after that mark."""
    brand = request.brand
    page = queries.page_of(brand, request.user, filters, after, PAGE)
    found = queries.found_texts(brand, page.rows, filters.words) if filters.words else {}
    return {
        "filters": filters, "address": address_of(filters), "words": filters.words, "deep": bool(after),
        "rows": rows_of(page.rows, filters.words, found), "more": address_of(filters, despues=page.next) if page.next else "",
        "since": queries.last_id(brand), "team": [one.member for one in team(brand)],
        "take": f"assign:{request.user.pk}", "reasons": labels.REASONS.items()}


def controls_context(request: BrandRequest, filters: Filters) -> dict[str, Any]:
    """What the list may be filtered by, and what it is filtered by."""
    list_url = reverse("inbox:list", args=[request.brand.slug])
    channels = list(channels_of(request.brand))
    names = {
        "canal": {str(one.pk): one.handle for one in channels}.get(str(filters.channel_id)), "tipo": labels.KINDS.get(filters.kind),
        "tono": labels.SENTIMENTS.get(filters.sentiment), "intencion": labels.INTENTS.get(filters.intent, ("",))[0]}
    return {
        "channels": channels, "kinds": labels.KINDS.items(), "sentiments": labels.SENTIMENTS.items(),
        "intents": [(name, label) for name, (label, _tone) in labels.INTENTS.items()],
        "view": next(name for name, entry in labels.VIEWS.items() if entry[0] == filters.view),
        "active": [{"label": label, "url": list_url + address_of(filters, **{name: ""})} for name, label in names.items() if label]}


def rows_of(conversations: Iterable[Conversation], words: str = "", found: dict[int, str] | None = None,
            inside: set[int] | None = None) -> list[Row]:
    """Lines of the list; ``found`` are the texts that the ``words`` were found in, by conversation."""
    asked, rows = words_of(words), list(conversations)
    readings = queries.last_readings([one.pk for one in rows])
    return [
        Row(one, _pieces(found[one.pk], asked) if found and one.pk in found else [(one.excerpt, ())], row_of(readings.get(one.pk)),
            inside is None or one.pk in inside)
        for one in rows]


def _pieces(text: str, words: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    piece = around(text, words)
    return segments(piece, {"found": found_in(piece, words)})


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
        "team": [one.member for one in team(request.brand)], "reasons": labels.REASONS.items(),
        "snoozes": snooze_times(clock.now(), zone), "zone": zone}


def notes_between(conversation: Conversation, messages: Sequence[Message], *, whole: bool, until: Message | None = None) -> list[Note]:
    """The notes that stand among these messages; ``whole``: nothing was said before them."""
    start = None if whole or not messages else messages[0].at
    return [one for one in queries.notes_of(conversation)
            if (start is None or one.at >= start) and (until is None or one.at < until.at)]


def version_of(conversation: Conversation, messages: Sequence[Message], notes: Sequence[Note]) -> str:
    """Changes when anything that the page shows of the conversation does."""
    shown = [
        (one.pk, one.edited_at, one.vanished_at, one.hidden_at, one.hidden_because, gist(one.reading),
         one.dispatch.state if one.dispatch else "") for one in messages]
    stands = (conversation.state, conversation.assignee_id, conversation.snoozed_until, conversation.waiting_since)
    return hashlib.blake2s(repr((shown, [one.pk for one in notes], stands)).encode(), digest_size=8).hexdigest()


def writer_context(request: BrandRequest, conversation: Conversation, answering: int | None = None, *,
                   text: str = "") -> dict[str, Any]:
    """What is needed to answer: what would be answered, how much fits, or why it cannot be."""
    channel = conversation.channel
    target = queries.last_of_theirs(conversation)
    if answering:
        target = conversation.messages.select_related("author").filter(
            pk=answering, ours=False, vanished_at=None).first() or target
    count, limit, _bytes = measure(channel, text)
    return {
        "conversation": conversation, "answering": target, "text": text, "count": count, "limit": limit, "left": limit - count,
        "chosen": bool(answering), "paused": channel.state != ChannelState.ACTIVE,
        "answer_not": why_not(channel, "message" if conversation.kind == "direct" else "reply"),
        "turn": conversation.turn, "key": uuid4().hex}


def person_context(request: BrandRequest, conversation: Conversation) -> dict[str, Any]:
    """Who speaks, and what else we talked about."""
    person = conversation.person
    return {"person": person, "person_url": web_link(person.url) if person else "",
            "others": list(queries.history_of(conversation))}
