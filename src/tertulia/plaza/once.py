"""``make demo ONCE=1``: the main job without a person, on running servers, each step checked on the other side.

Whatever is counted is counted on the plaza, through its API: what this product believes is not evidence.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from tertulia.brands.actions import create_brand
from tertulia.brands.models import Brand, Member
from tertulia.channels.actions import connect
from tertulia.channels.models import Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Message
from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.moderation import actions as moderation
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions as publishing
from tertulia.reports.queries import figures, week_of

PATIENCE = 45.0
Said = Mapping[str, Any]

WORDS = "Mañana abrimos una hora antes: hay desayuno, novedades y sitio junto a la ventana."
ANSWERS = (
    ("marta_delrio", "¡Qué bien! Allí estaremos las dos."),
    ("laura_benitez", "¿Cuánto cuesta el desayuno? ¿Hace falta reservar?"),
    ("paco_romero", "Mi pedido LT-1147 lleva tres semanas pagado y nadie me contesta. Quiero una solución."),
    ("kike77", "Sois unos inútiles y unos sinvergüenzas, cerrad ya."),
    ("dani_m", "q buena idea!! xq no lo haceis tb los domingos"),
)


class NotSo(Exception):
    """A step did not happen on the other side."""


def play(base_url: str) -> dict[str, Any]:
    """Plays it. Keys: published, collected, read, answered, hidden, duplicates, seconds, ok, and ``why`` if not ok."""
    began = time.monotonic()
    told: dict[str, Any] = dict.fromkeys(("published", "collected", "read", "answered", "hidden", "duplicates"), 0)
    try:
        with open_client() as http:
            http.base_url = httpx.URL(f"{base_url}/plaza/api/public/")
            _play(http, base_url, told)
        told["ok"] = True
    except NotSo as reason:
        told |= {"ok": False, "why": str(reason)}
    return told | {"seconds": round(time.monotonic() - began, 1)}


def _play(http: httpx.Client, base_url: str, told: dict[str, Any]) -> None:
    member = Member.objects.create_user("una-vez@tertulia.example", name="Lucía Ferrer")
    brand = create_brand("Una tarde en la plaza", member, by=member.key)
    accounts = [_account(http, base_url, brand, member, handle) for handle in ("una_libreria", "un_cafe")]
    posts = _publish(brand, member, accounts)
    told["published"] = _count(http, lambda one: one["text"] == WORDS and not one["deleted"], len(posts))

    theirs = [(post, *answer) for post in posts for answer in ANSWERS]
    for post, who, text in theirs:
        _ask(http, "speak", {"as": who, "parent": post.external_id, "text": text})
    messages = Message.objects.filter(brand=brand, ours=False)
    _until("collected", lambda: messages.count() == len(theirs))
    told["collected"] = messages.count()
    _until("read", lambda: messages.filter(reading__isnull=False).count() == len(theirs))
    told["read"] = messages.filter(reading__isnull=False).count()

    told["answered"] = _answer(http, messages.filter(text=ANSWERS[1][1]), member)
    told["hidden"] = _hide(http, brand, messages.filter(text=ANSWERS[3][1]), member)
    told["duplicates"] = _duplicates(_seen(http), {account.external_id for account in accounts})
    counted = figures(brand, week_of(brand, clock.now().astimezone(ZoneInfo(brand.time_zone)).date()))
    if (counted.received, counted.published, counted.hidden) != (len(theirs), len(posts), told["hidden"]):
        raise NotSo(f"the report says {counted}")
    if told["duplicates"]:
        raise NotSo("something was said twice")


def _account(http: httpx.Client, base_url: str, brand: Brand, member: Member, handle: str) -> Channel:
    # not said to be a brand's: the public would speak to it of its own accord, and what arrives is counted
    token = _ask(http, "neighbours", {"handle": handle, "name": handle.replace("_", " ").title()})["token"]
    for who in {name for name, _ in ANSWERS}:
        _ask(http, "neighbours", {"handle": who, "name": who})
    return connect(brand, "plaza", {"base_url": base_url, "token": token}, by=member.key)


def _publish(brand: Brand, member: Member, accounts: Sequence[Channel]) -> list[Dispatch]:
    """Schedules a post on every account a few seconds ahead, and waits for the workers to send it."""
    post = publishing.draft(brand, member, by=member.key)
    post = publishing.edit(post, seen=post.version, text=WORDS, variants={one.pk: "" for one in accounts}, by=member.key)
    due = clock.now().astimezone(ZoneInfo(brand.time_zone)) + timedelta(seconds=2)
    publishing.schedule(post, datetime.combine(due.date(), due.time()), seen=post.version, by=member.key)
    queued = Dispatch.objects.filter(brand=brand, verb="publish")
    sent = queued.filter(state="sent")
    _until("published", lambda: sent.count() == len(accounts), queued)
    return list(sent)


def _answer(http: httpx.Client, questions: Any, member: Member) -> int:
    words = "¡Hola! Cuesta cuatro euros y no hace falta reservar."
    for question in questions:
        inbox.reply(question, words, member, by=member.key)
    wanted = {question.external_id for question in questions}
    return _count(http, lambda one: one["text"] == words and one["parent"] in wanted, len(wanted))


def _hide(http: httpx.Client, brand: Brand, insults: Any, member: Member) -> int:
    rule = moderation.write_house_rule(brand, "Sin insultos", "Aquí no se insulta a nadie.", by=member.key)
    for insult in insults:
        moderation.hide(insult, rule, member, by=member.key)
    wanted = {insult.external_id for insult in insults}
    many = _count(http, lambda one: one["hidden"] and one["id"] in wanted, len(wanted))
    _until("hidden", lambda: Message.objects.filter(pk__in=[one.pk for one in insults], hidden_at=None).count() == 0)
    return many


# --------------------------------------------------------------------------- the other side


def _count(http: httpx.Client, right: Callable[[Said], bool], wanted: int) -> int:
    """Waits until as many things as ``wanted`` on the plaza are right; how many are."""
    _until("seen on the plaza", lambda: sum(map(right, _seen(http))) >= wanted)
    return sum(map(right, _seen(http)))


def _seen(http: httpx.Client) -> list[Said]:
    found: list[Said] = http.get("seen").json()["utterances"]
    return found


def _duplicates(everything: Sequence[Said], ours: set[str]) -> int:
    """How many things too many there are among what we said, and under it."""
    roots = {one["id"] for one in everything if one["author"]["id"] in ours}
    said = Counter((one["author"]["id"], one["parent"], one["text"])
                   for one in everything if one["root"] in roots and not one["deleted"])
    return sum(times - 1 for times in said.values())


def _ask(http: httpx.Client, path: str, body: Mapping[str, Any]) -> Any:
    answer = http.post(path, json=body)
    if answer.status_code >= 300:
        raise NotSo(f"{path}: {answer.status_code} {answer.text[:200]}")
    return answer.json()


def _until(what: str, so: Callable[[], bool], dispatches: Iterable[Dispatch] = ()) -> None:
    end = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() > end:
            stand = [f"{one} {one.reason} {one.detail}" for one in dispatches]
            raise NotSo(f"not {what} in {PATIENCE:.0f} s: {stand}")
        time.sleep(0.2)
