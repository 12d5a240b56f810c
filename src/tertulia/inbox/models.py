"""Conversations, their messages, the posts they are about, notes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.outbox.models import Dispatch
from tertulia.people.models import Profile


class Subject(models.Model):
    """A post of ours that people talk about."""

    channel = models.ForeignKey(Channel, models.CASCADE)
    external_id = models.CharField(max_length=500)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(null=True)
    attachments = models.JSONField(default=list)
    vanished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "external_id"], name="one_subject_a_post")]

    def __str__(self) -> str:
        return self.text[:60]


class ConversationState(models.TextChoices):
    """What a conversation asks of us."""

    OPEN = "open", _("Abierta")
    SNOOZED = "snoozed", _("Pospuesta")
    CLOSED = "closed", _("Cerrada")


class Conversation(models.Model):
    """A branch of talk on one channel: a comment under a post and all below it, a thread we are named in, a private chat.

    ``branch`` is the network's id that the branch hangs from. ``waiting_since`` is when the oldest message that nobody
    answered came; null when nothing is owed.
    """

    brand = models.ForeignKey(Brand, models.CASCADE)
    channel = models.ForeignKey(Channel, models.CASCADE)
    branch = models.CharField(max_length=500)
    kind = models.CharField(max_length=8, choices=[
        ("comment", _("Comentario")), ("mention", _("Mención")), ("direct", _("Privado")), ("review", _("Reseña"))])
    subject = models.ForeignKey(Subject, models.SET_NULL, null=True)
    person = models.ForeignKey(Profile, models.PROTECT, null=True)
    state = models.CharField(max_length=7, choices=ConversationState.choices, default=ConversationState.OPEN)
    assignee = models.ForeignKey(Member, models.SET_NULL, null=True)
    snoozed_until = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    first_answer_at = models.DateTimeField(null=True)
    messages_count = models.IntegerField(default=0)
    excerpt = models.CharField(max_length=200, blank=True)
    # what was understood of its last message; written by triage
    language = models.CharField(max_length=8, blank=True)
    sentiment = models.CharField(max_length=8, blank=True)
    intents = models.JSONField(default=list)
    offence = models.CharField(max_length=3, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "branch"], name="one_conversation_a_branch"),
            models.CheckConstraint(condition=models.Q(state__in=ConversationState.values), name="conversation_state_known"),
        ]
        indexes = [
            models.Index(fields=["brand", "-last_at", "-id"], name="conversation_newest"),
            models.Index(fields=["brand", "state", "-last_at", "-id"], name="conversation_by_state"),
            models.Index(fields=["brand", "waiting_since"], name="conversation_waiting",
                         condition=models.Q(waiting_since__isnull=False)),
            models.Index(fields=["snoozed_until"], condition=models.Q(state="snoozed"), name="conversation_to_wake"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.branch}"


class Message(models.Model):
    """One thing said, by them or by us. One of theirs is stored once; one of ours has a dispatch.

    ``hidden_because`` is the rule cited. Without ``hidden_at`` it is being hidden; ``hidden_at`` alone: being shown again.

    A GIN index over brand and the Spanish words of ``folded`` serves the search (migration 0002).
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    brand = models.ForeignKey(Brand, models.CASCADE)
    channel = models.ForeignKey(Channel, models.CASCADE)
    external_id = models.CharField(max_length=500, null=True)
    parent_id_there = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(Profile, models.PROTECT, null=True)
    ours = models.BooleanField(default=False)
    member = models.ForeignKey(Member, models.SET_NULL, null=True)
    dispatch = models.OneToOneField(Dispatch, models.PROTECT, null=True, related_name="message")
    kind = models.CharField(max_length=8)
    text = models.TextField()
    folded = models.TextField()
    attachments = models.JSONField(default=list)
    url = models.CharField(max_length=1000, blank=True)
    ref_extra = models.JSONField(default=dict)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    vanished_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_because = models.CharField(max_length=200, blank=True)
    reading = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "external_id"], name="one_message_a_thing_said"),
            models.CheckConstraint(condition=models.Q(ours=True) | models.Q(external_id__isnull=False),
                                   name="theirs_have_an_id_there"),
        ]
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_in_conversation"),
            models.Index(fields=["brand", "-at"], name="message_newest"),
        ]

    def __str__(self) -> str:
        return f"{'→' if self.ours else '←'} {self.text[:60]}"


class Note(models.Model):
    """Words between members about a conversation; never seen outside."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, models.SET_NULL, null=True)
    text = models.TextField()
    at = models.DateTimeField()
