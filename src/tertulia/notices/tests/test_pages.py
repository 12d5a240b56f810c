"""The bell, its panel and its page: what is new is counted, opened, read, and new again if that was a slip."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.notices import actions, queries, reading
from tertulia.notices.models import Delivery, Notice, Way
from tertulia.notices.tests import sample
from tertulia.notices.tests.sample import ERRAND, errand
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def inside(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def at(name: str, brand: Brand, *more: int) -> str:
    return reverse(f"notices:{name}", args=[brand.slug, *more])


def test_the_bell_counts_what_is_new_in_all_brands_of_the_member(inside: Client, ana: Member, owner: Member, brand: Brand) -> None:
    errand(ana, brand, 1)
    errand(ana, cast.brand(ana, "Panadería Nube"), 2)
    errand(owner, brand, 3)
    assert "2 sin leer" in inside.get(at("bell", brand)).content.decode()
    page = inside.get(reverse("site:today", args=[brand.slug])).content.decode()
    assert at("panel", brand) in page and "2 sin leer" in page
    panel = inside.get(at("panel", brand)).content.decode()
    assert "Lo del número 1" in panel and "Lo del número 2" in panel and "Lo del número 3" not in panel and "Panadería Nube" in panel


def test_opening_a_notice_goes_to_the_matter_and_reads_it(inside: Client, ana: Member, brand: Brand) -> None:
    one = errand(ana, brand, 7)
    there = inside.get(at("open", brand, one.pk))
    assert there.status_code == 302 and there["Location"] == f"/m/{brand.slug}/hoy/?recado=7"
    assert queries.unread_count(ana) == 0


def test_what_is_not_there_any_more_is_said_to_be_gone(inside: Client, ana: Member, brand: Brand) -> None:
    one = errand(ana, brand, 404)
    assert "Ya no existe" in inside.get(at("list", brand)).content.decode()
    there = inside.get(at("open", brand, one.pk), follow=True)
    assert "ya no existe" in there.content.decode()


def test_a_notice_is_its_members_and_its_brands_own(inside: Client, ana: Member, owner: Member, brand: Brand) -> None:
    theirs, elsewhere = errand(owner, brand, 1), errand(ana, cast.brand(ana, "Otra"), 2)
    for one in (theirs, elsewhere):
        assert inside.get(at("open", brand, one.pk)).status_code == 404
        assert inside.post(at("read", brand, one.pk)).status_code == 404
    assert not Notice.objects.exclude(read_at=None).exists()


def test_one_is_read_and_new_again(inside: Client, ana: Member, brand: Brand) -> None:
    one = errand(ana, brand, 1)
    row = inside.post(at("read", brand, one.pk), headers=HTMX).content.decode()
    assert "Marcar como no leído" in row and queries.unread_count(ana) == 0
    inside.post(at("read", brand, one.pk), {"nuevo": "1"}, headers=HTMX)
    assert queries.unread_count(ana) == 1
    assert inside.post(at("read", brand, one.pk)).status_code == 302


def test_all_are_read_at_once_and_that_is_undone(inside: Client, ana: Member, brand: Brand) -> None:
    other = cast.brand(ana, "Otra")
    before = errand(ana, brand, 1)
    reading.mark_read(ana, [before.pk])
    for number in (2, 3):
        errand(ana, brand, number)
    errand(ana, other, 4)
    told = inside.post(at("read_all", brand), headers=HTMX)
    assert told.status_code == 204 and "2 avisos" in told["HX-Trigger"] and queries.unread_count(ana) == 1
    undo = told["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert inside.post(undo, headers=HTMX).status_code == 204
    assert queries.unread_count(ana) == 3, "what was read before stays read"
    inside.post(at("read_all", brand), {"todas": "1"})
    assert queries.unread_count(ana) == 0
    assert inside.post(at("read_all", brand), headers=HTMX).status_code == 204
    assert inside.post(at("undo_read", brand) + "?momento=x").status_code == 404


def test_the_page_lists_this_brand_or_all_and_what_is_new(inside: Client, ana: Member, brand: Brand) -> None:
    other = cast.brand(ana, "Otra")
    one, _new, _far = errand(ana, brand, 1), errand(ana, brand, 2), errand(ana, other, 3)
    reading.mark_read(ana, [one.pk])
    sample.done.add(2)
    here, everywhere, new = (inside.get(at("list", brand) + more).content.decode()
                             for more in ("", "?marcas=todas", "?ver=nuevos&marcas=todas"))
    assert "número 1" in here and "número 2" in here and "número 3" not in here and "ya resuelto" in here
    assert "número 3" in everywhere and "número 3" in new and "número 1" not in new


def test_what_the_member_does_not_want_in_the_page_is_not_there(settings: object, inside: Client, ana: Member, brand: Brand) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    actions.choose(brand, ana, ways={ERRAND.name: [Way.MAIL]}, by=ana.key)
    errand(ana, brand, 1)
    assert queries.unread_count(ana) == 0 and Delivery.objects.count() == 1
    assert "número 1" not in inside.get(at("list", brand)).content.decode()


def test_a_long_list_goes_on_in_pages(inside: Client, ana: Member, brand: Brand) -> None:
    for number in range(45):
        errand(ana, brand, number)
    first = inside.get(at("list", brand)).content.decode()
    assert "número 44" in first and "número 5»" in first and "número 4»" not in first
    older = first.split('href="?antes=')[1].split('"')[0]
    assert "número 4»" in inside.get(at("list", brand) + f"?antes={older}").content.decode()
    assert inside.get(at("list", brand) + "?antes=x").status_code == 200


def test_who_left_a_brand_sees_nothing_of_it(inside: Client, ana: Member, brand: Brand) -> None:
    home = cast.brand(ana, "La suya")
    errand(ana, brand, 1)
    ana.memberships.filter(brand=brand).delete()
    assert queries.unread_count(ana) == 0 and "número 1" not in inside.get(at("list", home) + "?marcas=todas").content.decode()


def test_a_page_that_missed_something_looks_again(ana: Member, brand: Brand) -> None:
    one = errand(ana, brand, 1)
    assert queries.told_since(ana, one.at) and not queries.told_since(ana, one.at + timedelta(seconds=1))
