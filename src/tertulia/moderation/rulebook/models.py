"""Automatic rules and lists, a row a version; what they matched; rehearsals; brakes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message


class RuleState(models.TextChoices):
    """Where a version of a rule is in its life."""

    DRAFT = "draft", _("Borrador")
    SHADOW = "shadow", _("A la sombra")
    LIVE = "live", _("En vigor")
    RETIRED = "retired", _("Retirada")
    EXPIRED = "expired", _("Caducada")


class Rule(models.Model):
    """One version of an automatic rule. Once it has judged anything its text is never changed: a new version is written.

    ``text`` is the rule in its own language, printed canonically; ``cap`` and ``expires`` are in it too. ``error`` and
    ``broken_at``: it raised; shown until a new version is written or somebody says that it is mended.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="automatic_rules")
    name = models.CharField(max_length=60)
    version = models.IntegerField(default=1)
    text = models.TextField()
    state = models.CharField(max_length=7, choices=RuleState.choices, default=RuleState.DRAFT)
    cap = models.IntegerField(default=0)
    expires = models.DateField(null=True)
    written_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    broken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "name", "version"], name="one_rule_a_version"),
            models.UniqueConstraint(fields=["brand", "name"], condition=Q(state="live"), name="one_live_version_a_rule"),
            models.UniqueConstraint(fields=["brand", "name"], condition=Q(state="shadow"), name="one_shadow_version_a_rule"),
            models.UniqueConstraint(fields=["brand", "name"], condition=Q(state="draft"), name="one_draft_a_rule"),
            models.CheckConstraint(condition=Q(state__in=RuleState.values), name="rule_state_known"),
        ]
        indexes = [models.Index(fields=["brand", "name"], condition=Q(state__in=["live", "shadow"]), name="rule_judging")]

    def __str__(self) -> str:
        return str(_("%(name)s, versión %(version)s") % {"name": self.name, "version": self.version})

    @property
    def key(self) -> str:
        """How facts name it."""
        return f"rule:{self.pk}"


class WordList(models.Model):
    """One version of a list that rules name; the one not replaced holds."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="word_lists")
    name = models.CharField(max_length=60)
    version = models.IntegerField(default=1)
    entries = models.JSONField(default=list)
    written_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "name", "version"], name="one_list_a_version"),
            models.UniqueConstraint(fields=["brand", "name"], condition=Q(replaced_at=None), name="one_list_that_holds"),
        ]

    def __str__(self) -> str:
        return str(_("%(name)s, versión %(version)s") % {"name": self.name, "version": self.version})


class Outcome(models.TextChoices):
    """What became of a match."""

    SHADOW = "shadow", _("Solo anotado")
    DONE = "done", _("Hecho")
    ALSO = "also", _("Ya lo había hecho otra regla")
    CAPPED = "capped", _("A la cola: se llegó al tope")
    LATE = "late", _("A la cola: el mensaje es antiguo")
    KEPT = "kept", _("Nada: una persona ya lo decidió")
    CANNOT = "cannot", _("A la cola: la red no lo permite")


class Match(models.Model):
    """A version of a rule held of a message: once, until its author changes it.

    ``whys``: each condition that held, as {"place", "said", "spans", "value", "negated"} with spans in the message's text as it
    then was; ``lists``: the versions of the lists that it looked in. ``right``: what somebody said of it (null: nobody did).
    """

    brand = models.ForeignKey(Brand, models.CASCADE, db_index=False)
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="matches", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="rule_matches")
    at = models.DateTimeField()
    whys = models.JSONField(default=list)
    lists = models.JSONField(default=dict)
    outcome = models.CharField(max_length=6, choices=Outcome.choices)
    acts = models.JSONField(default=list)
    right = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "message"], name="one_match_a_version_and_message"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="match_outcome_known"),
        ]
        indexes = [
            models.Index(fields=["brand", "-at"], name="match_newest"),
            models.Index(fields=["rule", "-at", "-id"], name="match_of_rule"),
        ]


class Trip(models.Model):
    """A rule (null: the brand, with all of them) reached its cap of a day: for the rest of it, people decide."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    rule = models.ForeignKey(Rule, models.CASCADE, null=True, related_name="trips")
    day = models.DateField()
    cap = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "rule", "day"], nulls_distinct=False, name="one_trip_a_day")]


class Brake(models.Model):
    """How much all the rules of a brand may hide in a day; without a row, ``rules.BRAND_CAP``."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="brake")
    cap = models.IntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cap__gte=0), name="brake_not_below_nothing")]


class RehearsalState(models.TextChoices):
    """How a rehearsal stands."""

    WAITING = "waiting", _("Esperando")
    RUNNING = "running", _("En marcha")
    DONE = "done", _("Terminado")
    FAILED = "failed", _("Fallido")


class Rehearsal(models.Model):
    """A version of a rule judges what was said in the last ``days``, and does nothing.

    ``text`` is the rule as it was rehearsed. ``last_at`` and ``last_id``: up to where it looked, so that it goes on from there.
    """

    brand = models.ForeignKey(Brand, models.CASCADE)
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="rehearsals")
    text = models.TextField()
    days = models.SmallIntegerField()
    state = models.CharField(max_length=7, choices=RehearsalState.choices, default=RehearsalState.WAITING)
    asked_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    total = models.IntegerField(default=0)
    looked = models.IntegerField(default=0)
    matched = models.IntegerField(default=0)
    false_alarms = models.IntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_id = models.BigIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule"], condition=Q(state__in=["waiting", "running"]),
                                               name="one_rehearsal_at_a_time")]
        indexes = [models.Index(fields=["asked_at"], condition=Q(state__in=["waiting", "running"]), name="rehearsal_to_do")]


class Alarm(models.TextChoices):
    """Why a rehearsed match looks like a false alarm."""

    NONE = "", ""
    KEPT = "kept", _("Una persona lo dejó")
    CUSTOMER = "customer", _("Lo escribió un cliente")
    PRAISE = "praise", _("Es un elogio")


class Rehearsed(models.Model):
    """A message that the rehearsed rule would have touched. ``whys`` as in ``Match``; ``right`` too."""

    rehearsal = models.ForeignKey(Rehearsal, models.CASCADE, related_name="found", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    whys = models.JSONField(default=list)
    alarm = models.CharField(max_length=8, choices=Alarm.choices, default=Alarm.NONE, blank=True)
    right = models.BooleanField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rehearsal", "message"], name="one_find_a_message")]
