"""How right we are with a brand, with its doubt; the worst mistakes; what is worth labelling first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.kit import clock
from tertulia.site.tests import cast
from tertulia.triage import actions, queries
from tertulia.triage.models import Correction, Reading
from tertulia.triage.rules import Share, told

pytestmark = pytest.mark.django_db


def talk(brand: Brand, *texts: str) -> list[Message]:
    """Messages of the brand, read."""
    channel = cast.channel(brand)
    messages = cast.arrive(channel, *(cast.item(f"m{n}", text, who=f"p{n}") for n, text in enumerate(texts)))
    actions.read([one.pk for one in messages], by="test")
    return messages


def judged(brand: Brand, owner: Member, right: int, wrong: int) -> list[Message]:
    """Messages of which so many were told right, and so many wrong."""
    messages = talk(brand, *(f"Mensaje número {n} de {word}, a ver qué tal." for n, word in enumerate(
        ["pan", "rosas", "mesas", "viajes", "cine", "libros", "botas", "gafas", "té", "queso", "vino", "sal"][:right + wrong])))
    for n, one in enumerate(messages):
        if n < right:
            actions.confirm(one, "sentiment", owner, by=owner.key)
        else:
            now = told(Reading.objects.get(message=one).heads, "sentiment").labels[0]
            other = next(label for label in ("negative", "neutral", "positive") if label != now)
            actions.correct(one, "sentiment", [other], owner, by=owner.key)
    return messages


def test_a_share_is_told_with_its_interval_and_never_of_a_few() -> None:
    seven = Share(7, 10)
    assert (seven.in_ten, seven.low, seven.high) == (7, 40, 89)
    assert Share(9, 9).in_ten is None and not Share(9, 9).enough
    assert (Share(0, 0).low, Share(0, 0).high, Share(0, 0).percent) == (0, 100, 0)
    assert Share(100, 100).high == 100 and Share(0, 50).low == 0


def test_scores_tell_what_was_confirmed_and_both_models_on_what_was_held_back() -> None:
    owner = cast.member()
    brand = cast.brand(owner)
    judged(brand, owner, right=8, wrong=4)
    actions.learn(brand.pk, by="test")
    score, = queries.scores(brand)
    assert (score.head, score.corrected, score.confirmed) == ("sentiment", 4, 8)
    assert score.told == Share(8, 12) and score.told.in_ten == 7
    assert score.general and score.brand and score.general.of == score.brand.of == 12


def test_weeks_begin_on_monday_on_the_brands_clock() -> None:
    owner = cast.member()
    brand = cast.brand(owner)
    messages = judged(brand, owner, right=3, wrong=1)
    # Sunday 23:30 in Madrid, and Monday 00:30
    for message, at in zip(messages, [datetime(2026, 11, 8, 22, 30, tzinfo=UTC)] * 2 + [datetime(2026, 11, 8, 23, 30, tzinfo=UTC)] * 2,
                           strict=True):
        Correction.objects.filter(message=message).update(at=at)
    found = queries.weeks(brand, "sentiment")
    assert [(one.monday.isoformat(), one.share) for one in found] == [("2026-11-02", Share(2, 2)), ("2026-11-09", Share(1, 2))]
    assert queries.weeks(brand, "intent") == [] and len(queries.weeks(brand)) == 2


def test_the_worst_mistakes_are_those_told_most_surely() -> None:
    owner = cast.member()
    brand = cast.brand(owner)
    messages = judged(brand, owner, right=1, wrong=3)
    for message, (p, sure) in zip(messages[1:], [(0.5, False), (0.9, True), (0.7, True)], strict=True):
        Correction.objects.filter(message=message).update(p=p, sure=sure)
    assert [one.message for one in queries.worst(brand)] == [messages[2], messages[3], messages[1]]
    assert not queries.worst(brand, "intent") and len(queries.worst(brand, most=1)) == 1


def test_what_is_doubtful_is_told_once_and_what_many_say_first() -> None:
    owner = cast.member()
    brand = cast.brand(owner)
    same = "Pues lo de la otra tarde en la entrada de la sala"
    messages = talk(brand, same, same + "!!", "Ni fu ni fa lo del otro día en la plaza", "Mira tú por dónde iba la cosa ayer",
                    "Y lo que te rondaré morena por la tarde")

    def doubt(message: Message, p: float, sure: bool) -> None:
        row = Reading.objects.get(message=message)
        head: dict[str, Any] = {"label": "neutral", "p": p, "sure": sure, "why": []}
        Reading.objects.filter(pk=row.pk).update(heads=row.heads | {"sentiment": head})

    for message, (p, sure) in zip(messages, [(0.6, False), (0.6, False), (0.4, False), (0.9, True), (0.5, False)], strict=True):
        doubt(message, p, sure)
    actions.correct(messages[4], "sentiment", ["neutral"], owner, by=owner.key)
    found = queries.doubtful(brand, "sentiment")
    assert [(one.message, one.alike) for one in found] in ([(messages[1], 1), (messages[2], 0)], [(messages[0], 1), (messages[2], 0)])
    assert found[0].labels == ("neutral",) and found[0].p == 0.6
    Message.objects.filter(pk=messages[2].pk).update(vanished_at=clock.now() - timedelta(minutes=1))
    assert len(queries.doubtful(brand, "sentiment")) == 1


def test_another_brand_sees_nothing_of_it() -> None:
    owner = cast.member()
    brand, other = cast.brand(owner), cast.brand(cast.member("Eva"), "Otra")
    one = judged(brand, owner, right=0, wrong=1)[0]
    assert not queries.scores(other) and not queries.weeks(other) and not queries.worst(other)
    assert not queries.doubtful(other, "intent")
    with pytest.raises(Correction.DoesNotExist):
        queries.correction_of(other, Correction.objects.get(message=one).pk)
