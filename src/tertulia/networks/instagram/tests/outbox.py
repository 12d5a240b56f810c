"""A dispatch driven as the outbox does, with workers that die: what is left is the steps that were stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from tertulia.kit import clock
from tertulia.networks.contract import Draft, Key, Receipt, Steps, TryLater, Unsure
from tertulia.networks.instagram.tests.stages import FakeStage

LOOKUPS = (30, 60, 120)  # seconds, as the outbox rests before it looks
Death = Literal["before storing", "after storing"]


class Killed(BaseException):
    """The worker is gone: nothing of what comes after runs."""


class Dispatch:
    """``dies``: at which note of the steps the first worker is killed (0: never), and on which side of storing it."""

    def __init__(self, stage: FakeStage, draft: Draft, later: Callable[..., None], dies: int = 0, death: Death = "after storing") -> None:
        self._stage, self._draft, self._later = stage, draft, later
        self._dies, self._death = dies, death
        self._at, self.stored, self.notes = clock.now(), "{}", 0

    def deliver(self, most: int = 60) -> Receipt:
        """Until it is sent; ``Unsure`` where a person would have to decide, ``Refused`` as it comes."""
        unknown, doubts = False, 0
        for _ in range(most):
            try:
                if unknown:
                    if found := self._network().find(self._draft, self._key()):
                        return found
                    unknown = False
                return self._network().publish(self._draft, self._key())
            except Killed:
                unknown = True
                self._later(seconds=50)  # until its lease ends
            except TryLater as wait:
                self._later(seconds=wait.after if wait.after is not None else 5)
            except Unsure:
                if doubts == len(LOOKUPS):
                    raise
                unknown = True
                self._later(seconds=LOOKUPS[doubts])
                doubts += 1
        raise AssertionError("never delivered")

    def _network(self) -> Any:
        return self._stage.strict()

    def _key(self) -> Key:
        return Key("a" * 32, self._at, Steps(json.loads(self.stored), self._keep))

    def _keep(self, reached: Mapping[str, Any]) -> None:
        self.notes += 1
        if self.notes == self._dies and self._death == "before storing":
            raise Killed
        self.stored = json.dumps(dict(reached))
        if self.notes == self._dies:
            raise Killed


