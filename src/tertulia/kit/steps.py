"""Named steps of work that must survive a crash, where a harness may stop the process. In life nothing is armed.

Whoever tests by fire arms steps in a process of its own, before the work begins; product code only ever says ``reach``.
"""

from __future__ import annotations

from collections.abc import Callable

#: step → what happens to the process that reaches it
_armed: dict[str, Callable[[], None]] = {}


def reach(step: str) -> None:
    """Says that the work came to ``step``: before the next thing is done that a crash could lose or double."""
    if stop := _armed.get(step):
        stop()


def arm(step: str, stop: Callable[[], None]) -> None:
    """From now on whoever reaches ``step`` calls ``stop``, in its own thread."""
    _armed[step] = stop
