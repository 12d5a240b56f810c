"""What matters, leads and suggestions keep of a person: told to who asks, wiped when they are erased.

That there was a matter, of what kind, and how long its desk took stays: the figures still add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tertulia.handoffs.models import Arrival, Attachment, HandOff, Idea, Lead, LeadDelivery, Letter, Suggestion, Word
from tertulia.kit import clock
from tertulia.people.holdings import holds
from tertulia.people.models import Profile
from tertulia.people.rules import Trace, redacting

_GONE = "[…]"


@transaction.atomic
def wipe(profiles: Sequence[int], traces: Sequence[Trace]) -> None:
    """Wipes what was said in matters of these profiles (ids), their leads, and what their suggestions said. Twice is once."""
    theirs = HandOff.objects.filter(Q(person__in=profiles) | Q(conversation__person__in=profiles))
    ids = list(theirs.values_list("pk", flat=True))
    redact = redacting(traces)
    Attachment.objects.filter(word__hand_off__in=ids).delete()
    Word.objects.filter(hand_off__in=ids).update(text=_GONE, raw="")
    Arrival.objects.filter(hand_off__in=ids).update(text="", raw=b"", subject="")
    Letter.objects.filter(hand_off__in=ids).update(told="")
    Letter.objects.filter(hand_off__in=ids, state="queued", lease_until=None).update(state="cancelled", next_at=None)
    theirs.update(brief=_GONE, title=_GONE, ended_because="")
    for one in HandOff.objects.filter(messages__author__in=profiles).exclude(pk__in=ids).distinct():
        HandOff.objects.filter(pk=one.pk).update(brief=redact(one.brief), title=redact(one.title)[:120])
    _wipe_leads(profiles)
    _wipe_suggestions(profiles)


def _wipe_leads(profiles: Sequence[int]) -> None:
    leads = Lead.objects.filter(person__in=profiles)
    LeadDelivery.objects.filter(lead__in=leads, state="queued").update(state="refused", next_at=None, told="erased")
    leads.update(name=_GONE, email="", phone="", wants=_GONE, consent_words=_GONE, withdrawn_at=clock.now(), person=None)


def _wipe_suggestions(profiles: Sequence[int]) -> None:
    """Their suggestions still count, without their words; an idea that only they had has no name any more."""
    mine = Suggestion.objects.filter(person__in=profiles)
    ideas = set(mine.values_list("idea", flat=True))
    mine.update(vector=b"")
    alone = Idea.objects.filter(pk__in=ideas).exclude(suggestions__in=Suggestion.objects.exclude(person__in=profiles))
    alone.update(title=_GONE)


@holds("handoffs", {
    "matters": _("Lo que trasladamos a otras personas de la empresa"), "kind": _("Tipo"), "desk": _("A quién"), "brief": _("Qué pedimos"),
    "answers": _("Qué contestaron"), "leads": _("Si querías comprar"), "wants": _("Qué querías"),
    "phone": _("Teléfono"), "email": _("Correo"),
    "consent": _("Tu permiso"), "suggestions": _("Lo que propusiste"), "state": _("Cómo está")})
def held(profiles: Sequence[Profile]) -> dict[str, Any]:
    """What hand-offs keep of these profiles."""
    ids = [one.pk for one in profiles]
    matters = [{
        "at": one.opened_at.isoformat(), "kind": str(one.get_kind_display()), "desk": one.desk.name, "brief": one.brief,
        "answers": [word.text for word in one.words.all() if word.who == "holder"]}
        for one in HandOff.objects.filter(person__in=ids).select_related("desk").prefetch_related("words").order_by("pk")]
    leads = [{
        "at": one.made_at.isoformat(), "name": one.name, "email": one.email, "phone": one.phone, "wants": one.wants,
        "consent": one.consent_words} for one in Lead.objects.filter(person__in=ids).order_by("pk")]
    suggestions = [{"at": one.at.isoformat(), "text": one.message.text, "state": str(one.idea.get_state_display())}
                   for one in Suggestion.objects.filter(person__in=ids).select_related("message", "idea").order_by("pk")]
    told = {"matters": matters, "leads": leads, "suggestions": suggestions}
    return {name: some for name, some in told.items() if some}
