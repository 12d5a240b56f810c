"""What members are told, by which way, and who gets a digest."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member


class Way(models.TextChoices):
    """How a notice reaches a member."""

    PAGE = "page", _("En la página")
    MAIL = "mail", _("Por correo")
    PUSH = "push", _("En el navegador")


class Notice(models.Model):
    """Something that a member is told, once: ``key`` is what makes it a new thing of its kind.

    ``about`` are the ids from which the kind makes its words when somebody reads it. ``shown``: it is in the member's page;
    else it goes by the other ways alone. ``things``: what the kind's ``load`` keeps here for its words; of no table.
    """

    brand = models.ForeignKey(Brand, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    about = models.JSONField(default=dict)
    at = models.DateTimeField()
    shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key", "member"], name="told_once")]
        indexes = [
            models.Index(fields=["member", "-id"], condition=models.Q(shown=True), name="notice_by_member"),
            models.Index(fields=["member", "brand"], condition=models.Q(shown=True, read_at=None), name="notice_unread"),
            models.Index(fields=["at"], name="notice_by_age"),
        ]

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        self.things: dict[str, Any] = {}

    def __str__(self) -> str:
        return f"{self.kind} {self.key} for {self.member_id}"


class Browser(models.Model):
    """A browser in which a member is told by web push."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="browsers")
    endpoint = models.CharField(max_length=1000, unique=True)
    public_key = models.CharField(max_length=100)
    secret = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True)
    added_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name or 'browser'} of {self.member_id}"


class Delivery(models.Model):
    """A notice on its way: to the member's mail address, or to one of their browsers.

    ``letter`` names the mail or push that carries it, the same at every try; without ``due_at`` it was given up.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    browser = models.ForeignKey(Browser, models.CASCADE, null=True, related_name="deliveries")
    due_at = models.DateTimeField(null=True)
    letter = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "browser"], nulls_distinct=False, name="one_delivery_a_way")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at=None, due_at__isnull=False), name="delivery_due"),
            models.Index(fields=["sent_at"], condition=models.Q(sent_at__isnull=False), name="delivery_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} by {'push' if self.browser_id else 'mail'}"


class Preference(models.Model):
    """How a member wants to be told of a brand: by kind, the ways; a kind that is not there goes its own.

    ``hourly``: mails gather until the full hour.
    """

    member = models.ForeignKey(Member, models.CASCADE, related_name="preferences")
    brand = models.ForeignKey(Brand, models.CASCADE)
    ways = models.JSONField(default=dict)
    hourly = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "brand"], name="one_preference_a_member_and_brand")]


class QuietHours(models.Model):
    """When a member wants no mail and no push, of any brand, on the clock of ``time_zone``.

    From ``begins`` to ``ends``, over midnight if that is earlier, and with ``weekends`` all Saturday and Sunday. What is
    urgent passes if ``urgent``; the rest waits for the end.
    """

    member = models.OneToOneField(Member, models.CASCADE, related_name="quiet_hours")
    begins = models.TimeField()
    ends = models.TimeField()
    weekends = models.BooleanField(default=False)
    urgent = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=64)


class PushKey(models.Model):
    """The pair of keys with which the installation signs its pushes (VAPID); ``sealed``: see ``kit.secrets``."""

    public = models.CharField(max_length=100)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    only = models.BooleanField(default=True, unique=True, editable=False)  # there is one row


class Every(models.TextChoices):
    """How often a digest comes."""

    DAY = "day", _("Cada día")
    WEEK = "week", _("Cada semana")


class DigestRecipient(models.Model):
    """A mail address that gets the brand's digest: a member's, or anybody's who said yes.

    ``due_at``: when the next letter leaves, on the brand's clock at ``hour``; before they said yes that letter asks them, once.
    ``sections``: the names of those they get; empty: all. ``until``: what happened before was told. ``ended_at``: they want no
    more; what the team takes back has no row.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="digest_recipients")
    email = models.EmailField()
    name = models.CharField(max_length=80, blank=True)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="digests")
    language = models.CharField(max_length=5, default="es")
    every = models.CharField(max_length=4, choices=Every.choices, default=Every.DAY)
    weekday = models.SmallIntegerField(default=0)  # of a weekly one: 0 is Monday
    hour = models.TimeField()
    sections = models.JSONField(default=list)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=64)
    asked_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    letter = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "email"], name="one_digest_an_address"),
            models.CheckConstraint(condition=models.Q(every__in=Every.values), name="digest_every_known"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(due_at__isnull=False), name="digest_due")]

    def __str__(self) -> str:
        return f"{self.email} ({self.every})"
