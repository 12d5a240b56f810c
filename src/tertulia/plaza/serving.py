"""The web server in a thread, for as long as the demo sets itself up: the plaza is spoken to by HTTP, like any network."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


@contextmanager
def served() -> Iterator[str]:
    """The address of a server of our own, which we may call while inside."""
    config = uvicorn.Config("tertulia.site.asgi:application", host="127.0.0.1", port=0, log_level="warning", loop="asyncio",
                            lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="demo", daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        if not thread.is_alive():
            raise RuntimeError("the demo's server did not start")
    host = f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
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
        server.should_exit = True
        thread.join(10)
