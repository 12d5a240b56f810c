"""Members are told once, by the ways they chose, and when they are not left in peace."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tertulia.brands.models import Brand, Member
from tertulia.kit import clock
from tertulia.notices import actions
from tertulia.notices.models import Delivery, Notice
from tertulia.notices.reactions import old_notices
from tertulia.notices.tests.sample import ERRAND, QUIETLY
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db: None) -> Member:
    return cast.member("Ana")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana, "Librería Faro")


def test_a_member_is_told_once_of_one_thing(ana: Member, brand: Brand) -> None:
    eva = cast.joined(brand, "editor", "Eva")
    assert actions.tell(brand.pk, ERRAND, [ana, ana.pk], key="7", about={"errand": 7}) == 1
    assert actions.tell(brand.pk, "test.errand", [ana, eva], key="7", about={"errand": 7}) == 1
    assert actions.tell(brand.pk, ERRAND, [ana], key="7:again", about={"errand": 7}) == 1
    assert actions.tell(brand.pk, ERRAND, [], key="8", about={"errand": 8}) == 0
    assert Notice.objects.filter(member=ana).count() == 2 and Notice.objects.filter(member=eva).get().about == {"errand": 7}


def test_what_is_told_goes_back_with_its_transaction(ana: Member, brand: Brand) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        actions.tell(brand.pk, ERRAND, [ana], key="7", about={"errand": 7})
        raise ZeroDivisionError
    assert not Notice.objects.exists()


def test_a_kind_that_nobody_registered_is_a_mistake(ana: Member, brand: Brand) -> None:
    with pytest.raises(ValueError, match="nobody registered"):
        actions.tell(brand.pk, "test.nothing", [ana], key="7", about={})


def test_a_kind_goes_its_own_ways_where_nobody_chose(settings: object, ana: Member, brand: Brand) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    now = clock.now()
    actions.tell(brand.pk, ERRAND, [ana], key="7", about={"errand": 7}, now=now)
    actions.tell(brand.pk, QUIETLY, [ana], key="7", about={"errand": 7}, now=now)
    assert [one.notice.kind for one in Delivery.objects.select_related("notice")] == ["test.errand"]


def test_what_was_told_long_ago_is_forgotten(ana: Member, brand: Brand) -> None:
    actions.tell(brand.pk, ERRAND, [ana], key="old", about={"errand": 1}, now=clock.now() - timedelta(days=366))
    actions.tell(brand.pk, ERRAND, [ana], key="new", about={"errand": 1})
    for one in old_notices():
        one.job.func(**one.arguments)
    assert [one.key for one in Notice.objects.all()] == ["new"] and old_notices() == []
