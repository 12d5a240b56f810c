"""The product served for real on the loopback, and a real browser to look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tertulia.kit.serving import in_thread

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def live(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[str]:
    """The address of a real uvicorn with our ASGI application over the test database, such as `http://127.0.0.1:4321`.

    Not pytest-django's `live_server`, which never ends while a page listens for live updates.
    """
    # a request cut short would leave its files and connections to a later test
    with in_thread("tertulia.site.asgi:application", patience=5) as host:
        yield f"http://{host}"
        if "browser" in request.fixturenames:
            _quiet(request.getfixturevalue("browser"))


def _quiet(browser: Any) -> None:
    """Every page leaves: what one still asks when the server stops would be cut in the middle, with its connection open."""
    for context in browser.contexts:
        for page in context.pages:
            page.goto("about:blank")


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A Chromium (Playwright's synchronous `Browser`). Without one, its tests are skipped and the summary says so."""
    sync_api = pytest.importorskip("playwright.sync_api")
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code at the next query.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        system = next(filter(None, map(shutil.which, BROWSERS)), None)
        own = playwright.chromium.executable_path
        if not system and not Path(own).exists():
            pytest.skip("no Chromium on this machine")
        opened = playwright.chromium.launch(executable_path=system or own, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A fresh page in a context of its own, in Spanish, 1280 by 800. A script error on it fails the test."""
    context = browser.new_context(locale="es-ES", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(10_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, f"errors of scripts on the page: {errors}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = [r for r in terminalreporter.stats.get("skipped", []) if "no Chromium" in str(r.longrepr)]
    if skipped:
        terminalreporter.write_sep("!", "SIN NAVEGADOR / NO BROWSER", red=True, bold=True)
        terminalreporter.write_line(f"{len(skipped)} browser tests were NOT run: there is no Chromium here.")
