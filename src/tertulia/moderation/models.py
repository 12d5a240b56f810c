"""House rules, and what was decided by them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.outbox.models import Dispatch


class HouseRule(models.Model):
    """A numbered rule that the brand publishes. Its text is never changed once cited: a new version is written."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="house_rules")
    number = models.IntegerField()
    version = models.IntegerField(default=1)
    title = models.CharField(_("título"), max_length=80)
    text = models.TextField(_("texto"))
    written_at = models.DateTimeField(db_default=Now())
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "number", "version"], name="one_house_rule_a_version"),
            models.UniqueConstraint(fields=["brand", "number"], condition=models.Q(retired_at=None),
                                    name="one_living_house_rule_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class Verdict(models.Model):
    """A decision about a message: what, by which rule, by whom, with the evidence as it was then."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    message = models.ForeignKey(Message, models.CASCADE, related_name="verdicts")
    act = models.CharField(max_length=8, choices=[("hide", _("Ocultar")), ("unhide", _("Mostrar"))])
    rule = models.ForeignKey(HouseRule, models.PROTECT, null=True)
    member = models.ForeignKey(Member, models.SET_NULL, null=True)
    note = models.TextField(blank=True)
    evidence = models.JSONField()
    dispatch = models.OneToOneField(Dispatch, models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(act="hide") | models.Q(rule__isnull=False), name="hiding_cites_a_rule")]

    def __str__(self) -> str:
        return f"{self.act} {self.message_id}"
