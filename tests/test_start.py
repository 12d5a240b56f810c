"""The ground the other tests stand on: a live server, a browser, and no way out of this machine."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from typing import Any

import pytest


def test_the_live_server_works_on_the_test_database(live: str) -> None:
    try:
        answer = urllib.request.urlopen(f"{live}/healthz", timeout=10)
    except urllib.error.HTTPError as unwell:  # no worker runs in the tests
        answer = unwell
    with answer:
        assert json.load(answer)["database"] is True


def test_a_stranger_is_shown_the_door_in_a_real_browser(live: str, page: Any) -> None:
    page.goto(live)
    assert page.locator("input[type=email]").is_visible()
    assert page.locator("html").get_attribute("lang") == "es"


def test_no_name_of_the_outside_resolves() -> None:
    with pytest.raises(socket.gaierror, match="no name server"):
        socket.getaddrinfo("example.org", 443)


def test_this_machine_can_be_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert socket.getaddrinfo("localhost", 80)
