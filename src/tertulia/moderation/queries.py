"""Reading house rules and verdicts: brand first."""

from django.db.models import QuerySet

from tertulia.brands.models import Brand
from tertulia.inbox.models import Message
from tertulia.moderation.models import HouseRule, Verdict


def house_rules(brand: Brand) -> QuerySet[HouseRule]:
    """The rules that hold, by number."""
    return brand.house_rules.filter(retired_at=None).order_by("number")


def house_rule_of(brand: Brand, number: int) -> HouseRule:
    """The rule with this number that holds; ``HouseRule.DoesNotExist`` if there is none."""
    return house_rules(brand).get(number=number)


def verdicts_of(message: Message) -> QuerySet[Verdict]:
    """What was decided about a message, newest first."""
    return message.verdicts.select_related("rule", "member", "dispatch").order_by("-at")
