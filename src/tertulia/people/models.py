"""Who speaks to a brand: profiles, the persons behind them, and what is known, promised and asked of each."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member


class Person(models.Model):
    """Somebody of the public, as one brand knows them: one profile or several.

    ``name`` is what the team calls them (empty: as they call themselves); ``customer`` null: not known. ``said_count``,
    ``last_said_at`` and ``angry_at`` (when they last sounded angry) sum up their profiles. ``joined_into``: it was another name
    of that person; kept so that it can be parted again. They speak often: what is dear to index stands in their profiles.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="people")
    name = models.CharField(_("nombre"), max_length=120, blank=True)
    customer = models.BooleanField(null=True)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    said_count = models.IntegerField(default=0)
    last_said_at = models.DateTimeField()
    angry_at = models.DateTimeField(null=True)
    joined_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="joined")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "-last_said_at", "-id"], name="person_spoke_last"),
            models.Index(fields=["brand", "-said_count", "-id"], name="person_speaks_most"),
            models.Index(fields=["brand", "-created_at", "-id"], name="person_newest"),
            models.Index(fields=["brand", "-angry_at", "-id"], condition=models.Q(angry_at__isnull=False), name="person_angry_last"),
            models.Index(fields=["brand", "customer", "-last_said_at", "-id"], condition=models.Q(customer__isnull=False),
                         name="person_customer"),
            models.Index(fields=["brand"], condition=~models.Q(tags=[]), name="person_tagged"),
            GinIndex(fields=["brand", "tags"], condition=~models.Q(tags=[]), name="person_tags"),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class Profile(models.Model):
    """One identity on one network, as one brand knows it. Brands never share what they know of a person.

    ``person`` is null until it has spoken and somebody looked who it is. ``folded``: its name and handle, and what the team calls
    its person, as they are searched. ``handle_key`` and ``name_key``: what handle and name
    are compared by (``rules``). ``compared_at``: when it was last looked whom it is like. Erased, it has no name, no handle and
    no address any more; ``external_id`` is then one of ours.
    """

    brand = models.ForeignKey(Brand, models.CASCADE)
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="profiles")
    network = models.CharField(max_length=24)
    external_id = models.CharField(max_length=255)
    handle = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    avatar_url = models.CharField(max_length=1000, blank=True)
    followers = models.IntegerField(null=True)
    folded = models.TextField(blank=True)
    handle_key = models.CharField(max_length=64, blank=True)
    name_key = models.CharField(max_length=120, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    said_count = models.IntegerField(default=0)
    last_said_at = models.DateTimeField(null=True)
    angry_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "network", "external_id"], name="one_profile_an_identity")]
        indexes = [
            GinIndex("brand", OpClass("folded", name="gin_trgm_ops"), name="profile_found"),
            models.Index(fields=["brand", "handle_key"], condition=~models.Q(handle_key=""), name="profile_handle_key"),
            models.Index(fields=["brand", "name_key"], condition=~models.Q(name_key=""), name="profile_name_key"),
            models.Index(fields=["id"], condition=models.Q(compared_at=None, person__isnull=False), name="profile_to_compare"),
        ]

    def __str__(self) -> str:
        return self.name or self.handle or (str(_("Persona borrada")) if self.erased_at else "")


class PersonNote(models.Model):
    """What a member wants the team to know of a person; never seen outside."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="person_note_newest")]


class Purpose(models.TextChoices):
    """What a person may agree to."""

    CONTACT = "contact", _("Que le llamemos o escribamos por su caso")
    LEADS = "leads", _("Pasar sus datos a ventas")
    NEWSLETTER = "newsletter", _("Recibir el boletín")
    TESTIMONIAL = "testimonial", _("Enseñar lo que dijeron como testimonio")


class Consent(models.Model):
    """A person agreed to something; where: ``message_id`` (the inbox's), or in the words of ``how``. It may be withdrawn."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    given_at = models.DateTimeField()
    message_id = models.BigIntegerField(null=True)
    how = models.CharField(max_length=300, blank=True)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "purpose"], condition=models.Q(withdrawn_at=None),
                                    name="one_standing_consent_a_purpose"),
            models.CheckConstraint(condition=models.Q(purpose__in=Purpose.values), name="consent_purpose_known"),
            models.CheckConstraint(condition=~models.Q(message_id=None, how=""), name="consent_given_somewhere"),
        ]


# --------------------------------------------------------------------------- who is who


class Likeness(models.Model):
    """Two profiles that may be one person, the older first: why (codes of ``rules.REASONS``), and what a person said of it.

    ``score`` from 0 to 1. What was denied is never suggested again.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    one = models.ForeignKey(Profile, models.CASCADE, related_name="+")
    other = models.ForeignKey(Profile, models.CASCADE, related_name="+")
    reasons = ArrayField(models.CharField(max_length=16))
    score = models.FloatField()
    state = models.CharField(max_length=9, default="suggested", choices=[
        ("suggested", _("Por decidir")), ("confirmed", _("Es la misma persona")), ("denied", _("Son personas distintas"))])
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="one_likeness_a_pair"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="a_pair_has_one_order"),
        ]
        indexes = [models.Index(fields=["brand", "-score"], condition=models.Q(state="suggested"), name="likeness_to_decide")]


class Join(models.Model):
    """Two persons became one: what went from ``other`` to ``person``, by id, and how both stood, so that it is undone exactly."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="joins_in")
    other = models.ForeignKey(Person, models.CASCADE, related_name="joins_out")
    profiles = models.JSONField()
    notes = models.JSONField()
    consents = models.JSONField()
    before = models.JSONField()
    likeness = models.ForeignKey(Likeness, models.SET_NULL, null=True, related_name="+")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["other"], condition=models.Q(undone_at=None), name="a_person_is_joined_once"),
            models.CheckConstraint(condition=~models.Q(person=models.F("other")), name="nobody_is_joined_to_themselves"),
        ]


# --------------------------------------------------------------------------- what a person may ask of us


#: Why all that is held of somebody is wiped.
WHY_ERASED = [
    ("asked", _("Lo ha pedido la persona")), ("minor", _("Es menor de edad")), ("needless", _("Ya no hace falta guardarlo"))]


class Erasure(models.Model):
    """Everything that a person said, and who they are, is to be wiped: after a grace in which it can be taken back.

    ``begun_at``: their record is wiped and every part was told; ``done_at``: every part did it. ``traces``: what the parts need
    to know them by (network, external id, handle, name), kept from ``begun_at`` until ``done_at`` and not an instant longer.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="erasures")
    reason = models.CharField(_("motivo"), max_length=8, choices=WHY_ERASED)
    asked_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    profile_ids = models.JSONField(default=list)
    traces = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(cancelled_at=None), name="one_standing_erasure_a_person"),
            models.CheckConstraint(condition=models.Q(done_at=None) | models.Q(traces=[]), name="nothing_is_left_of_the_erased"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(cancelled_at=None, done_at=None), name="erasure_under_way")]


class Forgotten(models.Model):
    """An identity that asked to be erased, as a keyed digest: what it said until ``at`` is not taken in again."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    network = models.CharField(max_length=24)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "network", "digest"], name="an_identity_is_forgotten_once")]


class Export(models.Model):
    """A copy of all that is held of a person, for them: a ZIP with JSON and a page. Kept some days, then only that it was made."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="exports")
    asked_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    content = models.BinaryField(null=True)
    size = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["asked_at"], condition=models.Q(made_at=None), name="export_to_make"),
                   models.Index(fields=["made_at"], condition=models.Q(content__isnull=False), name="export_kept")]
