"""House rules, and what was decided by them; strikes, appeals, the moderators' queue, the months told to the public."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.moderation.rulebook.models import Brake as Brake
from tertulia.moderation.rulebook.models import Match as Match
from tertulia.moderation.rulebook.models import Rehearsal as Rehearsal
from tertulia.moderation.rulebook.models import Rehearsed as Rehearsed
from tertulia.moderation.rulebook.models import Rule as Rule
from tertulia.moderation.rulebook.models import Trip as Trip
from tertulia.moderation.rulebook.models import WordList as WordList
from tertulia.outbox.models import Dispatch
from tertulia.people.models import Profile


class Policy(models.Model):
    """How a brand moderates; without a row, as the defaults say.

    ``public``: its rules have a page that anybody may read; ``indexed``: search engines too. ``transparency``: its months are
    told beside them. Days: how long a strike counts, how long an author may appeal, by when an appeal is answered.
    ``delay``: minutes that a deletion waits before it leaves, for whoever decided it to take it back.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="policy")
    public = models.BooleanField(_("Publicar las normas"), default=True)
    indexed = models.BooleanField(_("Dejar que los buscadores las encuentren"), default=False)
    transparency = models.BooleanField(_("Publicar las cifras de cada mes"), default=False)
    intro = models.TextField(_("Presentación"), blank=True)
    strike_days = models.SmallIntegerField(_("Días que cuenta una falta"), default=90)
    appeal_days = models.SmallIntegerField(_("Días para reclamar"), default=30)
    answer_days = models.SmallIntegerField(_("Días para responder a una reclamación"), default=7)
    delay = models.SmallIntegerField(_("Minutos que espera un borrado"), default=5)

    class Meta:
        constraints = [models.CheckConstraint(
            condition=models.Q(strike_days__gt=0, appeal_days__gt=0, answer_days__gt=0, delay__gte=0), name="policy_in_days")]


class HouseRule(models.Model):
    """A numbered rule that the brand publishes. Its text is never changed once cited: a new version is written.

    ``weight``: how many strikes breaking it is worth; 0: none.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="house_rules")
    number = models.IntegerField()
    version = models.IntegerField(default=1)
    title = models.CharField(_("título"), max_length=80)
    text = models.TextField(_("texto"))
    weight = models.SmallIntegerField(default=1)
    written_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "number", "version"], name="one_house_rule_a_version"),
            models.UniqueConstraint(fields=["brand", "number"], condition=models.Q(retired_at=None),
                                    name="one_living_house_rule_a_number"),
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="house_rule_weighs"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Act(models.TextChoices):
    """What can be decided of a message."""

    KEEP = "keep", _("Dejar")
    NOTE = "note", _("Avisar")
    HIDE = "hide", _("Ocultar")
    UNHIDE = "unhide", _("Volver a mostrar")
    DELETE = "delete", _("Borrar")
    BLOCK = "block", _("Bloquear")
    UNBLOCK = "unblock", _("Desbloquear")


#: Acts against what somebody said: they cite a rule, count as a strike and can be appealed.
AGAINST = (Act.NOTE, Act.HIDE, Act.DELETE, Act.BLOCK)
#: Acts that only a person decides.
BY_A_PERSON = (Act.KEEP, Act.DELETE, Act.BLOCK, Act.UNBLOCK)
#: Acts that are done on the network.
ON_THE_NETWORK = (Act.HIDE, Act.UNHIDE, Act.DELETE, Act.BLOCK, Act.UNBLOCK)


class Check(models.TextChoices):
    """Whether the network was seen to have done it."""

    UNSEEN = "", _("por comprobar")
    DONE = "done", _("comprobado en la red")
    NOT_DONE = "not_done", _("la red lo aceptó, pero no lo ha hecho")
    UNSAID = "unsaid", _("la red no lo deja comprobar")


class Lifted(models.TextChoices):
    """Why a verdict stands no more."""

    STANDS = "", _("vale")
    UNDONE = "undone", _("se deshizo")
    APPEAL = "appeal", _("se le dio la razón a quien reclamó")
    FAILED = "failed", _("la red no lo hizo")
    TAKEN_BACK = "taken_back", _("se detuvo antes de salir")


class Verdict(models.Model):
    """A decision about a message: what, by which rule, by whom, with the evidence as it was then.

    ``member`` is null when an automatic rule decided; ``automatic`` is its version, ``by`` names it as facts do, ``match`` is
    what it matched and ``spans`` where, as [start, end) in the text of ``evidence``. ``evidence``: text, author, pictures, url,
    reading, at, the post, and the thread above. ``undoes``: the verdict that this one takes back. ``checked_at``: when the
    network was last asked whether it is so; ``check_at``: when it is asked next.
    """

    brand = models.ForeignKey(Brand, models.CASCADE)
    message = models.ForeignKey(Message, models.CASCADE, related_name="verdicts")
    profile = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="verdicts")
    act = models.CharField(max_length=8, choices=Act.choices)
    rule = models.ForeignKey(HouseRule, models.PROTECT, null=True)
    member = models.ForeignKey(Member, models.SET_NULL, null=True)
    by = models.CharField(max_length=80, default="")
    automatic = models.ForeignKey("moderation.Rule", models.SET_NULL, null=True, related_name="verdicts")
    match = models.JSONField(null=True)
    spans = models.JSONField(default=list)
    note = models.TextField(blank=True)
    evidence = models.JSONField()
    dispatch = models.OneToOneField(Dispatch, models.PROTECT, null=True)
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="undone_by")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted = models.CharField(max_length=10, choices=Lifted.choices, default=Lifted.STANDS, blank=True)
    check_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    check_state = models.CharField(max_length=8, choices=Check.choices, default=Check.UNSEEN, blank=True)
    looks = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(act__in=["hide", "delete", "block"]) | models.Q(rule__isnull=False),
                                   name="acting_cites_a_rule"),
            models.CheckConstraint(condition=~models.Q(act__in=BY_A_PERSON) | models.Q(by__startswith="member:"),
                                   name="what_cannot_be_undone_waits_for_a_person"),
            models.CheckConstraint(condition=~models.Q(act__in=ON_THE_NETWORK) | models.Q(dispatch__isnull=False),
                                   name="what_is_done_has_a_dispatch"),
            models.CheckConstraint(condition=models.Q(act__in=Act.values, lifted__in=Lifted.values, check_state__in=Check.values),
                                   name="verdict_known"),
            models.CheckConstraint(condition=models.Q(lifted="", lifted_at=None) | ~models.Q(lifted="") & models.Q(lifted_at__isnull=False),
                                   name="lifted_has_its_moment"),
        ]
        indexes = [
            models.Index(fields=["brand", "-at"], name="verdict_newest"),
            models.Index(fields=["profile", "-at"], condition=models.Q(profile__isnull=False), name="verdict_of_profile"),
            models.Index(fields=["check_at"], condition=models.Q(check_at__isnull=False), name="verdict_to_check"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.message_id}"


# --------------------------------------------------------------------------- strikes


class LadderAct(models.TextChoices):
    """What happens when somebody's strikes reach a step."""

    NOTE = "note", _("Avisar al equipo")
    WARN = "warn", _("Preparar un aviso a la persona")
    HIDE = "hide", _("Ocultar ese mensaje")
    PROPOSE_BLOCK = "block", _("Proponer bloquearla")


class Step(models.Model):
    """A step of the brand's ladder: from ``points`` living strikes on, ``act``. Without any, the defaults of ``rules.LADDER``."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="strike_steps")
    points = models.SmallIntegerField()
    act = models.CharField(max_length=5, choices=LadderAct.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "act"], name="one_step_an_act"),
            models.CheckConstraint(condition=models.Q(points__gt=0), name="step_after_a_strike"),
        ]


class Strike(models.Model):
    """A verdict that counts against its author, until it expires or is cancelled. ``step``: what was reached with it."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    profile = models.ForeignKey(Profile, models.CASCADE, related_name="strikes")
    verdict = models.OneToOneField(Verdict, models.CASCADE, related_name="strike")
    weight = models.SmallIntegerField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_because = models.CharField(max_length=10, choices=Lifted.choices, blank=True)
    step = models.CharField(max_length=5, choices=LadderAct.choices, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(weight__gt=0, expires_at__gt=models.F("at")), name="strike_counts")]
        indexes = [models.Index(fields=["profile", "expires_at"], condition=models.Q(cancelled_at=None), name="strike_living")]


# --------------------------------------------------------------------------- appeals


class Outcome(models.TextChoices):
    """How an appeal ended."""

    OPEN = "", _("Por responder")
    UPHELD = "upheld", _("La decisión se mantiene")
    REVERSED = "reversed", _("Se le da la razón")


class Appeal(models.Model):
    """What the author of a message says against a verdict: once, and answered by somebody else than who decided.

    ``against``: who decided (null: a rule). ``alone``: an owner answered against their own verdict, there being nobody else
    in the team who may; it is said so wherever the appeal is shown.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="appeals")
    verdict = models.OneToOneField(Verdict, models.CASCADE, related_name="appeal")
    against = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    alone = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | models.Q(against=None) | models.Q(alone=True)
                | ~models.Q(decided_by=models.F("against")),
                name="nobody_answers_an_appeal_against_themselves"),
            models.CheckConstraint(condition=models.Q(outcome="", decided_at=None) | models.Q(outcome__in=["upheld", "reversed"],
                                   decided_at__isnull=False) & ~models.Q(answer=""), name="appeal_ends_with_an_answer"),
        ]
        indexes = [models.Index(fields=["brand", "due_at"], condition=models.Q(outcome=""), name="appeal_open")]


# --------------------------------------------------------------------------- the queue


class Case(models.Model):
    """A message that a moderator has to look at: at most one open for each message.

    ``reasons``: why it is here, in words, each with who asked ({"because", "by"}). ``same``: a digest of its folded text, by
    which equal messages are decided together. ``holder`` has it until ``held_until``, by ``token``: nobody else decides it
    meanwhile.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="cases")
    message = models.ForeignKey(Message, models.CASCADE, related_name="cases")
    reasons = models.JSONField(default=list)
    proposed = models.CharField(max_length=8, choices=Act.choices, blank=True)
    weight = models.SmallIntegerField(default=0)
    same = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    holder = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    token = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)
    skipped_by = models.JSONField(default=list)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    verdict = models.ForeignKey(Verdict, models.SET_NULL, null=True, related_name="cases")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message"], condition=models.Q(decided_at=None), name="one_open_case_a_message")]
        indexes = [
            models.Index(fields=["brand", "-weight", "at"], condition=models.Q(decided_at=None), name="case_open"),
            models.Index(fields=["brand", "same"], condition=models.Q(decided_at=None), name="case_same"),
            models.Index(fields=["brand", "same", "-decided_at"], condition=models.Q(decided_at__isnull=False), name="case_decided"),
        ]


class Veil(models.Model):
    """What a member wants covered in the queue until they ask to see it; without a row, both."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="veil")
    texts = models.BooleanField(default=True)
    pictures = models.BooleanField(default=True)


# --------------------------------------------------------------------------- months


class Month(models.Model):
    """The figures of a month that is over, as they were when it ended: see ``transparency.figures``. Never changed."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="months")
    first = models.DateField()
    figures = models.JSONField()
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "first"], name="one_row_a_month")]
