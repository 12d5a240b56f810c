"""A conversation as its page shows it: days, messages, notes, in order; what was understood, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from tertulia.inbox import labels
from tertulia.inbox.models import Message, Note
from tertulia.inbox.rules import found_in, segments, web_link

HEADS = ("sentiment", "intent", "offence")
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
class Conclusion:
    """One thing understood: the head it comes from, in words, with its share of certainty in percent."""

    head: str
    label: Any
    tone: str
    percent: int
    sure: bool
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A message: its text in pieces, each with the names of its marks; pictures, links; where our own stands."""

    message: Message
    pieces: list[tuple[str, tuple[str, ...]]]
    pictures: list[Mapping[str, str]]
    links: list[Mapping[str, str]]
    url: str
    conclusions: list[Conclusion]
    state: tuple[Any, str] | None = None
    last: bool = False
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


def talk_of(messages: Sequence[Message], notes: Sequence[Note], zone: tzinfo, *, words: Sequence[str] = (),
            last: Message | None = None) -> list[Day | Noted | Said]:
    """Messages and notes, each list in order, as lines with the days between them, on the brand's clock."""
    things: list[tuple[datetime, Noted | Said]] = [(one.at, Noted(one)) for one in notes]
    things += [(one.at, said(one, words, last=last is not None and one.pk == last.pk)) for one in messages]
    things.sort(key=lambda pair: pair[0])
    lines: list[Day | Noted | Said] = []
    today: date | None = None
    for at, line in things:
        if (day := at.astimezone(zone).date()) != today:
            lines.append(Day(day))
            today = day
        lines.append(line)
    return lines


def said(message: Message, words: Sequence[str] = (), *, last: bool = False) -> Said:
    """One message."""
    marks = {f"why-{head}": spans for head in HEADS if (spans := _reasons(message, head))}
    if words and (found := found_in(message.text, words)):
        marks["found"] = found
    attachments = [{**one, "url": web_link(one.get("url", "")), "preview_url": web_link(one.get("preview_url", ""))}
                   for one in message.attachments]
    return Said(
        message=message, pieces=segments(message.text, marks) if marks else [(message.text, ())],
        pictures=[one for one in attachments if one["kind"] == "image" and one["url"]],
        links=[one for one in attachments if one["kind"] != "image" and one["url"]],
        url=web_link(message.url), conclusions=[] if message.ours else conclusions(message.reading, telling=True),
        state=labels.DISPATCHES[message.dispatch.state] if message.ours and message.dispatch else None, last=last)


def _reasons(message: Message, head: str) -> list[tuple[int, int]]:
    told = (message.reading or {}).get(head) or {}
    # a reading made before an edit may point elsewhere
    return [(one["start"], one["end"]) for one in told.get("why", ()) if message.text[one["start"]:one["end"]] == one["text"]]


def conclusions(reading: Mapping[str, Any] | None, *, telling: bool = False) -> list[Conclusion]:
    """What a reading concludes; ``telling``: only what it is sure of and what is worth a chip."""
    if not reading:
        return []
    found = [*_sentiment(reading), *_intents(reading), *_offence(reading), *_language(reading)]
    if telling:
        plain = {labels.SENTIMENTS["neutral"], labels.OFFENCES["NO"][0], labels.INTENTS["chat"][0]}
        found = [one for one in found if one.sure and one.head != "language" and one.label not in plain]
    return found


def _sentiment(reading: Mapping[str, Any]) -> list[Conclusion]:
    tones = {"negative": ("danger", "sad"), "neutral": ("", "neutral"), "positive": ("ok", "happy")}
    return [Conclusion("sentiment", labels.SENTIMENTS.get(told["label"], told["label"]), *_tone(tones, told),
                       icon=tones.get(told["label"], ("", ""))[1]) for told in _heads(reading, "sentiment")]


def _tone(tones: Mapping[str, tuple[str, str]], told: Mapping[str, Any]) -> tuple[str, int, bool]:
    return tones.get(told["label"], ("", ""))[0], round(told["p"] * 100), bool(told["sure"])


def _intents(reading: Mapping[str, Any]) -> list[Conclusion]:
    return [Conclusion("intent", *labels.INTENTS.get(one["label"], (one["label"], "")), round(one["p"] * 100), bool(told["sure"]))
            for told in _heads(reading, "intent") for one in told.get("labels", ())]


def _offence(reading: Mapping[str, Any]) -> list[Conclusion]:
    return [Conclusion("offence", *labels.OFFENCES.get(told["label"], (told["label"], "")), round(told["p"] * 100), bool(told["sure"]))
            for told in _heads(reading, "offence")]


def _language(reading: Mapping[str, Any]) -> list[Conclusion]:
    return [Conclusion("language", labels.LANGUAGES.get(told["label"], told["label"]), "", round(told["p"] * 100), bool(told["sure"]))
            for told in _heads(reading, "language")]


def _heads(reading: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    told = reading.get(name)
    return [told] if told else []


def heads_of(reading: Mapping[str, Any] | None) -> list[tuple[str, Any, list[Conclusion]]]:
    """A reading by heads, for the panel: (head, what it is called, conclusions)."""
    names = {"sentiment": _("Sentimiento"), "intent": _("Intención"), "offence": _("Ofensa"), "language": _("Idioma")}
    found = conclusions(reading)
    return [(head, name, mine) for head, name in names.items() if (mine := [one for one in found if one.head == head])]
