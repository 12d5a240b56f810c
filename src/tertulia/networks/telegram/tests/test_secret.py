"""The token is part of every address, and must be in nothing that anybody reads."""

from __future__ import annotations

import logging
import socketserver
import threading
import traceback

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks.contract import Author, Draft, Outcome, Picture, Ref
from tertulia.networks.stage import key, png
from tertulia.networks.telegram import Telegram
from tertulia.networks.telegram.tests.fake import TOKEN
from tertulia.networks.telegram.tests.stages import FakeStage
from tertulia.networks.telegram.tests.test_nonsense import account

SECRET = TOKEN.partition(":")[2]


def echo(status: int, asked: Asked) -> Told:
    return Told(status, f"<p>{'x' * 480} Not found: {asked.path} {asked.path}</p>".encode(), {"Content-Type": "text/html"})


WAYS = {
    "page": lambda asked: echo(200, asked), "missing": lambda asked: echo(404, asked), "fault": lambda asked: echo(502, asked),
    "closed": lambda asked: echo(403, asked), "limit": lambda asked: echo(429, asked), "dead": lambda asked: echo(401, asked),
    "redirected": lambda asked: Told(302, b"", {"Location": f"https://a.example{asked.path}"}),
    "refused": lambda asked: said({"ok": False, "error_code": 400, "description": f"Bad Request: {asked.path}"}, 400),
    "json": lambda asked: said({"ok": True, "path": asked.path}), "cut": lambda asked: Told(manner="reset"),
    "half": lambda asked: Told(200, asked.path.encode(), manner="half"),
}
VERBS = {
    "publish": lambda network: network.publish(Draft("Hola"), key()),
    "picture": lambda network: network.publish(Draft("Hola", pictures=(Picture(png(), "image/png"),)), key()),
    "collect": lambda network: network.collect({}), "delete": lambda network: network.delete(Ref("-2:1")),
    "block": lambda network: network.block(Author("2001", "ana")), "profile": lambda network: network.profile(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_failure_says_nothing_of_the_token(way: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpx")  # which the site keeps quiet
    with serving(WAYS[way]) as server, open_client(allow=[server.host]) as http:
        for verb in VERBS.values():
            with pytest.raises(Outcome) as caught:
                verb(Telegram(account(server.url), http, lambda secrets: None))
            outcome = caught.value
            told = f"{outcome!r} {outcome} {outcome.detail} {outcome.evidence} {''.join(traceback.format_exception(outcome))}"
            assert SECRET not in told
            assert SECRET[:12] not in str(outcome.evidence), "not even the half that fits"
        assert len(server.asked) >= len(VERBS)
        assert all(TOKEN in asked.path for asked in server.asked), "it was sent where it belongs"
    if way != "redirected":  # at this level httpcore shows the headers that came, in the server's own words
        assert SECRET not in caplog.text
    assert way == "cut" or "/bot/sendMessage" in caplog.text, "the log does name the calls"


def test_a_server_that_repeats_the_request_as_its_status_says_nothing_of_the_token() -> None:
    """What answers is no HTTP, and the error of whoever reads it shows the line."""
    class Echo(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(self.rfile.readline() + b"\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        host = f"127.0.0.1:{server.server_address[1]}"
        with open_client(allow=[host]) as http, pytest.raises(Outcome) as caught:
            Telegram(account(f"http://{host}"), http, lambda secrets: None).publish(Draft("Hola"), key())
        server.shutdown()
    assert SECRET not in f"{caught.value!r} {caught.value.detail} {''.join(traceback.format_exception(caught.value))}"


def test_nothing_that_is_kept_of_a_channel_or_of_what_arrives_holds_the_token(stage: FakeStage) -> None:
    stage.fake.say(stage.public().me["id"], stage.public().me, photo=[{"file_id": "x"}], caption="Mira")
    kept = f"{stage.account!r} {stage.account.settings} {stage.network().collect({})} {stage.network().profile()}"
    assert SECRET not in kept
