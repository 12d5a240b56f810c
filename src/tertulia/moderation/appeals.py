"""Appeals: the author of a message says why, once, by a link; somebody else than who decided answers.

The link is the verdict's number and a signature of it: nobody guesses one, nothing of it is stored, and it opens until the
days that the brand gives have passed. It shows the author's own words and the rule, and nothing of anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import role_in, team
from tertulia.brands.rules import may
from tertulia.inbox import actions as inbox
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.moderation import actions, facts
from tertulia.moderation.models import AGAINST, Act, Appeal, Lifted, Outcome, Verdict
from tertulia.moderation.strikes import policy_of

_SIGNER = signing.Signer(salt="tertulia.appeal", sep=".")
#: The longest a link may be.
_LONGEST = 80


class NotOpen(Exception):
    """The link opens nothing: it is not ours (``unknown``), its days are over (``late``), or nothing can be appealed (``lifted``)."""


class Appealed(Exception):
    """There is an appeal already."""


class NotYours(Exception):
    """This member may not answer it; the text says why."""


# --------------------------------------------------------------------------- the link


def can_be_appealed(verdict: Verdict) -> bool:
    """Whether its author may say something against it."""
    return verdict.act in AGAINST and verdict.rule_id is not None


def until(verdict: Verdict) -> datetime:
    """Until when its author may."""
    return verdict.at + timedelta(days=policy_of(verdict.brand_id).appeal_days)


def link_of(verdict: Verdict) -> str:
    """The address by which the author appeals, whole; always the same."""
    signed = _SIGNER.sign(str(verdict.pk))
    return str(settings.PUBLIC_URL + reverse("appeal", args=[signed]))


def verdict_at(signed: str, now: datetime | None = None) -> Verdict:
    """The verdict that a link is about; ``NotOpen`` if there is none. An answered appeal can be read for as long again."""
    try:
        number = int(_SIGNER.unsign(signed[:_LONGEST]))
    except (signing.BadSignature, ValueError) as error:
        raise NotOpen("unknown") from error
    whole = Verdict.objects.select_related("message__author", "message__conversation", "message__channel", "rule", "brand", "appeal")
    verdict = whole.filter(pk=number).first()
    if verdict is None or not can_be_appealed(verdict) or verdict.evidence.get("erased"):
        raise NotOpen("unknown")
    appeal, at = appeal_of(verdict), now or clock.now()
    last = until(verdict) if appeal is None else (appeal.decided_at or at) + timedelta(days=policy_of(verdict.brand_id).appeal_days)
    if at > last:
        raise NotOpen("late")
    if appeal is None and verdict.lifted:
        raise NotOpen("lifted")
    return verdict


def appeal_of(verdict: Verdict) -> Appeal | None:
    """The appeal against a verdict."""
    found: Appeal | None = getattr(verdict, "appeal", None)
    return found


# --------------------------------------------------------------------------- appealing


@transaction.atomic
def make(verdict: Verdict, text: str, *, because: str = "") -> Appeal:
    """The author says why. ``Appealed``: they did before."""
    now = clock.now()
    try:
        with transaction.atomic():
            appeal = Appeal.objects.create(
                brand_id=verdict.brand_id, verdict=verdict, against=verdict.member, text=clean(text).strip(), at=now,
                due_at=now + timedelta(days=policy_of(verdict.brand_id).answer_days))
    except IntegrityError as error:
        raise Appealed(verdict.pk) from error
    record(facts.AppealMade(brand_id=appeal.brand_id, appeal_id=appeal.pk, verdict_id=verdict.pk, message_id=verdict.message_id),
           by="author", because=because)
    return appeal


# --------------------------------------------------------------------------- answering


@dataclass(frozen=True, slots=True)
class Right:
    """Whether a member may answer an appeal; ``why`` not; ``alone``: only because there is nobody else."""

    may: bool
    why: str = ""
    alone: bool = False


def right_of(appeal: Appeal, member: Member) -> Right:
    """Somebody else than who decided; an owner may alone, and it is said, if nobody else of the team moderates."""
    role = role_in(appeal.brand, member)
    if not may(role, "moderate"):
        return Right(False, _("Para responder una reclamación hay que poder moderar."))
    if appeal.against_id != member.pk:
        return Right(True)
    if others(appeal):
        return Right(False, _("La decisión fue tuya: tiene que responder otra persona del equipo."))
    if role != Role.OWNER:
        return Right(False, _("La decisión fue tuya, y nadie más del equipo puede moderar: que responda quien es responsable de la marca."))
    return Right(True, alone=True)


def others(appeal: Appeal) -> Sequence[Member]:
    """Who may answer: everybody of the team who moderates, but the one who decided."""
    return [one.member for one in team(appeal.brand)
            if one.member_id != appeal.against_id and one.member.is_active and may(one.role, "moderate")]


@transaction.atomic
def answer(appeal: Appeal, outcome: str, text: str, member: Member, *, by: str, because: str = "") -> bool:
    """Upholds or reverses the verdict and says why, to be read at the same link. False: it was answered meanwhile.

    Reversed, the message is shown again and counts no more; what was deleted stays deleted, and that is said.
    """
    kept = Appeal.objects.select_for_update(no_key=True, of=("self",)).select_related("brand", "against").get(pk=appeal.pk)
    if kept.outcome:
        return False
    if not (right := right_of(kept, member)).may:
        raise NotYours(right.why)
    kept.outcome, kept.answer, kept.decided_by, kept.decided_at = Outcome(outcome), clean(text).strip(), member, clock.now()
    kept.alone = right.alone
    kept.save(update_fields=["outcome", "answer", "decided_by", "decided_at", "alone"])
    whole = Verdict.objects.select_related("message__channel", "message__author", "message__brand", "message__conversation__subject",
                                           "rule", "profile", "dispatch", "brand")
    verdict = whole.get(pk=kept.verdict_id)
    told = because or kept.get_outcome_display()
    if kept.outcome == Outcome.REVERSED:
        _reverse(verdict, member, by=by, because=told)
    record(facts.AppealDecided(brand_id=kept.brand_id, appeal_id=kept.pk, verdict_id=verdict.pk, message_id=verdict.message_id,
                               outcome=kept.outcome), by=by, because=told)
    if verdict.act != Act.BLOCK or kept.outcome == Outcome.REVERSED:
        inbox.bring_draft(verdict.message.conversation, kept.answer, source=_("Respuesta a su reclamación"), by=by, because=told,
                          answering=None if verdict.message.vanished_at else verdict.message)
    return True


def _reverse(verdict: Verdict, member: Member, *, by: str, because: str) -> None:
    """All that was decided against the message is lifted; against a person, the blocking alone."""
    if verdict.act == Act.BLOCK:
        actions.unblock(verdict, member, by=by, because=because, lifted=Lifted.APPEAL)
        return
    actions.show(verdict.message, member, by=by, because=because, lifted=Lifted.APPEAL)
    standing = Verdict.objects.select_related("message", "rule").filter(
        message=verdict.message_id, act__in=[Act.NOTE, Act.HIDE, Act.DELETE], lifted=Lifted.STANDS)
    for one in standing:
        actions.lift(one, Lifted.APPEAL, by=by, because=because)


# --------------------------------------------------------------------------- reading


def appeals_of(brand: Brand) -> QuerySet[Appeal]:
    """The brand's appeals: those that wait first, by their deadline, then the last answered."""
    whole = Appeal.objects.filter(brand=brand).select_related("verdict__rule", "verdict__message__channel", "verdict__profile",
                                                              "verdict__member", "against", "decided_by", "brand")
    return whole.order_by("outcome", "due_at", "-decided_at")


def open_appeals(brand: Brand) -> QuerySet[Appeal]:
    """Those that wait for an answer."""
    return appeals_of(brand).filter(outcome=Outcome.OPEN)


def late_appeals(now: datetime) -> QuerySet[Appeal]:
    """Those of any brand whose deadline passed."""
    return Appeal.objects.filter(outcome=Outcome.OPEN, due_at__lte=now)


def offering(verdict: Verdict) -> str:
    """What a member may say to the author, with the link; to be read and changed before it is sent."""
    assert verdict.rule is not None
    did = {Act.HIDE: _("Hemos ocultado tu mensaje"), Act.DELETE: _("Hemos borrado tu mensaje"),
           Act.BLOCK: _("Hemos bloqueado tu cuenta"), Act.NOTE: _("Tu mensaje no respeta las normas")}[Act(verdict.act)]
    told = _("%(did)s por la norma %(number)s («%(title)s»). Si crees que nos equivocamos, dínoslo aquí: %(link)s")
    return told % {"did": did, "number": verdict.rule.number, "title": verdict.rule.title.rstrip("."), "link": link_of(verdict)}
