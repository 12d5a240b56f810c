"""Brands, the people who work for them, and what each may do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tertulia.brands.facts import Role


class Members(BaseUserManager["Member"]):
    """Makes members."""

    def create_user(self, email: str, password: str | None = None, **more: Any) -> Member:
        """A member with a hashed password; without one, only a sign-in link opens."""
        member = self.model(email=self.normalize_email(email).lower(), **more)
        member.set_password(password)
        member.save()
        return member

    def get_by_natural_key(self, email: str | None) -> Member:
        """By mail address, however it is written."""
        return self.get(email__iexact=email)


class Member(AbstractBaseUser):
    """A person who signs in."""

    email = models.EmailField(_("correo"), unique=True)
    name = models.CharField(_("nombre"), max_length=80)
    language = models.CharField(_("idioma"), max_length=5, default="es", choices=[("es", "Español"), ("en", "English")])
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    brands: models.ManyToManyField[Brand, Membership] = models.ManyToManyField("Brand", through="Membership", related_name="members")

    objects = Members()
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_member_an_address")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def key(self) -> str:
        """How facts name this person."""
        return f"member:{self.pk}"


class Signing(models.TextChoices):
    """How an answer ends whose author signs it."""

    DOT = "dot", "· AB"
    CARET = "caret", "^AB"


class Brand(models.Model):
    """Whose public words these are. Everything hangs from a brand.

    ``hours``: when it answers: by weekday (``"0"`` is Monday), spans of ``["09:00", "14:00"]`` on its clock; null: always.
    """

    name = models.CharField(_("nombre"), max_length=80)
    slug = models.SlugField(unique=True)
    time_zone = models.CharField(_("zona horaria"), max_length=64, default="Europe/Madrid")
    language = models.CharField(_("español de"), max_length=8, default="es-ES",
                                choices=[("es-ES", _("España")), ("es-MX", _("México")), ("es-AR", _("Argentina"))])
    color = models.CharField(_("color"), max_length=7, default="#b4552d")
    about = models.TextField(_("presentación"), blank=True)
    voice = models.TextField(_("voz"), blank=True)
    hours = models.JSONField(null=True)
    signing = models.CharField(_("firma de las respuestas"), max_length=5, default=Signing.DOT, choices=Signing.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day on which the brand does not answer."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "day"], name="one_holiday_a_day")]


class Membership(models.Model):
    """One member's role in one brand. ``approved``: what they answer waits for somebody else's word. ``initials``: how they
    sign answers; empty: they do not."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices)
    approved = models.BooleanField(default=False)
    initials = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "brand"], name="one_role_a_member_and_brand"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}@{self.brand_id}: {self.role}"


class Token(models.Model):
    """A key to the API for one member. Only its hash is kept."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="tokens")
    name = models.CharField(_("nombre"), max_length=60)
    hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=8)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class SignInLink(models.Model):
    """Opens the door once, for a short time. Only its hash is kept."""

    member = models.ForeignKey(Member, models.CASCADE)
    hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Picture(models.Model):
    """A picture in the brand's library, without the metadata it came with. The same picture is stored once."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="pictures")
    digest = models.CharField(max_length=64)
    mime = models.CharField(max_length=40)
    width = models.IntegerField()
    height = models.IntegerField()
    size = models.IntegerField()
    alt = models.TextField(blank=True)
    content = models.BinaryField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "digest"], name="one_row_a_picture")]

    def __str__(self) -> str:
        return f"{self.mime} {self.width}×{self.height}"

    def read(self) -> bytes:
        """Its bytes."""
        return bytes(self.content)
