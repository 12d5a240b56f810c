"""What the labels of our data set follow from, and how agreement is reckoned."""

import pytest

from tools.dataset import decided, kappa, rows, split_of


def row(first: object, second: object, **more: object) -> dict[str, object]:
    return {"first": {"judgement": first}, "second": {"judgement": second}} | more


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        (row("troll", "troll"), "troll"),
        (row("troll", "angry", meant={"judgement": "angry"}), "angry"),
        (row("troll", "angry"), None),
        (row("troll", "angry", meant={"judgement": "none"}), None),
        (row("troll", "angry", third={"judgement": "none"}), "none"),
    ],
)
def test_two_votes_decide_and_else_a_third_labeller(votes: dict[str, object], label: str | None) -> None:
    assert decided(votes, "judgement") == label


def test_an_intent_counts_if_most_of_the_votes_name_it() -> None:
    votes = {"first": {"intents": ["complaint", "incident"]}, "second": {"intents": ["incident"]},
             "meant": {"intents": ["complaint", "incident", "question"]}}
    assert decided(votes, "intents") == ["complaint", "incident"]
    assert decided({"first": {"intents": ["chat"]}, "second": {"intents": ["spam"]}}, "intents") is None


def test_agreement_is_what_is_above_chance() -> None:
    assert kappa([("a", "a"), ("b", "b")]) == 1
    assert kappa([("a", "b"), ("b", "a")]) == -1
    assert kappa([("a", "a")]) == 1
    assert kappa([(1, 1), (3, 3), (1, 2)], weighted=True) > kappa([(1, 1), (3, 3), (1, 3)], weighted=True)


def test_an_author_is_never_on_two_sides_and_near_copies_do_not_cross() -> None:
    where: dict[str, set[str]] = {}
    shingles: dict[str, set[str]] = {}
    for one in rows():
        where.setdefault(one["author"], set()).add(one["split"])
        words = one["text"].lower().split()
        for at in range(len(words) - 6):
            shingles.setdefault(" ".join(words[at : at + 7]), set()).add(one["split"] == "test")
    assert all(len(splits) == 1 for splits in where.values())
    assert [words for words, sides in shingles.items() if len(sides) > 1] == []
    assert split_of("0-bank") == "train"
