"""The one door to the outside, against a real server on loopback."""

from __future__ import annotations

import gzip
import socket
import time
from typing import Any

import httpx
import pytest

from tertulia import __version__
from tertulia.kit import http as door
from tertulia.kit.http import AnswerTooBig, BlockedAddress, open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving

ANA = Told(200, b'{"name": "ana"}')


def test_a_private_address_is_refused_and_never_reached() -> None:
    with serving(lambda asked: ANA) as server, open_client() as http:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost"), server.url.replace("127.0.0.1", "[::1]")):
            with pytest.raises(BlockedAddress):
                http.get(url)
        assert server.asked == []


def test_an_allowed_host_is_reached_on_its_port_only() -> None:
    with serving(lambda asked: ANA) as server, serving(lambda asked: ANA) as other, \
            open_client(allow=[server.host]) as http:
        assert http.get(server.url).json() == {"name": "ana"}
        with pytest.raises(BlockedAddress):
            http.get(other.url)
        assert other.asked == []


def test_the_owner_allows_hosts_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda asked: ANA) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", f" localhost:1, {server.host} ,")
        with open_client() as http:
            assert http.get(server.url).status_code == 200
            with pytest.raises(BlockedAddress):  # the name is another host, though it leads to the same place
                http.get(server.url.replace("127.0.0.1", "localhost"))


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2001:db8::1",
])
def test_no_private_address_passes_in_any_disguise(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving_to(monkeypatch, [address])
    with pytest.raises(BlockedAddress):
        door.addresses("public.example", 443, frozenset())


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving_to(monkeypatch, ["93.184.216.34", "127.0.0.1"])
    with pytest.raises(BlockedAddress):
        door.addresses("public.example", 443, frozenset())


def test_public_addresses_pass_ipv4_first(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving_to(monkeypatch, ["2606:2800:220:1::1", "93.184.216.34", "64:ff9b::5db8:d822"])
    assert door.addresses("public.example", 443, frozenset())[0] == "93.184.216.34"


def test_a_name_is_asked_once_so_that_it_cannot_answer_two_things(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda asked: ANA) as server, open_client() as http:
        answers = [["127.0.0.1"], ["93.184.216.34"]]
        asked: list[str] = []

        def changing(host: str, port: int, *args: Any, **how: Any) -> list[Any]:
            asked.append(host)
            return found(answers[len(asked) - 1], port)

        monkeypatch.setattr(socket, "getaddrinfo", changing)
        with pytest.raises(BlockedAddress):
            http.get(f"http://changing.example:{server.host.split(':')[1]}/")
        assert (asked, server.asked) == (["changing.example"], [])


@pytest.mark.parametrize("name", ["no-such-name.invalid", "a" * 70 + ".example", "..", "x" * 300])
def test_a_name_that_does_not_resolve_is_a_connection_error(name: str) -> None:
    with pytest.raises(httpx.ConnectError):
        door.addresses(name, 443, frozenset())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    def answer(asked: Asked) -> Told:
        return Told(status, b"", {"Location": "/elsewhere"}) if asked.path == "/" else ANA

    with serving(answer) as server, open_client(allow=[server.host]) as http:
        assert http.get(server.url).status_code == status
        assert [asked.path for asked in server.asked] == ["/"]


def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serving(lambda asked: ANA) as server, open_client(allow=[server.host]) as http:
        assert http.get(server.url).status_code == 200


def test_an_answer_past_the_ceiling_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MAX_BYTES", 100_000)
    with serving(lambda asked: Told(200, b"x" * int(asked.query["n"][0]))) as server, \
            open_client(allow=[server.host]) as http:
        assert len(http.get(f"{server.url}/?n=100000").content) == 100_000
        with pytest.raises(AnswerTooBig):
            http.get(f"{server.url}/?n=100001")


def test_a_compressed_answer_is_measured_by_what_it_becomes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MAX_BYTES", 100_000)
    packed = {"small": gzip.compress(b'{"a": 1}'), "bomb": gzip.compress(b"x" * 50_000_000)}
    assert len(packed["bomb"]) < 100_000
    with serving(lambda asked: Told(200, packed[asked.path[1:]], {"Content-Encoding": "gzip"})) as server, \
            open_client(allow=[server.host]) as http:
        assert http.get(f"{server.url}/small").json() == {"a": 1}
        with pytest.raises(AnswerTooBig):
            http.get(f"{server.url}/bomb")


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip"])
def test_an_encoding_nobody_asked_for_or_a_broken_one_is_an_error(encoding: str) -> None:
    with serving(lambda asked: Told(200, b"not really", {"Content-Encoding": encoding})) as server, \
            open_client(allow=[server.host]) as http, pytest.raises(httpx.DecodingError):
        http.get(server.url)


def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "MAX_SECONDS", 0.2)
    with serving(lambda asked: Told(200, b"x" * 200, manner="slow")) as server, \
            open_client(allow=[server.host]) as http:
        began = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            http.get(server.url)
        assert time.monotonic() - began < 3


def test_a_server_that_hangs_is_left_after_the_timeout() -> None:
    with serving(lambda asked: Told(manner="hang")) as server, \
            open_client(allow=[server.host], timeout=httpx.Timeout(0.2)) as http, pytest.raises(httpx.ReadTimeout):
        http.get(server.url)


def test_it_says_who_it_is() -> None:
    with serving(lambda asked: said(dict(asked.headers))) as server, open_client(allow=[server.host]) as http:
        sent = http.get(server.url).json()
    assert sent["user-agent"].startswith(f"Tertulia/{__version__} ")
    assert sent["accept"] == "application/json"


def found(addresses: list[str], port: int) -> list[Any]:
    """What ``getaddrinfo`` would give for these."""
    return [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses]


def resolving_to(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    """Names lead where the test says: what a hostile name server would do."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *args, **how: found(addresses, port))
