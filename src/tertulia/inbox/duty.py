"""Who answers, and by when: the tables of what a brand promises, of what it did not keep, and of whose turn it is."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel


class Target(models.Model):
    """By when a message of an intent (empty: any) and importance (at least) must be answered and solved, in open minutes.

    ``channel`` null: on all of them. The first of the brand's by ``order`` that fits holds. ``ceiling_minutes``: by the clock,
    that an answer never takes longer; null: no ceiling.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="targets")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True)
    intent = models.CharField(max_length=12, blank=True)
    importance = models.SmallIntegerField(default=1)
    answer_minutes = models.IntegerField()
    solve_minutes = models.IntegerField(null=True)
    ceiling_minutes = models.IntegerField(null=True)
    order = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "channel", "intent", "importance"], nulls_distinct=False, name="one_target_a_case"),
            models.CheckConstraint(condition=models.Q(answer_minutes__gt=0), name="target_in_the_future"),
        ]


class Breach(models.Model):
    """A deadline that passed, told once: ``owed_since`` is the debt it belongs to. ``told``: how many of the ladder were told."""

    conversation = models.ForeignKey("inbox.Conversation", models.CASCADE, related_name="breaches")
    kind = models.CharField(max_length=6, choices=[("answer", _("Respuesta")), ("solve", _("Solución"))])
    owed_since = models.DateTimeField()
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    told = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "kind", "owed_since"], name="one_breach_a_debt")]
        indexes = [models.Index(fields=["at"], condition=models.Q(ended_at=None), name="breach_open")]


class LadderStep(models.Model):
    """Who hears of a breach, in order, and how many open minutes after it."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="ladder")
    order = models.IntegerField()
    member = models.ForeignKey(Member, models.CASCADE)
    after_minutes = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "order"], name="one_step_a_place")]


class AssignmentRule(models.Model):
    """Whose a conversation becomes when it arrives: ``when`` names filters; ``member``, or by turn among ``among``."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="assignment_rules")
    name = models.CharField(_("nombre"), max_length=60)
    order = models.IntegerField(default=0)
    when = models.JSONField(default=dict)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    among = models.JSONField(default=list)
    archived_at = models.DateTimeField(null=True)


class Share(models.Model):
    """How many open conversations a member takes at once for a brand (null: any number), and when they got the last by turn."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE)
    capacity = models.IntegerField(null=True)
    away_until = models.DateTimeField(null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "member"], name="one_share_a_member")]
