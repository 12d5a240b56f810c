"""What was understood of each message, and by which model."""

from django.db import models

from tertulia.inbox.models import Message


class Reading(models.Model):
    """The last reading of a message, whole: each conclusion with its probability, its reasons and whether it is sure."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="read")
    model = models.CharField(max_length=40)
    heads = models.JSONField()
    at = models.DateTimeField()
