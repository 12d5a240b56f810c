"""How a brand writes: its address, its words, what it asks to be warned of."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand

SUBJECTS = [("politics", _("Política")), ("religion", _("Religión")), ("tragedy", _("Tragedias"))]
STOPPABLE = [
    ("spelling", _("Faltas de ortografía")), ("grammar", _("Faltas de gramática")), ("punctuation", _("Puntuación")),
    ("address", _("Tratamiento equivocado")), ("neutrality", _("Política, religión y tragedias")),
    ("voice", _("Palabras prohibidas")), ("legal", _("Notas legales")), ("link", _("Enlaces rotos y huecos sin rellenar")),
    ("handle", _("Cuentas que no existen")),
]


class Address(models.TextChoices):
    """How the brand speaks to people."""

    ANY = "", _("Da igual, pero sin mezclar")
    TU = "tu", _("De tú")
    USTED = "usted", _("De usted")
    VOS = "vos", _("De vos")


class Voice(models.Model):
    """How one brand writes. A brand without one has the defaults."""

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="style")
    address = models.CharField(max_length=5, choices=Address.choices, blank=True, default=Address.ANY)
    neutral = ArrayField(models.CharField(max_length=12, choices=SUBJECTS), default=list, blank=True)
    inclusive = models.BooleanField(default=False)
    legal = models.BooleanField(default=False)
    stops = ArrayField(models.CharField(max_length=12, choices=STOPPABLE), default=list, blank=True)
    silenced = ArrayField(models.CharField(max_length=80), default=list, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(address__in=Address.values), name="voice_address_known")]

    @classmethod
    def usual(cls, brand: Brand) -> Voice:
        """What a brand has that said nothing: warned of the three subjects, stopped by nothing."""
        return cls(brand=brand, neutral=[name for name, _label in SUBJECTS])

    @property
    def settings(self) -> dict[str, Any]:
        """What can be changed of it, by name."""
        return {name: getattr(self, name) for name in ("address", "neutral", "inclusive", "legal", "stops")}


class TermKind(models.TextChoices):
    """What a word is to the brand."""

    RIGHT = "right", _("Está bien escrita")
    FORBIDDEN = "forbidden", _("No se usa")
    PREFERRED = "preferred", _("Mejor de otra forma")
    SENSITIVE = "sensitive", _("Delicada")


class Term(models.Model):
    """A word or phrase of the brand's. ``says``: the reason, or of a preferred one what to write instead.

    ``until``: the last day on which it counts, for what is delicate only these days.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="terms")
    kind = models.CharField(max_length=9, choices=TermKind.choices)
    text = models.CharField(max_length=80)
    says = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("brand", Lower("text"), name="one_term_a_brand"),
            models.CheckConstraint(condition=models.Q(kind__in=TermKind.values), name="term_kind_known"),
            models.CheckConstraint(condition=~models.Q(text=""), name="term_says_something"),
            models.CheckConstraint(condition=~models.Q(kind="preferred", says=""), name="preferred_says_what"),
        ]

    def __str__(self) -> str:
        return self.text
