"""Componer and what the net says of a text: afterwards, at its place, and with the power to stop it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels import reaching
from tertulia.channels.models import Channel
from tertulia.kit.tests.loopback import Loopback, Told, serving
from tertulia.publishing import actions
from tertulia.publishing.models import Post
from tertulia.site.tests import cast
from tertulia.strategy import actions as voice

# Playwright keeps a loop running in the thread of the test, which Django would not touch its database from.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    reaching.forget()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """Everything is there but what is called «nada»."""
    with serving(lambda asked: Told(404 if asked.path == "/nada" else 200)) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        yield server


def test_the_first_list_asks_nobody_and_says_where_to_ask(house: Brand, desk: Client, web: Loopback) -> None:
    text = {"text": f"Mañana abrimos: {web.url}/nada"}
    first = desk.post(reverse("publishing:proof", args=[house.slug]), text)
    assert web.asked == []
    assert "ninguna página" not in first.content.decode()
    second = desk.post(first["Reach"], text)
    assert "Ese enlace no lleva a ninguna página que exista." in second.content.decode()
    assert "Reach" not in second
    again = desk.post(reverse("publishing:proof", args=[house.slug]), text)
    assert again.content == second.content, "what is known is in the first list"
    assert "Reach" not in again


def test_what_points_nowhere_asks_for_nothing_more(house: Brand, desk: Client) -> None:
    for text in ("", "Mañana abrimos.", "Hola, @nadie"):
        assert "Reach" not in desk.post(reverse("publishing:proof", args=[house.slug]), {"text": text})


def test_handles_are_asked_of_the_channels_chosen(house: Brand, desk: Client) -> None:
    text = {"text": "Hola, @nadie", "channel": cast.channel(house).pk}
    assert desk.post(reverse("publishing:proof", args=[house.slug]), text)["Reach"]
    text["channel"] = cast.channel(cast.brand(cast.member("Otra"), "Otra")).pk
    assert "Reach" not in desk.post(reverse("publishing:proof", args=[house.slug]), text)


def test_a_silenced_rule_says_nothing(house: Brand, desk: Client, web: Loopback) -> None:
    voice.silence(house, "link-nowhere", by="member:1")
    answer = desk.post(reverse("publishing:reach", args=[house.slug]), {"text": f"Hola: {web.url}/nada"})
    assert "ninguna página" not in answer.content.decode()


def test_who_may_not_publish_asks_nothing(house: Brand, web: Loopback) -> None:
    reader = cast.enter(cast.joined(house, "agent"))
    assert reader.post(reverse("publishing:reach", args=[house.slug]), {"text": web.url}).status_code == 403
    stranger = cast.enter(cast.member("Eva"))
    assert stranger.post(reverse("publishing:reach", args=[house.slug]), {"text": web.url}).status_code == 404
    assert web.asked == []


def test_a_link_known_to_be_broken_stops_a_post_where_the_brand_says_so(
        house: Brand, ways: list[Channel], write: Callable[..., Post], tomorrow: datetime, web: Loopback) -> None:
    voice.change_voice(house, stops=["link"], by="member:1")
    voice.silence(house, "link-local", by="member:1")  # the test's own server is nobody else's address
    text = f"Mañana abrimos: {web.url}/nada"
    widest = ways[-1]
    good = write(text, on=[widest])
    actions.schedule(good, tomorrow, seen=good.version, by="member:1")
    assert web.asked == [], "nobody waits for the net while scheduling"
    reaching.asked(text, [], by="member:1")
    bad = write(text, on=[widest])
    with pytest.raises(actions.CannotLeave):
        actions.schedule(bad, tomorrow, seen=bad.version, by="member:1")
    voice.change_voice(house, stops=["spelling"], by="member:1")
    actions.schedule(bad, tomorrow, seen=bad.version, by="member:1")


@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
def test_in_the_browser_the_broken_link_joins_the_list_and_leaves_it_when_mended(
        live: str, page: Any, lucia: Member, house: Brand, ways: list[Channel], web: Loopback) -> None:
    client = Client()
    client.force_login(lucia)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    page.goto(f"{live}/m/{house.slug}/componer/")
    page.fill("#text", f"Mañana abrimos: {web.url}/nada y mas pan")
    found = page.locator("[data-proof-said=text] .finding", has_text="ninguna página")
    found.wait_for()
    assert page.locator(".proof-mirror mark.error", has_text="/nada").count()
    page.fill("#text", f"Mañana abrimos: {web.url}/todo y mas pan")
    found.wait_for(state="detached")
    page.wait_for_timeout(1500)
    assert [one.path for one in web.asked if one.path == "/todo"] == ["/todo"], "asked once"
    assert not found.count()
