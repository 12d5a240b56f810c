"""Automatic rules by API: read, written as text, rehearsed, taken through their life."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.brands.models import Brand
from tertulia.kit.folding import clean
from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.parsing import LONGEST, parse_rule
from tertulia.moderation.automatic.printing import print_all
from tertulia.moderation.automatic.saying import say_rule
from tertulia.moderation.rulebook import actions, queries, rehearsing, trying
from tertulia.moderation.rulebook.books import as_list, tree_of
from tertulia.moderation.rulebook.models import Rehearsal, Rule

router = Router(tags=["automatic rules"])

Name = Annotated[str, Path(max_length=60)]


class AutomaticRuleOut(Schema):
    """A version of a rule; ``said`` is what it does, in a sentence; ``error`` why it is broken, if it is."""

    id: int
    name: str
    version: int
    state: str
    text: str
    said: str
    cap: int
    expires: date | None
    error: str

    @staticmethod
    def resolve_said(rule: Rule) -> str:
        tree = tree_of(rule)
        return say_rule(tree) if tree else ""


class RuleText(Schema):
    """A rule in its language."""

    text: str = Field(min_length=1, max_length=LONGEST)


class RulesText(Schema):
    """Every rule and list of a brand in their language, always in the same order; empty while it has none."""

    text: str


class RulesFile(Schema):
    """Rules and lists in their language, to be brought in."""

    text: str = Field(min_length=1, max_length=2_000_000)


class Brought(Schema):
    """What a file changed: the drafts and lists that are new, and how many were the same already."""

    rules: list[str]
    lists: list[str]
    same: int


class Trial(Schema):
    """A rule, and a text to try it on; ``before``: messages that its author wrote before."""

    text: str = Field(min_length=1, max_length=LONGEST)
    sample: str = Field(min_length=1, max_length=5000)
    before: int = Field(0, ge=0, le=99_999)


class ConditionOut(Schema):
    """A condition of the outermost group: ``held`` null where it cannot be known."""

    held: bool | None
    said: str


class TrialOut(Schema):
    """``spans``: [start, end) of what was found."""

    held: bool | None
    conditions: list[ConditionOut]
    spans: list[tuple[int, int]]


class Rehearse(Schema):
    """Over how many days."""

    days: Literal[7, 30, 90] = 30


class FindOut(Schema):
    """A message that a rule would have touched; ``alarm``: why it looks like an error, if it does."""

    message_id: int
    text: str
    why: list[str]
    alarm: str
    right: bool | None


class RehearsalOut(Schema):
    """How a rehearsal stands; ``false_alarms`` are estimated."""

    id: int
    state: str
    days: int
    asked_at: datetime
    total: int
    looked: int
    matched: int
    false_alarms: int
    error: str


class RehearsalWhole(RehearsalOut):
    """With the newest hundred messages that it would have touched."""

    found: list[FindOut]


@router.get("/{slug}/automatic-rules", response={200: list[AutomaticRuleOut], **PROBLEMS})
def automatic_rules(request: HttpRequest, slug: str) -> list[Rule]:
    """The versions that go on: in force, in the shadow, drafts."""
    brand, _ = enter(request, slug)
    return list(Rule.objects.filter(brand=brand, state__in=queries.ONGOING).order_by("name", "version"))


@router.get("/{slug}/automatic-rules/file", response={200: RulesText, **PROBLEMS})
def rules_file(request: HttpRequest, slug: str) -> dict[str, str]:
    """All rules and lists as one text."""
    brand, _ = enter(request, slug)
    trees = [card.tree for card in queries.cards(brand) if card.tree]
    return {"text": print_all(trees, [as_list(one) for one in queries.lists(brand)])}


@router.put("/{slug}/automatic-rules/file", response={200: Brought, **PROBLEMS})
def bring_in(request: HttpRequest, slug: str, body: RulesFile) -> actions.Imported:
    """A file of rules (drafts) and lists (in force at once): all of it, or nothing if something is wrong."""
    brand, member = enter(request, slug, "publish")
    try:
        return actions.bring_in(brand, clean(body.text), member, by=member.key, because="API")
    except (actions.Wrong, actions.Refused) as error:
        raise HttpError(422, str(error)) from error


@router.put("/{slug}/automatic-rules", response={200: AutomaticRuleOut, **PROBLEMS})
def write(request: HttpRequest, slug: str, body: RuleText) -> Rule:
    """A draft of the rule that the text is."""
    brand, member = enter(request, slug, "publish")
    try:
        return actions.write(brand, clean(body.text), member, by=member.key, because="API")
    except actions.Wrong as error:
        raise HttpError(422, str(error)) from error


@router.post("/{slug}/automatic-rules/try", response={200: TrialOut, **PROBLEMS})
def attempt(request: HttpRequest, slug: str, body: Trial) -> TrialOut:
    """Which conditions of a rule hold of a text, where and why; nothing is kept."""
    brand, _ = enter(request, slug)
    try:
        tree = parse_rule(clean(body.text))
    except Fault as fault:
        raise HttpError(422, str(fault)) from fault
    tried = trying.try_rule(tree, clean(body.sample), trying.lists_of(brand), {"before": body.before})
    if tried.error:
        raise HttpError(422, tried.error)
    return TrialOut(held=tried.held, conditions=[ConditionOut(held=one.held, said=one.said) for one in tried.pieces],
                    spans=[(start, end) for start, end, _why in tried.spans])


@router.post("/{slug}/automatic-rules/{pk}/{act}", response={200: AutomaticRuleOut, **PROBLEMS})
def step(request: HttpRequest, slug: str, pk: Id, act: Literal["shadow", "start", "retire"]) -> Rule:
    """One step in the life of a version."""
    brand, member = enter(request, slug, "publish")
    rule = _version(brand, pk)
    try:
        {"shadow": actions.shadow, "start": actions.start, "retire": actions.retire}[act](rule, by=member.key, because="API")
    except actions.Refused as error:
        raise HttpError(409, str(error)) from error
    return _version(brand, pk)


@router.post("/{slug}/automatic-rules/{pk}/rehearsals/new", response={202: RehearsalOut, **PROBLEMS})
def rehearse(request: HttpRequest, slug: str, pk: Id, body: Rehearse) -> Status[Rehearsal]:
    """Tries a version on what was said; the one under way, if there is one."""
    brand, member = enter(request, slug, "publish")
    return Status(202, rehearsing.ask(_version(brand, pk), body.days, member))


@router.get("/{slug}/rehearsals/{pk}", response={200: RehearsalWhole, **PROBLEMS})
def rehearsal(request: HttpRequest, slug: str, pk: Id) -> RehearsalWhole:
    """How it stands, and what it would have touched."""
    brand, _ = enter(request, slug)
    found = queries.rehearsal_of(brand, pk)
    finds = [FindOut(message_id=one.message_id, text=one.message.text, why=[why["said"] for why in one.whys], alarm=one.alarm,
                     right=one.right) for one in queries.finds(found)]
    return RehearsalWhole(**RehearsalOut.from_orm(found).dict(), found=finds)


def _version(brand: Brand, pk: int) -> Rule:
    return Rule.objects.select_related("brand").get(brand=brand, pk=pk)
