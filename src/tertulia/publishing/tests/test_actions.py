"""Writing posts on PostgreSQL: versions, hours, dispatches, and who was faster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.models import Fact
from tertulia.outbox.actions import TooLate
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions, queries
from tertulia.publishing.models import Post
from tertulia.site.tests import cast

Write = Callable[..., Post]
pytestmark = pytest.mark.django_db


def _facts(post: Post) -> list[str]:
    return list(Fact.objects.filter(data__post_id=post.pk).order_by("id").values_list("name", flat=True))


def test_who_wrote_on_what_is_no_more_gets_what_stands(write: Write, lucia: Member) -> None:
    post = write()
    actions.edit(post, seen=post.version, text="La segunda", by=lucia.key)
    with pytest.raises(actions.Stale) as stale:
        actions.edit(post, seen=post.version, text="La tercera", by=lucia.key)
    assert stale.value.post.text == "La segunda"
    assert Post.objects.get(pk=post.pk).version == post.version + 1


def test_every_deed_on_an_old_version_is_stale(write: Write, lucia: Member, tomorrow: datetime) -> None:
    post = write()
    for deed in (lambda: actions.schedule(post, tomorrow, seen=9, by=lucia.key),
                 lambda: actions.plan(post, tomorrow, seen=9, by=lucia.key),
                 lambda: actions.unschedule(post, seen=9, by=lucia.key), lambda: actions.discard(post, seen=9, by=lucia.key)):
        with pytest.raises(actions.Stale):
            deed()
    assert _facts(post) == ["PostDrafted", "PostEdited"]


def test_scheduling_makes_a_dispatch_a_channel_and_moving_moves_them(
    write: Write, ways: list[Channel], lucia: Member, tomorrow: datetime,
) -> None:
    post = write(on=ways)
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    assert Dispatch.objects.filter(due_at=post.due_at, state="waiting").count() == len(ways)
    moved = actions.schedule(post, tomorrow + timedelta(days=2), seen=post.version, by=lucia.key)
    assert Dispatch.objects.filter(due_at=moved.due_at).count() == len(ways) == Dispatch.objects.count()
    assert _facts(post)[-2:] == ["PostScheduled", "PostMoved"]


def test_taking_back_cancels_and_keeps_the_hour_in_mind(write: Write, lucia: Member, tomorrow: datetime) -> None:
    post = write()
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    post = actions.unschedule(post, seen=post.version, by=lucia.key)
    assert (post.state, post.due_at, post.local_date) == ("draft", None, tomorrow.date())
    assert Dispatch.objects.get().state == "cancelled"
    again = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    assert [one.state for one in Dispatch.objects.order_by("pk")] == ["cancelled", "waiting"]
    assert again.variants.get().dispatch.state == "waiting"


def test_now_waits_for_its_grace_and_taken_back_has_no_hour(write: Write, lucia: Member) -> None:
    post = write()
    before = datetime.now().astimezone()
    post = actions.schedule(post, None, seen=post.version, by=lucia.key, grace=timedelta(seconds=10))
    assert timedelta(seconds=9) < post.due_at - before < timedelta(seconds=12)
    post = actions.unschedule(post, seen=post.version, by=lucia.key)
    assert post.local_date is None and post.local_time is None


def test_what_is_being_sent_cannot_be_moved_changed_or_taken_back(write: Write, lucia: Member, tomorrow: datetime) -> None:
    post = write()
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    Dispatch.objects.update(state="sending", lease_until=datetime.now().astimezone(), version=1)
    for deed in (lambda: actions.schedule(post, tomorrow, seen=post.version, by=lucia.key),
                 lambda: actions.unschedule(post, seen=post.version, by=lucia.key),
                 lambda: actions.edit(post, seen=post.version, text="Otra cosa", by=lucia.key)):
        with pytest.raises(TooLate):
            deed()
    assert Post.objects.get(pk=post.pk).text != "Otra cosa"


def test_a_scheduled_post_cannot_be_changed_into_what_would_be_refused(
    write: Write, ways: list[Channel], lucia: Member, tomorrow: datetime,
) -> None:
    post = write()
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    with pytest.raises(actions.CannotLeave) as faults:
        actions.edit(post, seen=post.version, text="a" * 301, by=lucia.key)
    assert [one.code for one in faults.value.faults[ways[0].pk]] == ["too_long"]


def test_blanks_are_nothing_to_say_on_any_network(house: Brand, ways: list[Channel]) -> None:
    for channel in [*ways, cast.channel(house, "instagram")]:
        assert [one.code for one in queries.faults_in(channel, " \n\t ", [])] == ["empty"], channel.network


@pytest.mark.parametrize(("network", "words", "picture", "codes"), [
    ("instagram", "Hola", None, ["no_picture"]), ("instagram", "Hola", ("image/png", 900, 4), []),
    ("telegram", "a" * 1025, None, []), ("telegram", "a" * 1025, ("image/gif", 900, 0), ["too_long_with_pictures"]),
    ("telegram", "a" * 1024, ("image/gif", 900, 4), ["alt_ignored"]), ("facebook", "Hola", ("image/webp", 900, 4), []),
])
def test_each_network_says_beforehand_what_it_would_refuse(
    house: Brand, network: str, words: str, picture: tuple[str, int, int] | None, codes: list[str],
) -> None:
    found = queries.faults_in(cast.channel(house, network), words, [picture] if picture else [])
    assert [one.code for one in found] == codes


def test_the_past_is_refused(write: Write, lucia: Member, tomorrow: datetime) -> None:
    post = write()
    for deed in (actions.plan, actions.schedule):
        with pytest.raises(actions.PastHour):
            deed(post, tomorrow - timedelta(days=2), seen=post.version, by=lucia.key)


def test_a_plan_leaves_nothing_by_itself_and_is_for_drafts(write: Write, lucia: Member, house: Brand, tomorrow: datetime) -> None:
    post = write()
    post = actions.plan(post, tomorrow, seen=post.version, by=lucia.key)
    assert not Dispatch.objects.exists() and post.due_at is None
    assert list(queries.on_days(house, tomorrow.date(), tomorrow.date())) == [post] and not queries.undated_drafts(house)
    post = actions.plan(post, None, seen=post.version, by=lucia.key)
    assert list(queries.undated_drafts(house)) == [post]
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    with pytest.raises(actions.NotADraft):
        actions.plan(post, tomorrow, seen=post.version, by=lucia.key)


def test_a_copy_has_the_content_and_no_hour(write: Write, lucia: Member, tomorrow: datetime) -> None:
    post = write("El original")
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    copy = actions.duplicate(post, lucia, by=lucia.key)
    assert (copy.text, copy.state, copy.due_at) == ("El original", "draft", None)
    assert [one.channel_id for one in copy.variants.all()] == [one.channel_id for one in post.variants.all()]
    assert copy.variants.get().dispatch is None


def test_the_bin_gives_back_a_draft(write: Write, lucia: Member, house: Brand, tomorrow: datetime) -> None:
    post = write()
    post = actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)
    actions.discard(post, seen=post.version, by=lucia.key)
    assert not queries.posts_of(house) and Dispatch.objects.get().state == "cancelled"
    actions.restore(house, post.pk, by=lucia.key)
    assert queries.posts_of(house).get().state == "draft"
    other = cast.brand(lucia, "Otra casa")
    actions.discard(queries.post_of(house, post.pk), seen=queries.post_of(house, post.pk).version, by=lucia.key)
    with pytest.raises(Post.DoesNotExist):
        actions.restore(other, post.pk, by=lucia.key)
    assert not queries.posts_of(house), "another brand's bin is not ours"


def test_the_days_of_the_calendar_are_the_brands_days(write: Write, lucia: Member, house: Brand) -> None:
    here = datetime.now(ZoneInfo("America/Mexico_City")) + timedelta(days=3)
    late = here.replace(hour=23, minute=30, second=0, microsecond=0, tzinfo=None)
    house.time_zone = "America/Mexico_City"
    house.save()
    post = write()
    post = actions.schedule(post, late, seen=post.version, by=lucia.key)
    assert list(queries.on_days(house, late.date(), late.date())) == [post]
    assert not queries.on_days(house, late.date() + timedelta(days=1), late.date() + timedelta(days=1))


def test_the_last_change_names_who_and_what(write: Write, house: Brand, tomorrow: datetime) -> None:
    marta = cast.joined(house, "editor", "Marta")
    post = write()
    actions.plan(post, tomorrow, seen=post.version, by=marta.key)
    change = queries.last_change(house, post.pk)
    assert change and (change.name, change.member) == ("PostPlanned", marta)
    assert queries.last_change(house, 999_999) is None
