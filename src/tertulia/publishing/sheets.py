"""The composer's sheet: what is written in it, from a post or as a browser sent it, and how each network would show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.http import QueryDict

from tertulia.brands.models import Brand, Picture
from tertulia.channels import queries as channels
from tertulia.channels.models import Channel, ChannelState
from tertulia.kit.folding import clean
from tertulia.networks import manifest
from tertulia.networks.contract import Limits, Manifest
from tertulia.publishing import sentences
from tertulia.publishing.marks import Piece, fitting, pieces
from tertulia.publishing.models import Every, Post, PostState, Series, Tolerance
from tertulia.publishing.queries import faults_in, post_of
from tertulia.publishing.recurring import Rule
from tertulia.publishing.rules import Fault

#: How long and how often anything repeats, if it says an end.
LONGEST, MOST_TIMES = timedelta(days=3653), 1000
#: Characters of one text: far above any network, far below what would stop the page.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on the sheet."""

    picture: Picture
    alt: str


@dataclass(frozen=True, slots=True)
class Repeats:
    """What is said of repeating. ``every`` empty: it does not; ``ends``: "until" a day, after so many "times", or not."""

    every: str = ""
    weekdays: tuple[int, ...] = ()
    ends: str = ""
    until: str = ""
    times: str = ""

    def rule(self, first: date) -> Rule | None:
        """The rule from ``first`` on, or None."""
        if self.every not in Every.values:
            return None
        until = times = None
        if self.ends == "until":
            try:
                until = date.fromisoformat(self.until)
            except ValueError:
                return None
            if not first <= until <= first + LONGEST:
                return None
        if self.ends == "times" and not 1 <= (times := _number(self.times)) <= MOST_TIMES:
            return None
        return Rule(self.every, first, self.weekdays if self.every == Every.WEEK else (), until, times)


@dataclass(slots=True)
class Sheet:
    """What is on the composer. ``own``: channel id → words of its own; ``seen``: the version that it was drawn from."""

    brand: Brand
    post: Post | None = None
    seen: int = 0
    text: str = ""
    chosen: set[int] = field(default_factory=set)
    own: dict[int, str] = field(default_factory=dict)
    pictures: list[Shown] = field(default_factory=list)
    day: str = ""
    hour: str = ""
    tolerance: int = Tolerance.HALF_DAY
    repeats: Repeats = field(default_factory=lambda: Repeats())

    @property
    def rule(self) -> Rule | None:
        """When it repeats, from the day that is written on it; None: it does not, or it cannot be told yet."""
        return self.repeats.rule(self.local.date()) if self.local else None

    @property
    def local(self) -> datetime | None:
        """The hour written on it (naive), if it is one."""
        try:
            return datetime.combine(date.fromisoformat(self.day), time.fromisoformat(self.hour).replace(tzinfo=None))
        except ValueError:
            return None

    @property
    def variants(self) -> dict[int, str]:
        """Channel id → its own words, as ``actions.edit`` wants them."""
        return {pk: self.own.get(pk, "") for pk in self.chosen}

    @property
    def alts(self) -> list[tuple[int, str]]:
        """Picture id and alternative text, in order."""
        return [(one.picture.pk, one.alt) for one in self.pictures]

    @property
    def too_big(self) -> bool:
        """Whether a text is longer than anybody writes."""
        return any(len(text) > MOST for text in (self.text, *self.own.values(), *(one.alt for one in self.pictures)))


def sheet_of(post: Post) -> Sheet:
    """The sheet of a post as it stands."""
    planned = sentences.local_hour(post)
    repeats = Repeats()
    if post.state == PostState.TEMPLATE and post.series:
        planned, repeats = datetime.combine(post.series.first, post.series.local_time), repeats_of(post.series)
    return Sheet(
        brand=post.brand, post=post, seen=post.version, text=post.text,
        chosen={one.channel_id for one in post.variants.all()},
        own={one.channel_id: one.text for one in post.variants.all() if one.text},
        pictures=[Shown(one.picture, one.alt) for one in post.pictures.all()],
        day=planned.date().isoformat() if planned else "", hour=planned.time().isoformat("minutes") if planned else "",
        tolerance=post.tolerance_minutes, repeats=repeats)


def repeats_of(series: Series) -> Repeats:
    """What the sheet says of a series."""
    ends = "times" if series.times is not None else "until" if series.until else ""
    return Repeats(series.every, tuple(series.weekdays), ends, series.until.isoformat() if series.until else "", str(series.times or ""))


def blank(brand: Brand, day: str = "", hour: str = "") -> Sheet:
    """An empty sheet, for every channel that can publish."""
    able = {one.pk for one in channels.channels_of(brand) if channels.can(one, "publish") and one.state != ChannelState.PAUSED}
    return Sheet(brand=brand, chosen=able, day=day, hour=hour or ("12:00" if day else ""))


def sent(brand: Brand, data: QueryDict) -> Sheet:
    """The sheet as a browser sent it. What is not the brand's is left out; ``Post.DoesNotExist`` for another's post."""
    post = post_of(brand, _number(data["post"])) if data.get("post") else None
    theirs = {one.pk for one in channels.channels_of(brand)}
    return Sheet(
        brand=brand, post=post, seen=_number(data.get("keep") or data.get("seen") or ""), text=clean(data.get("text", "")),
        chosen={_number(pk) for pk in data.getlist("channel")} & theirs,
        own={pk: text for pk in theirs if (text := clean(data.get(f"own-{pk}", ""))).strip()},
        pictures=_pictures(brand, data), day=data.get("day", "")[:10], hour=data.get("hour", "")[:8],
        tolerance=tolerance if (tolerance := _number(data.get("tolerance", ""))) in Tolerance.values else Tolerance.HALF_DAY,
        repeats=Repeats(data.get("every", ""), tuple(sorted({int(one) for one in data.getlist("weekday") if one in set("0123456")})),
                        data.get("ends", ""), data.get("until", "")[:10], data.get("times", "")[:5]))


def _pictures(brand: Brand, data: QueryDict) -> list[Shown]:
    wanted = list(dict.fromkeys(_number(pk) for pk in data.getlist("picture")))[:50]
    stored = {one.pk: one for one in Picture.objects.filter(brand=brand, pk__in=wanted).defer("content")}
    return [Shown(stored[pk], clean(data.get(f"alt-{pk}", ""))) for pk in wanted if pk in stored]


def _number(text: object) -> int:
    """The number, or 0, which no row has."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 16 else 0


# --------------------------------------------------------------------------- previews


@dataclass(frozen=True, slots=True)
class Preview:
    """The sheet on one channel: how it looks there, how much of it fits, what is wrong."""

    channel: Channel
    manifest: Manifest
    limits: Limits
    room: int
    pieces: Sequence[Piece]
    length: int
    own: bool
    faults: Sequence[Fault]

    @property
    def left(self) -> int:
        """Characters left; negative: too many."""
        return self.room - self.length

    @property
    def near(self) -> bool:
        """Whether it is about to be too long."""
        return self.left <= self.room // 10

    @property
    def share(self) -> int:
        """How much of the room is taken, in percent, 100 at most."""
        return min(100, round(100 * self.length / self.room))

    @property
    def stops(self) -> bool:
        """Whether it cannot leave like this."""
        return any(one.stops for one in self.faults)

    @property
    def blank(self) -> bool:
        """Whether there is nothing on it yet."""
        return any(one.code == "empty" for one in self.faults)

    @property
    def words(self) -> list[tuple[bool, str]]:
        """The faults as sentences: (whether it stops, sentence), each once. A blank sheet is no fault to be told of yet."""
        return list(dict.fromkeys((one.stops, sentences.fault(one)) for one in self.faults if one.code != "empty"))


def previews(sheet: Sheet) -> list[Preview]:
    """One a chosen channel, in the order of the channels."""
    return [preview(sheet, one) for one in channels.channels_of(sheet.brand) if one.pk in sheet.chosen]


def preview(sheet: Sheet, channel: Channel) -> Preview:
    """The sheet on one channel."""
    words, limits = sheet.own.get(channel.pk) or sheet.text, channels.limits(channel)
    room = limits.room(len(sheet.pictures))
    fits = fitting(words, lambda text: channels.length(channel, text), room)
    figures = [(one.picture.mime, one.picture.size, len(one.alt)) for one in sheet.pictures]
    return Preview(
        channel=channel, manifest=manifest(channel.network), limits=limits, room=room, pieces=pieces(words, fits),
        length=channels.length(channel, words), own=bool(sheet.own.get(channel.pk)), faults=faults_in(channel, words, figures))
