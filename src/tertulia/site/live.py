"""``/vivo?brand=<slug>``: a stream of the names of what happens to a brand, for pages to look again.

``told``: the member has a notice more, or less, of any brand of theirs.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import brand_for
from tertulia.journal.queries import happened_since
from tertulia.kit import clock
from tertulia.kit.live import Heard, listener
from tertulia.notices.queries import told_since
from tertulia.notices.telling import bell_of

#: Seconds between signs of life; proxies cut streams that are silent for a minute.
BEAT = 20


async def stream(request: HttpRequest) -> HttpResponseBase:
    """Server-sent events, one a name: ``data: {"fact": "message_received"}``. Ends when the page goes away.

    ``again`` is said where something may have been missed.
    """
    member = await request.auser()
    if not member.is_authenticated:
        return HttpResponse(status=401)
    try:
        brand = await sync_to_async(brand_for)(member, request.GET.get("brand", ""))
    except Brand.DoesNotExist:
        return HttpResponse(status=404)
    response = StreamingHttpResponse(_events(brand.pk, member, _moment(request.GET.get("desde", ""))), content_type="text/event-stream")
    response["Cache-Control"], response["X-Accel-Buffering"] = "no-store", "no"
    return response


async def _events(brand_id: int, member: Member, drawn_at: datetime) -> AsyncIterator[str]:
    loop, waiting = asyncio.get_running_loop(), asyncio.Queue[list[str]]()
    mine = bell_of(member.pk)

    def hear(heard: list[Heard]) -> None:
        names = sorted({"Told" if name == mine else name for name, brand in heard if brand == brand_id or name == mine})
        if names or not heard:
            loop.call_soon_threadsafe(waiting.put_nowait, names)

    with listener.subscribed(hear):
        yield "retry: 2000\n\n"
        hear([])
        while True:
            try:
                names = await asyncio.wait_for(waiting.get(), BEAT)
            except TimeoutError:
                yield ": \n\n"
            else:
                for name in names or await sync_to_async(_missed)(brand_id, member, drawn_at):
                    yield f"data: {json.dumps({'fact': _snake(name)})}\n\n"


def _missed(brand_id: int, member: Member, drawn_at: datetime) -> list[str]:
    """Something may have been missed: if anything happened since the page was drawn, it looks again."""
    return ["Again"] if happened_since(brand_id, drawn_at) or told_since(member, drawn_at) else []


def _moment(seconds: str) -> datetime:
    """When the page was drawn: whatever happened between then and its listening makes it look again."""
    try:
        return datetime.fromtimestamp(float(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return clock.now()


def _snake(name: str) -> str:
    """``MessageReceived`` → ``message_received``, as pages write it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
