"""Reading desks, matters and letters: brand first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import owners
from tertulia.brands.rules import hash_of
from tertulia.handoffs.models import (
    LIVE,
    Arrival,
    Attachment,
    Desk,
    Door,
    Duty,
    HandOff,
    Holder,
    Kind,
    Letter,
    Mailbox,
    State,
    Stint,
    Word,
)
from tertulia.inbox.models import Conversation, Message

# --------------------------------------------------------------------------- desks


def desks(brand: Brand) -> QuerySet[Desk]:
    """The brand's desks in their order, with who holds them and what for."""
    holders = Holder.objects.filter(left_at=None).select_related("member").order_by("order", "pk")
    return brand.desks.filter(archived_at=None).select_related("department").prefetch_related(
        Prefetch("holders", holders), Prefetch("duties", Duty.objects.order_by("pk"))).order_by("order", "pk")


def desk_of(brand: Brand, pk: int) -> Desk:
    """One of the brand's living desks; ``Desk.DoesNotExist`` if it is another's."""
    return desks(brand).get(pk=pk)


def desk_for(brand: Brand, kind: str, department: str = "") -> Desk | None:
    """Who should answer this kind: a desk of that department first, then the first that answers for the kind."""
    found = list(desks(brand).filter(duties__kind=kind).distinct())
    of_it = [one for one in found if department and one.department and one.department.key == department]
    return next(iter([*of_it, *found]), None)


def holders(desk: Desk) -> list[Holder]:
    """Who answers at the desk, in order, and can be reached."""
    return list(desk.holders.filter(left_at=None, unreachable_at=None).select_related("member").order_by("order", "pk"))


def next_holder(handoff: HandOff) -> Holder | None:
    """Who has not had the matter yet, the first in order."""
    had = set(handoff.stints.values_list("holder", flat=True))
    return next((one for one in holders(handoff.desk) if one.pk not in had), None)


def holder_of(brand: Brand, pk: int) -> Holder:
    """One who holds a desk of the brand's now; ``Holder.DoesNotExist`` if they do not."""
    return Holder.objects.select_related("member", "desk").get(pk=pk, desk__brand=brand, left_at=None)


# --------------------------------------------------------------------------- matters


@dataclass(frozen=True, slots=True)
class Filters:
    """Which matters. ``state``: one of theirs, ``live`` or ``late``; ``mine``: those that wait for the reader."""

    state: str = "live"
    kind: str = ""
    desk_id: int | None = None
    mine: bool = False


def matters(brand: Brand, filters: Filters, member: Member, now: datetime) -> QuerySet[HandOff]:
    """The brand's matters that pass ``filters``."""
    found = whole(brand)
    if filters.state == "live":
        found = found.filter(state__in=LIVE)
    elif filters.state == "late":
        found = found.filter(state=State.OPEN, due_at__lte=now)
    elif filters.state == "ended":
        found = found.exclude(state__in=LIVE)
    elif filters.state in State.values:
        found = found.filter(state=filters.state)
    if filters.kind in Kind.values:
        found = found.filter(kind=filters.kind)
    if filters.desk_id:
        found = found.filter(desk=filters.desk_id)
    if filters.mine:
        at_me = Stint.objects.filter(hand_off=OuterRef("pk"), ended_at=None, holder__member=member)
        found = found.filter(Exists(at_me))
    return found


def whole(brand: Brand) -> QuerySet[HandOff]:
    """The brand's matters with what a line of them shows: ``at`` is the stint of who has it now."""
    now_at = Stint.objects.filter(ended_at=None).select_related("holder__member")
    return brand.hand_offs.select_related("desk", "conversation__channel", "person", "opened_by", "brand").prefetch_related(
        Prefetch("stints", now_at, to_attr="now_at"))


def counts(brand: Brand, now: datetime) -> dict[str, int]:
    """How many matters are in each state, and how many of the open ones are late."""
    rows = brand.hand_offs.values_list("state").annotate(Count("pk"))
    return {**dict(rows), "late": brand.hand_offs.filter(state=State.OPEN, due_at__lte=now).count()}


def matter_of(brand: Brand, pk: int) -> HandOff:
    """One of the brand's; ``HandOff.DoesNotExist`` if it is another's."""
    return whole(brand).get(pk=pk)


def matters_in(conversation: Conversation) -> list[HandOff]:
    """The matters of a conversation, those that live first, the newest first."""
    here = Q(conversation=conversation) | Q(conversation__merged_into=conversation)
    found = list(whole(conversation.brand).filter(here).order_by("-opened_at", "-pk"))
    return sorted(found, key=lambda one: one.state not in LIVE)


def current(handoff: HandOff) -> Stint | None:
    """Who has it now."""
    return handoff.stints.filter(ended_at=None).select_related("holder__member", "holder__desk").first()


def words_of(handoff: HandOff) -> list[Word]:
    """What was said of it, in order, with files (without their content)."""
    files = Attachment.objects.defer("content").order_by("pk")
    rows = handoff.words.select_related("member", "holder__member").prefetch_related(Prefetch("attachments", files))
    return list(rows.order_by("at", "pk"))


def word_of(handoff: HandOff, pk: int) -> Word:
    """One thing said of it; ``Word.DoesNotExist`` otherwise."""
    return handoff.words.select_related("member", "holder__member").get(pk=pk)


def file_of(handoff: HandOff, pk: int) -> Attachment:
    """A file of the matter; ``Attachment.DoesNotExist`` otherwise."""
    return Attachment.objects.get(pk=pk, word__hand_off=handoff)


def messages_of(handoff: HandOff) -> list[Message]:
    """What the holder sees of the conversation: the messages chosen, in order; with ``thread``, all up to the last of them."""
    chosen = handoff.messages.select_related("author", "member").order_by("at", "pk")
    if not handoff.thread or handoff.conversation_id is None:
        return list(chosen)
    last = chosen.last()
    above = Message.objects.filter(conversation=handoff.conversation_id).select_related("author", "member")
    return list(above.filter(at__lte=last.at).order_by("at", "pk")) if last else []


def told_of(handoff: HandOff) -> list[Member]:
    """Who hears of what happens to it: who handed it over and whose the conversation is; else the owners."""
    of_team = set(handoff.brand.memberships.filter(member__is_active=True).values_list("member", flat=True))
    wanted = [handoff.opened_by_id, handoff.conversation.assignee_id if handoff.conversation else None]
    found = list(Member.objects.filter(pk__in=[one for one in wanted if one in of_team]))
    return found or list(owners(handoff.brand).filter(is_active=True))


# --------------------------------------------------------------------------- doors


def door(token: str) -> Door | None:
    """The door that this token opens or once opened."""
    return Door.objects.select_related("hand_off__brand", "hand_off__desk", "hand_off__person", "hand_off__conversation__subject",
                                       "holder__member").filter(hash=hash_of(token)).first()


# --------------------------------------------------------------------------- mail


def mailbox_of(brand: Brand) -> Mailbox | None:
    """The brand's mailbox, if it has one."""
    return Mailbox.objects.filter(brand=brand).first()


def letters_due(now: datetime, most: int = 100) -> list[int]:
    """The letters, of any brand, that should leave now."""
    rows = Letter.objects.filter(state="queued", next_at__lte=now).exclude(lease_until__gt=now)
    return list(rows.order_by("next_at").values_list("pk", flat=True)[:most])


def stints_due(now: datetime, most: int = 100) -> list[int]:
    """The stints, of any brand, in which somebody has to be reminded or followed by the next."""
    return list(Stint.objects.filter(ended_at=None, next_at__lte=now).order_by("next_at").values_list("pk", flat=True)[:most])


def mailboxes_due(now: datetime, most: int = 100) -> list[int]:
    """The mailboxes to look into now."""
    rows = Mailbox.objects.filter(next_at__lte=now).exclude(host="").exclude(lease_until__gt=now)
    return list(rows.order_by("next_at").values_list("pk", flat=True)[:most])


def letters_of(handoff: HandOff) -> list[Letter]:
    """What was mailed of it, in order."""
    return list(handoff.letters.select_related("holder__member").order_by("pk"))


def unmatched(brand: Brand, most: int = 50) -> list[Arrival]:
    """The mails of which nobody knows what they are about, the newest first."""
    rows = Arrival.objects.filter(mailbox__brand=brand, outcome="unmatched").select_related("hand_off").defer("raw")
    return list(rows.order_by("-at", "-pk")[:most])


def arrival_of(brand: Brand, pk: int) -> Arrival:
    """A mail of the brand's box; ``Arrival.DoesNotExist`` otherwise."""
    return Arrival.objects.select_related("mailbox__brand").get(pk=pk, mailbox__brand=brand)


def letter_named(brand: Brand, message_ids: Sequence[str]) -> Letter | None:
    """The nearest letter of the brand's that a mail answers."""
    rows = Letter.objects.filter(brand=brand, message_id__in=message_ids).select_related("hand_off", "holder__member")
    found = {one.message_id: one for one in rows}
    return next((found[one] for one in message_ids if one in found), None)


def holder_at(handoff: HandOff, address: str) -> Holder | None:
    """Who has or had the matter and writes from this address."""
    had = Holder.objects.filter(Q(email__iexact=address) | Q(member__email__iexact=address), stints__hand_off=handoff)
    return had.select_related("member", "desk").order_by("-stints__pk").first()


def live_in(conversations: Collection[int]) -> dict[int, int]:
    """How many matters wait for their desk, by conversation."""
    rows = HandOff.objects.filter(conversation__in=conversations, state__in=(State.OPEN, State.ASKED_BACK))
    return dict(rows.values_list("conversation").annotate(Count("pk")))
