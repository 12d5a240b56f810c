"""Who speaks next, what they say and when. The same seed gives the same talk; nothing is read or written here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

_SORRY = re.compile(
    r"disculp|perd[oó]n|lo siento|lo sentimos|sentimos|lamentamos|solucion|reembols|devol|compens", re.IGNORECASE)

@dataclass(frozen=True, slots=True)
class Line:
    """Who says what, how many seconds after."""

    who: str
    text: str
    after: int


def answers(text: str, script: Mapping[str, Any], seed: str) -> tuple[Line, ...]:
    """What the public answers to a brand's post: its own answers if the script knows the post, else by topic.

    Between three and seven, the first within the minute, each gap longer than the one before.
    """
    chance = Random(f"{seed}:answers")
    known = next((post["answers"] for post in script["posts"] if post["text"] == text), None)
    pool = list(known) if known is not None else _by_topic(text, script, chance)
    if known is None:
        chance.shuffle(pool)
    lines, after, spoken = list[Line](), chance.randint(8, 40), set[str]()
    for who, words in pool:
        if who in spoken or len(lines) == 7:
            continue
        lines.append(Line(who, words, after))
        spoken.add(who)
        after += int(chance.randint(20, 90) * 1.7 ** len(lines))
    return tuple(lines[: max(3, chance.randint(3, 7))] if known is None else lines)


def _by_topic(text: str, script: Mapping[str, Any], chance: Random) -> list[Sequence[str]]:
    """Answers of the posts that share long words with ``text``, then what may be said under anything."""
    words = _long_words(text)
    near = [post for post in script["posts"] if len(words & _long_words(post["text"])) >= 2]
    topical = [answer for post in near[:2] for answer in post["answers"]]
    return [*chance.sample(topical, min(3, len(topical))), *script["comments"]]


def _long_words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 5}


def reaction(who: str, lines: Mapping[str, Sequence[str]], reply: str, turns: int, seed: str) -> Line | None:
    """What ``who`` says when a brand answers: insists while nobody says sorry, thanks, and leaves it after three turns.

    ``lines``: the persona's ``thanks`` and ``insists``; ``turns``: how often they have spoken in this thread.
    """
    chance = Random(f"{seed}:reaction")
    thanks, insists = lines.get("thanks", ()), lines.get("insists", ())
    if turns >= 3:
        return None
    angry = bool(insists) and not (thanks and _SORRY.search(reply))
    pool = insists if angry else thanks
    return Line(who, chance.choice(pool), chance.randint(15, 240)) if pool else None
