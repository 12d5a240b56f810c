"""Hours that clocks skip or repeat, zones that a brand leaves, how late a post may be, and days that a network's quota does not hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions, queries, sentences
from tertulia.publishing.models import Post
from tertulia.publishing.rules import crowded, hour_of, turned
from tertulia.site.tests import cast

Write = Callable[..., Post]
pytestmark = pytest.mark.django_db


def _words(local: datetime, zone: str) -> str:
    return " ".join(sentence for _tone, sentence in sentences.clock_words(local, zone))


@pytest.mark.parametrize(("zone", "local", "leaves", "said"), [
    ("Europe/Madrid", datetime(2027, 3, 28, 2, 30), datetime(2027, 3, 28, 1, 30), "saldrá a las 3:30 (UTC+2)"),
    ("Europe/Madrid", datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 0, 30), "la primera vez (UTC+2)"),
    ("Europe/Madrid", datetime(2027, 10, 31, 3, 30), datetime(2027, 10, 31, 2, 30), ""),
    ("America/Mexico_City", datetime(2027, 4, 4, 2, 30), datetime(2027, 4, 4, 8, 30), ""),
    ("America/Mexico_City", datetime(2027, 10, 31, 1, 30), datetime(2027, 10, 31, 7, 30), ""),
    ("America/Santiago", datetime(2027, 9, 5, 0, 30), datetime(2027, 9, 5, 4, 30), "saldrá a las 1:30 (UTC−3)"),
    ("America/Santiago", datetime(2027, 4, 3, 23, 30), datetime(2027, 4, 4, 2, 30), "la primera vez (UTC−3)"),
    ("America/St_Johns", datetime(2027, 3, 14, 2, 15), datetime(2027, 3, 14, 5, 45), "saldrá a las 3:15 (UTC−2:30)"),
])
def test_an_hour_that_is_skipped_or_doubled_is_told_with_the_instant_it_will_be(
    zone: str, local: datetime, leaves: datetime, said: str,
) -> None:
    assert hour_of(local, zone) == leaves.replace(tzinfo=UTC)
    words = _words(local, zone)
    assert said in words and (bool(said) == ("reloj" in words))


def test_scheduling_in_an_hour_that_is_skipped_says_so_at_once_and_keeps_it_for_another_day(
    desk: Client, house: Brand, write: Write, lucia: Member,
) -> None:
    year = datetime.now(ZoneInfo("Europe/Madrid")).year + 1
    spring = max(datetime(year, 3, day, 2, 30) for day in range(25, 32) if datetime(year, 3, day).weekday() == 6)
    post = actions.plan(write(), spring, seen=2, by=lucia.key)
    answer = desk.post(reverse("publishing:settle", args=[house.slug, post.pk]), {"seen": post.version})
    assert "no existen" in answer["HX-Trigger"].encode().decode("unicode_escape")
    kept = Post.objects.get(pk=post.pk)
    assert (kept.local_time.hour, kept.due_at) == (2, datetime(year, 3, spring.day, 1, 30, tzinfo=UTC))  # type: ignore[union-attr]
    desk.post(reverse("publishing:move", args=[house.slug, post.pk]), {
        "at": (spring.date() + timedelta(days=1)).isoformat(), "seen": kept.version})
    assert sentences.local_hour(Post.objects.get(pk=post.pk)) == spring + timedelta(days=1)


def test_what_was_scheduled_keeps_the_clock_that_the_brand_left_and_says_so(
    desk: Client, house: Brand, write: Write, lucia: Member, tomorrow: datetime,
) -> None:
    post = write()
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    draft = actions.plan(write("Otra"), tomorrow, seen=2, by=lucia.key)
    Brand.objects.update(time_zone="America/Mexico_City")
    kept = Post.objects.get(pk=post.pk)
    assert (kept.zone, kept.due_at) == ("Europe/Madrid", post.due_at)
    page = desk.get(reverse("publishing:post", args=[house.slug, post.pk])).content.decode()
    assert "Se programó con la hora de Madrid y la mantiene: en Mexico City será" in page
    # the calendar shows the brand's clock, and there it is moved: an hour later on it is an hour later
    shown = turned(tomorrow, "Europe/Madrid", "America/Mexico_City")
    for at in ((shown + timedelta(hours=1)).isoformat(timespec="minutes"), (shown.date() + timedelta(days=2)).isoformat()):
        before = Post.objects.get(pk=post.pk)
        desk.post(reverse("publishing:move", args=[house.slug, post.pk]), {"at": at, "seen": before.version})
        now = turned(sentences.local_hour(Post.objects.get(pk=post.pk)) or datetime.min, "Europe/Madrid", "America/Mexico_City")
        assert now.isoformat().startswith(at) and now.minute == shown.minute
    assert now.time() == (shown + timedelta(hours=1)).time()
    late = actions.schedule(Post.objects.get(pk=draft.pk), tomorrow, seen=draft.version, by=lucia.key)
    assert (late.zone, late.due_at) == ("America/Mexico_City", hour_of(tomorrow, "America/Mexico_City"))


def test_how_late_it_may_leave_is_the_posts_and_goes_with_it(
    desk: Client, house: Brand, write: Write, ways: list[Channel], lucia: Member, tomorrow: datetime,
) -> None:
    post = write()
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    dispatch = Dispatch.objects.get()
    assert dispatch.expires_at - dispatch.due_at == timedelta(hours=12)
    sheet = {"post": post.pk, "seen": post.version, "text": "Igual", "channel": [ways[0].pk], "tolerance": "15",
             "day": tomorrow.date().isoformat(), "hour": "13:00"}
    desk.post(reverse("publishing:schedule", args=[house.slug]), sheet)
    dispatch.refresh_from_db()
    assert (dispatch.expires_at - dispatch.due_at, dispatch.due_at) == (
        timedelta(minutes=15), hour_of(tomorrow + timedelta(hours=1), "Europe/Madrid"))
    page = desk.get(reverse("publishing:post", args=[house.slug, post.pk])).content.decode()
    assert '<option value="15" selected>15 minutos</option>' in page
    seen = Post.objects.get().version
    desk.post(reverse("publishing:schedule", args=[house.slug]), {**sheet, "seen": seen, "tolerance": "7"})
    assert Post.objects.get().tolerance_minutes == 720, "what nobody offered is as if it was not said"


# --------------------------------------------------------------------------- quotas


def test_what_does_not_fit_in_a_window_waits_until_the_first_of_it_is_old_enough() -> None:
    start = datetime(2027, 1, 10, 9, tzinfo=UTC)
    day = timedelta(days=1)
    hours = [start + timedelta(hours=number) for number in range(5)]
    found = crowded(hours, 3, day)
    assert [(one.hour, one.have, one.free) for one in found] == [(hours[3], 4, start + day), (hours[4], 5, hours[1] + day)]
    assert crowded([*hours[:3], start + day], 3, day) == []
    assert crowded([], 3, day) == crowded(hours, 5, day) == []


@pytest.fixture
def narrow(house: Brand, ways: list[Channel]) -> Channel:
    """A channel beside the others, whose network lets it publish twice a day."""
    channel = cast.channel(house, "instagram", "libreria-instagram")
    Channel.objects.filter(pk=channel.pk).update(quota={"used": 0, "most": 2, "seconds": 86400}, quota_at=clock.now())
    return Channel.objects.get(pk=channel.pk)


def _planned(channel: Channel, post: Post, hour: datetime, **more: object) -> None:
    Dispatch.objects.create(brand_id=channel.brand_id, channel=channel, verb="publish", payload={}, created_at=clock.now(), created_by="x",
                            due_at=hour, try_at=hour, expires_at=hour + timedelta(hours=12), **more)


def test_a_day_that_does_not_fit_is_marked_and_who_schedules_is_warned_and_not_stopped(
    desk: Client, house: Brand, write: Write, narrow: Channel, tomorrow: datetime,
) -> None:
    post, noon = write(on=[narrow]), hour_of(tomorrow, "Europe/Madrid")
    sheet = {"post": post.pk, "seen": post.version, "text": "Hola", "channel": [narrow.pk], "day": tomorrow.date().isoformat(),
             "hour": "13:00", "tolerance": "720"}
    look = reverse("publishing:look", args=[house.slug])
    for number in range(2):
        assert "tendría que esperar" not in desk.post(look, sheet).content.decode()
        _planned(narrow, post, noon + timedelta(minutes=number))
    said = desk.post(look, sheet).content.decode()
    assert "Con esta serían 3 de 2 en Instagram: tendría que esperar hasta el" in said and "no saldría" in said
    assert "no saldría" not in desk.post(look, sheet | {"tolerance": "1440"}).content.decode()
    board = reverse("publishing:calendar", args=[house.slug]) + f"?fecha={tomorrow.date()}"
    assert "tendrá que esperar" not in desk.get(board).content.decode()
    _planned(narrow, post, noon + timedelta(hours=2))
    for view in ("mes", "semana"):
        assert "3 de 2 en Instagram: 1 tendrá que esperar" in desk.get(board + f"&vista={view}").content.decode()
    other = {**sheet, "channel": [one.pk for one in Channel.objects.exclude(pk=narrow.pk)]}
    assert "tendría que esperar" not in desk.post(look, other).content.decode()


def test_what_was_published_elsewhere_counts_and_ours_is_not_counted_twice(narrow: Channel, write: Write) -> None:
    now = clock.now()
    post = write(on=[narrow])
    _planned(narrow, post, now - timedelta(hours=3), state="sent", sent_at=now - timedelta(hours=3))
    Channel.objects.filter(pk=narrow.pk).update(quota={"used": 1, "most": 2, "seconds": 86400}, quota_at=now)
    assert queries.crowd_at(Channel.objects.get(pk=narrow.pk), now + timedelta(hours=1)) is None
    Channel.objects.filter(pk=narrow.pk).update(quota={"used": 2, "most": 2, "seconds": 86400})
    found = queries.crowd_at(Channel.objects.get(pk=narrow.pk), now + timedelta(hours=1))
    assert found is not None and (found.have, found.free) == (3, now + timedelta(hours=21))
