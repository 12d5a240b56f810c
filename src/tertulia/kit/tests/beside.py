"""Work done beside a test, with a database session of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connections


def beside(work: Callable[[], object]) -> threading.Thread:
    """A thread that does ``work`` and closes its connections."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
