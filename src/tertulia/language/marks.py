"""What can be counted in a text, beside what its words are and mean: its parts, its touchy subjects, its questions, its length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tertulia.language.features import Floats
from tertulia.language.folding import Folded
from tertulia.language.parts import Parts, part_names
from tertulia.language.proofing.terms import subject

# How much a mark counts beside a sentence vector of length one: found best by folds.
_PART, _FORM, _SUBJECT = 0.3, 0.15, 0.5
_SUBJECTS = ("politics", "religion")
_FORMS = 9 + len(_SUBJECTS)


def names() -> tuple[str, ...]:
    """The parts that are counted. A model keeps the names that it was trained with. Who writes in capitals does not shout
    for that alone.
    """
    return tuple(sorted(part_names() - {"you", "shouting"}))


def marks_of(folded: Sequence[Folded], found: Sequence[Parts], known: Sequence[str]) -> Floats:
    """[texts, known + forms]: the logarithm of how many of each part, then how it is written."""
    place = {name: at for at, name in enumerate(known)}
    marks = np.zeros((len(folded), len(known) + _FORMS), dtype=np.float32)
    for row, (text, parts) in enumerate(zip(folded, found, strict=True)):
        for name, spans in parts.said.items():
            if name in place:
                marks[row, place[name]] = _PART * (1 + np.log(len(spans)))
        marks[row, len(known) :] = _form(text.text)
    return marks


def _form(text: str) -> list[float]:
    asked, words = text.count("?"), text.count(" ") + 1
    signs = (asked > 0, asked > 1, "¿" in text, text.rstrip().endswith("?"), "!" in text, "@u" in text, "@l" in text, "#" in text)
    touched = [_SUBJECT * _touches(text, name) for name in _SUBJECTS]
    return [*(_FORM * sign for sign in signs), _FORM * float(np.log(words)), *touched]


def _touches(text: str, name: str) -> bool:
    """Whether a term of the subject stands in the folded text, and no phrase in which it means something else."""
    listed = subject(name)
    return bool(listed.any_term.search(text)) and not listed.unless.search(text)
