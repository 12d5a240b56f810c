"""Reading house rules and verdicts: brand first."""

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand
from tertulia.channels.queries import why_not
from tertulia.inbox.models import Message
from tertulia.moderation.models import HouseRule


def house_rules(brand: Brand) -> QuerySet[HouseRule]:
    """The rules that hold, by number."""
    return brand.house_rules.filter(retired_at=None).order_by("number")


def house_rule_of(brand: Brand, number: int) -> HouseRule:
    """The rule with this number that holds; ``HouseRule.DoesNotExist`` if there is none."""
    return house_rules(brand).get(number=number)


def why_not_hide(message: Message) -> str:
    """The sentence that says why a message cannot be hidden; empty if it can."""
    if message.ours:
        return _("Es un mensaje de la marca.")
    if message.vanished_at:
        return _("Quien lo escribió ya lo ha borrado.")
    if message.kind == "direct":
        return _("Es un mensaje privado: nadie más lo ve.")
    return why_not(message.channel, "hide")


def house_rules_with_use(brand: Brand) -> QuerySet[HouseRule]:
    """The rules that hold, by number, each with ``cited``: how many verdicts cite this version."""
    return house_rules(brand).annotate(cited=Count("verdict", filter=Q(verdict__act="hide")))


def retired_house_rules(brand: Brand) -> QuerySet[HouseRule]:
    """The rules that hold no more and have no newer version: each number's last, if it was retired."""
    living = house_rules(brand).values("number")
    return brand.house_rules.exclude(number__in=living).order_by("number", "-version").distinct("number")


def any_house_rule_of(brand: Brand, pk: int) -> HouseRule:
    """One of the brand's rules, in force or not; ``HouseRule.DoesNotExist`` if it is another's."""
    return brand.house_rules.get(pk=pk)
