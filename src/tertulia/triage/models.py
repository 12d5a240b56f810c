"""What was understood of each message, what people said instead, and what each brand taught by it."""

from django.db import models

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.people.models import Profile


class Reading(models.Model):
    """The last reading of a message, whole, as the model gave it: each conclusion with its probability, its reasons and
    whether it is sure. What a person said instead stands over it in ``message.reading`` and never here.

    ``brand``, ``author`` and ``said_at`` are the message's; with ``offends`` (surely) and ``echo`` (equal where texts are almost
    the same; null for short ones) they tell the circumstances of later messages.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="read")
    brand = models.ForeignKey(Brand, models.CASCADE, db_index=False)
    author = models.ForeignKey(Profile, models.CASCADE, null=True, db_index=False)
    said_at = models.DateTimeField()
    echo = models.BigIntegerField(null=True)
    offends = models.BooleanField(default=False)
    model = models.CharField(max_length=60)
    heads = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["author", "-said_at"], name="reading_of_author"),
            models.Index(fields=["brand", "-said_at"], name="reading_newest"),
            models.Index(fields=["brand", "echo", "-said_at"], condition=models.Q(echo__isnull=False), name="reading_echo"),
        ]


class Correction(models.Model):
    """A member said what a message says: ``right``. ``said`` and ``p`` are what the model of ``version`` had told, nothing if
    it had told nothing; ``confirms``: the same. The text is kept as it was, for the message may go.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, db_index=False)
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="corrections")
    text = models.TextField()
    head = models.CharField(max_length=16)
    said = models.JSONField(default=list)
    p = models.FloatField(null=True)
    sure = models.BooleanField(default=False)
    version = models.CharField(max_length=60, blank=True)
    right = models.JSONField()
    confirms = models.BooleanField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "head"], condition=models.Q(undone_at=None),
                                               name="one_standing_correction_a_message_and_head")]
        indexes = [models.Index(fields=["brand", "head", "-at"], condition=models.Q(undone_at=None), name="correction_standing")]

    def __str__(self) -> str:
        return f"{self.head}: {', '.join(self.said)} → {', '.join(self.right)}"


class Department(models.Model):
    """One of the brand's own: who answers for what (``about`` says it in words, which help before there are examples)."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="departments")
    key = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True)
    order = models.IntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "key"], name="one_department_a_key")]

    def __str__(self) -> str:
        return self.name


class BrandModel(models.Model):
    """What a brand's standing corrections taught, as bytes: it can always be made again from them.

    ``general``: what it stands on (``taught.ground``); ``made_from``: how many corrections; ``held_back``: by head how many
    were measured, and how many the general and the brand's model have right without having seen them.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="taught")
    content = models.BinaryField()
    version = models.CharField(max_length=16)
    general = models.CharField(max_length=40)
    made_from = models.IntegerField()
    held_back = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.brand_id}: {self.version}"
