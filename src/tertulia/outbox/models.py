"""Everything to be done on a network, and every attempt at it."""

import uuid

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
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=64)
    due_at = models.DateTimeField()
    try_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=DispatchState.choices, default=DispatchState.WAITING)
    version = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
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
            models.Index(fields=["try_at"], condition=models.Q(state__in=["waiting", "ready"]), name="dispatch_due"),
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
    outcome = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=32, blank=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispatch", "version"], name="one_attempt_a_version")]

    def __str__(self) -> str:
        return f"{self.dispatch_id} v{self.version}: {self.outcome or '…'}"


class Limit(models.Model):
    """Until when an account, or the app on a network's server, may send nothing: the network said so."""

    scope = models.CharField(max_length=300, unique=True)
    until = models.DateTimeField()
    reason = models.CharField(max_length=32)
