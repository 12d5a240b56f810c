"""The main job from end to end, on the plaza's own server: said, collected, read, answered, hidden, counted."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest

from tertulia.brands.actions import create_brand
from tertulia.brands.models import Member
from tertulia.channels.actions import connect
from tertulia.channels.models import Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Conversation, Message
from tertulia.moderation.actions import hide, write_house_rule
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions as publishing
from tertulia.reports.queries import figures, week_of
from tests.work import settle


@pytest.fixture
def plaza(live: str, settings: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """The plaza's control API, on a live server that the product may call."""
    settings.TERTULIA_PLAZA_CONTROL = True  # type: ignore[attr-defined]
    os.environ["TERTULIA_PRIVATE_HOSTS"] = live.removeprefix("http://")
    with httpx.Client(base_url=f"{live}/plaza/api/public/") as client:
        yield client


def bookshop(plaza: httpx.Client) -> tuple[Member, Channel]:
    """A member, a channel of their brand on the plaza, and two neighbours."""
    address = str(plaza.base_url).removesuffix("/plaza/api/public/")
    member = Member.objects.create_user("lucia@example.test", name="Lucía")
    brand = create_brand("Librería La Tertulia", member, by=member.key)
    for handle in ("ana", "trol"):
        plaza.post("neighbours", json={"handle": handle, "name": handle.title()})
    token = plaza.post("neighbours", json={"handle": "libreria", "name": "Librería", "brand": True}).json()["token"]
    return member, connect(brand, "plaza", {"base_url": address, "token": token}, by=member.key)


def test_a_post_is_answered_read_and_moderated(plaza: httpx.Client) -> None:
    member, channel = bookshop(plaza)
    brand = channel.brand

    post = publishing.draft(brand, member, by=member.key)
    post = publishing.edit(post, seen=1, text="Mañana abrimos hasta las diez.", variants={channel.pk: ""}, by=member.key)
    publishing.schedule(post, None, seen=2, by=member.key)
    settle()
    said = Dispatch.objects.get(verb="publish")
    assert (said.state, Channel.objects.get().state) == ("sent", "active"), said.detail

    plaza.post("speak", json={"as": "ana", "parent": said.external_id, "text": "¿Y el domingo a qué hora abrís?"})
    plaza.post("speak", json={"as": "trol", "parent": said.external_id, "text": "Sois unos inútiles, panda de imbéciles"})
    Channel.objects.update(next_poll_at="2020-01-01T00:00Z")
    settle()
    theirs = list(Message.objects.filter(ours=False).order_by("at"))
    assert [one.text[:8] for one in theirs] == ["¿Y el do", "Sois uno"]
    assert all(one.reading for one in theirs)
    assert Conversation.objects.filter(subject__text="Mañana abrimos hasta las diez.").count() == 2

    mine = inbox.reply(theirs[0], "¡Hola, Ana! El domingo abrimos de 10 a 14.", member, by=member.key)
    rule = write_house_rule(brand, "Sin insultos", "No se insulta a nadie.", by=member.key)
    hide(theirs[1], rule, member, by=member.key)
    settle()
    mine.refresh_from_db()
    theirs[1].refresh_from_db()
    assert mine.external_id and theirs[1].hidden_at
    everything = plaza.get("seen").json()["utterances"]
    assert [one["text"] for one in everything if one["parent"] == theirs[0].external_id] == [mine.text]

    week = week_of(brand, theirs[0].at.date())
    counted = figures(brand, week)
    assert (counted.received, counted.answered, counted.published, counted.hidden) == (2, 1, 1, 1)

    Channel.objects.update(next_poll_at="2020-01-01T00:00Z", cursor={})
    settle()
    assert Message.objects.count() == 3, "a replay adds nothing"


def test_a_post_that_was_not_published_here_is_described(plaza: httpx.Client) -> None:
    bookshop(plaza)
    post = plaza.post("speak", json={"as": "libreria", "text": "Dicho desde el móvil."}).json()
    plaza.post("speak", json={"as": "ana", "parent": post["id"], "text": "¡Qué bien!"})
    settle()
    talk = Conversation.objects.get()
    assert talk.subject and (talk.subject.text, talk.messages_count) == ("Dicho desde el móvil.", 1)
