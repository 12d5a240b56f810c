"""What the tests of sending play on: a brand, an account on a real server that can misbehave, and time that passes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx

from tertulia.brands.models import Brand, Member
from tertulia.channels.actions import connect
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.kit.tests.loopback import serving
from tertulia.networks.contract import Ref
from tertulia.networks.mastodon.tests.fake import Fake
from tertulia.outbox import actions, claiming, queries, sending
from tertulia.outbox.models import Bucket, Dispatch
from tertulia.outbox.pacing import server_of
from tertulia.outbox.payloads import to_point, to_say
from tertulia.site.tests import cast

AGAIN = ("waiting", "ready")


class Square:
    """The brand's account on the product's own plaza, over HTTP, and the strings that move the plaza."""

    def __init__(self, address: str, **about: Any) -> None:
        os.environ["TERTULIA_PRIVATE_HOSTS"] = address.removeprefix("http://")
        self.control = httpx.Client(base_url=f"{address}/plaza/api/public/", timeout=30)
        told = self.post("neighbours", handle="lunares", name="Lunares", brand=True, **about)
        self.answers = {"base_url": address, "token": told["token"]}
        self.member: Member = cast.member()
        self.brand: Brand = cast.brand(self.member)
        self.channel: Channel = connect(self.brand, "plaza", self.answers, by=self.member.key)

    def post(self, path: str, /, **what: Any) -> Any:
        answer = self.control.post(path, json=what)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def fault(self, effect: str, method: str, path: str, **how: Any) -> None:
        """One misbehaviour of the plaza towards this account."""
        self.post("faults", effect=effect, method=method, path=path, account="lunares", **{"times": 1, **how})

    def mend(self) -> None:
        self.control.delete("faults")

    def seen(self) -> list[dict[str, Any]]:
        """Everything that anybody ever said there."""
        found: list[dict[str, Any]] = self.control.get("seen").json()["utterances"]
        return found

    def texts(self) -> list[str]:
        """What the account said, in order."""
        return [one["text"] for one in self.seen() if one["author"]["handle"] == "lunares"]

    def comment(self) -> Ref:
        """Somebody comments on a post of ours."""
        if not any(one["author"]["handle"] == "ana" for one in self.seen()):
            self.post("neighbours", handle="ana", name="Ana")
        mine = self.post("speak", **{"as": "lunares", "text": "Hola, barrio"})
        return Ref(self.post("speak", **{"as": "ana", "text": "¿Hay pan?", "parent": mine["id"]})["id"])


@contextmanager
def square(address: str, settings: Any, **about: Any) -> Iterator[Square]:
    settings.TERTULIA_PLAZA_CONTROL = True
    one = Square(address, **about)
    try:
        yield one
    finally:
        one.control.close()


@contextmanager
def fediverse(monkeypatch: Any) -> Iterator[tuple[Fake, Channel]]:
    """An account on a server that ignores the key of a publication: there one has to look."""
    fake = Fake()
    with serving(fake.answer) as server:
        fake.url = server.url
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        owner = cast.member()
        channel = connect(cast.brand(owner), "mastodon", {"address": fake.url, "token": "token-of-panaderia"}, by=owner.key)
        yield fake, channel


def say(channel: Channel, text: str = "Hay pan de nueces", reply_to: Ref | None = None, **more: Any) -> Dispatch:
    """A post, or a reply, to be sent now."""
    return actions.queue(channel, "reply" if reply_to else "publish", to_say(text, reply_to=reply_to), by="member:1", **more)


def hide(channel: Channel, ref: Ref) -> Dispatch:
    return actions.queue(channel, "hide", to_point(ref), by="member:1")


def claim(dispatch: Dispatch) -> claiming.Claim | None:
    """One dispatch, as a lane claims it when its turn comes."""
    return claiming.claim(dispatch.pk, clock.now())


def send(dispatch_id: int) -> str:
    """What a lane does with one dispatch; the state it is in afterwards (empty: it could not leave)."""
    claimed = claiming.claim(dispatch_id, clock.now())
    return sending.carry_out(claimed) if claimed else ""


def next_up(channel: Channel, **later: float) -> int | None:
    """Which of the channel's server leaves next, now or some time later."""
    return queries.next_due(clock.now() + timedelta(**later), server_of(channel), parallel=5)


def fresh(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


def outcomes(dispatch: Dispatch) -> list[str]:
    """How its attempts ended, in order."""
    return list(dispatch.attempts.order_by("version").values_list("outcome", flat=True))


def pass_time(dispatch: Dispatch) -> None:
    """What it waited for has come: its rest is over, its lease too, and the account may speak again."""
    now = clock.now()
    Bucket.objects.all().delete()
    Dispatch.objects.filter(pk=dispatch.pk, state="sending").update(lease_until=now - timedelta(seconds=1))
    claiming.take_back()
    Dispatch.objects.filter(pk=dispatch.pk, state__in=AGAIN).update(try_at=now)


def settle(dispatch: Dispatch, most: int = 8) -> Dispatch:
    """Sends until it is over, letting its rests pass."""
    for _ in range(most):
        pass_time(dispatch)
        send(dispatch.pk)
        if (now := fresh(dispatch)).state not in AGAIN:
            return now
    raise AssertionError(f"still {now.state} after {most} tries")
