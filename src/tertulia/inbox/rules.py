"""How talk becomes conversations, when it comes back, who goes first, and how it is searched. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from tertulia.kit.folding import fold
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


# --------------------------------------------------------------------------- what was understood, and who goes first


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reading surely says of a message, as lists are filtered and ordered by it; empty or None: it is not sure.

    ``importance`` and ``urgency`` go from 1 to 3.
    """

    language: str = ""
    sentiment: str = ""
    intents: tuple[str, ...] = ()
    offence: str = ""
    judgement: str = ""
    department: str = ""
    importance: int | None = None
    urgency: int | None = None


def summed(reading: Mapping[str, Any] | None) -> Summary:
    """The summary of a reading (its heads as JSON)."""
    sure = {name: head for name, head in (reading or {}).items() if isinstance(head, Mapping) and head.get("sure")}

    def label(head: str) -> str:
        return str(sure.get(head, {}).get("label", ""))

    return Summary(
        label("language"), label("sentiment"), tuple(one["label"] for one in sure.get("intent", {}).get("labels", [])), label("offence"),
        label("judgement"), label("department"), sure.get("importance", {}).get("level"), sure.get("urgency", {}).get("level"))


def foreign(reading: Mapping[str, Any] | None) -> str:
    """The language of a text that is surely not Spanish; else nothing."""
    told = (reading or {}).get("language") or {}
    return str(told["label"]) if told.get("sure") and told.get("label") not in (None, "es") else ""


#: From this heat on, somebody is angry with the brand; below zero, nobody waits: a troll, an advertisement.
ANGRY, COLD = 600, 0


def heat(summary: Summary) -> int:
    """Who goes first: hundreds say what the message is, the rest how soon it asks for us. From -200 to 999.

    Angry customers come before everything, those with an important complaint first; then what offends somebody and is no
    troll's, and a complaint that sounds bad though nobody is sure that it is anger. Trolls are last, however loud.
    """
    soon = {3: 60, 2: 25}.get(summary.urgency or 1, 0) + {3: 30, 2: 12}.get(summary.importance or 1, 0)
    if summary.judgement == "troll":
        return -200
    if "spam" in summary.intents:
        return -100
    return _kind_of_heat(summary) * 100 + soon + (9 if summary.offence in ("OFP", "OFG") else 0)


def _kind_of_heat(summary: Summary) -> int:
    wants = set(summary.intents)
    if summary.judgement in ("important", "angry"):
        return 9 if summary.judgement == "important" else 8
    if summary.offence == "OFP":
        return 7
    if summary.judgement == "senseless":
        return 2
    if wants & {"complaint", "incident"}:
        return 6 if summary.sentiment == "negative" else 4
    return 3 if wants & {"presales", "question"} else 1 if wants & {"suggestion"} else 0


# --------------------------------------------------------------------------- when a snooze ends


def snooze_times(now: datetime, zone: tzinfo) -> dict[str, datetime]:
    """What may be chosen, on the brand's clock: in an hour, this afternoon (until 16:00), tomorrow and Monday at nine."""
    here = now.astimezone(zone)

    def at(days: int, hour: int) -> datetime:
        # built as a wall clock reading, so that a change of hour in between does not move it
        return datetime.combine(here.date() + timedelta(days=days), time(hour), zone)

    times = {"hour": now + timedelta(hours=1), "afternoon": at(0, 17), "tomorrow": at(1, 9), "monday": at(7 - here.weekday(), 9)}
    if here.hour >= 16:
        del times["afternoon"]
    return times


# --------------------------------------------------------------------------- words looked for

_WORD = re.compile(r"\w+")
_ENDINGS = re.compile(r"(?:ciones|cion|mente|ando|iendo|ados|adas|ado|ada|idos|idas|ido|ida|ar|er|ir|es|os|as|o|a|e|s)$")


def words_of(asked: str, most: int = 8) -> list[str]:
    """The words of a search, folded; the first ``most``."""
    return _WORD.findall(fold(asked))[:most]


def forms_of(word: str) -> list[str]:
    """The word and its number's other form, where the stemmer, which is shown no accents, would part them."""
    if word.endswith("ciones"):
        return [word, word[:-2]]
    return [word, f"{word}es"] if word.endswith("cion") else [word]


def found_in(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where ``text`` says any of the ``words`` (folded), in whatever form; positions in characters."""
    roots = [(word, _ENDINGS.sub("", word) if len(word) > 4 else word) for word in words]
    spans = []
    for match in _WORD.finditer(text):
        said = fold(match.group())
        if any(said == word or said.startswith(word) or (len(root) > 3 and said.startswith(root) and len(said) <= len(root) + 6)
               for word, root in roots):
            spans.append(match.span())
    return spans


def around(text: str, words: Sequence[str], before: int = 50, longest: int = 180) -> str:
    """The piece of ``text`` where the first of the ``words`` is said, on one line."""
    line = " ".join(text.split())
    found = found_in(line, words)
    start = max(0, found[0][0] - before) if found else 0
    if start:
        start = line.find(" ", start) + 1 or start
    return ("…" if start else "") + excerpt(line[start:], longest)


def segments(text: str, marks: Mapping[str, Sequence[tuple[int, int]]]) -> list[tuple[str, tuple[str, ...]]]:
    """``text`` cut where any mark begins or ends: pieces in order, each with the names of the marks over it."""
    ends = {0, len(text)} | {min(edge, len(text)) for spans in marks.values() for span in spans for edge in span}
    edges = sorted(ends)
    return [(text[start:end], tuple(name for name, spans in marks.items() if any(a <= start and end <= b for a, b in spans)))
            for start, end in pairwise(edges)]


def web_link(url: str) -> str:
    """``url`` if a browser may follow it, else nothing: other people choose these."""
    return url if url.startswith(("https://", "http://")) else ""
