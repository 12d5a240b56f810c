"""Secrets that several workers share: renewed by one at a time, and the others take what it got."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, runtime_checkable

Secrets = Mapping[str, Any]


@runtime_checkable
class Guarded(Protocol):
    """A ``keep`` that lets one renew at a time."""

    def __call__(self, new: Secrets) -> None: ...

    def alone(self) -> AbstractContextManager[Secrets]:
        """Waits its turn and gives the secrets as they are stored then; ``TryLater`` if another takes too long."""
        ...


@contextmanager
def alone(keep: Callable[[Secrets], None], known: Secrets) -> Iterator[Secrets]:
    """While it lasts nobody else renews these secrets, where ``keep`` can see to it; gives those that are stored now.

    If they are not those ``known`` any more, another has just renewed them: a refresh token that serves once is spent.
    """
    if isinstance(keep, Guarded):
        with keep.alone() as stored:
            yield stored
    else:
        yield known
