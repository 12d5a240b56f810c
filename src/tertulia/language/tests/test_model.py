"""The shipped file, its figures, and the training that makes it."""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from tertulia.language import corpora
from tertulia.language.features import Characters
from tertulia.language.heads import NEVER, Head
from tertulia.language.judge import judge
from tertulia.language.lexicon import compile_cues
from tertulia.language.measures import calibration_error, macro_f1, thresholds
from tertulia.language.model_file import SHIPPED, BadModel, load, save
from tertulia.language.reading import LABELS

CORPUS = Path(os.environ.get("TERTULIA_CORPUS", Path(__file__).parents[5] / "shared" / "corpus"))


def test_the_shipped_model_is_small_and_loads_quickly() -> None:
    start = time.process_time()
    model = load()
    assert time.process_time() - start < 1
    assert SHIPPED.stat().st_size < 15_000_000
    assert {head.name: head.labels for head in model.heads} == {name: LABELS[name] for name in LABELS if name != "language"}


def test_the_shipped_model_was_made_with_the_lexicon_that_stands_here() -> None:
    cues, made_with = compile_cues(), load().cues
    assert np.array_equal(cues.hashes, made_with.hashes)
    assert np.array_equal(cues.kinds, made_with.kinds)


def test_a_model_is_written_to_the_same_bytes_twice_and_read_back(tmp_path: Path) -> None:
    model = load()
    versions = [save(tmp_path / name, model) for name in ("a", "b")]
    assert versions == [model.version] * 2
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("content", [b"", b"hola", b"PK\x03\x04"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m").write_bytes(content)
    with pytest.raises(BadModel):
        load(tmp_path / "m")


def test_equal_stretches_have_equal_hashes_wherever_they_stand() -> None:
    characters = Characters("hola y hola")
    first, second, other = characters.hashes(np.array([0, 7, 1]), np.array([4, 11, 5]))
    assert first == second != other


def test_our_messages_are_whole_and_their_labels_are_known() -> None:
    assert len(corpora.messages()) >= 3000
    for name in ("sentiment", "intent", "offence", "judgement", "department", "touches", "irony"):
        assert {label for row in corpora.ours(name, "train") for label in row.labels} <= set(LABELS[name])


def test_no_row_that_measures_teaches_nor_is_shown() -> None:
    measuring = {line["text"] for line in corpora.messages() if line["split"] == "test"}
    assert measuring.isdisjoint(load().shelf.texts)
    assert all(measuring.isdisjoint(row.text for row in corpora.ours(name, "train", "dev")) for name in ("intent", "judgement"))


def test_measures_on_cases_worked_by_hand() -> None:
    truth = np.array([[True, False], [True, False], [False, True], [False, True]])
    said = np.array([[True, False], [False, True], [False, True], [False, True]])
    assert macro_f1(truth, said) == pytest.approx((2 / 3 + 0.8) / 2)
    assert calibration_error(np.array([0.95, 0.95]), np.array([True, False])) == pytest.approx(0.45)


def test_a_label_that_is_never_right_often_enough_is_never_sure() -> None:
    plain = np.zeros(2, dtype=np.float32)
    head = Head("x", ("a", "b"), False, np.zeros((1, 2), np.int8), plain, plain, plain, plain, plain, plain, plain)
    p = np.tile(np.array([[0.8, 0.2]], dtype=np.float32), (100, 1))
    good, bad = np.zeros((100, 2), dtype=np.bool_), np.zeros((100, 2), dtype=np.bool_)
    good[:, 0] = True
    bad[:50, 0] = True
    assert thresholds(head, p, good, 0.9)[0] == pytest.approx(0.8, abs=0.002)
    assert thresholds(head, p, bad, 0.9)[0] == NEVER


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus (set TERTULIA_CORPUS): the figures are not checked")
def test_the_figures_on_unseen_sets_stay_where_the_card_says() -> None:
    told = judge(load(), CORPUS)
    assert told["umsab_es train+dev"]["macro_f1"] >= 0.51
    assert told["aerolineas_es train"]["macro_f1"] >= 0.50
    assert told["aerolineas_es train"]["sure_right"] >= 0.65
    assert told["semeval2025_emotions_es test, strongest"]["macro_f1"] >= 0.65
    assert told["ours test, intent"]["macro_f1"] >= 0.71
    assert told["ours test, judgement"]["macro_f1"] >= 0.73
    assert all(figures["ece"] <= 0.08 for name, figures in told.items() if name.startswith("ours") and "sentiment" not in name)
    assert all(told[name]["ece"] <= 0.08 for name in ("umsab_es train+dev", "aerolineas_es train")), "prudent where it is a stranger"


def test_a_small_head_is_trained_twice_to_the_same_weights() -> None:
    fitting = pytest.importorskip("tertulia.language.training.fitting", reason="no scikit-learn: training is not tried")
    from tertulia.language.training.tasks import Task

    rows = sorted(set(corpora.ours("judgement", "train")[:400]))
    task = Task("judgement", LABELS["judgement"], rows, ("ours",))
    sight = fitting.Sight.of([row.text for row in rows], compile_cues())
    (once, said), (again, same) = (fitting.train_head(task, sight) for _ in range(2))
    assert np.array_equal(once.weights, again.weights) and np.array_equal(once.dense, again.dense)
    assert once.figures == again.figures
    assert said == same


def test_a_recipe_is_measured_on_a_table_and_refuses_labels_that_it_never_met(tmp_path: Path) -> None:
    recipes = pytest.importorskip("tertulia.language.training.recipe", reason="no scikit-learn: training is not tried")
    lines = [f"{line['text']}\t{line['sentiment']}" for line in corpora.messages()[:300] if line["sentiment"] and "\t" not in line["text"]]
    for name, part in (("train", lines[:200]), ("test", lines[200:]), ("strange", ["hola\tother"])):
        (tmp_path / name).write_text("\n".join(["text\tlabel", *part]), encoding="utf-8")
    told = recipes.recipe("sentiment", [tmp_path / "train"], tmp_path / "test")
    assert told["accuracy"] > 0.5 and told["texts"] == len(lines[200:])
    with pytest.raises(ValueError, match="other"):
        recipes.recipe("sentiment", [tmp_path / "train"], tmp_path / "strange")
