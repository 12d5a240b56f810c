"""Wiping what dispatches keep of a person who is erased: that something was done, when and with what end, stays."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db import connection, transaction

from tertulia.brands.models import Brand
from tertulia.outbox.actions import TooLate, cancel
from tertulia.outbox.models import Attempt, Dispatch, DispatchState, Readback

_ABOUT_SOMEBODY = ("hide", "unhide", "delete", "block", "unblock")
_NOT_LEFT = (DispatchState.WAITING, DispatchState.READY, DispatchState.HELD)


class StillSending(Exception):
    """It is being called this moment: wiped once that has ended."""


def about(brand: Brand, things: Collection[str], people: Collection[str]) -> list[int]:
    """The brand's dispatches that hide or delete these things, or block these people (ids there)."""
    acts = Dispatch.objects.filter(brand=brand, verb__in=_ABOUT_SOMEBODY)
    on_things = acts.filter(payload__ref__external_id__in=list(things)).values_list("pk", flat=True)
    on_people = acts.filter(payload__to__external_id__in=list(people)).values_list("pk", flat=True)
    return sorted({*on_things, *on_people})


@transaction.atomic
def wipe(dispatches: Collection[int], redact: Callable[[str], str], unnamed: Callable[[str], str], *, by: str, because: str = "") -> None:
    """Takes a person out of these dispatches: what has not left is cancelled; names are taken out of texts by ``redact``, out
    of ids by ``unnamed``; evidence goes. ``StillSending`` if one is being called: nothing was done, try again.
    """
    with connection.cursor() as sql:  # what was tried is frozen for everybody else
        sql.execute("set local tertulia.wiping = 'on'")
    for one in Dispatch.objects.select_for_update(no_key=True).filter(pk__in=dispatches).order_by("pk"):
        if one.state == DispatchState.SENDING:
            raise StillSending(one.pk)
        if one.state in _NOT_LEFT:
            try:
                cancel(one, by=by, because=because)
            except TooLate as late:
                raise StillSending(one.pk) from late
        one.refresh_from_db()
        one.payload = _payload(one.payload, redact, unnamed)
        one.ref_extra, one.progress, one.detail = _values(one.ref_extra, unnamed), {}, redact(one.detail)
        one.save(update_fields=["payload", "ref_extra", "progress", "detail"])
    with connection.cursor() as sql:
        sql.execute("set local tertulia.wiping = 'off'")
    Attempt.objects.filter(dispatch__in=dispatches).update(evidence={})
    Readback.objects.filter(dispatch__in=dispatches).update(found={}, differences=[], due_at=None)


def _payload(payload: dict[str, Any], redact: Callable[[str], str], unnamed: Callable[[str], str]) -> dict[str, Any]:
    told = dict(payload)
    if "text" in told:
        told["text"] = redact(told["text"])
    if told.get("to"):
        told["to"] = {"external_id": "", "handle": ""}
    for name in ("reply_to", "ref"):
        if told.get(name):
            told[name] = {"external_id": unnamed(told[name]["external_id"]), "url": "", "extra": {}}
    return told


def _values(told: Any, unnamed: Callable[[str], str]) -> Any:
    if isinstance(told, dict):
        return {name: _values(one, unnamed) for name, one in told.items()}
    if isinstance(told, list):
        return [_values(one, unnamed) for one in told]
    return unnamed(told) if isinstance(told, str) else told
