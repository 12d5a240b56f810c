"""What the pages show of dispatches: rows, and one of them whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member, Picture
from tertulia.outbox import queries, words
from tertulia.outbox.differences import Part, marked
from tertulia.outbox.models import Attempt, Dispatch, DispatchState, Readback, ReadbackState
from tertulia.outbox.rules import BY_A_PAUSE, FOR_A_PERSON, READ_BACK_WRONG

#: verb → what a member must be allowed to decide on it
_NEEDS = {"publish": "publish", "reply": "answer", "message": "answer"}


def needs(dispatch: Dispatch) -> str:
    """What a member must be allowed to decide on this dispatch."""
    return _NEEDS.get(dispatch.verb, "moderate")


@dataclass(frozen=True, slots=True)
class Check:
    """What is not as it was approved: in words, and how much of it somebody took note of."""

    back: Readback
    why: words.Why
    tone: str

    @property
    def open(self) -> bool:
        """Whether nobody took note of it yet."""
        return self.back.seen_at is None


@dataclass(frozen=True, slots=True)
class Row:
    """One dispatch in a list."""

    dispatch: Dispatch
    name: str
    icon: str
    tone: str
    excerpt: str
    about: str  # whom or what it is about, where there are no words of ours
    link: str
    why: words.Why | None
    limit: datetime | None = None  # until when a limit keeps it back
    check: Check | None = None

    @property
    def asks(self) -> bool:
        """Whether it waits for a person to say what becomes of it."""
        return self.dispatch.state == DispatchState.HELD and self.dispatch.reason in FOR_A_PERSON

    @property
    def paused(self) -> bool:
        """Whether a pause of everything holds it."""
        return self.dispatch.state == DispatchState.HELD and self.dispatch.reason in BY_A_PAUSE

    @property
    def at(self) -> datetime:
        """When it left or, until then, when it leaves or should have left."""
        one = self.dispatch
        if one.state in (DispatchState.WAITING, DispatchState.READY):
            return one.try_at
        return one.sent_at or one.due_at

    @property
    def busy(self) -> bool:
        """Whether it is leaving just now."""
        return self.dispatch.state == DispatchState.SENDING


def rows(dispatches: Iterable[Dispatch], now: datetime) -> list[Row]:
    """Dispatches as lists show them, with the limits that keep some back."""
    found = list(dispatches)
    due = [one for one in found if one.state in (DispatchState.WAITING, DispatchState.READY) and one.due_at <= now]
    limits = queries.closed_until(due, now) if due else {}
    return [row(one, limits.get(one.pk)) for one in found]


def row(dispatch: Dispatch, limit: datetime | None = None) -> Row:
    """A dispatch as lists show it."""
    payload = dispatch.payload
    name, icon = words.VERBS.get(dispatch.verb, (dispatch.verb, "send"))
    to, ref = payload.get("to") or {}, payload.get("ref") or payload.get("reply_to") or {}
    return Row(
        dispatch, str(name), icon, words.TONES[dispatch.state], payload.get("text", ""), about=to.get("handle", ""),
        link=_web(dispatch.url or (payload.get("ref") or {}).get("url", "")) or _web(ref.get("url", "")),
        why=words.why(dispatch.reason, dispatch.state), limit=limit, check=check(dispatch))


def check(dispatch: Dispatch) -> Check | None:
    """What is not as it was approved on the network; None if nothing is, or nobody looked yet."""
    back: Readback | None = getattr(dispatch, "readback", None) if dispatch.state == DispatchState.SENT else None
    if back is None or back.state not in READ_BACK_WRONG:
        return None
    why, tone = words.CHECKED["never" if back.state == ReadbackState.GONE and not back.found else back.state]
    return Check(back, why, tone)


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing that differs: what was approved and what is live, side by side and in parts."""

    name: str
    approved: Sequence[Part]
    live: Sequence[Part]


def beside(back: Readback) -> list[Beside]:
    """Everything that differs."""
    return [_beside(one) for one in back.differences]


def _said(what: str, value: Any) -> str:
    if what != "language":
        return str(value)
    try:
        return str(get_language_info(value)["name_translated"])
    except KeyError:
        return str(value)


def _beside(difference: dict[str, Any]) -> Beside:
    name = str(words.DIFFERENCES[difference["what"]])
    if place := difference.get("place"):
        name = _("%(name)s de la imagen %(place)s") % {"name": name, "place": place}
    approved, live = (_said(difference["what"], difference[side]) for side in ("approved", "live"))
    if difference["what"] in ("text", "alt"):
        return Beside(name, *marked(approved, live))
    return Beside(name, [Part(approved, changed=True)], [Part(live, changed=True)] if live else [])


def _web(address: str) -> str:
    """An address that a page may link to."""
    return address if address.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt as its timeline shows it."""

    attempt: Attempt
    what: str
    tone: str
    icon: str
    why: str
    lasted: str
    evidence: str


def tries(dispatch: Dispatch) -> list[Try]:
    """Every attempt, first to last."""
    return [_try(one, dispatch) for one in queries.attempts_of(dispatch)]


def _try(attempt: Attempt, dispatch: Dispatch) -> Try:
    what, tone, icon = words.OUTCOMES.get(attempt.outcome, (attempt.outcome, "", "clock"))
    if not attempt.outcome and (attempt.version < dispatch.version or dispatch.state != DispatchState.SENDING):
        what, tone, icon = _("Se interrumpió sin respuesta"), "warn", "help"
    known = words.why(attempt.reason, "sent") if attempt.reason in words.REASONS else None
    shown = {name: value for name, value in attempt.evidence.items() if value not in ("", None)}
    return Try(attempt, str(what), tone, icon, str(known.what) if known else "", lasted(attempt),
               json.dumps(shown, ensure_ascii=False, indent=1) if shown else "")


def lasted(attempt: Attempt) -> str:
    """How long an attempt took, in words; nothing if it did not end."""
    if attempt.ended_at is None or attempt.outcome == "denied":
        return ""
    length = attempt.ended_at - attempt.started_at
    if length < timedelta(seconds=1):
        return _("menos de un segundo")
    seconds = round(length.total_seconds())
    if seconds < 120:
        return ngettext("%(n)s segundo", "%(n)s segundos", seconds) % {"n": seconds}
    return _("%(n)s minutos") % {"n": round(seconds / 60)}


def pictures(brand: Brand, dispatch: Dispatch) -> Sequence[tuple[Picture | None, str]]:
    """The pictures it carries, in order, each with its alternative text; None: no longer in the library."""
    wanted = dispatch.payload.get("pictures") or []
    stored = Picture.objects.defer("content").filter(brand=brand).in_bulk([one["id"] for one in wanted])
    return [(stored.get(one["id"]), one["alt"]) for one in wanted]


def author(by: str) -> str:
    """Who asked for it, as pages name them."""
    kind, _separator, number = by.partition(":")
    if kind == "member" and number.isdigit() and (member := Member.objects.filter(pk=int(number)).first()):
        return str(member.name or member.email)
    return _("Tertulia")
