"""How a brand writes, kept and given to proofing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.kit import clock
from tertulia.language import Kind, proof
from tertulia.strategy import actions, queries
from tertulia.strategy.models import Term

pytestmark = pytest.mark.django_db


def test_a_brand_that_said_nothing_is_warned_and_stopped_by_nothing(brand: Brand) -> None:
    profile = queries.profile_of(brand)
    assert (profile.variety, profile.address, profile.stops) == ("es-ES", "", frozenset())
    assert profile.neutral == {"politics", "religion", "tragedy"}


def test_what_is_changed_is_what_proofing_gets(brand: Brand) -> None:
    actions.change_voice(brand, address="usted", stops=["spelling"], neutral=["religion"], by="member:1")
    actions.put_term(brand, "right", "Huertazo", by="member:1")
    actions.put_term(brand, "forbidden", "barato", says="Decimos asequible.", by="member:1")
    actions.put_term(brand, "preferred", "clientes", says="comunidad", by="member:1")
    profile = queries.profile_of(brand, ["Hola, familia."])
    assert (profile.address, profile.stops, profile.neutral) == ("usted", {Kind.SPELLING}, {"religion"})
    assert profile.dictionary == {"Huertazo"}
    assert profile.forbidden == {"barato": "Decimos asequible."}
    assert profile.preferred == {"clientes": "comunidad"}
    assert profile.past == ("Hola, familia.",)


def test_a_word_has_one_kind_however_it_is_written(brand: Brand) -> None:
    actions.put_term(brand, "right", "Huertazo", by="member:1")
    actions.put_term(brand, "forbidden", "huertazo", says="ya no", by="member:1")
    assert [(one.text, one.kind) for one in queries.terms_of(brand)] == [("huertazo", "forbidden")]
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(brand=brand, kind="right", text="HUERTAZO")


def test_what_is_delicate_these_days_counts_until_its_day(brand: Brand) -> None:
    today = clock.now().date()
    actions.put_term(brand, "sensitive", "riada", says="Hay luto.", until=today, by="member:1")
    actions.put_term(brand, "sensitive", "incendio", says="Hubo luto.", until=today - timedelta(days=1), by="member:1")
    assert queries.profile_of(brand).sensitive == {"riada": "Hay luto."}


def test_a_rule_is_silenced_and_heard_again(brand: Brand) -> None:
    text = "Hola  a todos"
    rule = proof(text, queries.profile_of(brand))[0].rule
    actions.silence(brand, rule, by="member:1")
    actions.silence(brand, rule, by="member:1")
    assert rule not in [found.rule for found in proof(text, queries.profile_of(brand))]
    actions.hear(brand, rule, by="member:1")
    assert rule in [found.rule for found in proof(text, queries.profile_of(brand))]


def test_brands_do_not_share_words(brand: Brand) -> None:
    other = brands.create_brand("Otra", Member.objects.get(), by="member:1")
    actions.put_term(other, "right", "Huertazo", by="member:1")
    assert queries.profile_of(brand).dictionary == frozenset()


def test_how_like_a_text_is_to_what_was_published_is_told_with_the_nearest_once_there_is_enough(brand: Brand) -> None:
    past = [f"Hoy hay pan de {what}. Te esperamos en la plaza." for what in (
        "queso", "nueces", "centeno", "espelta", "maíz", "pasas", "higos", "aceite", "cebolla", "romero")]
    like = queries.checked(brand, "Hoy hay pan de ajo. Te esperamos en la plaza.", past).like
    assert like and like.percent > 70 and like.nearest in past
    assert queries.checked(brand, "Hoy hay pan de ajo.", past[:5]).like is None
