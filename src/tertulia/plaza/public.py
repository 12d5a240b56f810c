"""The simulated public: who they are, what they say, and when they get to say it. The same seed says the same."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tertulia.plaza import actions, choreography, queries
from tertulia.plaza.actions import Saying
from tertulia.plaza.choreography import Line
from tertulia.plaza.models import Neighbour, Utterance
from tertulia.plaza.rules import Refusal

SCRIPTS = Path(__file__).parent / "script"
REMEMBERS = timedelta(hours=36)  # how long the public goes on answering something
STROLL = 600  # seconds between two things the public says unasked
#: UTC hours at which people write, the busier ones more than once; and those at which a brand does.
HOURS = (8, 9, 10, 11, 12, 13, 13, 14, 17, 18, 19, 20, 20, 21, 21, 22)
OFFICE = (8, 9, 10, 11, 12, 16, 17)

#: When, under which key, what, under which utterance.
Due = tuple[datetime, str, Line, Utterance | None]


@cache
def script(theme: str) -> Mapping[str, Any]:
    """What is said about one kind of brand: posts with their answers, comments, mentions, direct messages."""
    name = theme if theme in themes() else "general"
    found: Mapping[str, Any] = tomllib.loads((SCRIPTS / f"{name}.toml").read_text("utf-8"))
    return found


@cache
def themes() -> tuple[str, ...]:
    """The kinds of brand that have a script of their own."""
    return tuple(sorted(found.stem for found in SCRIPTS.glob("*.toml") if found.stem not in ("cast", "general")))


@cache
def cast() -> Mapping[str, Any]:
    """The neighbours, and what each persona says when a brand answers."""
    found: Mapping[str, Any] = tomllib.loads((SCRIPTS / "cast.toml").read_text("utf-8"))
    return found


def speak(utterance: Utterance, now: datetime, seed: str) -> tuple[Line, ...]:
    """What the public says because of something a brand said: answers to a post, or one reaction to a reply.

    ``now`` bounds nothing: a line's ``after`` seconds count from the utterance, and may lie ahead.
    """
    name = f"{seed}:{utterance.pk}"
    if utterance.parent is None and utterance.to is None:
        return choreography.answers(utterance.text, script(utterance.author.theme), name)
    who = utterance.parent.author if utterance.parent is not None else utterance.to
    if who is None or who.is_brand or now < utterance.created_at:
        return ()
    lines = cast()["reactions"].get(who.persona, {})
    line = choreography.reaction(who.handle, lines, utterance.text, queries.turns(who, utterance), name)
    return (line,) if line is not None else ()


def tick(now: datetime, *, seed: str = "plaza", pace: float = 1.0, most: int = 20) -> int:
    """Lets the public say what is due by ``now``, at most ``most`` things; how many it said.

    ``pace``: how many times faster than life. Several may tick at once: each line has its key and is said once.
    """
    actions.announce(now)
    due: list[Due] = []
    for said in queries.awaiting(now, REMEMBERS, 60):
        for number, line in enumerate(speak(said, now, seed)):
            at = said.created_at + timedelta(seconds=line.after / max(pace, 0.01))
            if at <= now:
                due.append((at, f"plaza:{said.pk}:{number}", line, said))
    due += _strolls(now, seed)
    known = queries.spoken(key for _, key, _, _ in due)
    fresh = sorted((one for one in due if one[1] not in known), key=lambda one: one[:2])[:most]
    who = queries.by_handle(line.who for _, _, line, _ in fresh)
    spoke = [parent for at, key, line, parent in fresh
             if line.who in who and _say(who[line.who], line, at, key, parent)]
    actions.look({post.pk: Random(f"{seed}:{post.pk}").randint(3, 30) for post in spoke if post is not None})
    return len(spoke)


def _strolls(now: datetime, seed: str) -> list[Due]:
    """A mention of each brand in this stretch of time, said by somebody unasked."""
    slot = int(now.timestamp()) // STROLL
    at = datetime.fromtimestamp(slot * STROLL, tz=now.tzinfo)
    found: list[Due] = []
    for brand in queries.brands().exclude(theme=""):
        chance = Random(f"{seed}:{brand.handle}:{slot}")
        who, text = chance.choice(script(brand.theme)["mentions"])
        if brand.created_at <= at:
            line = Line(who, text.replace("{brand}", f"@{brand.handle}"), 0)
            found.append((at, f"stroll:{brand.handle}:{slot}", line, None))
    return found


def _say(who: Neighbour, line: Line, at: datetime, key: str, parent: Utterance | None) -> bool:
    try:
        _, new = actions.say(Saying(by=who, text=line.text, at=at, parent=parent, key=key, language=language(who)))
    except Refusal:
        return False  # blocked, or what it answers was deleted
    return new


def language(who: Neighbour) -> str:
    """What somebody's account says it speaks."""
    return {"catalan": "ca", "galician": "gl", "english": "en", "rtl": "ar"}.get(who.persona, "es")


# --------------------------------------------------------------------------- a past


def settle_cast(now: datetime) -> None:
    """The neighbours move in, if they are not there."""
    known = queries.by_handle(one["handle"] for one in cast()["neighbours"])
    for one in cast()["neighbours"]:
        if one["handle"] not in known:
            actions.settle(handle=one["handle"], name=one["name"], now=now, bio=one.get("bio", ""),
                           persona=one["persona"])


def populate(brand_handle: str, theme: str, days: int, seed: str, now: datetime) -> tuple[Neighbour, str]:
    """Gives a brand a past of ``days`` days: its posts, the public's answers, mentions and private messages.

    The brand's account and its token (a new one each time). Done twice with one seed, it adds nothing.
    """
    if theme not in themes():
        raise Refusal("invalid", f"Los guiones son: {', '.join(themes())}.")
    began = now - timedelta(days=days)
    settle_cast(began - timedelta(days=200))
    lines = script(theme)
    brand, token = actions.settle(
        handle=brand_handle, name=lines["name"], bio=lines["bio"], now=began - timedelta(days=400), is_brand=True,
        theme=theme)
    who = queries.by_handle(one["handle"] for one in cast()["neighbours"])
    posts = _past_posts(brand, lines, days, seed, began)
    told = actions.say_many([one for one in posts if one.at <= now])
    said = [one for one, _ in told]
    rest = _past_answers(said, lines, who, seed) + _past_asides(brand, lines, who, days, seed, began)
    actions.say_many(sorted((one for one in rest if one.at <= now), key=lambda one: one.at))
    _past_looks([one for one, new in told if new], who, seed, now)
    return brand, token


def _past_posts(brand: Neighbour, lines: Mapping[str, Any], days: int, seed: str, began: datetime) -> list[Saying]:
    chance, step = Random(f"{seed}:posts"), days / len(lines["posts"])
    return [Saying(by=brand, text=post["text"], at=_hour(began + timedelta(days=step * n), chance, OFFICE),
                   key=f"past:{seed}:{n}", language="es") for n, post in enumerate(lines["posts"])]


def _past_answers(posts: list[Utterance], lines: Mapping[str, Any], who: Mapping[str, Neighbour],
                  seed: str) -> list[Saying]:
    """Answers to each post; those to the newest come as they are due, by ``tick``."""
    return [Saying(by=who[line.who], text=line.text, at=post.created_at + timedelta(seconds=line.after), parent=post,
                   key=f"plaza:{post.pk}:{number}", language=language(who[line.who]))
            for post in posts
            for number, line in enumerate(choreography.answers(post.text, lines, f"{seed}:{post.pk}"))]


def _past_looks(posts: Sequence[Utterance], who: Mapping[str, Neighbour], seed: str, now: datetime) -> None:
    """Likes and views of posts of the past."""
    chance = Random(f"{seed}:likes")
    for post in posts:
        for liker in chance.sample(sorted(who), chance.randint(2, 12)):
            actions.like(by=who[liker], said=post, now=min(now, post.created_at + timedelta(minutes=90)))
    actions.look({post.pk: chance.randint(60, 900) for post in posts})


def _past_asides(brand: Neighbour, lines: Mapping[str, Any], who: Mapping[str, Neighbour], days: int, seed: str,
                 began: datetime) -> list[Saying]:
    chance, found = Random(f"{seed}:asides"), []
    for kind in ("mentions", "directs"):
        for n, (name, text) in enumerate(lines[kind]):
            found.append(Saying(
                by=who[name], text=text.replace("{brand}", f"@{brand.handle}"),
                at=_hour(began + timedelta(days=chance.uniform(0, days)), chance),
                to=brand if kind == "directs" else None, key=f"{kind}:{brand.handle}:{seed}:{n}",
                language=language(who[name])))
    return found


def _hour(day: datetime, chance: Random, hours: Sequence[int] = HOURS) -> datetime:
    """A plausible moment of that day."""
    return day.replace(hour=chance.choice(hours), minute=chance.randint(0, 59), second=chance.randint(0, 59),
                       microsecond=0)
