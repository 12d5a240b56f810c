"""An answer and what the net says of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels import reaching
from tertulia.channels.models import Channel
from tertulia.inbox import actions
from tertulia.kit.tests.loopback import Loopback, Told, serving
from tertulia.site.tests import cast
from tertulia.strategy import actions as voice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    reaching.forget()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with serving(lambda asked: Told(404)) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        yield server


def test_an_answer_is_asked_of_the_net_afterwards(brand: Brand, channel: Channel, client: Client, web: Loopback) -> None:
    answer = {"text": f"Aquí lo tienes: {web.url}/nada", "channel": channel.pk}
    first = client.post(reverse("inbox:proof", args=[brand.slug]), answer)
    assert web.asked == []
    assert "ninguna página" in client.post(first["Reach"], answer).content.decode()
    assert "ninguna página" in client.post(reverse("inbox:proof", args=[brand.slug]), answer).content.decode()


def test_an_answer_with_a_link_known_to_be_broken_does_not_leave_where_the_brand_says_so(
        brand: Brand, channel: Channel, ana: Member, web: Loopback) -> None:
    message = cast.arrive(channel, cast.item("c-1", "¿Dónde está el catálogo?"))[0]
    voice.change_voice(brand, stops=["link"], by=ana.key)
    text = f"Aquí lo tienes: {web.url}/nada"
    reaching.asked(text, [], by=ana.key)
    so_far = len(web.asked)
    with pytest.raises(actions.NotInItsVoice):
        actions.reply(message, text, ana, by=ana.key)
    assert len(web.asked) == so_far
