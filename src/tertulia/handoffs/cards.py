"""What pages show of a matter: who has it, what was said, and what the reader may do."""

from __future__ import annotations

from typing import Any

from tertulia.brands.models import Member
from tertulia.handoffs import queries
from tertulia.handoffs.models import LIVE, HandOff, State
from tertulia.kit import clock
from tertulia.notices.actions import mails


def about(one: HandOff, member: Member) -> dict[str, Any]:
    """What the page and the card show of a matter."""
    stint, now = queries.current(one), clock.now()
    words = queries.words_of(one)
    return {
        "matter": one, "stint": stint, "words": words[1:], "now": now, "late": one.state == State.OPEN and one.due_at <= now,
        "live": one.state in LIVE, "mine": bool(stint and stint.holder.member_id == member.pk),
        "others": [other for other in queries.holders(one.desk) if not stint or other.pk != stint.holder_id],
        "own": bool(stint and stint.holder.member_id and stint.holder.member_id == one.opened_by_id), "mails": mails()}
