"""How well and how fast the checks do on our own lists; ``bench/language.py`` prints what these functions say.

``tests/planted.tsv``: texts with one fault each and where it is. ``tests/clean.txt``: texts with none. A third of each is
kept apart (``held``): nobody tuned a rule on it.
"""

from __future__ import annotations

import csv
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from tertulia.language.finding import Finding, Profile, Severity
from tertulia.language.proofing.proof import forget, proof

_TESTS = files(__package__) / "tests"


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with one fault at ``start``:``end``; ``right`` is what should be there."""

    part: str
    kind: str
    variety: str
    address: str
    text: str
    start: int
    end: int
    right: str

    @property
    def profile(self) -> Profile:
        return Profile(variety=self.variety, address=self.address)

    def found_by(self, finding: Finding) -> bool:
        """Whether ``finding`` shows the fault; an insertion is shown where it touches."""
        return finding.severity is not Severity.HINT and finding.start <= self.end and finding.end >= self.start and (
            finding.start < self.end and finding.end > self.start or finding.start == finding.end or self.start == self.end
        )


@dataclass(frozen=True, slots=True)
class Score:
    """``found`` of ``planted`` faults, ``mended`` of them by the first fix; ``flagged`` of ``clean`` texts, wrongly."""

    part: str
    planted: int
    found: int
    mended: int
    clean: int
    flagged: int


def planted(part: str) -> list[Planted]:
    with (_TESTS / "planted.tsv").open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Planted(
                row["part"], row["kind"], row["variety"], row["address"], row["text"], int(row["start"]), int(row["end"]), row["right"],
            )
            for row in rows if row["part"] == part
        ]


def clean(part: str) -> list[tuple[str, str]]:
    """(variety, text) of the texts with no fault."""
    rows = (line.split("|", 2) for line in (_TESTS / "clean.txt").read_text("utf-8").splitlines())
    return [(variety, text.replace("\\n", "\n")) for kept, variety, text in rows if kept == part]


def missed(part: str) -> Iterator[tuple[Planted, list[Finding]]]:
    for fault in planted(part):
        findings = proof(fault.text, fault.profile)
        if not any(fault.found_by(finding) for finding in findings):
            yield fault, findings


def wrongly_flagged(part: str) -> Iterator[tuple[str, list[Finding]]]:
    for variety, text in clean(part):
        findings = [f for f in proof(text, Profile(variety=variety)) if f.severity is not Severity.HINT]
        if findings:
            yield text, findings


def mended(fault: Planted) -> bool:
    """Whether the first fix of a finding gives the text as it should be."""
    right = fault.text[:fault.start] + fault.right + fault.text[fault.end:]
    return any(
        fault.text[:finding.start] + finding.fixes[0] + fault.text[finding.end:] == right
        for finding in proof(fault.text, fault.profile) if finding.fixes
    )


def score(part: str) -> Score:
    faults, texts = planted(part), clean(part)
    return Score(
        part, len(faults), len(faults) - len(list(missed(part))), sum(map(mended, faults)),
        len(texts), len(list(wrongly_flagged(part))),
    )


@dataclass(frozen=True, slots=True)
class Speed:
    """Milliseconds for a text of about 500 characters: never seen, and seen but for the word just typed."""

    cold_p50: float
    cold_p95: float
    typing_p50: float
    typing_p95: float


def drafts(length: int = 500) -> list[str]:
    """Drafts of about ``length`` characters, made of the clean texts one after the other."""
    made, draft = [], ""
    for _, text in clean("open") + clean("held"):
        draft = f"{draft}\n{text}" if draft else text
        if len(draft) >= length:
            made.append(draft[:length])
            draft = ""
    return made


def speed(rounds: int = 40) -> Speed:
    proof("La primera vez se carga el motor.")
    cold, typing = [], []
    for draft in drafts()[:rounds]:
        forget()
        cold.append(_took(draft))
        words = draft.split(" ")
        middle = len(words) // 2
        typing += [_took(" ".join([*words[:middle], words[middle][:size], *words[middle + 1:]])) for size in (1, 2, 3)]
    return Speed(*_middle_and_tail(cold), *_middle_and_tail(typing))


def _took(text: str) -> float:
    begun = time.perf_counter()
    proof(text)
    return (time.perf_counter() - begun) * 1_000


def _middle_and_tail(times: Sequence[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    for each in ("open", "held"):
        print(score(each))
    print(speed())
