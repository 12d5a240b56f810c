"""The quiet line of a message: few things, the ones that matter, and never more certain than they are."""

from __future__ import annotations

from typing import Any

import pytest

from tertulia.inbox import labels
from tertulia.inbox.understood import concluded, gist, line_of, row_of
from tertulia.language.learning import LEVELS, RULED
from tertulia.language.reading import HEADS, LABELS


def one(label: str, p: float = 0.9, sure: bool = True, **more: Any) -> dict[str, Any]:
    return {"label": label, "p": p, "sure": sure, "why": [], **more}


def several(*names: str, sure: bool = True, p: float = 0.9) -> dict[str, Any]:
    return {"labels": [{"label": name, "p": p} for name in names], "sure": sure, "why": []}


def level(of: int, sure: bool = True) -> dict[str, Any]:
    return {"level": of, "rule": "rest", "p": 0.8, "sure": sure, "why": []}


def told(reading: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.head, each.key) for each in line_of(reading)]


def test_every_head_and_label_of_the_language_has_its_words() -> None:
    assert set(labels.HEADS) == set(HEADS)
    for head in HEADS:
        wanted = LEVELS if head in RULED else () if head == "department" else LABELS[head]
        assert set(wanted) <= set(labels.WORDS.get(head, {})), head


def test_what_goes_without_saying_is_not_said() -> None:
    assert told({
        "sentiment": one("neutral"), "intent": several("chat"), "judgement": one("none"), "department": one("none"),
        "offence": one("NO"), "hate": one("not"), "spam": one("ham"), "touches": several("none"), "irony": one("straight"),
        "urgency": level(1), "importance": level(1), "language": one("es")}) == []
    assert line_of(None) == []


def test_an_angry_customer_is_said_once() -> None:
    reading = {"sentiment": one("negative"), "judgement": one("angry"), "intent": several("complaint", "incident"),
               "importance": level(2), "urgency": level(2), "department": one("logistics")}
    assert told(reading) == [("sentiment", "negative"), ("judgement", "angry"), ("intent", "incident"), ("urgency", "2"),
                             ("department", "logistics")]
    assert [each.sign for each in line_of(reading)] == [True, False, False, True, False]


def test_a_troll_has_no_department_and_a_question_has_its_own() -> None:
    assert told({"judgement": one("troll"), "intent": several("question"), "department": one("care")}) == [
        ("judgement", "troll"), ("intent", "question")]
    assert told({"judgement": one("none"), "intent": several("presales", "question"), "department": one("sales")}) == [
        ("intent", "presales"), ("intent", "question"), ("department", "sales")]


@pytest.mark.parametrize(("reading", "wanted"), [
    ({"intent": several("complaint", sure=False, p=0.4)}, [("intent", "complaint")]),
    ({"intent": several("question", sure=False, p=0.4), "judgement": one("troll", 0.5, sure=False)}, [("intent", "question")]),
    ({"intent": several("question", sure=False, p=0.4), "judgement": one("angry", 0.7, sure=False)}, [("judgement", "angry")]),
    ({"intent": several("complaint", sure=False, p=0.4), "language": one("ca")}, [("language", "ca")]),
    ({"sentiment": one("negative", 0.4, sure=False), "department": one("care", 0.5, sure=False)}, []),
])
def test_of_what_is_not_sure_only_the_matter_itself_is_told_and_as_a_doubt(
        reading: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    assert told(reading) == wanted
    assert not any(each.sure for each in line_of(reading) if each.head != "language")


def test_a_row_has_two_chips_at_most_and_no_doubts() -> None:
    reading = {"sentiment": one("negative"), "judgement": one("important"), "urgency": level(3), "importance": level(3),
               "offence": one("OFP"), "hate": one("hateful")}
    assert [(each.head, each.key) for each in row_of(reading)] == [("judgement", "important"), ("urgency", "3")]
    assert row_of({"intent": several("complaint", sure=False)}) == []
    assert [each.key for each in row_of({"sentiment": one("positive")})] == ["positive"]


def test_what_a_person_said_changes_the_gist() -> None:
    plain, said = {"sentiment": one("negative")}, {"sentiment": one("negative", 1.0, person=True)}
    assert gist(plain) != gist(said) and concluded(said, "sentiment")[0].person


def test_irony_is_a_warning_and_never_certain() -> None:
    warned, = line_of({"irony": one("ironic", 0.97)})
    assert not warned.sure and warned.likely
