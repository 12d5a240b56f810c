"""How members want to be told, as they chose it, and the letters in which a notice goes by that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from tertulia.notices.kinds import kind
from tertulia.notices.models import Browser, Delivery, Preference, QuietHours, Way
from tertulia.notices.rules import Quiet, after_quiet, mail_due


def mails() -> bool:
    """Whether this installation can send mail at all."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend"))


def quiet_of(one: QuietHours) -> Quiet:
    """A member's quiet hours, as the rules want them."""
    return Quiet(one.begins, one.ends, ZoneInfo(one.time_zone), one.weekends, one.urgent)


def ways_of(chosen: Preference | None, name: str) -> frozenset[Way]:
    """How a member who chose so hears of a kind."""
    if chosen and name in chosen.ways:
        return frozenset(Way(one) for one in chosen.ways[name])
    found = kind(name)
    return found.ways if found else frozenset()


class Wishes:
    """What these members chose for these brands, in three queries."""

    def __init__(self, members: Iterable[int], brands: Iterable[int]) -> None:
        members = list(members)
        self._chosen: Mapping[tuple[int, int], Preference] = {
            (one.member_id, one.brand_id): one
            for one in Preference.objects.filter(member__in=members, brand__in=list(brands))}
        self._quiet = {one.member_id: quiet_of(one) for one in QuietHours.objects.filter(member__in=members)}
        self._browsers: dict[int, list[int]] = {}
        for pk, member in Browser.objects.filter(member__in=members).values_list("pk", "member_id"):
            self._browsers.setdefault(member, []).append(pk)

    def ways(self, member: int, brand: int, name: str) -> frozenset[Way]:
        """How the member wants to hear of this kind."""
        return ways_of(self._chosen.get((member, brand)), name)

    def deliveries(self, notice: int, member: int, brand: int, name: str, now: datetime) -> list[Delivery]:
        """The letters in which a notice told at ``now`` goes, not saved."""
        ways, chosen, found = self.ways(member, brand, name), self._chosen.get((member, brand)), kind(name)
        quiet = self._quiet.get(member)
        if quiet and quiet.urgent_passes and found and found.urgent:
            quiet = None
        made = []
        if Way.MAIL in ways and mails():
            hourly = bool(chosen and chosen.hourly)
            made.append(Delivery(notice_id=notice, due_at=mail_due(now, hourly=hourly, quiet=quiet)))
        if Way.PUSH in ways:
            due_at = after_quiet(now, quiet)
            made += [Delivery(notice_id=notice, browser_id=one, due_at=due_at) for one in self._browsers.get(member, ())]
        return made
