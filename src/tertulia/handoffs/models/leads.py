"""Somebody who may buy, and where that goes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.handoffs.models.matters import HandOff
from tertulia.inbox.models import Conversation
from tertulia.people.models import Profile


class Lead(models.Model):
    """Somebody who may buy, and what they let us do with their data: ``consent_*``. Without consent nothing leaves."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="leads")
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Profile, models.SET_NULL, null=True, related_name="+")
    hand_off = models.OneToOneField(HandOff, models.SET_NULL, null=True, related_name="lead")
    name = models.CharField(_("nombre"), max_length=120)
    email = models.EmailField(_("correo"), blank=True)
    phone = models.CharField(_("teléfono"), max_length=40, blank=True)
    wants = models.TextField(_("qué quiere"))
    consent_at = models.DateTimeField(null=True)
    consent_how = models.CharField(max_length=8, blank=True, choices=[
        ("message", _("Lo escribió en la conversación")), ("said", _("Lo dijo de palabra")), ("form", _("En un formulario"))])
    consent_words = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=5, default="new", choices=[
        ("new", _("Nueva")), ("taken", _("La lleva ventas")), ("won", _("Ganada")), ("lost", _("Perdida"))])
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(consent_at=None) | ~Q(consent_how="") & ~Q(consent_words=""),
                                              name="consent_says_how_and_what")]
        indexes = [models.Index(fields=["brand", "-made_at"], name="lead_newest")]


class Outlet(models.Model):
    """Where leads go by themselves once there is consent: an address of sales, or a webhook with its secret."""

    brand = models.ForeignKey(Brand, models.CASCADE, related_name="outlets")
    way = models.CharField(max_length=7, choices=[("mail", _("Correo")), ("webhook", _("Webhook"))])
    target = models.CharField(max_length=500)
    secret = models.BinaryField(default=bytes)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brand", "target"], condition=Q(archived_at=None), name="one_outlet_a_target")]


class LeadDelivery(models.Model):
    """A lead that goes, or went, out by an outlet, once; without outlet: in a file that ``member`` took."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="deliveries")
    outlet = models.ForeignKey(Outlet, models.CASCADE, null=True, related_name="deliveries")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=7, default="queued", choices=[
        ("queued", _("En cola")), ("sent", _("Entregada")), ("refused", _("Rechazada"))])
    next_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    tries = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "outlet"], name="one_delivery_a_lead_and_outlet")]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="queued"), name="delivery_queued")]
