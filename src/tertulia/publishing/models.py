"""Posts, their variants and pictures."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member, Picture
from tertulia.channels.models import Channel
from tertulia.outbox.models import Dispatch


class PostState(models.TextChoices):
    """Whether a post has an hour."""

    DRAFT = "draft", _("Borrador")
    SCHEDULED = "scheduled", _("Programada")
    DISCARDED = "discarded", _("Descartada")


class Post(models.Model):
    """One thing to say, on one or more channels. The hour is the brand's: a wall clock and a zone, kept across DST.

    ``version`` grows with each change: whoever writes says which one they saw.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="posts")
    author = models.ForeignKey(Member, models.SET_NULL, null=True)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=9, choices=PostState.choices, default=PostState.DRAFT)
    local_date = models.DateField(null=True)
    local_time = models.TimeField(null=True)
    zone = models.CharField(max_length=64)
    due_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PostState.values), name="post_state_known"),
            models.CheckConstraint(condition=~models.Q(state="scheduled") | models.Q(due_at__isnull=False),
                                   name="scheduled_has_an_hour"),
        ]
        indexes = [models.Index(fields=["brand", "due_at"], name="post_by_hour")]

    def __str__(self) -> str:
        return self.text[:60]


class Variant(models.Model):
    """The post on one channel. ``text`` empty: the post's own words."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, models.CASCADE)
    text = models.TextField(blank=True)
    dispatch = models.OneToOneField(Dispatch, models.PROTECT, null=True, related_name="variant")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "channel"], name="one_variant_a_channel")]

    def __str__(self) -> str:
        return f"{self.post_id} → {self.channel_id}"

    @property
    def words(self) -> str:
        """What it says on its channel."""
        return self.text or self.post.text


class PostPicture(models.Model):
    """A picture of the post, with the words for who cannot see it."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="pictures")
    picture = models.ForeignKey(Picture, models.PROTECT)
    alt = models.TextField(blank=True)
    place = models.SmallIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["post", "place"], name="one_picture_a_place",
                                               deferrable=models.Deferrable.DEFERRED)]
