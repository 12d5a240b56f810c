"""Moves the plaza itself, under ``/plaza/api/public/``: for demos, tests and rehearsals. No token is asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

from tertulia.plaza import actions, public, queries, rules
from tertulia.plaza.actions import Saying
from tertulia.plaza.api import saying
from tertulia.plaza.models import Fault
from tertulia.plaza.rules import Refusal
from tertulia.plaza.shapes import Shape, fault
from tertulia.plaza.wire import Call, control

MOST_AT_ONCE = 20_000


def show_neighbours(call: Call) -> Shape:
    """Everybody."""
    return {"neighbours": [call.shape.neighbour(one) for one in [*queries.brands(), *queries.cast()]]}


def settle(call: Call) -> tuple[Shape, int]:
    """A new account (handle, name, bio, brand, theme, ignores_keys) and its ``token``; an old one gets a new one."""
    said = call.body()
    who, token = actions.settle(
        handle=str(said.get("handle", "")), name=str(said.get("name") or said.get("handle", "")), now=call.now,
        bio=rules.clean(said.get("bio", ""), empty=True), is_brand=bool(said.get("brand")),
        theme=str(said.get("theme", ""))[:20], ignores_keys=bool(said.get("ignores_keys")))
    return {**call.shape.neighbour(who), "token": token}, 201


def speak(call: Call) -> tuple[Shape, int]:
    """Says something as ``as`` (a handle), with the fields of the account's API."""
    said = call.body()
    by = queries.neighbour(said.get("as", ""))
    told, new = actions.say(saying(call, said, by))
    return call.shape.utterance(told), 201 if new else 200


def undo(call: Call) -> Shape:
    """Deletes utterance ``id`` as its author would."""
    said = queries.utterance(call.body().get("id", ""), None, call.now)
    actions.withdraw(by=said.author, said=said, now=call.now)
    return {}


def bulk(call: Call) -> tuple[Shape, int]:
    """Says much at once: ``utterances`` [{as, text, parent?, to?}], or ``count`` mentions of ``mention`` by the public.

    Answers ``ids`` in the order said; each thing a millisecond after the one before.
    """
    said = call.body()
    if "mention" in said:
        told = _mentions(call, said)
    else:
        told = [actions.allowed(saying(call, one, queries.neighbour(one.get("as", ""))))
                for one in _objects(said.get("utterances"))]
    done = actions.say_many(told)
    return {"ids": [str(one.pk) for one, _ in done]}, 201


def _mentions(call: Call, said: Mapping[str, Any]) -> list[Saying]:
    whom, count = queries.neighbour(said["mention"]), int(call.number(said, "count", 1, MOST_AT_ONCE))
    speakers = list(queries.cast()[:50])
    if not speakers:
        raise Refusal("invalid", "No hay nadie en la plaza.")
    began = call.now - timedelta(milliseconds=count)
    text = rules.clean(said.get("text", "Otra mención"), longest=400)
    return [Saying(by=who, text=f"@{whom.handle} {text} {n}", at=began + timedelta(milliseconds=n))
            for n, who in enumerate(islice(cycle(speakers), count), start=1)]


def seen(call: Call) -> Shape:
    """Everything ever said (by ``author``, a handle), whoever may see it, in order of arrival."""
    found = queries.everything(call.request.GET.get("author", ""))
    return {"utterances": [call.shape.seen(one) for one in found]}


def show_faults(call: Call) -> Shape:
    """The faults set, and what is left of them."""
    return {"faults": [fault(one) for one in queries.faults()]}


def set_fault(call: Call) -> tuple[Shape, int]:
    """Sets a fault: its effect and, if you like, method, path (what follows ``/plaza/api/``, may have *), account,
    seconds, wait and times.
    """
    said = call.body()
    account = queries.neighbour(said["account"]) if said.get("account") else None
    one = Fault(
        effect=str(said.get("effect")), method=str(said.get("method") or "").upper(), path=str(said.get("path") or ""),
        account=account, seconds=call.number(said, "seconds", 0, 86_400), wait=str(said.get("wait") or Fault.Wait.SECONDS),
        times=None if said.get("times") is None else int(call.number(said, "times", 1, 1_000_000)))
    return fault(actions.set_fault(one)), 201


def mend(call: Call) -> Shape:
    """Takes all the faults away, or that of ``id``."""
    actions.mend(queries.number(pk) if (pk := call.request.GET.get("id")) else None)
    return {}


def populate(call: Call) -> tuple[Shape, int]:
    """Gives a brand a past: handle, theme, days, seed."""
    said = call.body()
    brand, token = public.populate(
        str(said.get("handle", "")), str(said.get("theme", "")), int(call.number(said, "days", 14, 60)) or 1,
        str(said.get("seed") or "plaza"), call.now)
    return {**call.shape.neighbour(brand), "token": token}, 201


def tick(call: Call) -> Shape:
    """Lets the public speak. ``pace``: how many times faster than life; ``now``: as if it were that moment."""
    said = call.body()
    try:
        now = datetime.fromisoformat(str(said["now"])).astimezone(UTC) if "now" in said else call.now
    except (ValueError, OverflowError) as error:
        raise Refusal("invalid", "Ese momento no existe.") from error
    return {"said": public.tick(now, pace=call.number(said, "pace", 1, 10**9),
                                most=int(call.number(said, "most", 20, 500)))}


def _objects(found: object) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found) or len(found) > MOST_AT_ONCE:
        raise Refusal("invalid", f"Hace falta una lista de {MOST_AT_ONCE} como mucho.")
    return found


neighbours = control(get=show_neighbours, post=settle)
speaking = control(post=speak)
undoing = control(post=undo)
crowd = control(post=bulk)
dump = control(get=seen)
faults = control(get=show_faults, post=set_fault, delete=mend)
history = control(post=populate)
ticking = control(post=tick)
