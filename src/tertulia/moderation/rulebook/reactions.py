"""What the rules do when a message was read, and what is told of them."""

from __future__ import annotations

from collections.abc import Sequence

from tertulia.brands.models import Brand
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.moderation.rulebook import actions, applying, notices, queries
from tertulia.moderation.rulebook import rehearsing as rehearsing
from tertulia.moderation.rulebook.books import today_of
from tertulia.moderation.rulebook.facts import RuleBroke, RuleExpired, RuleTripped
from tertulia.moderation.rulebook.models import Match, Rehearsed, Rule, RuleState
from tertulia.people.facts import PersonErased
from tertulia.triage.facts import MessageRead


@reaction(MessageRead)
def on_message_to_judge(happened: Sequence[Happened]) -> None:
    """The rules judge what was read, or read again because it was edited."""
    judging = queries.with_rules({one.what.brand_id for one in happened})
    if messages := sorted({one.what.message_id for one in happened if one.what.brand_id in judging}):
        applying.judge(messages, by=SYSTEM)


@reaction(RuleTripped, RuleBroke, RuleExpired)
def on_rule_in_trouble(happened: Sequence[Happened]) -> None:
    """The owners are told."""
    kinds = {RuleTripped: notices.TRIPPED, RuleBroke: notices.BROKE, RuleExpired: notices.EXPIRED}
    for one in happened:
        notices.tell_owners(kinds[type(one.what)], one.what.brand_id, one.what.rule_id, f"fact:{one.id}")


@reaction(PersonErased)
def on_person_erased_from_matches(happened: Sequence[Happened]) -> None:
    """What rules quoted of them goes; that they held stays as a number."""
    profiles = {pk for one in happened for pk in one.what.profile_ids}
    Match.objects.filter(message__author__in=profiles).update(whys=[])
    Rehearsed.objects.filter(message__author__in=profiles).update(whys=[])


@job
def expire_rules(brand_id: int) -> None:
    """Ends the rules of a brand whose last day is over."""
    actions.expire(Brand.objects.get(pk=brand_id), by=SYSTEM)


@watch(every=60.0)
def rules_to_expire() -> Sequence[Wake]:
    """The brands that have any."""
    now = clock.now()
    rows = Rule.objects.filter(state__in=[RuleState.LIVE, RuleState.SHADOW], expires__isnull=False).select_related("brand")
    over = {one.brand_id for one in rows if one.expires and one.expires <= today_of(one.brand, now)}
    return [Wake(expire_rules, {"brand_id": pk}, lock=f"rules:{pk}") for pk in sorted(over)]
