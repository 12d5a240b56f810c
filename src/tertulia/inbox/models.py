"""Conversations, their messages, the posts they are about, notes."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.duty import AssignmentRule as AssignmentRule
from tertulia.inbox.duty import Breach as Breach
from tertulia.inbox.duty import LadderStep as LadderStep
from tertulia.inbox.duty import Share as Share
from tertulia.inbox.duty import Target as Target
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
    HANDED = "handed", _("Trasladada")
    CLOSED = "closed", _("Cerrada")


class Ending(models.TextChoices):
    """How a message of theirs ended: the ledger's words. What has none is still open."""

    ANSWERED = "answered", _("Respondido")
    HIDDEN = "hidden", _("Ocultado")
    DELETED = "deleted", _("Borrado por la marca")
    HANDED = "handed", _("Trasladado")
    SILENT = "silent", _("Se decidió no responder")
    LAPSED = "lapsed", _("Se cerró el plazo de la red")
    WITHDRAWN = "withdrawn", _("Lo retiró quien lo escribió")


#: Endings that somebody decided, and must say why.
WITH_REASON = (Ending.HIDDEN, Ending.DELETED, Ending.HANDED, Ending.SILENT)


class Conversation(models.Model):
    """A branch of talk on one channel: a comment under a post and all below it, a thread we are named in, a private chat.

    ``branch`` is the network's id that the branch hangs from. ``waiting_since`` is when the oldest message that nobody
    answered came; null when nothing is owed. ``answer_due_at`` and ``solve_due_at``: by when, counted in the brand's hours;
    null when nothing is owed or no target holds. ``window_ends_at``: until when the network lets us answer. ``turn`` counts
    our answers. ``merged_into``: its messages are shown there, and what arrives for it goes there.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, db_index=False)
    channel = models.ForeignKey(Channel, models.CASCADE, db_index=False)
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
    judgement = models.CharField(max_length=10, blank=True)
    department = models.CharField(max_length=40, blank=True)
    importance = models.SmallIntegerField(null=True)
    urgency = models.SmallIntegerField(null=True)
    heat = models.SmallIntegerField(default=0)
    # what is owed, and until when
    answer_due_at = models.DateTimeField(null=True)
    solve_due_at = models.DateTimeField(null=True)
    window_ends_at = models.DateTimeField(null=True)
    solved_at = models.DateTimeField(null=True)
    turn = models.IntegerField(default=0)
    labels = models.JSONField(default=list)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "branch"], name="one_conversation_a_branch"),
            models.CheckConstraint(condition=models.Q(state__in=ConversationState.values), name="conversation_state_known"),
        ]
        indexes = [
            models.Index(fields=["brand", "-last_at", "-id"], name="conversation_newest"),
            models.Index(fields=["brand", "state", "-last_at", "-id"], name="conversation_by_state"),
            models.Index(fields=["brand", "waiting_since", "id"], name="conversation_longest_waiting",
                         condition=models.Q(waiting_since__isnull=False)),
            models.Index(fields=["brand", "-last_at", "-id"], name="conversation_pending",
                         condition=models.Q(state="open", waiting_since__isnull=False, merged_into=None)),
            models.Index(fields=["brand", "assignee", "-last_at", "-id"], name="conversation_assigned",
                         condition=models.Q(assignee__isnull=False)),
            models.Index(fields=["brand", "-heat", "-id"], name="conversation_hottest",
                         condition=models.Q(state__in=["open", "snoozed", "handed"], merged_into=None)),
            models.Index(fields=["brand", "answer_due_at", "id"], name="conversation_next_due",
                         condition=models.Q(answer_due_at__isnull=False)),
            GinIndex("brand", "channel", "kind", "state", "assignee", "judgement", "sentiment", "offence", "importance", "urgency",
                     "department", "language", OpClass("intents", name="jsonb_path_ops"), OpClass("labels", name="jsonb_path_ops"),
                     name="conversation_told", gin_pending_list_limit=512),
            models.Index(fields=["snoozed_until"], condition=models.Q(state="snoozed"), name="conversation_to_wake"),
            models.Index(fields=["answer_due_at"], condition=models.Q(answer_due_at__isnull=False), name="conversation_answer_due"),
            models.Index(fields=["solve_due_at"], condition=models.Q(solve_due_at__isnull=False), name="conversation_solve_due"),
            models.Index(fields=["assignee", "brand"], name="conversation_in_hand",
                         condition=models.Q(state="open", assignee__isnull=False)),
            models.Index(fields=["window_ends_at"], name="conversation_window",
                         condition=models.Q(window_ends_at__isnull=False, waiting_since__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.branch}"


class Message(models.Model):
    """One thing said, by them or by us. One of theirs is stored once; one of ours has a dispatch.

    ``hidden_because`` is the rule cited. Without ``hidden_at`` it is being hidden; ``hidden_at`` alone: being shown again.
    ``ending`` says how one of theirs ended (null: it has not; ``ended_at`` then says when a role gave it back), by whom (as facts
    name them) and why; ``answered_with``: our answer. One of ours has its ``turn``, so that two people cannot give the same answer.
    ``erased_at``: the person asked for it, and its words are gone.

    A GIN index over brand, slices of messages and the Spanish words of ``folded`` serves the search (migration 0012, ``searching``).
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    brand = models.ForeignKey(Brand, models.CASCADE, db_index=False)
    channel = models.ForeignKey(Channel, models.CASCADE, db_index=False)
    external_id = models.CharField(max_length=500, null=True)
    parent_id_there = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(Profile, models.PROTECT, null=True, db_index=False)
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
    erased_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)
    hidden_because = models.CharField(max_length=200, blank=True)
    reading = models.JSONField(null=True)
    ending = models.CharField(max_length=9, choices=Ending.choices, null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_because = models.CharField(max_length=200, blank=True)
    answered_with = models.ForeignKey("self", models.SET_NULL, null=True, related_name="answers")
    turn = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "turn"], name="one_answer_a_turn"),
            models.CheckConstraint(condition=models.Q(ending=None) | models.Q(ending__in=Ending.values, ended_at__isnull=False, ours=False),
                                   name="ending_known"),
            models.CheckConstraint(condition=~models.Q(ending__in=WITH_REASON) | ~models.Q(ended_because=""),
                                   name="ending_with_its_reason"),
            models.UniqueConstraint(fields=["channel", "external_id"], name="one_message_a_thing_said"),
            models.CheckConstraint(condition=models.Q(ours=True) | models.Q(external_id__isnull=False),
                                   name="theirs_have_an_id_there"),
        ]
        indexes = [
            models.Index(fields=["conversation", "at", "id"], name="message_in_conversation"),
            models.Index(fields=["brand", "-at"], name="message_newest"),
            models.Index(fields=["author", "-at", "-id"], name="message_of_author"),
            models.Index(fields=["brand", "at"], condition=models.Q(ours=False, ending=None), name="message_unended"),
        ]

    def __str__(self) -> str:
        return f"{'→' if self.ours else '←'} {self.text[:60]}"


class Note(models.Model):
    """Words between members about a conversation; never seen outside. ``mentions``: the members named with @, by id."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    member = models.ForeignKey(Member, models.SET_NULL, null=True)
    text = models.TextField()
    at = models.DateTimeField()
    mentions = models.JSONField(default=list)

    class Meta:
        indexes = [GinIndex(fields=["mentions"], name="note_names", opclasses=["jsonb_path_ops"])]


# --------------------------------------------------------------------------- writing answers


class Draft(models.Model):
    """An answer not sent yet: a member's own, kept on every key; one that a role brought back; one that waits for approval.

    ``answering`` is the message it answers. ``source`` says whose words they are, when not the writer's.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    answering = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    member = models.ForeignKey(Member, models.CASCADE, null=True, related_name="+")
    text = models.TextField(blank=True)
    pictures = models.JSONField(default=list)
    source = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=9, default="draft", choices=[
        ("draft", _("Borrador")), ("brought", _("Traída")), ("asked", _("Pendiente de aprobación")), ("returned", _("Devuelta")),
        ("sent", _("Enviada")), ("dropped", _("Descartada"))])
    reviewer = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    review = models.TextField(blank=True)
    message = models.OneToOneField(Message, models.SET_NULL, null=True, related_name="draft")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "member"], condition=models.Q(state="draft"),
                                    name="one_draft_a_member_and_conversation"),
            models.CheckConstraint(condition=~models.Q(state="asked", reviewer=models.F("member")), name="nobody_approves_their_own"),
        ]
        indexes = [models.Index(fields=["conversation"], condition=models.Q(state="asked"), name="draft_asked")]


class SavedReply(models.Model):
    """An answer kept for the next time, with variables in braces (``{nombre}``). Suggested; never sent by itself."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    title = models.CharField(_("título"), max_length=80)
    text = models.TextField(_("texto"))
    intents = models.JSONField(default=list)
    written_by = models.ForeignKey(Member, models.SET_NULL, null=True)
    used = models.IntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "title"], condition=models.Q(archived_at=None),
                                               name="one_saved_reply_a_title")]

    def __str__(self) -> str:
        return self.title


class SavedView(models.Model):
    """A filter of the list with a name: a member's own, or (no member) the whole team's."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE, null=True)
    name = models.CharField(_("nombre"), max_length=60)
    filters = models.JSONField(default=dict)
    order = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "member", "name"], nulls_distinct=False, name="one_view_a_name")]

    def __str__(self) -> str:
        return self.name


class FirstView(models.Model):
    """The saved view with which a brand's inbox opens for a member."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE)
    view = models.ForeignKey(SavedView, models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "member"], name="one_first_view")]


class Label(models.Model):
    """A word that the brand puts on conversations; they keep it by its name."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="labels")
    name = models.CharField(_("nombre"), max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="one_label_a_name")]

    def __str__(self) -> str:
        return self.name


class Sweep(models.Model):
    """One act on many conversations: ``act`` and how, those still ``left`` to do, how those done stood ``before``."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE)
    act = models.CharField(max_length=200)
    total = models.IntegerField()
    left = models.JSONField()
    before = models.JSONField(default=list)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=~models.Q(left=[]) & models.Q(undone_at=None), name="sweep_unfinished")]


class Presence(models.Model):
    """A member has a conversation open (``seen_at``) or is writing in it (``writing_at``); stale after a moment."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="presences")
    member = models.ForeignKey(Member, models.CASCADE)
    seen_at = models.DateTimeField()
    writing_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "member"], name="one_presence_a_member")]


class Move(models.Model):
    """Messages that went from one conversation to another: a merge or a split, which can be taken back once."""

    kind = models.CharField(max_length=5, choices=[("merge", _("Unir")), ("split", _("Separar"))])
    source = models.ForeignKey(Conversation, models.CASCADE, related_name="moves_out")
    target = models.ForeignKey(Conversation, models.CASCADE, related_name="moves_in")
    messages = models.JSONField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
