"""Steps of the journeys that are set up without the browser, by the same actions as the pages call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.handoffs.models import Suggestion
from tertulia.inbox.models import Message
from tertulia.moderation.queries import house_rules
from tertulia.moderation.rulebook import actions as rulebook
from tertulia.moderation.rulebook.queries import norms, rule_of
from tertulia.moderation.rulebook.starter import starter_text
from tests.journeys.conftest import Town


def live_rule(brand: Brand, member: Member) -> None:
    """The starter's rule against insults, in force and citing the first house rule."""
    assert house_rules(brand).exists()
    rulebook.bring_in(brand, starter_text(norms(brand)), member, by=member.key)
    assert rulebook.start(rule_of(brand, "insultos-fuertes"), by=member.key)


def opening_hours(brand: Brand, member: Member, week: dict[str, list[list[str]]]) -> None:
    """When the brand answers."""
    brands.set_hours(brand, week, by=member.key)


def note_as_suggestion(page: Any, town: Town, messages: Sequence[Message]) -> None:
    """What the reading did not take for a suggestion is noted by hand, where it is said."""
    town.until(lambda: Suggestion.objects.filter(message__in=messages).exists(), "one noted by itself")
    page.wait_for_timeout(2000)
    known = set(Suggestion.objects.values_list("message_id", flat=True))
    for message in messages:
        if message.pk not in known:
            page.goto(f"{town.address}/m/{message.brand.slug}/bandeja/{message.conversation_id}/")
            page.locator(f"#m{message.pk}").wait_for()
            page.keyboard.press("t")
            page.locator("#trasladar-cuerpo select[name=kind]").select_option("suggestion")
            page.get_by_role("button", name="Solo apuntarla con las demás").click()
            town.until(lambda pk=message.pk: Suggestion.objects.filter(message=pk).exists(), "the suggestion noted")
