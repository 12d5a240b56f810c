"""Writing rules and lists, and taking rules through their life."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.moderation.automatic.checking import too_long
from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.files import parse_all
from tertulia.moderation.automatic.parsing import parse_rule
from tertulia.moderation.automatic.printing import print_rule
from tertulia.moderation.automatic.tree import Rule as Tree
from tertulia.moderation.automatic.tree import WordList as ListTree
from tertulia.moderation.rulebook import facts, queries
from tertulia.moderation.rulebook.books import today_of
from tertulia.moderation.rulebook.models import Brake, Match, Rehearsed, Rule, RuleState, WordList


class Refused(Exception):
    """It cannot be so; the text says why."""


class Wrong(Exception):
    """What was written is wrong; ``faults`` say what and where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


# --------------------------------------------------------------------------- writing


@transaction.atomic
def write(brand: Brand, text: str, member: Member | None, *, by: str, because: str = "", was: str = "") -> Rule:
    """A draft of the rule that ``text`` is: the one there is, changed, or a new version. ``Wrong`` if it is.

    ``was``: the name it had in the editor; a draft that is called otherwise now leaves the old name. The same words as the last
    version's write nothing.
    """
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    try:
        tree = parse_rule(text)
    except Fault as fault:
        raise Wrong([fault]) from fault
    if faults := queries.missing(brand, tree, text):
        raise Wrong(faults)
    _renamed(brand, was, tree.name)
    return _draft(brand, tree, member, by=by, because=because)


def _renamed(brand: Brand, was: str, name: str) -> None:
    """A draft that was never more than one takes its new name; whatever was in force keeps its own."""
    if was and was != name:
        rows = Rule.objects.filter(brand=brand, name=was)
        if rows.count() == rows.filter(state=RuleState.DRAFT).count() and not Rule.objects.filter(brand=brand, name=name).exists():
            rows.update(name=name)


def _draft(brand: Brand, tree: Tree, member: Member | None, *, by: str, because: str) -> Rule:
    text = print_rule(tree)
    fields = {"text": text, "cap": tree.cap, "expires": tree.expires, "written_by": member, "written_at": clock.now()}
    rows = Rule.objects.filter(brand=brand, name=tree.name)
    if draft := rows.filter(state=RuleState.DRAFT).first():
        if draft.text == text:
            return draft
        if not draft.rehearsals.exists():
            rows.filter(pk=draft.pk).update(**fields, error="", broken_at=None)
            draft.refresh_from_db()
            return draft
        rows.filter(pk=draft.pk).update(state=RuleState.RETIRED, ended_at=clock.now())
    last = rows.order_by("-version").first()
    if last and last.text == text and last.state in (RuleState.LIVE, RuleState.SHADOW):
        return last
    rule = Rule.objects.create(brand=brand, name=tree.name, version=(last.version if last else 0) + 1, **fields)
    record(facts.RuleWritten(brand_id=brand.pk, rule_id=rule.pk), by=by, because=because)
    return rule


@transaction.atomic
def restore(rule: Rule, member: Member | None, *, by: str, because: str = "") -> Rule:
    """An older version is the draft again, as a new version."""
    return write(rule.brand, rule.text, member, by=by, because=because or str(rule))


# --------------------------------------------------------------------------- a rule's life


def _ready(rule: Rule) -> None:
    """``Refused`` if the rule cannot judge as it is."""
    try:
        tree = parse_rule(rule.text)
    except Fault as fault:
        raise Refused(str(fault)) from fault
    if faults := queries.missing(rule.brand, tree, rule.text):
        raise Refused(faults[0].told)
    if rule.expires and rule.expires <= today_of(rule.brand, clock.now()):
        raise Refused(_("Su último día ya pasó: cambia «caduca»."))


@transaction.atomic
def shadow(rule: Rule, *, by: str, because: str = "") -> bool:
    """A draft judges and only notes what it would do; another version that did so ends. Whether anything changed."""
    rule = _locked(rule)
    if rule.state != RuleState.DRAFT:
        return False
    _ready(rule)
    _end(rule, RuleState.SHADOW, by=by, because=because)
    _begin(rule, RuleState.SHADOW)
    record(facts.RuleShadowed(brand_id=rule.brand_id, rule_id=rule.pk), by=by, because=because)
    return True


@transaction.atomic
def start(rule: Rule, *, by: str, because: str = "") -> bool:
    """The version is in force, and the one before is not any more. Whether anything changed."""
    rule = _locked(rule)
    if rule.state not in (RuleState.DRAFT, RuleState.SHADOW):
        return False
    _ready(rule)
    _end(rule, RuleState.LIVE, by=by, because=because)
    _begin(rule, RuleState.LIVE)
    record(facts.RuleStarted(brand_id=rule.brand_id, rule_id=rule.pk), by=by, because=because)
    return True


@transaction.atomic
def retire(rule: Rule, *, by: str, because: str = "") -> bool:
    """It judges no more; what it did stands. Whether it was going on."""
    rule = _locked(rule)
    if rule.state not in queries.ONGOING:
        return False
    Rule.objects.filter(pk=rule.pk).update(state=RuleState.RETIRED, ended_at=clock.now())
    record(facts.RuleRetired(brand_id=rule.brand_id, rule_id=rule.pk), by=by, because=because)
    return True


@transaction.atomic
def reinstate(rule: Rule, *, by: str, because: str = "") -> bool:
    """A rule retired by mistake is a draft again, unless another is."""
    rule = _locked(rule)
    if rule.state not in (RuleState.RETIRED, RuleState.EXPIRED):
        return False
    if Rule.objects.filter(brand=rule.brand, name=rule.name, state=RuleState.DRAFT).exists():
        return False
    Rule.objects.filter(pk=rule.pk).update(state=RuleState.DRAFT, ended_at=None, began_at=None)
    record(facts.RuleWritten(brand_id=rule.brand_id, rule_id=rule.pk), by=by, because=because)
    return True


@transaction.atomic
def mend(rule: Rule, *, by: str, because: str = "") -> bool:
    """Somebody says that what broke it is over."""
    if not Rule.objects.filter(pk=rule.pk, broken_at__isnull=False).update(broken_at=None, error=""):
        return False
    record(facts.RuleMended(brand_id=rule.brand_id, rule_id=rule.pk), by=by, because=because)
    return True


@transaction.atomic
def expire(brand: Brand, *, by: str, because: str = "") -> int:
    """Ends the rules whose last day is over; how many."""
    over = Rule.objects.select_for_update(no_key=True).filter(
        brand=brand, state__in=[RuleState.LIVE, RuleState.SHADOW], expires__lte=today_of(brand, clock.now()))
    ended = list(over.order_by("pk"))
    for one in ended:
        Rule.objects.filter(pk=one.pk).update(state=RuleState.EXPIRED, ended_at=clock.now())
        record(facts.RuleExpired(brand_id=brand.pk, rule_id=one.pk), by=by, because=because)
    return len(ended)


def _locked(rule: Rule) -> Rule:
    Brand.objects.select_for_update(no_key=True).get(pk=rule.brand_id)
    return Rule.objects.select_for_update(no_key=True, of=("self",)).select_related("brand").get(pk=rule.pk)


def _end(rule: Rule, state: RuleState, *, by: str, because: str) -> None:
    """Ends the version that is where ``rule`` is going."""
    for one in Rule.objects.filter(brand=rule.brand, name=rule.name, state=state).exclude(pk=rule.pk):
        Rule.objects.filter(pk=one.pk).update(state=RuleState.RETIRED, ended_at=clock.now())
        record(facts.RuleRetired(brand_id=rule.brand_id, rule_id=one.pk), by=by, because=because or str(rule))


def _begin(rule: Rule, state: RuleState) -> None:
    Rule.objects.filter(pk=rule.pk).update(state=state, began_at=clock.now(), broken_at=None, error="")


@transaction.atomic
def set_brake(brand: Brand, cap: int, *, by: str, because: str = "") -> None:
    """All rules together hide so many a day at most."""
    Brake.objects.update_or_create(brand=brand, defaults={"cap": cap})
    record(facts.BrakeSet(brand_id=brand.pk, cap=cap), by=by, because=because)


# --------------------------------------------------------------------------- lists


@transaction.atomic
def write_list(brand: Brand, tree: ListTree, member: Member | None, *, by: str, because: str = "") -> WordList:
    """A new version of a list, which holds at once; the same entries write nothing."""
    if sentence := too_long(tree):
        raise Refused(sentence)
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    rows = WordList.objects.filter(brand=brand, name=tree.name)
    if (now := rows.filter(replaced_at=None).first()) and now.entries == list(tree.entries):
        return now
    rows.filter(replaced_at=None).update(replaced_at=clock.now())
    version = (rows.aggregate(last=Max("version"))["last"] or 0) + 1
    found = WordList.objects.create(brand=brand, name=tree.name, version=version, entries=list(tree.entries), written_by=member,
                                    written_at=clock.now())
    record(facts.WordListWritten(brand_id=brand.pk, list_id=found.pk), by=by, because=because)
    return found


@transaction.atomic
def drop_list(row: WordList, *, by: str, because: str = "") -> None:
    """The list is no more; ``Refused`` while a rule names it."""
    Brand.objects.select_for_update(no_key=True).get(pk=row.brand_id)
    if users := queries.users_of(row.brand, row.name):
        raise Refused(_("La usa la regla «%(name)s»: cámbiala antes.") % {"name": users[0].name})
    if WordList.objects.filter(pk=row.pk, replaced_at=None).update(replaced_at=clock.now()):
        record(facts.WordListDropped(brand_id=row.brand_id, list_id=row.pk), by=by, because=because)


# --------------------------------------------------------------------------- all of them at once


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file changed: names of the drafts written, of the lists, and how many were the same already."""

    rules: Sequence[str]
    lists: Sequence[str]
    same: int


@transaction.atomic
def bring_in(brand: Brand, text: str, member: Member | None, *, by: str, because: str = "") -> Imported:
    """A file of rules and lists: rules as drafts, lists at once; all of it or (``Wrong``) nothing."""
    rules, lists, faults = parse_all(text)
    names = [one.name for one in lists]
    for tree in rules:
        faults += queries.missing(brand, tree, print_rule(tree), names)
    faults += [Fault(_("«%(name)s» está dos veces.") % {"name": name}) for name in
               sorted({one for some in (names, [rule.name for rule in rules]) for one in some if some.count(one) > 1})]
    if faults or not (rules or lists):
        raise Wrong(faults or [Fault(_("Ahí no hay ninguna regla."))])
    going = Rule.objects.filter(brand=brand, state__in=queries.ONGOING).order_by("version")
    before: Mapping[str, str] = dict(going.values_list("name", "text"))
    kept = {one.name: one.entries for one in queries.lists(brand)}
    new_lists = [one for one in lists if kept.get(one.name) != list(one.entries)]
    new_rules = [one for one in rules if before.get(one.name) != print_rule(one)]
    for one in new_lists:
        write_list(brand, one, member, by=by, because=because)
    for tree in new_rules:
        _draft(brand, tree, member, by=by, because=because)
    return Imported([one.name for one in new_rules], [one.name for one in new_lists],
                    len(rules) + len(lists) - len(new_rules) - len(new_lists))


# --------------------------------------------------------------------------- saying whether it was right


@transaction.atomic
def say_of_match(match: Match, right: bool | None, *, by: str, because: str = "") -> None:
    """A member says whether a match was right; None takes it back."""
    Match.objects.filter(pk=match.pk).update(right=right)
    record(facts.RuleJudged(brand_id=match.brand_id, rule_id=match.rule_id, message_id=match.message_id, right=right), by=by,
           because=because)


@transaction.atomic
def say_of_find(find: Rehearsed, right: bool | None, *, by: str, because: str = "") -> None:
    """A member says whether a rehearsed match was right; the estimate follows."""
    Rehearsed.objects.filter(pk=find.pk).update(right=right)
    rehearsal = find.rehearsal
    rehearsal.false_alarms = rehearsal.found.exclude(right=True).exclude(alarm="", right=None).count()
    rehearsal.save(update_fields=["false_alarms"])
    record(facts.RuleJudged(brand_id=rehearsal.brand_id, rule_id=rehearsal.rule_id, message_id=find.message_id, right=right), by=by,
           because=because)


