"""What people suggest, grouped."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Draft, Message
from tertulia.people.models import Profile


class Idea(models.Model):
    """What several people suggest. ``news``: what became of it, as those who proposed it are told. ``merged_into``: it is that one."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="ideas")
    title = models.CharField(max_length=160)
    state = models.CharField(max_length=10, default="new", choices=[
        ("new", _("Nueva")), ("considered", _("En estudio")), ("planned", _("Prevista")), ("shipped", _("Hecha")),
        ("declined", _("Descartada"))])
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    news = models.TextField(blank=True)
    made_at = models.DateTimeField()
    state_at = models.DateTimeField()
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="merged")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(merged_into=F("id")), name="idea_is_not_merged_into_itself")]
        indexes = [models.Index(fields=["brand", "state"], condition=Q(merged_into=None), name="idea_by_state")]

    def __str__(self) -> str:
        return self.title


class Suggestion(models.Model):
    """A message that proposes something, in one idea at a time. ``vector``: its text as the encoder hears it, 16-bit floats.

    ``draft``: the answer prepared once something became of it. ``dropped_at``: a member said that it proposes nothing.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="suggestion")
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="suggestions")
    person = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    noted_by = models.CharField(max_length=80)
    vector = models.BinaryField(default=bytes)
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    drafted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)


class Regrouping(models.Model):
    """Suggestions that went from one idea to another, by a join or a split; can be taken back once."""

    source = models.ForeignKey(Idea, models.CASCADE, related_name="+")
    target = models.ForeignKey(Idea, models.CASCADE, related_name="+")
    suggestions = models.JSONField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
