"""A brand's own departments: read from their names, learned from corrections, renamed without being forgotten."""

from __future__ import annotations

import pytest

from tertulia.brands.models import Brand
from tertulia.journal.models import Fact
from tertulia.site.tests import cast
from tertulia.triage import actions, queries
from tertulia.triage.departments import BadList, set_departments
from tertulia.triage.models import Department, Reading
from tertulia.triage.rules import NotALabel, Place, told

pytestmark = pytest.mark.django_db

WORKSHOP = Place("", "Taller", "Reparaciones, averías y puesta a punto de bicicletas")
SHOP = Place("", "Tienda", "Precios, tallas y compra de bicis y ropa")


def keys(brand: Brand) -> list[str]:
    """What a message may be for."""
    return [one.key for one in queries.departments(brand)]


def test_a_brand_begins_with_the_usual_list_and_may_go_back_to_it() -> None:
    brand = cast.brand(cast.member())
    usual = keys(brand)
    assert "billing" in usual and usual[-1] == "none" and not queries.own_departments(brand)
    set_departments(brand, [WORKSHOP, SHOP], by="test")
    assert keys(brand) == ["taller", "tienda", "none"]
    set_departments(brand, [], by="test")
    assert keys(brand) == usual
    assert Fact.objects.filter(name="DepartmentsChanged").count() == 2


def test_renaming_keeps_the_key_and_what_was_taught() -> None:
    owner = cast.member()
    brand = cast.brand(owner)
    set_departments(brand, [WORKSHOP, SHOP], by="test")
    message = cast.conversation(cast.channel(brand), "Esto no va ni para atrás, menudo plan").messages.get()
    actions.read([message.pk], by="test")
    actions.correct(message, "department", ["taller"], owner, by=owner.key)
    set_departments(brand, [Place("taller", "Mecánica"), SHOP], by="test")
    assert keys(brand) == ["taller", "tienda", "none"]
    actions.learn(brand.pk, by="test")
    copy = cast.conversation(cast.channel(brand), "esto no va ni para atras, menudo plan!!").messages.get()
    actions.read([copy.pk], by="test")
    assert told(Reading.objects.get(message=copy).heads, "department").labels == ("taller",)


def test_its_names_alone_already_tell_them_apart() -> None:
    brand = cast.brand(cast.member())
    set_departments(brand, [WORKSHOP, SHOP], by="test")
    assert actions.learn(brand.pk, by="test")
    message = cast.conversation(cast.channel(brand), "¿Cuánto tarda la reparación de mi bicicleta?").messages.get()
    actions.read([message.pk], by="test")
    assert told(Reading.objects.get(message=message).heads, "department").labels == ("taller",)


def test_an_archived_department_is_no_label_and_teaches_nothing() -> None:
    owner = cast.member()
    brand = cast.brand(owner)
    set_departments(brand, [WORKSHOP, SHOP], by="test")
    message = cast.conversation(cast.channel(brand)).messages.get()
    actions.correct(message, "department", ["taller"], owner, by=owner.key)
    set_departments(brand, [SHOP], by="test")
    assert Department.objects.get(brand=brand, key="taller").archived_at
    with pytest.raises(NotALabel):
        actions.correct(message, "department", ["taller"], owner, by=owner.key)
    actions.learn(brand.pk, by="test")
    actions.read([message.pk], by="test")
    assert told(Reading.objects.get(message=message).heads, "department").labels != ("taller",)
    set_departments(brand, [SHOP, Place("taller", "Taller")], by="test")
    assert Department.objects.get(brand=brand, key="taller").archived_at is None


def test_one_that_comes_back_is_the_same_and_one_called_almost_so_is_another() -> None:
    brand = cast.brand(cast.member())
    set_departments(brand, [WORKSHOP], by="test")
    set_departments(brand, [SHOP], by="test")
    set_departments(brand, [Place("", "Taller?"), Place("", "TALLER ")], by="test")
    assert keys(brand) == ["taller-2", "taller", "none"]


@pytest.mark.parametrize("names", [["Taller", "taller"], [""], [f"D{n}" for n in range(41)]])
def test_a_bad_list_is_not_kept(names: list[str]) -> None:
    brand = cast.brand(cast.member())
    with pytest.raises(BadList):
        set_departments(brand, [Place("", name) for name in names], by="test")
    assert not Department.objects.exists()
