"""Links and handles that do not exist: only what is certain is said, nobody waits for it, and nobody scans the net with it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tertulia.channels import reaching
from tertulia.channels.actions import connect
from tertulia.channels.models import Channel
from tertulia.channels.reaching import Verdict
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Loopback, Told, serving
from tertulia.language import Finding, Kind
from tertulia.networks.mastodon.tests.fake import Fake
from tertulia.outbox.tests.stage import Square, square
from tertulia.site.tests import cast

BY = "member:1"


def answer(asked: Asked) -> Told:
    """A web with pages, holes and whims."""
    match asked.path.strip("/").split("/"):
        case ["estado", status]:
            return Told(int(status))
        case ["sin-head", status]:
            return Told(405 if asked.method == "HEAD" else int(status))
        case ["va", *rest]:
            return Told(302, b"", {"Location": "/" + "/".join(rest)})
        case ["dentro"]:
            return Told(302, b"", {"Location": "http://10.0.0.1/"})
        case ["vueltas"]:
            return Told(302, b"", {"Location": "/vueltas"})
        case [("hang" | "reset") as manner]:
            return Told(manner=manner)  # type: ignore[arg-type]
    return Told(200, b"x" * 50_000)


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    reaching.forget()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with serving(answer) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        yield server


def asked(text: str, *channels: Channel, by: str = BY) -> list[Finding]:
    return list(reaching.asked(text, channels, by=by))


# --------------------------------------------------------------------------- links


@pytest.mark.parametrize(("path", "verdict"), [
    ("", "there"), ("estado/204", "there"), ("va/estado/200", "there"), ("va/va/va/va/va/x", "there"), ("sin-head/200", "there"),
    ("estado/404", "nowhere"), ("estado/410", "nowhere"), ("va/estado/404", "nowhere"), ("sin-head/404", "nowhere"),
    ("estado/403", "unknown"), ("estado/401", "unknown"), ("estado/429", "unknown"), ("estado/500", "unknown"),
    ("estado/503", "unknown"), ("estado/999", "unknown"), ("sin-head/403", "unknown"), ("vueltas", "unknown"),
    ("va/va/va/va/va/va/x", "unknown"), ("dentro", "unknown"), ("reset", "unknown"),
])
def test_what_a_server_answers_is_there_nowhere_or_says_nothing(web: Loopback, path: str, verdict: str) -> None:
    with open_client() as http:
        assert reaching._visit(http, f"{web.url}/{path}") == verdict
    assert len(web.asked) <= 2 * (reaching.HOPS + 1)


@pytest.mark.parametrize("url", ["http://[::1", "https://a..example/", "https://" + "a" * 70 + ".example", "http://h:99999999/",
                                 "https://\u202e.example", "http://127.0.0.1:9/", "http://10.1.2.3/", "http://[fe80::1%eth0]/"])
def test_what_cannot_be_asked_or_is_private_says_nothing(url: str) -> None:
    with open_client() as http:
        assert reaching._visit(http, url) == Verdict.UNKNOWN


def test_a_name_that_nothing_has_is_nowhere_unless_no_name_resolves(monkeypatch: pytest.MonkeyPatch) -> None:
    def world(*names: str, errno: int = socket.EAI_NONAME) -> None:
        def resolve(host: str, port: int, *args: Any, **how: Any) -> list[Any]:
            if host not in names:
                raise socket.gaierror(errno, "no")
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)

    with open_client() as http:
        world("example.com")
        assert reaching._visit(http, "https://librera-faro.example/") == Verdict.NOWHERE
        world()
        assert reaching._visit(http, "https://librera-faro.example/") == Verdict.UNKNOWN, "this machine has no network"
        world("example.com", errno=socket.EAI_AGAIN)
        assert reaching._visit(http, "https://librera-faro.example/") == Verdict.UNKNOWN, "the resolver did not say"


def test_a_broken_link_is_found_where_it_stands_and_a_good_one_is_not(web: Loopback) -> None:
    text = f"¡Mañana! {web.url}/pan y también {web.url}/estado/404, ¿vale? 👩‍👩‍👧"
    found = asked(text)
    assert [(one.text, one.kind, one.rule, one.severity) for one in found] == [
        (f"{web.url}/estado/404", Kind.LINK, "link-nowhere", "error")]
    assert text[found[0].start:found[0].end] == found[0].text


def test_what_was_asked_is_known_without_asking_and_what_nobody_knows_is_asked_again_sooner(
        web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{web.url}/estado/404 {web.url}/estado/500 {web.url}/bien"
    assert reaching.known(text, []) == reaching.Known([], left=True)
    assert web.asked == [], "looking at what is known asks nobody"
    found = asked(text)
    so_far = len(web.asked)
    assert reaching.known(text, []) == reaching.Known(found, left=False)
    assert (asked(text), len(web.asked)) == (found, so_far)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + reaching.KEPT_UNKNOWN + 1)
    asked(text)
    assert [one.path for one in web.asked[so_far:]] == ["/estado/500"]
    monkeypatch.setattr(time, "time", lambda: now + reaching.KEPT + 1)
    assert reaching.known(text, []).left


def test_nobody_waits_longer_than_was_said_and_what_hangs_keeps_no_good_link_waiting(
        web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "PATIENCE", 0.6)
    with serving(lambda asked: Told(manner="hang")) as deaf:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", f"{web.host},{deaf.host}")
        began = time.monotonic()
        found = asked(f"{deaf.url}/1 {deaf.url}/2 {web.url}/estado/404")
        assert time.monotonic() - began < 1.5
    assert [one.text for one in found] == [f"{web.url}/estado/404"]


def test_a_server_that_drips_its_answer_for_ever_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "PATIENCE", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", host)
        began = time.monotonic()
        visit = reaching._visitors.submit(_drip, listening)
        assert asked(f"http://{host}/gota") == []
        assert time.monotonic() - began < 1.5
        assert visit.result(5), "the line was cut from our side"


def _drip(listening: socket.socket) -> bool:
    caller, _address = listening.accept()
    with caller:
        caller.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(40):
            time.sleep(0.1)
            try:
                caller.sendall(b"x")
            except OSError:
                return True
    return False


def test_six_links_of_a_text_are_asked_and_each_once(web: Loopback) -> None:
    asked(" ".join(f"{web.url}/{number}" for number in range(20)))
    assert sorted(one.path for one in web.asked) == [f"/{number}" for number in range(6)]
    asked(f"{web.url}/otra y {web.url}/otra")
    assert len(web.asked) == 7


def test_a_member_who_would_scan_the_net_is_out_of_questions_soon_and_others_are_not(
        web: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "BUDGET", 8)
    for number in range(5):
        asked(" ".join(f"{web.url}/{number}-{one}" for one in range(3)))
    assert len(web.asked) == 8
    asked(f"{web.url}/0-0")
    assert asked(f"{web.url}/estado/404", by="member:2"), "somebody else may"
    assert asked(f"{web.url}/estado/404"), "what is known costs nothing"


def test_a_private_address_is_not_told_apart_from_a_server_that_does_not_answer(web: Loopback) -> None:
    with serving(answer) as inside:
        assert asked(f"{inside.url}/estado/404 http://127.0.0.1:9/ {web.url}/reset") == []
        assert inside.asked == []
    assert not reaching.known(f"{inside.url}/estado/404 {web.url}/reset", []).left, "and both are remembered alike"


# --------------------------------------------------------------------------- handles


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        found.post("neighbours", handle="ana", name="Ana")
        yield found


def test_a_handle_that_nobody_has_is_found_on_the_network_it_goes_to(plaza: Square) -> None:
    text = "Gracias, @ana y @anna. Escribid a hola@faro.example"
    found = asked(text, plaza.channel)
    assert [(one.text, one.kind, one.rule, one.why) for one in found] == [
        ("@anna", Kind.HANDLE, "handle-nobody", "En Plaza no hay nadie que se llame así.")]
    assert asked(text) == [], "where it goes is not known: nothing is said"
    assert reaching.known(text, [plaza.channel]).findings == found


def test_each_network_answers_for_itself(plaza: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = Fake()
    with serving(fake.answer) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", f"{plaza.channel.base_url.removeprefix('http://')},{server.host}")
        fake.url = server.url
        other = connect(plaza.brand, "mastodon", {"address": server.url, "token": "token-of-panaderia"}, by=BY)
        found = asked("@ana @berto @nadie", plaza.channel, other)
        assert [(one.text, one.why) for one in found] == [
            ("@berto", "En Plaza no hay nadie que se llame así."),
            ("@nadie", "En Plaza y Mastodon no hay nadie que se llame así.")]
        fake.tokens.clear()
        assert [one.text for one in asked("@berto @zoe", other)] == [], "who is not let in knows nothing"


def test_a_network_that_cannot_know_is_not_asked(db: None) -> None:
    brand = cast.brand(cast.member())
    for name in ("telegram", "instagram", "facebook", "wordpress"):
        assert not reaching.known("Hola, @nadie", [cast.channel(brand, name)]).left


def test_only_the_brands_own_channels_are_destined(db: None) -> None:
    mine, theirs = cast.brand(cast.member()), cast.brand(cast.member(), "Otra")
    one, other = cast.channel(mine), cast.channel(theirs)
    assert reaching.destined(mine, [str(one.pk), str(other.pk), "x", "-1", "9" * 30, "²"]) == [one]
