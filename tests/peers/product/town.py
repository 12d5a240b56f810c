"""A brand with a channel on each network, its workers, and the public it talks with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tertulia.brands.actions import create_brand
from tertulia.brands.models import Brand, Member
from tertulia.channels.actions import ask_now, connect
from tertulia.channels.models import Arrival, Channel
from tertulia.inbox.models import Message
from tertulia.kit import clock
from tests.peers.product.crew import Crew, until
from tests.peers.product.public import BlueskyPublic, MastodonPublic, Public, Said


class Town:
    """Who is there, and what was said so far on each network."""

    def __init__(self, brand: Brand, member: Member, publics: tuple[BlueskyPublic, MastodonPublic],
                 answers: dict[str, Callable[[], dict[str, str]]], crew: Crew) -> None:
        self.brand, self.member, self.crew = brand, member, crew
        self.bluesky, self.mastodon = publics
        self.publics: dict[str, Public] = {one.network: one for one in publics}
        self.answers = answers  # network → what a person writes in the form to connect, with a new key
        self.said: dict[str, list[Said]] = {one.network: [] for one in publics}

    def connect(self, network: str) -> Channel:
        """Connects the brand's account, or connects it again with a new key."""
        return connect(self.brand, network, self.answers[network](), by=self.member.key)

    def channel(self, network: str) -> Channel:
        """The channel as it is now."""
        return Channel.objects.get(brand=self.brand, network=network)

    def say(self, network: str, who: int, words: str, on: Said | None = None, **how: Any) -> Said:
        """Somebody says something to the brand; it is remembered."""
        said = self.publics[network].say(who, words, on, **how)
        self.said[network].append(said)
        return said

    def stored(self, network: str) -> int:
        """How many messages of others the inbox has of a network."""
        return Message.objects.filter(brand=self.brand, channel__network=network, ours=False).count()

    def all_stored(self) -> bool:
        """Whether all that was said is in the inbox, and read."""
        waiting = Message.objects.filter(brand=self.brand, ours=False, reading=None).exists()
        return not waiting and all(self.stored(network) >= len(said) for network, said in self.said.items())

    def wait_for_all(self, seconds: float) -> float:
        """Waits for that."""
        return until(self.all_stored, seconds, f"all in the inbox: { {one: self.stored(one) for one in self.said} } "
                                               f"of { {one: len(said) for one, said in self.said.items()} }")

    def poll(self, network: str, seconds: float = 30) -> None:
        """Somebody presses the button that asks now, and waits for the answer to be stored."""
        asked: datetime = clock.now()
        ask_now(self.channel(network), by=self.member.key)
        until(lambda: (self.channel(network).last_success_at or self.channel(network).connected_at) > asked, seconds,
              f"{network} asked: {self.channel(network).reason}")
        until(lambda: not Arrival.objects.filter(channel__network=network, stored_at=None).exists(), seconds, "stored")

    def lost_and_doubled(self) -> tuple[int, int]:
        """Things said that are not in the inbox, and things in the inbox that are there twice or that nobody said."""
        lost = doubled = 0
        for network, said in self.said.items():
            there = list(Message.objects.filter(brand=self.brand, channel__network=network, ours=False)
                         .values_list("external_id", flat=True))
            wanted = {one.external_id for one in said}
            lost += len(wanted - set(there))
            doubled += len(there) - len(wanted & set(there))
        return lost, doubled


def new_brand(name: str) -> tuple[Brand, Member]:
    """A brand and who cares for it."""
    member = Member.objects.create_user("lucia@example.test", name="Lucía")
    return create_brand(name, member, by=member.key), member
