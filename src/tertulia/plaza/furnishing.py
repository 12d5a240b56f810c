"""What a team that works has around its inbox: hours, desks with people outside, saved replies and views, rules in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.handoffs import actions as handoffs
from tertulia.handoffs import desks, queries
from tertulia.handoffs.actions import Matter
from tertulia.handoffs.models import Desk, Kind
from tertulia.inbox.labelling import label
from tertulia.inbox.models import Conversation
from tertulia.inbox.saved import save_reply
from tertulia.inbox.saved_views import save_view
from tertulia.moderation.rulebook import actions as rulebook
from tertulia.moderation.rulebook.queries import norms, rule_of
from tertulia.moderation.rulebook.starter import starter_text

Script = Mapping[str, Any]


def furnish(brand: Brand, team: Sequence[Member], script: Script) -> None:
    """Before the public speaks: so that deadlines are counted in the brand's hours and rules judge what comes."""
    chief = team[0]
    brands.set_hours(brand, {str(day): script["hours"] for day in range(6)}, by=chief.key, because="demo")
    for one in script["desks"]:
        desk = desks.write_desk(brand, one["name"], {Kind(kind): minutes for kind, minutes in one["answers_for"].items()}, by=chief.key)
        for holder in one["holders"]:
            desks.add_holder(desk, name=holder["name"], email=holder["email"], by=chief.key)
    for one in script["saved_replies"]:
        save_reply(brand, one["title"], one["text"], one["intents"], chief, by=chief.key)
    for one in script["saved_views"]:
        save_view(brand, chief, one["name"], one["filters"], shared=True, by=chief.key)
    rulebook.bring_in(brand, starter_text(norms(brand)), chief, by=chief.key, because="demo")
    for name in script["rules"]["live"]:
        rulebook.start(rule_of(brand, name), by=chief.key, because="demo")
    for name in script["rules"]["shadow"]:
        rulebook.shadow(rule_of(brand, name), by=chief.key, because="demo")


def hand_some_over(brand: Brand, team: Sequence[Member], script: Script) -> None:
    """Two of the complaints that wait are with the shop: one answered, one asked back; and one is labelled."""
    desk = Desk.objects.filter(brand=brand).order_by("pk")[0]
    waiting = Conversation.objects.filter(brand=brand, state="open", intents__contains="complaint").order_by("-heat", "-last_at")
    for conversation, said, who in zip(waiting[:2], script["matters"], team[1:], strict=False):
        matter = Matter(kind=Kind.COMPLAINT, desk=desk, brief=said["brief"], minutes=240, title=said["title"], conversation=conversation,
                        messages=list(conversation.messages.filter(ours=False)[:3]))
        made = handoffs.hand_over(brand, matter, who, by=who.key, because="demo")
        handoffs.hear(made, queries.holders(desk)[0], said["what"], said["text"], way="page", by="demo")
    for conversation in waiting[2:4]:
        label(conversation, script["label"], by=team[0].key)
