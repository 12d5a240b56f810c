"""Posts that repeat: the coming ones are made ahead as posts like any other, and follow their template until somebody changes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction

from tertulia.brands.models import Brand
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock
from tertulia.outbox.actions import TooLate
from tertulia.publishing import actions, facts, queries, rules, writing
from tertulia.publishing.models import Post, PostState, Series, SeriesState
from tertulia.publishing.recurring import Rule, between, next_days


@transaction.atomic
def repeat(post: Post, rule: Rule, hour: time, *, seen: int, by: str, because: str = "") -> Post:
    """Makes a draft the template of a new series, or changes when a template repeats.

    Raises ``Stale``, ``NoChannel``, ``CannotLeave``, ``NotADraft``, or ``PastHour`` if the rule has no day to come.
    """
    kept = writing.take(post, seen)
    if kept.state not in (PostState.DRAFT, PostState.TEMPLATE):
        raise actions.NotADraft(kept.pk)
    writing.require_leavable(kept)
    now, zone = clock.now(), kept.brand.time_zone
    if not any(rules.hour_of(datetime.combine(day, hour), zone) > now for day in next_days(rule, now.date() - timedelta(days=2))):
        raise actions.PastHour(rule.first)
    about = {"every": rule.every, "weekdays": list(rule.weekdays), "first": rule.first, "until": rule.until, "times": rule.times,
             "local_time": hour, "state": SeriesState.ACTIVE, "made_until": now.date() - timedelta(days=2)}
    new = kept.state == PostState.DRAFT or kept.series is None
    series = Series(brand=kept.brand) if new or kept.series is None else kept.series
    for name, value in about.items():
        setattr(series, name, value)
    series.save()
    kept.series, kept.state, kept.series_day, kept.zone, kept.changed_at = series, PostState.TEMPLATE, None, zone, now
    kept.local_date = kept.local_time = None
    kept.save(update_fields=["series", "state", "series_day", "zone", "local_date", "local_time", "changed_at"])
    announced = facts.SeriesStarted if new else facts.SeriesChanged
    record(announced(brand_id=series.brand_id, series_id=series.pk), by=by, because=because)
    _follow(series, kept, by=by)
    make(series.pk, by=by)
    return queries.post_of(kept.brand, kept.pk)


@transaction.atomic
def edit(post: Post, *, seen: int, by: str, because: str = "", text: str | None = None, variants: Mapping[int, str] | None = None,
         pictures: Sequence[tuple[int, str]] | None = None, tolerance: int | None = None) -> Post:
    """``actions.edit``; what repeats takes its coming posts with it, but for those that somebody changed."""
    kept = actions.edit(post, seen=seen, text=text, variants=variants, pictures=pictures, tolerance=tolerance, by=by, because=because)
    if kept.state == PostState.TEMPLATE:
        assert kept.series
        writing.require_leavable(kept)
        record(facts.SeriesChanged(brand_id=kept.brand_id, series_id=kept.series.pk), by=by, because=because)
        _follow(kept.series, kept, by=by)
    return kept


@transaction.atomic
def stop(series: Series, *, by: str, because: str = "") -> None:
    """It repeats no longer: its coming posts that nobody changed are taken back. Twice is once."""
    _hold_template(series.pk)
    kept = Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    if kept.state == SeriesState.STOPPED:
        return
    kept.state = SeriesState.STOPPED
    kept.save(update_fields=["state"])
    for post in _untouched(kept):
        _take_back(post, by=by)
    record(facts.SeriesStopped(brand_id=kept.brand_id, series_id=kept.pk), by=by, because=because)


@transaction.atomic
def resume(series: Series, *, by: str, because: str = "") -> None:
    """Undoes ``stop``."""
    _hold_template(series.pk)
    again = Series.objects.filter(pk=series.pk, state=SeriesState.STOPPED)
    if again.update(state=SeriesState.ACTIVE, made_until=clock.now().date() - timedelta(days=2)):
        record(facts.SeriesStarted(brand_id=series.brand_id, series_id=series.pk), by=by, because=because)
        make(series.pk, by=by)


@transaction.atomic
def discard(post: Post, *, seen: int, by: str, because: str = "") -> None:
    """``actions.discard``; with a template its series stops."""
    series = post.series if post.state == PostState.TEMPLATE else None
    actions.discard(post, seen=seen, by=by, because=because)
    if series:
        stop(series, by=by, because=because)


@transaction.atomic
def restore(brand: Brand, pk: int, *, by: str, because: str = "") -> Post:
    """``actions.restore``; what was skipped of a series that goes on takes its place again, if its hour has not passed."""
    actions.restore(brand, pk, by=by, because=because)
    post = queries.post_of(brand, pk)
    if post.series and post.series.state != SeriesState.STOPPED and post.local_date and post.local_time:
        local = datetime.combine(post.local_date, post.local_time)
        if not rules.too_early(rules.hour_of(local, post.brand.time_zone), clock.now()):
            post = _at(post, local, by=by)
    return post


@transaction.atomic
def make(series_id: int, *, by: str = SYSTEM, because: str = "") -> int:
    """Makes the posts of the coming two weeks that are not made yet; how many. What was skipped is not made again."""
    template = _hold_template(series_id)
    series = Series.objects.select_for_update(no_key=True).filter(pk=series_id, state=SeriesState.ACTIVE).first()
    now = clock.now()
    horizon = (now + rules.AHEAD).date()
    if series is None or template is None or series.made_until >= horizon:
        return 0
    template, rule = queries.post_of(template.brand, template.pk), queries.rule_of(series)
    known = set(series.posts.values_list("series_day", flat=True))
    new = [day for day in between(rule, series.made_until, horizon) if day not in known
           and rules.hour_of(datetime.combine(day, series.local_time), template.brand.time_zone) > now]
    for day in new:
        post = writing.copied(template, template.author, series=series, series_day=day)
        record(facts.PostDrafted(brand_id=post.brand_id, post_id=post.pk), by=by, because="series")
        _at(queries.post_of(post.brand, post.pk), datetime.combine(day, series.local_time), by=by)
    series.made_until = horizon
    if not next_days(rule, horizon, 1):
        series.state = SeriesState.ENDED
    series.save(update_fields=["made_until", "state"])
    return len(new)


# --------------------------------------------------------------------------- inside


def _hold_template(series_id: int) -> Post | None:
    """The template, locked, always before its series: what is made while it is being changed would stay as it was."""
    return Post.objects.select_for_update(no_key=True).filter(series_id=series_id, state=PostState.TEMPLATE).first()


def _at(post: Post, local: datetime, *, by: str) -> Post:
    """The post of a series at its hour; a draft for that hour if a network would not take it any more: it is seen there."""
    try:
        kept = actions.schedule(post, local, seen=post.version, by=by, because="series")
    except (actions.CannotLeave, actions.NoChannel):
        kept = actions.plan(post, local, seen=post.version, by=by, because="series")
    Post.objects.filter(pk=kept.pk).update(by_hand=False)
    return kept


def _untouched(series: Series) -> list[Post]:
    return list(queries.coming(series, clock.now()).filter(by_hand=False))


def _take_back(post: Post, *, by: str) -> None:
    """As if it had never been made; what may have left stays."""
    try:
        with transaction.atomic():
            writing.withdraw(post, by=by, because="series")
            record(facts.PostDiscarded(brand_id=post.brand_id, post_id=post.pk), by=by, because="series")
            post.delete()
    except TooLate:
        return


def _follow(series: Series, template: Post, *, by: str) -> None:
    """The coming posts that nobody changed say what the template says, at the hour of the series; those of no day of it go."""
    coming = _untouched(series)
    last = max((one.series_day for one in coming if one.series_day), default=series.first)
    wanted = set(between(queries.rule_of(series), series.first - timedelta(days=1), last))
    variants = {one.channel_id: one.text for one in template.variants.all()}
    pictures = [(one.picture_id, one.alt) for one in template.pictures.all()]
    for post in coming:
        if post.series_day not in wanted:
            _take_back(post, by=by)
            continue
        local = datetime.combine(post.series_day, series.local_time)
        try:
            with transaction.atomic():
                kept = actions.edit(post, seen=post.version, text=template.text, variants=variants, pictures=pictures,
                                    tolerance=template.tolerance_minutes, by=by, because="series")
                if (kept.local_date, kept.local_time) != (local.date(), local.time()):
                    kept = actions.schedule(kept, local, seen=kept.version, by=by, because="series")
                Post.objects.filter(pk=kept.pk).update(by_hand=False)
        except (TooLate, actions.PastHour):
            continue
