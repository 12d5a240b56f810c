"""Whether the links and the handles of a text exist, asked of the net and remembered for a while.

Only what certainly does not exist is found. A private address says no more than a server that does not answer.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum

import httpx
from django.core.cache.backends.locmem import LocMemCache
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from tertulia import networks
from tertulia.brands.models import Brand
from tertulia.channels.connection import Keep, account_of
from tertulia.channels.models import Channel
from tertulia.channels.queries import channels_of
from tertulia.kit.http import NoSuchName, addresses, open_client
from tertulia.language import Finding, Kind, Severity
from tertulia.language.proofing.mentioned import Spot, mentioned
from tertulia.networks.contract import Knows, Outcome

MOST = 6              # links of a text, and handles, that are asked for
PATIENCE = 4.0        # seconds, for all of a text together
HOPS = 5              # redirections followed
KEPT, KEPT_UNKNOWN = 600, 60  # seconds an answer is remembered, and the lack of one
BUDGET, SPAN = 60, 600        # questions a member may cause in so many seconds: nobody scans the net from here
_AGAIN = frozenset({400, 403, 404, 405, 410, 501})  # what servers answer to a HEAD that they would not to a GET
_NOWHERE = (404, 410)
_UNSAYABLE = (httpx.InvalidURL, UnicodeError, OverflowError)
_ALWAYS = "example.com"  # the name that IANA keeps for everybody

# One process serves the pages, and another that knows less only asks again: nothing here is worth a table.
_answers = LocMemCache("reaching", {"TIMEOUT": KEPT, "OPTIONS": {"MAX_ENTRIES": 5_000}})
_visitors = ThreadPoolExecutor(8, "reaching")


class Verdict(StrEnum):
    """What the net says of a link or a handle."""

    THERE = "there"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known not to exist in a text; ``left``: something of it has not been asked yet."""

    findings: Sequence[Finding]
    left: bool


@dataclass(frozen=True, slots=True)
class _Question:
    """A link (``channel`` None), or a handle on the network of a channel."""

    spot: Spot
    channel: Channel | None

    @property
    def key(self) -> str:
        whole = self.spot.value if self.channel is None else f"{self.channel.pk}@{self.spot.value.lower()}"
        return hashlib.sha256(whole.encode()).hexdigest()


def destined(brand: Brand, pks: Iterable[str]) -> Sequence[Channel]:
    """The brand's channels that a page says its text goes to."""
    told = [int(pk) for pk in pks if pk.isascii() and pk.isdigit() and len(pk) < 10]
    return list(channels_of(brand).filter(pk__in=told)) if told else ()


def known(text: str, channels: Iterable[Channel]) -> Known:
    """What was asked before. Never waits."""
    questions = _questions(text, channels)
    said = _answers.get_many([one.key for one in questions])
    return Known(_findings(text, questions, said), any(one.key not in said for one in questions))


def asked(text: str, channels: Iterable[Channel], *, by: str) -> Sequence[Finding]:
    """The same after asking what is left, in ``PATIENCE`` seconds at most and within the budget of ``by``.

    Never inside a transaction, for the net may be slow.
    """
    questions = _questions(text, channels)
    said = _answers.get_many([one.key for one in questions])
    left = list({one.key: one for one in questions if one.key not in said}.values())
    said |= _ask(left[:_allowed(by, len(left))])
    return _findings(text, questions, said)


def _questions(text: str, channels: Iterable[Channel]) -> Sequence[_Question]:
    links, handles = mentioned(text)
    knowing = [one for one in channels if handles and issubclass(networks.load(one.network), Knows)]
    return [*(_Question(spot, None) for spot in links[:MOST]),
            *(_Question(spot, channel) for spot in handles[:MOST] for channel in knowing)]


def _findings(text: str, questions: Iterable[_Question], said: Mapping[str, str]) -> Sequence[Finding]:
    """By place."""
    where: dict[Spot, list[str]] = {}
    for one in questions:
        if said.get(one.key) == Verdict.NOWHERE:
            where.setdefault(one.spot, []).extend([networks.manifest(one.channel.network).title] if one.channel else [])
    return [_finding(text, spot, list(dict.fromkeys(titles))) for spot, titles in sorted(where.items())]


def _finding(text: str, spot: Spot, titles: list[str]) -> Finding:
    kind, rule, why = Kind.LINK, "link-nowhere", _("Ese enlace no lleva a ninguna página que exista.")
    if titles:
        kind, rule = Kind.HANDLE, "handle-nobody"
        why = _("En %(networks)s no hay nadie que se llame así.") % {"networks": get_text_list(titles, _("y"))}
    return Finding(spot.start, spot.end, text[spot.start:spot.end], kind, rule, Severity.ERROR, why)


def _allowed(by: str, wanted: int) -> int:
    """How many of ``wanted`` questions the member may still cause; they are counted."""
    key = f"by:{by}"
    _answers.add(key, 0, SPAN)
    try:
        spent = _answers.incr(key, wanted)
    except ValueError:  # it ended this very moment
        return wanted
    return max(0, BUDGET - (spent - wanted))


# --------------------------------------------------------------------------- asking


def _ask(questions: Sequence[_Question]) -> Mapping[str, str]:
    until, said = time.monotonic() + PATIENCE, dict.fromkeys((one.key for one in questions), Verdict.UNKNOWN)
    with ExitStack() as lines:
        visits = {one.key: _visitors.submit(_visit, lines.enter_context(_line()), one.spot.value)
                  for one in questions if one.channel is None}
        for one in questions:  # here, for what a network renews on the way is stored by this thread's connection
            if one.channel and time.monotonic() < until:
                said[one.key] = _meet(one.channel, one.spot.value)
        done = wait(visits.values(), max(0.0, until - time.monotonic())).done
        said |= {key: visit.result() for key, visit in visits.items() if visit in done}
        for visit in visits.values():
            visit.cancel()
    for key, verdict in said.items():
        _answers.set(key, verdict.value, KEPT_UNKNOWN if verdict == Verdict.UNKNOWN else KEPT)
    return said


def _line() -> httpx.Client:
    return open_client(timeout=httpx.Timeout(PATIENCE))


def _visit(http: httpx.Client, url: str) -> Verdict:
    """What its server says of an address."""
    status = 0
    try:
        for method in ("HEAD", "GET"):
            status = _status(http, method, url)
            if status not in _AGAIN:
                break
    except NoSuchName:
        return Verdict.NOWHERE if _names_resolve() else Verdict.UNKNOWN
    except (httpx.HTTPError, *_UNSAYABLE):
        return Verdict.UNKNOWN
    if status in _NOWHERE:
        return Verdict.NOWHERE
    return Verdict.THERE if status < 400 else Verdict.UNKNOWN


def _status(http: httpx.Client, method: str, url: str) -> int:
    """The status at the end of the redirections, each judged by the door; no body is read."""
    request: httpx.Request | None = http.build_request(method, url, headers={"Accept": "text/html, */*"})
    for _hop in range(HOPS + 1):
        assert request
        answer = http.send(request, stream=True)
        answer.close()
        request = answer.next_request
        if request is None:
            return answer.status_code
    raise httpx.TooManyRedirects(url)


def _names_resolve() -> bool:
    """Whether a no of the resolver is worth something: one that is cut off from the world says it of every name."""
    try:
        return bool(addresses(_ALWAYS, 443, frozenset()))
    except httpx.ConnectError:
        return False


def _meet(channel: Channel, handle: str) -> Verdict:
    """What a channel's network says of a handle."""
    try:
        with _line() as http:
            network = networks.load(channel.network)(account_of(channel), http, Keep(channel))
            assert isinstance(network, Knows)
            return Verdict.THERE if network.knows(handle) else Verdict.NOWHERE
    except Outcome:
        return Verdict.UNKNOWN


def forget() -> None:
    """Everything is to be asked again, and everybody may (tests ask for it)."""
    _answers.clear()
