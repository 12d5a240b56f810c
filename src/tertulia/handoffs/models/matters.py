"""Roles that answer for what a community manager cannot, the matters they were given, and every letter both ways."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.people.models import Profile
from tertulia.triage.models import Department


class Kind(models.TextChoices):
    """What a matter is."""

    COMPLAINT = "complaint", _("Queja")
    INCIDENT = "incident", _("Incidencia")
    LEAD = "lead", _("Posible venta")
    SUGGESTION = "suggestion", _("Sugerencia")
    PRESS = "press", _("Prensa")
    POLICY = "policy", _("Postura de la empresa")
    SEO = "seo", _("SEO")
    DESIGN = "design", _("Diseño")
    LEGAL = "legal", _("Legal")
    OTHER = "other", _("Otro asunto")


class State(models.TextChoices):
    """Where a matter stands."""

    OPEN = "open", _("Esperando respuesta")
    ASKED_BACK = "asked_back", _("Nos preguntan")
    ANSWERED = "answered", _("Contestado")
    SOLVED = "solved", _("Resuelto")
    CLOSED = "closed", _("Cerrado")
    CANCELLED = "cancelled", _("Cancelado")


#: Matters that somebody still has to do something about.
LIVE = (State.OPEN, State.ASKED_BACK, State.ANSWERED)


# --------------------------------------------------------------------------- who answers for what


class Desk(models.Model):
    """A role that answers for some kinds. ``department``: what handing over to it teaches the reading.

    ``chase_at``: at which percent of the deadline the holder is reminded; at ``pass_at`` the matter goes to the next one.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="desks")
    name = models.CharField(max_length=80)
    department = models.ForeignKey(Department, models.SET_NULL, null=True, related_name="+")
    chase_at = models.JSONField(default=list)
    pass_at = models.IntegerField(default=150)
    order = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "name"], condition=Q(archived_at=None), name="one_desk_a_name"),
            models.CheckConstraint(condition=Q(pass_at__gte=100), name="desk_passes_on_after_its_deadline"),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(models.Model):
    """A kind that a desk answers for, and in how many of the brand's open minutes."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="duties")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    minutes = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "kind"], name="one_duty_a_kind_and_desk"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="duty_takes_time"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="duty_kind_known"),
        ]


class Holder(models.Model):
    """Who answers at a desk, in order: a member, or somebody outside with only a name and an address.

    ``unreachable_at``: mail to them came back.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="holders")
    order = models.IntegerField(default=0)
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    unreachable_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(member__isnull=False, name="", email="") | Q(member=None) & ~Q(name="") & ~Q(email=""),
                                   name="holder_is_a_member_or_an_outsider"),
            models.UniqueConstraint(fields=["desk", "member"], condition=Q(left_at=None), name="one_place_a_member_and_desk"),
            models.UniqueConstraint("desk", Lower("email"), condition=Q(left_at=None) & ~Q(email=""), name="one_place_an_address_and_desk"),
        ]

    def __str__(self) -> str:
        return str(self.member) if self.member else self.name

    @property
    def address(self) -> str:
        """Where letters go."""
        return self.member.email if self.member else self.email


# --------------------------------------------------------------------------- the matter


class HandOff(models.Model):
    """A matter that a desk was asked to answer. ``minutes``: the open minutes each holder has; ``due_at``: of who has it now.

    ``address_key`` names it in the address that letters are answered to. ``thread``: what was said above goes along.
    ``answered_in``: open minutes from the handing over to its first answer. ``draft``: the answer brought to the conversation.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="hand_offs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="hand_offs")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="hand_offs")
    messages: models.ManyToManyField[Message, models.Model] = models.ManyToManyField(Message, related_name="hand_offs")
    person = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")
    thread = models.BooleanField(default=False)
    title = models.CharField(max_length=120)
    brief = models.TextField()
    opened_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()
    minutes = models.IntegerField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    address_key = models.CharField(max_length=24, unique=True)
    answered_at = models.DateTimeField(null=True)
    answered_in = models.IntegerField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=200, blank=True)
    nobody_at = models.DateTimeField(null=True)
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "desk", "kind"], condition=Q(state__in=LIVE),
                                    name="one_living_hand_off_a_conversation_desk_and_kind"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="hand_off_state_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="hand_off_kind_known"),
            models.CheckConstraint(condition=Q(state__in=LIVE) | Q(ended_at__isnull=False), name="hand_off_ends_some_time"),
        ]
        indexes = [
            models.Index(fields=["brand", "state", "due_at"], name="hand_off_by_state"),
            models.Index(fields=["brand", "-opened_at", "-id"], name="hand_off_newest"),
        ]

    def __str__(self) -> str:
        return self.title


class Stint(models.Model):
    """A matter in the hands of one holder, from when until when.

    ``chased``: the percent of the deadline at which they were last reminded; ``next_at``: when the next step is due.
    ``waited``: open minutes that do not count, because they had asked us something; ``asked_at``: since when they wait now.
    """

    hand_off = models.ForeignKey(HandOff, models.CASCADE, related_name="stints")
    holder = models.ForeignKey(Holder, models.PROTECT, related_name="stints")
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    chased = models.IntegerField(default=0)
    waited = models.IntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=9, blank=True, choices=[
        ("answered", _("Contestó")), ("late", _("No contestó a tiempo")), ("not_mine", _("Dijo que no era para ella o él")),
        ("bounced", _("El correo no le llegó")), ("moved", _("Se pasó a otra persona")), ("over", _("El asunto se acabó"))])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hand_off"], condition=Q(ended_at=None), name="one_holder_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None) ^ ~Q(ended=""), name="stint_ends_for_a_reason"),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(ended_at=None, next_at__isnull=False), name="stint_to_chase")]


class Word(models.Model):
    """One thing said about a matter; never changed. Mail that is read twice is one word, by its Message-ID.

    ``who`` said it and ``what`` it is; ``seen`` by the holder: what only the team says among itself is not. ``raw``: a
    mail's text before what it quotes was cut off.
    """

    hand_off = models.ForeignKey(HandOff, models.CASCADE, related_name="words")
    who = models.CharField(max_length=6, choices=[("team", _("El equipo")), ("holder", _("Quien responde")), ("system", _("Tertulia"))])
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    holder = models.ForeignKey(Holder, models.SET_NULL, null=True, related_name="+")
    what = models.CharField(max_length=8, choices=[
        ("said", _("Mensaje")), ("question", _("Pregunta")), ("answer", _("Respuesta")), ("not_mine", _("No es para mí")),
        ("happened", _("Aviso"))])
    text = models.TextField(blank=True)
    raw = models.TextField(blank=True)
    way = models.CharField(max_length=5, choices=[("page", _("Página")), ("mail", _("Correo")), ("team", _("Tertulia"))])
    message_id = models.CharField(max_length=255, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hand_off", "message_id"], name="one_word_a_mail")]
        indexes = [models.Index(fields=["hand_off", "at", "id"], name="words_in_order")]


class Attachment(models.Model):
    """A file that came with a word, as it came."""

    word = models.ForeignKey(Word, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    size = models.IntegerField()
    digest = models.CharField(max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["word", "digest"], name="one_file_a_word")]

    def __str__(self) -> str:
        return self.name


class Door(models.Model):
    """A private link to one matter for one holder, for a time. Only its hash is kept."""

    hand_off = models.ForeignKey(HandOff, models.CASCADE, related_name="doors")
    holder = models.ForeignKey(Holder, models.CASCADE, related_name="doors")
    hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class Visit(models.Model):
    """Somebody came through a door, and what for."""

    door = models.ForeignKey(Door, models.CASCADE, related_name="visits")
    at = models.DateTimeField()
    what = models.CharField(max_length=12)
