"""Who speaks to a brand."""

from django.db import models

from tertulia.brands.models import Brand


class Profile(models.Model):
    """One identity on one network, as one brand knows it. Brands never share what they know of a person."""

    brand = models.ForeignKey(Brand, models.CASCADE)
    network = models.CharField(max_length=24)
    external_id = models.CharField(max_length=255)
    handle = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    avatar_url = models.CharField(max_length=1000, blank=True)
    followers = models.IntegerField(null=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "network", "external_id"], name="one_profile_an_identity")]

    def __str__(self) -> str:
        return self.name or self.handle
