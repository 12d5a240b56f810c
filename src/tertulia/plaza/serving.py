"""The web server in a thread, for as long as the demo sets itself up: the plaza is spoken to by HTTP, like any network."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from tertulia.kit.serving import in_thread


@contextmanager
def served() -> Iterator[str]:
    """The address of a server of our own, which we may call while inside."""
    with in_thread("tertulia.site.asgi:application", patience=1) as host:
        allowed = os.environ.get("TERTULIA_PRIVATE_HOSTS", "")
        os.environ["TERTULIA_PRIVATE_HOSTS"] = ",".join(filter(None, (allowed, host)))
        # what the plaza refuses is part of the story, and no news for whoever waits in front of the terminal
        requests = logging.getLogger("django.request")
        level = requests.level
        requests.setLevel(logging.ERROR)
        try:
            yield f"http://{host}"
        finally:
            requests.setLevel(level)
            os.environ["TERTULIA_PRIVATE_HOSTS"] = allowed
