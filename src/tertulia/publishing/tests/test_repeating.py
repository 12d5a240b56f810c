"""Posts that repeat are made ahead, once; follow their template until changed by hand; are skipped, stopped and taken up again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tertulia.brands.actions import create_token
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions, queries, reactions, repeating, sentences
from tertulia.publishing.models import Post, Series
from tertulia.publishing.recurring import Rule
from tertulia.site.tests import cast
from tests.work import settle

Write = Callable[..., Post]
pytestmark = pytest.mark.django_db
HOUR = time(18)


def _repeat(post: Post, rule: Rule, by: str, at: time = HOUR) -> Post:
    return repeating.repeat(post, rule, at, seen=post.version, by=by)


def _daily(tomorrow: datetime, **more: object) -> Rule:
    return Rule("day", tomorrow.date(), **more)  # type: ignore[arg-type]


def _coming(template: Post) -> list[Post]:
    series = Post.objects.get(pk=template.pk).series
    assert series
    return list(queries.coming(series, clock.now()))


def _days(template: Post) -> list[int]:
    return [(one.series_day - clock.now().date()).days for one in _coming(template)]  # type: ignore[operator]


@pytest.fixture
def template(write: Write, lucia: Member, tomorrow: datetime) -> Post:
    """A post that leaves every day at six."""
    return _repeat(write("Hoy abrimos"), _daily(tomorrow), lucia.key)


def test_a_draft_that_repeats_is_made_two_weeks_ahead_as_posts_like_any_other(template: Post, house: Brand, tomorrow: datetime) -> None:
    coming = _coming(template)
    assert template.state == "template" and len(coming) == 14
    assert {one.text for one in coming} == {"Hoy abrimos"}
    assert sentences.local_hour(coming[0]) == datetime.combine(tomorrow.date(), HOUR)
    assert Dispatch.objects.filter(state="waiting").count() == 14
    assert list(queries.drafts_of(house)) == []
    assert queries.to_make(clock.now()) == []


def test_as_time_passes_more_are_made_and_at_the_end_the_series_is_ended(write: Write, lucia: Member, tomorrow: datetime) -> None:
    template = _repeat(write(), _daily(tomorrow, times=20), lucia.key)
    assert len(_coming(template)) == 14
    Series.objects.update(made_until=clock.now().date() + timedelta(days=9))
    Post.objects.filter(series_day__gt=clock.now().date() + timedelta(days=9)).delete()
    assert queries.to_make(clock.now()) == [template.series_id]
    assert repeating.make(template.series_id or 0) == 5 and repeating.make(template.series_id or 0) == 0
    assert [wake.arguments for wake in reactions.series_behind()] == []
    short = _repeat(write(), _daily(tomorrow, times=3), lucia.key)
    assert (len(_coming(short)), Post.objects.get(pk=short.pk).series.state) == (3, "ended")  # type: ignore[union-attr]


def test_the_wall_clock_is_kept_across_the_change_of_hour(write: Write, lucia: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    spring = datetime(2027, 3, 20, 12, tzinfo=ZoneInfo("UTC"))
    monkeypatch.setattr(clock, "now", lambda: spring)
    template = _repeat(write(), Rule("day", date(2027, 3, 26), times=4), lucia.key, time(2, 30))
    hours = list(Post.objects.filter(series=template.series_id).exclude(pk=template.pk).order_by("due_at").values_list("due_at", flat=True))
    assert [one.strftime("%d %H:%M") for one in hours] == ["26 01:30", "27 01:30", "28 01:30", "29 00:30"]


@pytest.mark.django_db(transaction=True)
def test_workers_that_make_the_same_series_at_once_make_each_post_once(template: Post) -> None:
    Post.objects.filter(series_day__isnull=False).delete()
    Series.objects.update(made_until=clock.now().date() - timedelta(days=1))

    def work() -> None:
        try:
            repeating.make(template.series_id or 0)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(_coming(template)) == 14


@pytest.mark.django_db(transaction=True)
def test_what_is_made_while_the_series_is_being_changed_says_what_it_says_then(template: Post, lucia: Member) -> None:
    Post.objects.filter(series_day__gt=clock.now().date() + timedelta(days=5)).delete()
    Series.objects.update(made_until=clock.now().date() + timedelta(days=5))
    made: list[int] = []

    def work() -> None:
        try:
            made.append(repeating.make(template.series_id or 0))
        finally:
            connection.close()

    other = threading.Thread(target=work)
    with transaction.atomic():
        repeating.edit(template, seen=template.version, text="Cambiada", by=lucia.key)
        other.start()
        other.join(0.5)
    other.join(30)
    assert made == [9] and {one.text for one in _coming(template)} == {"Cambiada"}


def test_changing_the_series_changes_those_to_come_but_not_those_changed_by_hand(
    template: Post, ways: list[Channel], lucia: Member, tomorrow: datetime,
) -> None:
    mine, gone, *rest = _coming(template)
    actions.edit(mine, seen=mine.version, text="Hoy, a mano", by=lucia.key)
    actions.discard(gone, seen=gone.version, by=lucia.key)
    repeating.edit(template, seen=template.version, text="Otra cosa", variants={one.pk: "" for one in ways[:2]}, by=lucia.key)
    texts = [one.text for one in _coming(template)]
    assert texts == ["Hoy, a mano"] + ["Otra cosa"] * 12
    assert {one.variants.count() for one in _coming(template)[1:]} == {2}
    assert not Post.objects.filter(pk__in=[one.pk for one in rest], by_hand=True).exists()
    again = Post.objects.get(pk=template.pk)
    _repeat(again, Rule("day", mine.series_day or tomorrow.date()), lucia.key, time(9))
    hours = [sentences.local_hour(one).hour for one in _coming(template)]  # type: ignore[union-attr]
    assert hours == [18] + [9] * 12, "what was skipped is not made again, what was changed by hand stays"


def test_another_rule_takes_back_the_days_that_are_no_longer_of_it(template: Post, lucia: Member, tomorrow: datetime) -> None:
    kept = {one.series_day: one.pk for one in _coming(template)}
    changed = _repeat(Post.objects.get(pk=template.pk), Rule("week", tomorrow.date()), lucia.key)
    assert _days(changed) == [1, 8]
    assert [one.pk for one in _coming(changed)] == [kept[tomorrow.date()], kept[tomorrow.date() + timedelta(days=7)]]
    assert Dispatch.objects.filter(state="cancelled").count() == 12


def test_what_is_leaving_stays_as_it_is(template: Post, lucia: Member) -> None:
    first = _coming(template)[0]
    Dispatch.objects.filter(variant__post=first).update(version=1)
    repeating.edit(template, seen=template.version, text="Tarde", by=lucia.key)
    assert [one.text for one in _coming(template)][:2] == ["Hoy abrimos", "Tarde"]


def test_a_series_is_stopped_and_taken_up_again_and_what_was_changed_by_hand_leaves_all_the_same(
    template: Post, lucia: Member,
) -> None:
    mine, gone = _coming(template)[:2]
    actions.edit(mine, seen=mine.version, text="A mano", by=lucia.key)
    actions.discard(gone, seen=gone.version, by=lucia.key)
    assert template.series
    repeating.stop(template.series, by=lucia.key)
    repeating.stop(template.series, by=lucia.key)
    assert [one.text for one in _coming(template)] == ["A mano"]
    repeating.resume(template.series, by=lucia.key)
    assert len(_coming(template)) == 13 and gone.series_day not in {one.series_day for one in _coming(template)}
    assert list(Fact.objects.filter(name__startswith="Series").order_by("id").values_list("name", flat=True)) == [
        "SeriesStarted", "SeriesStopped", "SeriesStarted"]


def test_one_is_skipped_and_brought_back_to_its_hour(template: Post, desk: Client, house: Brand) -> None:
    first = _coming(template)[0]
    desk.post(reverse("publishing:discard", args=[house.slug, first.pk]), {"seen": first.version})
    assert len(_coming(template)) == 13
    Series.objects.update(made_until=clock.now().date())
    assert repeating.make(template.series_id or 0) == 0
    answer = desk.post(reverse("publishing:restore", args=[house.slug, first.pk]))
    assert "sale a su hora" in answer["HX-Trigger"]
    back = _coming(template)[0]
    assert (back.pk, back.due_at, back.by_hand) == (first.pk, first.due_at, False)


def test_binning_what_repeats_stops_it(template: Post, desk: Client, house: Brand) -> None:
    desk.post(reverse("publishing:discard", args=[house.slug, template.pk]), {"seen": template.version})
    assert not Post.objects.filter(state="scheduled").exists() and Series.objects.get().state == "stopped"
    desk.post(reverse("publishing:restore", args=[house.slug, template.pk]))
    assert Post.objects.get(pk=template.pk).state == "draft"


def test_it_is_begun_seen_changed_and_stopped_from_its_pages(
    desk: Client, house: Brand, write: Write, ways: list[Channel], tomorrow: datetime,
) -> None:
    post = write("Cada semana")
    sheet = {"post": post.pk, "seen": post.version, "text": "Cada semana", "channel": [ways[0].pk], "day": tomorrow.date().isoformat(),
             "hour": "18:00", "every": "day", "ends": "times", "times": "9"}
    said = desk.post(reverse("publishing:look", args=[house.slug]), sheet).content.decode()
    assert "Cada día a las 18:00: 9 publicaciones." in said and "Las siguientes: " in said
    wrong = desk.post(reverse("publishing:schedule", args=[house.slug]), sheet | {"times": ""})
    assert wrong.status_code == 422 and not Series.objects.exists()
    done = desk.post(reverse("publishing:schedule", args=[house.slug]), sheet, headers={"HX-Request": "true"})
    assert done.status_code == 200 and "Parar la serie" in done.content.decode()
    template, series = Post.objects.get(pk=post.pk), Series.objects.get()
    page = desk.get(reverse("publishing:post", args=[house.slug, template.pk])).content.decode()
    assert "Cada día a las 18:00: 9 publicaciones" in page and page.count("<span>Saltar</span>") == 9
    first = _coming(template)[0]
    assert "Ver la serie" in desk.get(reverse("publishing:post", args=[house.slug, first.pk])).content.decode()
    assert "Saltar esta" in desk.get(reverse("publishing:peek", args=[house.slug, first.pk])).content.decode()
    board = desk.get(reverse("publishing:calendar", args=[house.slug]) + f"?fecha={tomorrow.date()}").content.decode()
    assert "De una serie" in board and "Se repiten" in board
    desk.post(reverse("publishing:schedule", args=[house.slug]), sheet | {"seen": template.version, "times": "4", "text": "Menos"})
    assert {one.text for one in _coming(template)} == {"Menos"} and len(_coming(template)) == 4
    desk.post(reverse("publishing:stop", args=[house.slug, series.pk]))
    assert _coming(template) == []
    assert "Repetir otra vez" in desk.get(reverse("publishing:post", args=[house.slug, template.pk])).content.decode()
    desk.post(reverse("publishing:resume", args=[house.slug, series.pk]))
    assert len(_coming(template)) == 4


def test_a_series_of_another_brand_is_not_there(template: Post, desk: Client, lucia: Member) -> None:
    other = cast.brand(lucia, "Otra")
    for name, pk in (("stop", template.series_id), ("resume", template.series_id), ("post", template.pk)):
        address = reverse(f"publishing:{name}", args=[other.slug, pk])
        assert (desk.get if name == "post" else desk.post)(address).status_code == 404
    reader = cast.joined(template.brand, "viewer")
    assert cast.enter(reader).post(reverse("publishing:stop", args=[template.brand.slug, template.series_id])).status_code == 403
    assert Series.objects.get().state == "active"


def test_a_series_by_api(client: Client, house: Brand, lucia: Member, write: Write, tomorrow: datetime) -> None:
    key = {"Authorization": f"Bearer {create_token(lucia, 'x', ['read', 'publish'], by=lucia.key)[1]}"}
    post = write()
    at = f"/api/v1/brands/{house.slug}"
    told = {"version": post.version, "every": "week", "first": tomorrow.date().isoformat(), "local_time": "18:00",
            "weekdays": [0, 2], "times": 3}
    made = client.post(f"{at}/posts/{post.pk}/repeat", told, "application/json", headers=key)
    assert made.status_code == 200 and made.json()["post_id"] == post.pk and len(made.json()["next"]) == 3
    assert [one["id"] for one in client.get(f"{at}/series", headers=key).json()] == [made.json()["id"]]
    assert post.pk not in [one["id"] for one in client.get(f"{at}/posts", headers=key).json()["items"]]
    stopped = client.post(f"{at}/series/{made.json()['id']}/stop", headers=key)
    assert (stopped.json()["state"], stopped.json()["next"]) == ("stopped", [])
    assert client.post(f"{at}/series/{made.json()['id']}/resume", headers=key).json()["state"] in ("active", "ended")
    seen = Post.objects.get(pk=post.pk).version
    assert client.post(f"{at}/posts/{post.pk}/schedule", {"version": seen}, "application/json", headers=key).status_code == 409
    assert client.post(f"{at}/series/999999/stop", headers=key).status_code == 404


def _nothing_is_collected() -> None:
    Channel.objects.update(next_poll_at=clock.now() + timedelta(days=1))


# --------------------------------------------------------------------------- posts follow their dispatches and their clocks


@pytest.mark.django_db(transaction=True)
def test_a_dispatch_given_another_hour_takes_its_post_along(write: Write, lucia: Member, tomorrow: datetime) -> None:
    post = write()
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    dispatch = Dispatch.objects.get()
    Dispatch.objects.update(state="held", reason="late")
    _nothing_is_collected()
    outbox.change(dispatch, due_at=dispatch.due_at + timedelta(hours=30), by=lucia.key)
    settle()
    moved = Post.objects.get()
    assert sentences.local_hour(moved) == tomorrow + timedelta(hours=30)
    assert (moved.local_time, moved.version) == (time(18), post.version + 1)
    settle()
    assert Post.objects.get().version == moved.version


@pytest.mark.django_db(transaction=True)
def test_one_of_several_dispatches_that_moves_alone_leaves_the_post_in_its_place(
    write: Write, ways: list[Channel], lucia: Member, tomorrow: datetime,
) -> None:
    post = write(on=ways[:2])
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    _nothing_is_collected()
    for dispatch in Dispatch.objects.order_by("pk"):
        assert Post.objects.get().due_at == post.due_at
        outbox.change(dispatch, due_at=dispatch.due_at + timedelta(hours=1), by=lucia.key)
        settle()
    assert sentences.local_hour(Post.objects.get()) == tomorrow + timedelta(hours=1), "when all have moved, it has"


def test_when_the_rules_of_a_zone_change_what_is_scheduled_keeps_its_wall_clock(write: Write, lucia: Member, tomorrow: datetime) -> None:
    post = write()
    post = actions.schedule(post, tomorrow + timedelta(days=3), seen=post.version, by=lucia.key)
    assert queries.adrift(clock.now()) == []
    wrong = (post.due_at or clock.now()) - timedelta(hours=1)  # as the rules said when it was scheduled
    Post.objects.update(due_at=wrong)
    Dispatch.objects.update(due_at=wrong, try_at=wrong)
    reactions.keep_hours.func()
    assert Post.objects.get().due_at == Dispatch.objects.get().due_at == post.due_at
    assert queries.adrift(clock.now()) == []
