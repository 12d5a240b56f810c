"""Everything to be done on a network, and every attempt at it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand
from tertulia.channels.models import Channel


class DispatchState(models.TextChoices):
    """Where a dispatch stands, in a person's words."""

    WAITING = "waiting", _("En espera")
    READY = "ready", _("Lista")
    SENDING = "sending", _("Saliendo")
    SENT = "sent", _("Enviada")
    REFUSED = "refused", _("Rechazada")
    UNSURE = "unsure", _("Sin confirmar")
    EXPIRED = "expired", _("Caducada")
    CANCELLED = "cancelled", _("Cancelada")
    HELD = "held", _("Retenida")


class Dispatch(models.Model):
    """One thing to be done on a network. ``key`` names it for ever; ``payload`` is frozen once it is claimed."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="dispatches")
    verb = models.CharField(max_length=10)
    payload = models.JSONField()
    progress = models.JSONField(default=dict)  # what its tries reached, on a network that publishes in several steps
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    try_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=DispatchState.choices, default=DispatchState.WAITING)
    version = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    life = models.IntegerField(null=True)  # the process that has the lease: see ``kit.life``
    reason = models.CharField(max_length=32, blank=True)
    detail = models.TextField(blank=True)
    external_id = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    ref_extra = models.JSONField(default=dict)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DispatchState.values), name="dispatch_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="sending") | models.Q(lease_until__isnull=False), name="sending_has_a_lease"),
        ]
        indexes = [
            models.Index(fields=["channel", "try_at", "id"], condition=models.Q(state__in=["waiting", "ready"]), name="dispatch_due"),
            models.Index(fields=["lease_until"], condition=models.Q(state="sending"), name="dispatch_leased"),
            models.Index(fields=["brand", "-due_at", "-id"], name="dispatch_by_brand"),
            models.Index(fields=["channel", "external_id"], name="dispatch_by_external_id"),
            models.Index(fields=["brand", "state"], condition=~models.Q(state__in=["sent", "cancelled"]), name="dispatch_open"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.key.hex[:8]} ({self.state})"


class Attempt(models.Model):
    """One try at a dispatch, committed before the call. Without ``ended_at``, its worker died or still calls."""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="attempts")
    version = models.IntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    worker = models.CharField(max_length=64)
    looked = models.BooleanField(default=False)
    left_at = models.DateTimeField(null=True)  # its first request, where the network cannot be asked afterwards
    outcome = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispatch", "version"], name="one_attempt_a_version")]

    def __str__(self) -> str:
        return f"{self.dispatch_id} v{self.version}: {self.outcome or '…'}"


class Bucket(models.Model):
    """What an account, or the app on a network's server, may still send: tokens of one pace, or closed by the network's word.

    ``scope``: ``account:<channel>`` or ``app:<network>@<server>``. ``pace``: calls/seconds:verbs, or empty for the row that
    only closes. ``tokens`` are those there were at ``filled_at``. Until ``until`` none of ``verbs`` leaves (empty: nothing).
    """

    scope = models.CharField(max_length=560)
    pace = models.CharField(max_length=100, blank=True)
    verbs = ArrayField(models.CharField(max_length=10), default=list)
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "pace"], name="one_bucket_a_pace")]
        indexes = [models.Index(fields=["until"], condition=models.Q(until__isnull=False), name="bucket_closed")]

    def __str__(self) -> str:
        return f"{self.scope} {self.pace}".strip()


class Pause(models.Model):
    """While the row is there nothing of the brand leaves; without a brand, nothing of the whole installation."""

    brand = models.ForeignKey(Brand, models.CASCADE, null=True, related_name="pauses")
    by = models.CharField(max_length=64)
    because = models.CharField(max_length=500, blank=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand"], nulls_distinct=False, name="one_pause_a_brand")]

    def __str__(self) -> str:
        return f"pause of {self.brand_id or 'everything'}"


class ReadbackState(models.TextChoices):
    """How what is on the network compares with what was approved."""

    WAITING = "waiting", _("Por comprobar")
    SAME = "same", _("Comprobado")
    DIFFERS = "differs", _("No coincide")
    GONE = "gone", _("Ya no se ve")


class Readback(models.Model):
    """The live thing that a dispatch made, fetched and compared with what was approved.

    ``found``: what was there at the last look that saw it; ``differences``: see ``differences.Difference``. Without
    ``due_at`` nobody looks any more. ``tries`` counts looks, whatever came of them. ``seen_by`` is whoever took note of it.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="readbacks")
    dispatch = models.OneToOneField(Dispatch, models.CASCADE, related_name="readback")
    state = models.CharField(max_length=7, choices=ReadbackState.choices, default=ReadbackState.WAITING)
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    found = models.JSONField(default=dict)
    differences = models.JSONField(default=list)
    gone_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(state__in=ReadbackState.values), name="readback_state_known")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="readback_due"),
            models.Index(fields=["brand"], condition=models.Q(state__in=["differs", "gone"], seen_at=None), name="readback_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch_id}: {self.state}"
