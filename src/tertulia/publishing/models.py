"""Posts, their variants and pictures, and what repeats."""

from django.contrib.postgres.fields import ArrayField
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
    TEMPLATE = "template", _("Modelo de una serie")


class Tolerance(models.IntegerChoices):
    """How late a post may still leave, in minutes."""

    QUARTER = 15, _("15 minutos")
    HOUR = 60, _("1 hora")
    HOURS = 180, _("3 horas")
    HALF_DAY = 720, _("12 horas")
    DAY = 1440, _("24 horas")


class Every(models.TextChoices):
    """How often a post repeats."""

    DAY = "day", _("Cada día")
    WEEK = "week", _("Cada semana")
    MONTH = "month", _("Cada mes, el mismo día")
    NTH = "nth", _("Cada mes, el mismo día de la semana")


class SeriesState(models.TextChoices):
    """Whether a series makes posts."""

    ACTIVE = "active", _("En marcha")
    STOPPED = "stopped", _("Parada")
    ENDED = "ended", _("Terminada")


class Series(models.Model):
    """A post that repeats, on a wall clock. Its post is the ``template``; the coming ones are made of it ahead.

    ``weekdays`` (0: Monday) only for weeks; ``first`` says which day of the month, or which weekday of it (its fifth is the
    last). It ends after ``until``, or after ``times``, or not. Up to ``made_until`` its posts have been made.
    """

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="series")
    every = models.CharField(max_length=5, choices=Every.choices)
    weekdays = ArrayField(models.SmallIntegerField(), default=list)
    first = models.DateField()
    local_time = models.TimeField()
    until = models.DateField(null=True)
    times = models.IntegerField(null=True)
    state = models.CharField(max_length=7, choices=SeriesState.choices, default=SeriesState.ACTIVE)
    made_until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(every__in=Every.values), name="series_rule_known"),
            models.CheckConstraint(condition=models.Q(state__in=SeriesState.values), name="series_state_known"),
        ]
        indexes = [models.Index(fields=["made_until"], condition=models.Q(state="active"), name="series_to_make")]

    def __str__(self) -> str:
        return f"series {self.pk} ({self.every})"


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
    tolerance_minutes = models.SmallIntegerField(choices=Tolerance.choices, default=Tolerance.HALF_DAY)
    # of a series: its template, or one of its posts, for the day ``series_day``; ``by_hand``: no longer as the template says
    series = models.ForeignKey(Series, models.SET_NULL, null=True, related_name="posts")
    series_day = models.DateField(null=True)
    by_hand = models.BooleanField(default=False)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PostState.values), name="post_state_known"),
            models.CheckConstraint(condition=~models.Q(state="scheduled") | models.Q(due_at__isnull=False),
                                   name="scheduled_has_an_hour"),
            models.CheckConstraint(condition=models.Q(tolerance_minutes__gt=0), name="tolerance_of_some_time"),
            models.UniqueConstraint(fields=["series", "series_day"], name="one_post_a_day_of_a_series"),
            models.UniqueConstraint(fields=["series"], condition=models.Q(state="template"), name="one_template_a_series"),
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
