"""The tables of the network inside the product. Nothing here knows of brands, channels or people of ours."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Neighbour(models.Model):
    """An account of the plaza: somebody of the public, or a brand.

    Only the SHA-256 of its token is kept. ``last_notice`` numbers its notices: it moves under the row's lock,
    so that a number is never seen before a smaller one, whatever the order of commits.
    """

    handle = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    bio = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=200, blank=True)
    color = models.CharField(max_length=7, default="#5b6770")
    persona = models.CharField(max_length=20, blank=True)
    is_brand = models.BooleanField(default=False)
    theme = models.CharField(max_length=20, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    ignores_keys = models.BooleanField(default=False)
    last_notice = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"@{self.handle}"


class Utterance(models.Model):
    """Something said: a post (no parent), a comment (with parent and root) or a direct message (with ``to``)."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Pública")
        DIRECT = "direct", _("Privada")

    author = models.ForeignKey(Neighbour, models.CASCADE, related_name="said")
    text = models.TextField(max_length=500, blank=True)
    language = models.CharField(max_length=12, blank=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="answers")
    root = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="thread")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    to = models.ForeignKey(Neighbour, models.CASCADE, null=True, blank=True, related_name="received")
    key = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    visible_at = models.DateTimeField(null=True, blank=True)
    announced = models.BooleanField(default=True)
    hidden_by = models.ForeignKey(Neighbour, models.SET_NULL, null=True, blank=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)
    views = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["author", "key"], condition=~Q(key=""), name="plaza_one_per_key"),
            models.CheckConstraint(condition=Q(visibility="public", to=None) | Q(visibility="direct", to__isnull=False),
                                   name="plaza_direct_has_to"),
            models.CheckConstraint(condition=Q(parent=None, root=None) | Q(parent__isnull=False, root__isnull=False),
                                   name="plaza_comment_has_root"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["author", "-id"], name="plaza_own"),
            models.Index(fields=["visible_at"], condition=Q(announced=False), name="plaza_unannounced"),
            models.Index(fields=["-created_at"], condition=Q(parent=None, to=None), name="plaza_square"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} @{self.author.handle}: {self.text[:40]}"


class Picture(models.Model):
    """An image; uploaded first, shown once an utterance takes it. Its id cannot be guessed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Neighbour, models.CASCADE, related_name="+")
    utterance = models.ForeignKey(Utterance, models.CASCADE, null=True, blank=True, related_name="pictures")
    position = models.PositiveSmallIntegerField(default=0)
    mime = models.CharField(max_length=40)
    alt = models.CharField(max_length=1000, blank=True)
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["position"]

    def __str__(self) -> str:
        return str(self.id)


class Like(models.Model):
    """One a neighbour and utterance."""

    utterance = models.ForeignKey(Utterance, models.CASCADE, related_name="likes")
    by = models.ForeignKey(Neighbour, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["utterance", "by"], name="plaza_one_like")]

    def __str__(self) -> str:
        return f"{self.by} ♥ {self.utterance_id}"


class Block(models.Model):
    """``by`` wants to hear nothing from ``blocked``."""

    by = models.ForeignKey(Neighbour, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(Neighbour, models.CASCADE, related_name="blocked_by")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["by", "blocked"], name="plaza_one_block")]

    def __str__(self) -> str:
        return f"{self.by} ⊘ {self.blocked}"


class Notice(models.Model):
    """One line of an account's stream: somebody answered, named or wrote to it, or took back what they said."""

    class Kind(models.TextChoices):
        COMMENT = "comment"
        MENTION = "mention"
        DIRECT = "direct"
        LIKE = "like"
        DELETED = "deleted"

    owner = models.ForeignKey(Neighbour, models.CASCADE, related_name="notices")
    number = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    utterance = models.ForeignKey(Utterance, models.CASCADE, related_name="notices")
    by = models.ForeignKey(Neighbour, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "number"], name="plaza_notice_number")]

    def __str__(self) -> str:
        return f"{self.owner} {self.number} {self.kind}"


class Fault(models.Model):
    """A fault to come: what it does to which calls, and how many times more."""

    class Effect(models.TextChoices):
        SLOW = "slow", _("Va lenta: hace lo que se le pide al cabo de unos segundos")
        REFUSE = "refuse", _("Rechaza (422)")
        LIMIT = "limit", _("Limita (429)")
        ERROR_BEFORE = "error_before", _("Falla sin hacerlo (500)")
        ERROR_AFTER = "error_after", _("Lo hace y luego falla (500)")
        LOSE_BEFORE = "lose_before", _("Corta la conexión sin hacerlo")
        LOSE_AFTER = "lose_after", _("Lo hace y corta la conexión")
        HANG_BEFORE = "hang_before", _("Se queda colgada sin hacerlo")
        HANG_AFTER = "hang_after", _("Lo hace y se queda colgada")
        HTML = "html", _("Contesta una página en vez de datos")
        BAD_JSON = "bad_json", _("Contesta datos rotos")
        DEAD_TOKEN = "dead_token", _("Ya no acepta la clave (401)")
        INVISIBLE = "invisible", _("Lo acepta, pero tarda en verse")

    class Wait(models.TextChoices):
        SECONDS = "seconds", _("en segundos")
        DATE = "date", _("como fecha HTTP")
        EPOCH = "epoch", _("como segundos desde 1970")
        ISO = "iso", _("como fecha ISO")
        NONE = "none", _("sin decir cuánto")

    method = models.CharField(max_length=8, blank=True)
    path = models.CharField(max_length=120, blank=True)
    account = models.ForeignKey(Neighbour, models.CASCADE, null=True, blank=True, related_name="+")
    effect = models.CharField(max_length=16, choices=Effect)
    seconds = models.FloatField(default=0)
    wait = models.CharField(max_length=8, choices=Wait, default=Wait.SECONDS)
    times = models.PositiveIntegerField(null=True, blank=True)
    spent = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.effect} {self.method} {self.path}"
