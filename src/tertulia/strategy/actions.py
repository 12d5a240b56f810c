"""Changing how a brand writes."""

from datetime import date
from typing import Any

from django.db import transaction

from tertulia.brands.models import Brand
from tertulia.journal.actions import record
from tertulia.strategy import facts
from tertulia.strategy.models import Term, Voice


@transaction.atomic
def change_voice(brand: Brand, *, by: str, because: str = "", **settings: Any) -> None:
    """Changes address, subjects, notes and what stops a text; what is not named stays."""
    voice = _held(brand)
    for name, value in settings.items():
        setattr(voice, name, value)
    voice.save(update_fields=list(settings))
    record(facts.VoiceChanged(brand_id=brand.pk), by=by, because=because)


@transaction.atomic
def put_term(brand: Brand, kind: str, text: str, *, by: str, because: str = "", says: str = "", until: date | None = None) -> Term:
    """Gives a word its kind, or another kind: one row a word, however it is written."""
    _held(brand)  # two who add the same word at once come one after the other
    new = {"kind": kind, "text": text.strip(), "says": says.strip(), "until": until}
    term = Term.objects.filter(brand=brand, text__iexact=text.strip()).first()
    if term is None:
        term = Term.objects.create(brand=brand, **new)
    else:
        for name, value in new.items():
            setattr(term, name, value)
        term.save()
    record(facts.VoiceChanged(brand_id=brand.pk), by=by, because=because)
    return term


@transaction.atomic
def drop_term(term: Term, *, by: str, because: str = "") -> None:
    """Forgets a word; nothing if it is gone."""
    if Term.objects.filter(pk=term.pk).delete()[0]:
        record(facts.VoiceChanged(brand_id=term.brand_id), by=by, because=because)


@transaction.atomic
def silence(brand: Brand, rule: str, *, by: str, because: str = "") -> None:
    """The brand hears no more of ``rule``."""
    voice = _held(brand)
    if rule not in voice.silenced:
        voice.silenced = sorted([*voice.silenced, rule])
        voice.save(update_fields=["silenced"])
        record(facts.RuleSilenced(brand_id=brand.pk, rule=rule), by=by, because=because)


@transaction.atomic
def hear(brand: Brand, rule: str, *, by: str, because: str = "") -> None:
    """``rule`` speaks again."""
    voice = _held(brand)
    if rule in voice.silenced:
        voice.silenced = [one for one in voice.silenced if one != rule]
        voice.save(update_fields=["silenced"])
        record(facts.RuleHeard(brand_id=brand.pk, rule=rule), by=by, because=because)


def _held(brand: Brand) -> Voice:
    """The brand's voice, made if there is none, locked until the end of the transaction."""
    Voice.objects.bulk_create([Voice.usual(brand)], ignore_conflicts=True)
    return Voice.objects.select_for_update(no_key=True).get(brand=brand)
