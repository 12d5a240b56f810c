"""Letters about matters, the box their answers come to, and what came."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand
from tertulia.handoffs.models.matters import HandOff, Holder, Word


class Mailbox(models.Model):
    """The brand's letters: the address they come from, and where their answers are read. Without a host nothing is read.

    ``plus``: the address takes mail with something after a ``+``. ``read_to``: the last UID read within ``validity``, as IMAP counts.
    """

    brand = models.OneToOneField(Brand, models.CASCADE, related_name="mailbox")
    address = models.EmailField(blank=True)
    plus = models.BooleanField(default=False)
    host = models.CharField(max_length=255, blank=True)
    port = models.IntegerField(default=993)
    security = models.CharField(max_length=8, default="tls", choices=[
        ("tls", _("TLS desde el principio")), ("starttls", "STARTTLS"), ("none", _("Sin cifrar"))])
    user = models.CharField(max_length=255, blank=True)
    password = models.BinaryField(default=bytes)
    folder = models.CharField(max_length=255, default="INBOX")
    validity = models.BigIntegerField(null=True)
    read_to = models.BigIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)


class Arrival(models.Model):
    """A mail of the mailbox, handled once. ``unmatched``: nobody knows of what matter, or it came from a stranger."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="arrivals")
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    message_id = models.CharField(max_length=255, blank=True)
    sender = models.CharField(max_length=255, blank=True)
    subject = models.CharField(max_length=255, blank=True)
    text = models.TextField(blank=True)
    raw = models.BinaryField(default=bytes)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=[
        ("word", _("Leído")), ("bounce", _("Devuelto")), ("automatic", _("Respuesta automática")), ("unmatched", _("Sin casar")),
        ("matched", _("Casado a mano")), ("dropped", _("Descartado"))])
    because = models.CharField(max_length=200, blank=True)
    hand_off = models.ForeignKey(HandOff, models.SET_NULL, null=True, related_name="arrivals")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "validity", "uid"], name="one_arrival_a_mail")]
        indexes = [models.Index(fields=["mailbox", "-at"], condition=Q(outcome="unmatched"), name="arrival_unmatched")]


class Letter(models.Model):
    """A mail to send, once: ``key`` says what for. Its words are made when it leaves. ``told``: what a bounce said."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="letters")
    hand_off = models.ForeignKey(HandOff, models.CASCADE, related_name="letters")
    holder = models.ForeignKey(Holder, models.CASCADE, related_name="letters")
    word = models.ForeignKey(Word, models.CASCADE, null=True, related_name="letters")
    what = models.CharField(max_length=8, choices=[
        ("matter", _("El asunto")), ("chase", _("Recordatorio")), ("word", _("Mensaje")), ("link", _("Otro enlace")),
        ("over", _("Ya no hace falta"))])
    key = models.CharField(max_length=120, unique=True)
    address = models.EmailField()
    message_id = models.CharField(max_length=255, unique=True)
    state = models.CharField(max_length=9, default="queued", choices=[
        ("queued", _("En cola")), ("sent", _("Enviada")), ("bounced", _("Devuelta")), ("refused", _("Rechazada")),
        ("cancelled", _("Cancelada"))])
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="letter_sent_at_some_time")]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="queued"), name="letter_queued")]
