"""What a reading concludes, in words: head by head, and the few things that are worth a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tertulia.inbox import labels

Told = Mapping[str, Any]
MOST = 5
#: From which certainty on, in percent, one says "perhaps" and below "I don't know".
LIKELY = 60
#: What goes without saying.
PLAIN = {"none", "chat", "neutral", "NO", "NOE", "not", "ham", "straight", "others", "1"}
_ROW = {("urgency", "3"), ("importance", "3"), ("hate", "hateful"), ("offence", "OFP"), ("offence", "OFG")}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One thing understood: the head it comes from, its label (``key``) and that in words, its certainty in percent.

    ``person``: somebody of the team said so. ``sign``: its icon says it, the words are for who asks.
    """

    head: str
    key: str
    label: Any
    tone: str
    percent: int
    sure: bool
    icon: str = ""
    person: bool = False
    sign: bool = False

    @property
    def likely(self) -> bool:
        """Whether it is worth a "perhaps", where it is not sure."""
        return self.percent >= LIKELY

    @property
    def name(self) -> Any:
        """What its head is called."""
        return labels.HEADS[self.head]


def concluded(reading: Told | None, head: str) -> list[Conclusion]:
    """What the reading says of ``head``: nothing, one thing, or several that hold at once, the likeliest first."""
    told = (reading or {}).get(head)
    if not told:
        return []
    if "labels" in told:
        return [_conclusion(head, one["label"], one["p"], told) for one in told["labels"]]
    return [_conclusion(head, str(told["level"]) if "level" in told else told["label"], told["p"], told)]


def _conclusion(head: str, key: str, p: float, told: Told) -> Conclusion:
    label, tone = labels.WORDS.get(head, {}).get(key, (key, ""))
    sign = head == "sentiment" or (head in ("urgency", "importance") and key == "2")
    return Conclusion(head, key, label, tone, round(p * 100), bool(told["sure"]), labels.ICONS.get((head, key), ""),
                      bool(told.get("person")), sign)


def line_of(reading: Told | None) -> list[Conclusion]:
    """What is worth saying beside the message: how it sounds, what it is, how soon, whose it is; and what to beware of."""
    what = _main(reading)
    judged = {one.key for one in what if one.head == "judgement" and one.sure}
    line = [*_surely(reading, "sentiment"), *what, *_weight(reading, bool(judged))]
    if "troll" not in judged:
        line += _surely(reading, "department")
    for head in ("hate", "offence", "touches"):
        line += _surely(reading, head)
    # irony is a warning, whatever its share: nobody can be sure of it
    line += [replace(one, sure=one.person) for one in _surely(reading, "irony")]
    return line[:MOST]


def row_of(reading: Told | None) -> list[Conclusion]:
    """What changes what one would do first, for a line of the list: two things at most, and only what is sure."""
    line = line_of(reading)
    chips = [one for one in _main(reading)[:1] if one.sure] + [one for one in line if (one.head, one.key) in _ROW]
    return (chips or [one for one in line if one.head == "sentiment"])[:2]


def _main(reading: Told | None) -> list[Conclusion]:
    """What the message is: customer or troll where that matters, else what it wants; if nothing is sure, what it might be."""
    judged = [one for one in concluded(reading, "judgement") if one.key != "none"]
    intents = [one for one in concluded(reading, "intent") if one.key != "chat"]
    spam = _surely(reading, "spam")
    if spam and not any(one.key == "spam" for one in intents):
        return spam
    if judged and judged[0].sure:
        return judged + [one for one in intents if one.sure and one.key in ("incident", "question", "presales")][:1]
    if intents and intents[0].sure:
        return intents[:2]
    if foreign := [one for one in concluded(reading, "language") if one.sure and one.key != "es"]:
        return foreign  # the heads know Spanish: what they might say of another language is no help
    likely = [one for one in judged if one.percent >= LIKELY]
    return (likely or intents or judged)[:1]


def _weight(reading: Told | None, judged: bool) -> list[Conclusion]:
    """How soon and how important, where it is more than usual; what is said already is not said twice."""
    urgency, importance = _surely(reading, "urgency"), _surely(reading, "importance")
    if urgency and urgency[0].key == "3":
        importance = [replace(one, sign=True) for one in importance]
    return urgency + [one for one in importance if one.key == "3" or not (judged or urgency)]


def _surely(reading: Told | None, head: str) -> list[Conclusion]:
    return [one for one in concluded(reading, head) if one.sure and one.key not in PLAIN]


def gist(reading: Told | None) -> tuple[Any, ...]:
    """Changes when anything that is told of the message does."""
    return tuple((one.head, one.key, one.percent, one.sure, one.person) for head in labels.HEADS for one in concluded(reading, head))
