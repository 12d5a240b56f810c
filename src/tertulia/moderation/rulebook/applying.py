"""Judging messages by the rules in force, and doing what they say.

The order: every rule looks at the message, by name. All that they want done is gathered, and each thing is done once: a message
is hidden at most once, by the norm of the first rule whose cap is not reached; the others are noted as «también». What a person
decided about the message since it was last edited stands, and rules do nothing. Where a cap is reached, the network cannot, the
message is old or a rule broke, a moderator gets the message: no match ends in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand
from tertulia.inbox.labelling import label
from tertulia.inbox.models import Message
from tertulia.inbox.noting import write_note
from tertulia.journal.actions import record, record_all
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.moderation import actions
from tertulia.moderation.automatic.engine import Broken, Matched
from tertulia.moderation.automatic.tree import HIDE, LABEL, NOTE, QUEUE, Act
from tertulia.moderation.models import Act as VerdictAct
from tertulia.moderation.models import HouseRule, Verdict
from tertulia.moderation.rulebook import facts
from tertulia.moderation.rulebook.books import Book, as_kept, book_of, lists_in, said_of
from tertulia.moderation.rulebook.models import Brake, Match, Outcome, Rule, RuleState, Trip

#: What was said longer ago is not hidden by a machine any more: a person looks.
OLD = timedelta(days=7)
#: What all the rules of a brand may hide in a day, if it says nothing else.
BRAND_CAP = 200
#: Of a rule that breaks, so many messages a day go to the moderators; its state says the rest.
MOST_BROKEN = 20


@transaction.atomic
def judge(message_ids: Collection[int], *, by: str) -> int:
    """Judges these messages by the rules of their brands; how many matches are new."""
    rows = Message.objects.filter(pk__in=message_ids, ours=False, vanished_at=None).order_by("pk")
    messages: dict[int, list[Message]] = {}
    for one in rows.select_related("channel", "author", "brand", "conversation__subject", "conversation__brand"):
        messages.setdefault(one.brand_id, []).append(one)
    return sum(_judge_brand(some[0].brand, some, by=by) for some in messages.values())


def _judge_brand(brand: Brand, messages: Sequence[Message], *, by: str) -> int:
    now = clock.now()
    book = book_of(brand, now)
    if not book.rules:
        return 0
    for one in book.broken:
        break_rule(book.rules[one.key], one.error)
    said = said_of(brand, messages, book.matcher)
    edited = {one.pk: one.edited_at for one in messages if one.edited_at}
    matched = Match.objects.filter(rule__in=book.rules, message__in=messages).values_list("rule", "message", "at")
    known = {(rule, message) for rule, message, at in matched if edited.get(message, at) <= at}
    judged = _Judged(brand, book, now)
    for message in messages:
        found = book.matcher.match(said[message.pk])
        if held := [one for one in found if isinstance(one, Matched) and (one.key, message.pk) not in known]:
            judged.take(message, held)
        for broken in (one for one in found if isinstance(one, Broken)):
            judged.broke(message, broken)
    return judged.keep(by=by)


@dataclass(slots=True)
class _Judged:
    """What the rules of a brand said of a batch, and how much they may still do today."""

    brand: Brand
    book: Book
    now: datetime
    matches: list[Match] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    hidden: int = 0
    cap: int = BRAND_CAP

    def __post_init__(self) -> None:
        start = self.now.astimezone(ZoneInfo(self.brand.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        rows = Match.objects.filter(brand=self.brand, at__gte=start, outcome=Outcome.DONE).values_list("rule__name", "acts")
        for name, acts in rows:
            self.done[name] = self.done.get(name, 0) + 1
            self.hidden += HIDE in acts
        if brake := Brake.objects.filter(brand=self.brand).first():
            self.cap = brake.cap

    # ------------------------------------------------------------ one message

    def take(self, message: Message, held: Sequence[Matched]) -> None:
        """Does what the rules that hold of a message say."""
        live = [one for one in held if self.book.rules[one.key].state == RuleState.LIVE]
        self.matches += [self._match(message, one, Outcome.SHADOW) for one in held if one not in live]
        if not live:
            return
        if self._stands(message):
            self.matches += [self._match(message, one, Outcome.KEPT) for one in live]
            return
        if self.now - max(message.at, message.edited_at or message.at) > OLD:
            for one in live:
                self.matches.append(self._match(message, one, Outcome.LATE))
                self._queue(message, self.book.rules[one.key], _("lo dice una regla, pero el mensaje es antiguo"))
            return
        done: set[tuple[str, str]] = set()
        for one in live:
            self.matches.append(self._act(message, one, done))

    def _act(self, message: Message, one: Matched, done: set[tuple[str, str]]) -> Match:
        """Does what one rule says that no other did; ``done``: what was, by kind and words."""
        rule, found = self.book.rules[one.key], self._match(message, one, Outcome.DONE)
        wanted = [act for act in self.book.trees[one.key].acts if (act.what, act.text) not in done]
        if not wanted:
            found.outcome = Outcome.ALSO
            return found
        if rule.cap and self.done.get(rule.name, 0) >= rule.cap:
            found.outcome = Outcome.CAPPED
            self._trip(rule, rule.cap)
            self._queue(message, rule, _("la regla llegó a su tope de hoy"))
            return found
        for act in wanted:
            if act.what != HIDE:
                self._lesser(message, rule, act)
            elif (outcome := self._hide(message, rule, act, found)) != Outcome.DONE:
                found.outcome = outcome
                continue
            done.add((act.what, act.text))
            found.acts.append(act.what)
        if found.acts:
            self.done[rule.name] = self.done.get(rule.name, 0) + 1
        return found

    def _lesser(self, message: Message, rule: Rule, act: Act) -> None:
        if act.what == LABEL:
            label(message.conversation, act.text, by=rule.key, because=rule.name)
        elif act.what == NOTE:
            write_note(message.conversation, act.text, None, by=rule.key, because=rule.name)
        elif act.what == QUEUE:
            self._queue(message, rule, "")

    def _hide(self, message: Message, rule: Rule, act: Act, found: Match) -> Outcome:
        if self.hidden >= self.cap:
            self._trip(None, self.cap)
            self._queue(message, rule, _("las reglas llegaron al tope de hoy"))
            return Outcome.CAPPED
        norm = HouseRule.objects.filter(brand=self.brand, number=act.norm, retired_at=None).first()
        if norm is None:
            self._queue(message, rule, _("cita la norma %(number)s, que ya no vale") % {"number": act.norm})
            return Outcome.CANNOT
        spans = sorted({(start, end) for why in found.whys for start, end in why["spans"]})
        told = {"rule": rule.pk, "name": rule.name, "version": rule.version, "lists": found.lists, "whys": found.whys, "spans": spans}
        try:
            with transaction.atomic():
                actions.hide(message, norm, None, by=rule.key, because=rule.name, automatic=rule, match=told)
        except actions.CannotDo as error:
            self._queue(message, rule, str(error))
            return Outcome.CANNOT
        self.hidden += 1
        return Outcome.DONE

    def _queue(self, message: Message, rule: Rule, why: str) -> None:
        actions.enqueue(message, because=": ".join(filter(None, (rule.name, why))), by=rule.key,
                        proposed=VerdictAct.HIDE if any(act.what == HIDE for act in self.book.trees[rule.pk].acts) else "")

    def _stands(self, message: Message) -> bool:
        """Whether a person decided about the message as it is now."""
        decided = Verdict.objects.filter(message=message, by__startswith="member:")
        return (decided.filter(at__gt=message.edited_at) if message.edited_at else decided).exists()

    def _match(self, message: Message, one: Matched, outcome: Outcome) -> Match:
        return Match(brand=self.brand, rule=self.book.rules[one.key], message=message, at=self.now, outcome=outcome,
                     whys=as_kept(one.whys, message.text), lists=lists_in(self.book, one.key))

    # ------------------------------------------------------------ brakes and breaks

    def _trip(self, rule: Rule | None, cap: int) -> None:
        day = self.now.astimezone(ZoneInfo(self.brand.time_zone)).date()
        _trip, new = Trip.objects.get_or_create(brand=self.brand, rule=rule, day=day, defaults={"cap": cap, "at": self.now})
        if new:
            record(facts.RuleTripped(brand_id=self.brand.pk, rule_id=rule.pk if rule else None), by=rule.key if rule else "rule:all",
                   because=f"{cap}")

    def broke(self, message: Message, broken: Broken) -> None:
        """A rule raised at a message: it says so, and a person judges instead of it."""
        rule = self.book.rules[broken.key]
        break_rule(rule, broken.error)
        tried = f"broken:{rule.name}"
        if self.done.get(tried, 0) < MOST_BROKEN:
            self.done[tried] = self.done.get(tried, 0) + 1
            if rule.state == RuleState.LIVE:
                self._queue(message, rule, _("la regla falló y no pudo juzgarlo"))

    def keep(self, *, by: str) -> int:
        """Writes the matches; how many. Of a message that was edited since, the match is what it is now."""
        Match.objects.bulk_create(self.matches, batch_size=500, update_conflicts=True, unique_fields=["rule", "message"],
                                  update_fields=["at", "whys", "lists", "outcome", "acts", "right"])
        told: list[Announcement] = [facts.RuleMatched(brand_id=self.brand.pk, rule_id=one.rule_id, message_id=one.message_id,
                                                      outcome=one.outcome) for one in self.matches]
        if told:
            record_all(told, by=by, because="rules")
        return len(self.matches)


def break_rule(rule: Rule, error: str) -> None:
    """The rule is shown as broken; told once until it is mended."""
    if rule.broken_at is None and Rule.objects.filter(pk=rule.pk, broken_at=None).update(broken_at=clock.now(), error=error):
        rule.broken_at, rule.error = clock.now(), error
        record(facts.RuleBroke(brand_id=rule.brand_id, rule_id=rule.pk), by=rule.key, because=error)
