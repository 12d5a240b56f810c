"""A conversation as its page shows it: days, messages, notes, in order; what was understood, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from tertulia.inbox import labels
from tertulia.inbox.models import Message, Note
from tertulia.inbox.rules import foreign, found_in, segments, web_link
from tertulia.inbox.understood import Conclusion, line_of

#: A text longer than this is shown folded.
LONG = 1500


@dataclass(frozen=True, slots=True)
class Day:
    """A new day begins."""

    day: date
    kind: str = "day"


@dataclass(frozen=True, slots=True)
class Noted:
    """A note of the team."""

    note: Note
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class Said:
    """A message: its text in pieces, each with the names of its marks; pictures, links; where our own stands.

    ``tongue``: its language, where that is not Spanish.
    """

    message: Message
    pieces: list[tuple[str, tuple[str, ...]]]
    pictures: list[Mapping[str, str]]
    links: list[Mapping[str, str]]
    url: str
    conclusions: list[Conclusion]
    state: tuple[Any, str] | None = None
    tongue: Mapping[str, Any] | None = None
    last: bool = False
    first: bool = False
    kind: str = "said"

    @property
    def long(self) -> bool:
        """Whether the text is shown folded."""
        return len(self.message.text) > LONG

    @property
    def hiding(self) -> bool:
        """Decided, and not done by the network yet."""
        return bool(self.message.hidden_because) and self.message.hidden_at is None

    @property
    def showing(self) -> bool:
        """Hidden still, but to be shown again."""
        return self.message.hidden_at is not None and not self.message.hidden_because


_shown_too: list[Callable[[Sequence[Message]], Any]] = []


def shown_too(tell: Callable[[Sequence[Message]], Any]) -> Callable[[Sequence[Message]], Any]:
    """Registers what a part above shows beside messages: something whose ``repr`` changes when that does."""
    _shown_too.append(tell)
    return tell


def beside(messages: Sequence[Message]) -> list[Any]:
    """All that the parts above show beside these messages."""
    return [tell(messages) for tell in _shown_too]


def talk_of(messages: Sequence[Message], notes: Sequence[Note], zone: tzinfo, *, words: Sequence[str] = (),
            last: Message | None = None) -> list[Day | Noted | Said]:
    """Messages and notes, each list in order, as lines with the days between them, on the brand's clock."""
    things: list[tuple[datetime, Noted | Said]] = [(one.at, Noted(one)) for one in notes]
    things += [(one.at, said(one, words, last=last is not None and one.pk == last.pk, first=one.pk == messages[0].pk)) for one in messages]
    things.sort(key=lambda pair: pair[0])
    lines: list[Day | Noted | Said] = []
    today: date | None = None
    for at, line in things:
        if (day := at.astimezone(zone).date()) != today:
            lines.append(Day(day))
            today = day
        lines.append(line)
    return lines


def said(message: Message, words: Sequence[str] = (), *, last: bool = False, first: bool = False) -> Said:
    """One message."""
    marks: dict[str, Any] = dict(reasons(message))
    if words and (found := found_in(message.text, words)):
        marks["found"] = found
    attachments = [{**one, "url": web_link(one.get("url", "")), "preview_url": web_link(one.get("preview_url", ""))}
                   for one in message.attachments]
    return Said(
        message=message, pieces=segments(message.text, marks) if marks else [(message.text, ())],
        pictures=[one for one in attachments if one["kind"] == "image" and (one["url"] or one.get("picture"))],
        links=[one for one in attachments if one["kind"] != "image" and one["url"]],
        url=web_link(message.url), tongue=tongue_of(message),
        conclusions=[] if message.ours else [one for one in line_of(message.reading) if one.head != "language"],
        state=labels.DISPATCHES[message.dispatch.state] if message.ours and message.dispatch else None, last=last, first=first)


def tongue_of(message: Message) -> dict[str, Any] | None:
    """The language of a message that is surely not in Spanish: its code, and in words; else None."""
    code = foreign(message.reading)
    return {"code": code, "words": labels.IN_LANGUAGES.get(code, labels.IN_LANGUAGES["other"])} if code else None


def reasons(message: Message) -> dict[str, list[tuple[int, int]]]:
    """The places in the text that weighed, by the mark they get: ``why-`` and the head, ``part-`` and the part."""
    marks: dict[str, list[tuple[int, int]]] = {}
    for head in labels.HEADS:
        told = (message.reading or {}).get(head) or {}
        marks[f"why-{head}"] = _places(message.text, told.get("why", ()))
        for part in told.get("parts", ()):
            marks[f"part-{part['name']}"] = _places(message.text, part["said"])
    return {name: places for name, places in marks.items() if places}


def _places(text: str, spans: Sequence[Mapping[str, Any]]) -> list[tuple[int, int]]:
    # a reading made before an edit may point elsewhere
    return [(one["start"], one["end"]) for one in spans if text[one["start"]:one["end"]] == one["text"]]
