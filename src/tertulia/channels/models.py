"""A brand's accounts on the networks, and what has just arrived from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand


class ChannelState(models.TextChoices):
    """Whether a channel works."""

    ACTIVE = "active", _("Conectado")
    RECONNECT = "reconnect", _("Hay que volver a conectar")
    PAUSED = "paused", _("En pausa")


class Channel(models.Model):
    """An account of the brand on a network. Secrets are sealed; ``settings`` is what the network told of itself."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="channels")
    network = models.CharField(max_length=24)
    external_id = models.CharField(max_length=255)
    handle = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    avatar_url = models.CharField(max_length=1000, blank=True)
    base_url = models.CharField(max_length=500, blank=True)
    scopes = models.JSONField(default=list)
    settings = models.JSONField(default=dict)
    hours = models.JSONField(null=True)  # when it is answered, if not in the brand's hours: see ``Brand.hours``
    secrets = models.BinaryField()
    state = models.CharField(max_length=9, choices=ChannelState.choices, default=ChannelState.ACTIVE)
    connected_at = models.DateTimeField()
    # credentials that end: when to renew them, and who is at it until when
    renew_at = models.DateTimeField(null=True)
    renewing_until = models.DateTimeField(null=True)
    renew_failures = models.IntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    warned_of = models.DateTimeField(null=True)  # the end that people were told of
    # how much it may still publish, as the network said last: used, most, seconds; and when it was asked
    quota = models.JSONField(default=dict)
    quota_at = models.DateTimeField(null=True)
    # collecting
    cursor = models.JSONField(default=dict)
    next_poll_at = models.DateTimeField()
    polling_until = models.DateTimeField(null=True)
    # health
    last_success_at = models.DateTimeField(null=True)
    last_arrival_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    reason = models.CharField(max_length=32, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "network", "external_id"], name="one_channel_an_account"),
            models.CheckConstraint(condition=models.Q(state__in=ChannelState.values), name="channel_state_known"),
        ]
        indexes = [
            models.Index(fields=["next_poll_at"], condition=models.Q(state="active"), name="channel_to_poll"),
            models.Index(fields=["renew_at"], condition=models.Q(state="active"), name="channel_to_renew"),
        ]

    def __str__(self) -> str:
        return f"{self.handle} ({self.network})"


class Arrival(models.Model):
    """Something as it came from the network, until the inbox has stored it. The same thing arrives once; an edit is new."""

    channel = models.ForeignKey(Channel, models.CASCADE)
    external_id = models.CharField(max_length=500)
    digest = models.CharField(max_length=32)
    payload = models.JSONField()
    arrived_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id", "digest"], name="the_same_thing_arrives_once")]
        indexes = [models.Index(fields=["channel", "id"], condition=models.Q(stored_at=None), name="arrival_to_store")]

    def __str__(self) -> str:
        return f"{self.external_id} @{self.channel_id}"
