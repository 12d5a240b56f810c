"""Telling members, and choosing how one is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from tertulia.brands.models import Brand, Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.notices import facts
from tertulia.notices.models import Browser, Delivery, Notice, Preference, QuietHours, Way
from tertulia.notices.telling import Telling, tell, tell_all  # what other parts call
from tertulia.notices.wishes import Wishes, mails

__all__ = ["Telling", "add_browser", "choose", "keep_quiet", "mails", "move_browser", "remove_browser", "tell", "tell_all"]

# --------------------------------------------------------------------------- choosing


@transaction.atomic
def choose(brand: Brand, member: Member, *, ways: Mapping[str, Iterable[str]] | None = None, hourly: bool | None = None,
           by: str, because: str = "") -> None:
    """From now on the member hears of the brand so, also of what still waits to be sent."""
    chosen, _new = Preference.objects.get_or_create(brand=brand, member=member)
    if ways is not None:
        chosen.ways = {name: sorted(Way(one) for one in some) for name, some in ways.items()}
    if hourly is not None:
        chosen.hourly = hourly
    chosen.save()
    _send_anew(member, brand)
    record(facts.NoticesChosen(brand_id=brand.pk, member_id=member.pk), by=by, because=because)


@transaction.atomic
def keep_quiet(member: Member, hours: Mapping[str, Any] | None, *, by: str, because: str = "") -> None:
    """From now on the member is left in peace at these hours (the fields of ``QuietHours``); None: at none."""
    if hours is None:
        QuietHours.objects.filter(member=member).delete()
    else:
        QuietHours.objects.update_or_create(member=member, defaults=dict(hours))
    _send_anew(member)
    record(facts.NoticesChosen(brand_id=None, member_id=member.pk), by=by, because=because)


def _send_anew(member: Member, brand: Brand | None = None) -> None:
    """What waits to be sent, and was in no letter yet, goes as the member wants it now."""
    waiting = Delivery.objects.filter(notice__member=member, sent_at=None, letter=None, due_at__isnull=False)
    if brand:
        waiting = waiting.filter(notice__brand=brand)
    told = list(Notice.objects.filter(pk__in=waiting.values("notice")))
    waiting.delete()
    wishes, now = Wishes([member.pk], {one.brand_id for one in told}), clock.now()
    Delivery.objects.bulk_create(
        [new for one in told for new in wishes.deliveries(one.pk, member.pk, one.brand_id, one.kind, now)], ignore_conflicts=True)


# --------------------------------------------------------------------------- browsers


@transaction.atomic
def add_browser(member: Member, endpoint: str, public_key: str, secret: str, name: str, *, by: str, because: str = "") -> Browser:
    """The member is told in this browser too; one that somebody else used before is theirs no more."""
    browser, _new = Browser.objects.update_or_create(endpoint=endpoint, defaults={
        "member": member, "public_key": public_key, "secret": secret, "name": name[:80], "added_at": clock.now()})
    Delivery.objects.filter(browser=browser).exclude(notice__member=member).delete()
    record(facts.BrowserAdded(brand_id=None, member_id=member.pk, browser_id=browser.pk), by=by, because=because)
    return browser


@transaction.atomic
def remove_browser(browser: Browser, *, by: str, because: str = "") -> None:
    """The member is not told in this browser any more."""
    pk, member = browser.pk, browser.member_id
    browser.delete()
    record(facts.BrowserRemoved(brand_id=None, member_id=member, browser_id=pk), by=by, because=because)


@transaction.atomic
def move_browser(browser: Browser, endpoint: str, public_key: str, secret: str, *, by: str, because: str = "") -> None:
    """The browser's push service gave it another address."""
    browser.endpoint, browser.public_key, browser.secret = endpoint, public_key, secret
    browser.save(update_fields=["endpoint", "public_key", "secret"])
    record(facts.BrowserAdded(brand_id=None, member_id=browser.member_id, browser_id=browser.pk), by=by, because=because)
