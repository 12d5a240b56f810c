"""A web server in a thread of this process, on a free port of the loopback: for setting a demo up, and for tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn


@contextmanager
def in_thread(application: str, *, patience: int) -> Iterator[str]:
    """Serves an ASGI ``application`` (``module:name``) while inside; its ``host:port``. ``RuntimeError`` if it does not start.

    ``patience``: seconds that requests under way are given at the end; live streams never end by themselves.
    """
    config = uvicorn.Config(application, host="127.0.0.1", port=0, log_level="warning", loop="asyncio", lifespan="off",
                            timeout_graceful_shutdown=patience)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="serving", daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        if not thread.is_alive():
            raise RuntimeError(f"{application} does not start")
    try:
        yield f"127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
