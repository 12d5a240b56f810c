"""Looking whether the network really did what was decided: it may accept a hiding and go on showing the comment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import F

from tertulia import networks
from tertulia.channels.connection import open_network
from tertulia.channels.models import ChannelState
from tertulia.channels.queries import can
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.moderation import facts, rules
from tertulia.moderation.models import Act, Check, Verdict
from tertulia.networks.contract import Author, Gone, Item, Outcome, Reads, Ref, TellsBlocks

#: Verdicts whose end can be seen by reading the message.
_BY_READING = (Act.HIDE, Act.UNHIDE, Act.DELETE)


def begin(verdict: Verdict) -> None:
    """The network said that it is done: it is looked at in a moment, where it can be."""
    if not _can_look(verdict):
        Verdict.objects.filter(pk=verdict.pk).update(check_state=Check.UNSAID, check_at=None)
        return
    now = clock.now()
    Verdict.objects.filter(pk=verdict.pk).update(check_state=Check.UNSEEN, checked_at=None, looks=0, check_at=now + rules.LOOKS[0])


def _can_look(verdict: Verdict) -> bool:
    channel = verdict.message.channel
    return can(channel, "read") if verdict.act in _BY_READING else issubclass(networks.load(channel.network), TellsBlocks)


def due(now: datetime, most: int = 50) -> Sequence[int]:
    """The verdicts, of any brand, that are to be looked at."""
    rows = Verdict.objects.filter(check_at__lte=now, message__channel__state=ChannelState.ACTIVE)
    return list(rows.order_by("check_at").values_list("pk", flat=True)[:most])


def look(pk: int) -> None:
    """Asks the network about one verdict and writes down what is seen; nobody else asks meanwhile."""
    verdict = Verdict.objects.select_related("message__channel", "message__brand", "profile", "dispatch").get(pk=pk)
    now, since = clock.now(), verdict.dispatch.sent_at if verdict.dispatch and verdict.dispatch.sent_at else verdict.at
    if verdict.check_at is None or verdict.check_at > now:
        return
    later = rules.next_look(verdict.looks + 1, now, since)
    if not Verdict.objects.filter(pk=pk, check_at=verdict.check_at).update(check_at=later, looks=F("looks") + 1):
        return
    try:
        state = _seen(verdict)
    except Outcome:
        return  # looked at again later; after the last look it stays as it was seen last
    _write(verdict, state)


def _seen(verdict: Verdict) -> Check:
    message = verdict.message
    with open_network(message.channel) as network:
        if verdict.act not in _BY_READING:
            assert verdict.profile is not None
            there = cast(TellsBlocks, network).blocks(Author(verdict.profile.external_id, verdict.profile.handle))
            return Check.DONE if there == (verdict.act == Act.BLOCK) else Check.NOT_DONE
        try:
            item: Item | None = cast(Reads, network).read(Ref(message.external_id or "", message.url, message.ref_extra))
        except Gone:
            item = None
    if verdict.act == Act.DELETE or item is None:
        return Check.DONE if item is None and verdict.act != Act.UNHIDE else Check.NOT_DONE
    if item.hidden is None:
        return Check.UNSAID
    return Check.DONE if item.hidden == (verdict.act == Act.HIDE) else Check.NOT_DONE


@transaction.atomic
def _write(verdict: Verdict, state: Check) -> None:
    ended = {} if state == Check.NOT_DONE else {"check_at": None}
    Verdict.objects.filter(pk=verdict.pk).update(check_state=state, checked_at=clock.now(), **ended)
    if state != verdict.check_state:
        record(facts.VerdictChecked(brand_id=verdict.brand_id, verdict_id=verdict.pk, message_id=verdict.message_id, state=state),
               by=f"network:{verdict.message.channel.network}")
