"""What the pages show of dispatches: rows, and one of them whole."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tertulia.brands.models import Brand, Member, Picture
from tertulia.outbox import queries, words
from tertulia.outbox.models import Attempt, Dispatch, DispatchState

#: verb → what a member must be allowed to decide on it
_NEEDS = {"publish": "publish", "reply": "answer", "message": "answer"}


def needs(dispatch: Dispatch) -> str:
    """What a member must be allowed to decide on this dispatch."""
    return _NEEDS.get(dispatch.verb, "moderate")


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


def row(dispatch: Dispatch) -> Row:
    """A dispatch as lists show it."""
    payload = dispatch.payload
    name, icon = words.VERBS.get(dispatch.verb, (dispatch.verb, "send"))
    to, ref = payload.get("to") or {}, payload.get("ref") or payload.get("reply_to") or {}
    return Row(
        dispatch, str(name), icon, words.TONES[dispatch.state], payload.get("text", ""), about=to.get("handle", ""),
        link=_web(dispatch.url or (payload.get("ref") or {}).get("url", "")) or _web(ref.get("url", "")),
        why=words.why(dispatch.reason, dispatch.state))


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
