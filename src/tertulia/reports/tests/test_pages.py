"""Informe as members see it."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def inside(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def test_a_brand_with_nothing_has_a_report_that_says_so(inside: Client, brand: Brand) -> None:
    page = inside.get(f"/m/{brand.slug}/informe/").content.decode()
    assert "No empezó ninguna conversación." in page and "Todavía no hay canales." in page


def test_a_week_that_is_not_over_is_compared_with_as_much_of_the_last(inside: Client, brand: Brand) -> None:
    assert "La semana no ha terminado" in inside.get(f"/m/{brand.slug}/informe/").content.decode()
    assert "Comparada con la semana anterior." in inside.get(f"/m/{brand.slug}/informe/?semana=2026-W01").content.decode()


@pytest.mark.parametrize("week", ["2999-W01", "basura", "2026-W99", "%00", "2026-W47'", "2000-W01"])
def test_no_week_breaks_the_report(inside: Client, brand: Brand, week: str) -> None:
    for page in ("", "informe.csv"):
        assert inside.get(f"/m/{brand.slug}/informe/{page}?semana={week}").status_code == 200


def test_the_spreadsheet_says_the_same_and_has_no_formulas(inside: Client, brand: Brand, ana: Member) -> None:
    channel = cast.channel(brand, handle="@faro")
    cast.conversation(channel, "¿Abrís?")
    response = inside.get(f"/m/{brand.slug}/informe/informe.csv")
    text = response.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert ["semana", "Recibidos", "1", "0"] in rows
    assert not any(one[:1] in "=+@" for row in rows for one in row if one)
    assert "attachment" in response["Content-Disposition"]


def test_every_figure_says_what_it_counts(inside: Client, brand: Brand) -> None:
    page = inside.get(f"/m/{brand.slug}/informe/").content.decode()
    assert page.count('class="meaning"') == 6
    assert "Mediana del tiempo" in page


def test_names_from_the_networks_are_shown_and_never_obeyed(inside: Client, brand: Brand) -> None:
    channel = cast.channel(brand)
    cast.conversation(channel, "<script>alert(1)</script>", name="<b>سلمى</b> 👩‍👩‍👧‍👦")
    page = inside.get(f"/m/{brand.slug}/").content.decode()
    assert "<script>alert" not in page and "&lt;b&gt;سلمى" in page
