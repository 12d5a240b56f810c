"""Envíos: what the pages show and what can be decided there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.networks.contract import Author, Ref
from tertulia.outbox import actions
from tertulia.outbox.models import Dispatch, DispatchState
from tertulia.outbox.payloads import to_person, to_point
from tertulia.outbox.tests.stage import fresh, say
from tertulia.outbox.tests.test_graph import put
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return cast.member()


@pytest.fixture
def brand(owner: Member) -> Brand:
    return cast.brand(owner)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


def at(name: str, brand: Brand, *more: Any) -> str:
    return reverse(f"outbox:{name}", args=[brand.slug, *more])


def test_the_list_explains_itself_when_it_is_empty(client: Client, owner: Member, brand: Brand) -> None:
    client.force_login(owner)
    page = client.get(at("list", brand)).content.decode()
    assert "Todavía no hay envíos" in page and "<strong class=\"num\">0</strong>" in page


def test_what_needs_a_person_comes_first_with_its_reason(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    client.force_login(owner)
    say(channel, "Esto espera", due_at=clock.now() + timedelta(hours=1))
    bad = say(channel, "Esto no cupo")
    put(bad, "refused")
    Dispatch.objects.filter(pk=bad.pk).update(reason="too_long")
    page = client.get(at("list", brand)).content.decode()
    assert "Esto no cupo" in page and "Esto espera" not in page
    assert "El texto es más largo de lo que cabe en esta red." in page
    assert "Esto espera" in client.get(at("list", brand), {"ver": "en-camino"}).content.decode()
    everything = client.get(at("list", brand), {"ver": "todos"}).content.decode()
    assert "Esto espera" in everything and f'id="envio-{bad.pk}"' in everything


def test_the_list_is_filtered_by_channel_and_pages_to_any_depth(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    client.force_login(owner)
    other = cast.channel(brand, handle="otra")
    for number in range(95):
        say(channel, f"Mensaje {number:03}", due_at=clock.now() + timedelta(minutes=number))
    say(other, "De la otra")
    assert "De la otra" not in client.get(at("list", brand), {"ver": "todos", "canal": channel.pk}).content.decode()
    seen: list[str] = []
    query = f"?ver=todos&canal={channel.pk}"
    while query:
        response = client.get(at("list", brand) + query)
        seen += [row.excerpt for row in response.context["rows"]]
        query = response.context["older"]
    assert seen == [f"Mensaje {number:03}" for number in reversed(range(95))]


@pytest.mark.parametrize("query", [
    "?ver=nada", "?canal=uno", "?canal=99999999999999999999", "?desde=%00", "?desde=e30", "?ver=todos&desde=AAAA"])
def test_nonsense_in_the_address_is_left_out(client: Client, owner: Member, brand: Brand, channel: Channel, query: str) -> None:
    client.force_login(owner)
    assert client.get(at("list", brand) + query).status_code == 200


@pytest.mark.parametrize("state", DispatchState.values)
@pytest.mark.parametrize("verb", ["publish", "hide", "block"])
def test_every_state_of_every_verb_has_a_page(client: Client, owner: Member, brand: Brand, channel: Channel, state: str, verb: str) -> None:
    client.force_login(owner)
    payload = {"hide": to_point(Ref("9")), "block": to_person(Author("8", "trol"))}.get(verb)
    dispatch = actions.queue(channel, verb, payload, by=owner.key) if payload else say(channel, "<b>Hola</b>")
    put(dispatch, state)
    dispatch.attempts.create(version=1, started_at=clock.now(), worker="w:1", outcome="unsure", reason="timeout",
                             evidence={"status": 504, "body": "<script>"}, looked=True, ended_at=clock.now())
    page = client.get(at("detail", brand, dispatch.pk)).content.decode()
    assert str(DispatchState(state).label) in page
    assert "<b>Hola</b>" not in page and "<script>\"" not in page
    assert "miró en la red" in page


def test_an_unsure_one_has_its_two_buttons(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    client.force_login(owner)
    there, missing = say(channel, "Una"), say(channel, "Otra")
    for one in (there, missing):
        put(one, "unsure")
    page = client.get(at("detail", brand, there.pk)).content.decode()
    assert "Está publicado" in page and "No está, enviar" in page
    client.post(at("confirm", brand, there.pk), {"url": "https://red.example/1"})
    assert (fresh(there).state, fresh(there).url) == ("sent", "https://red.example/1")
    client.post(at("again", brand, missing.pk))
    assert fresh(missing).state == "waiting"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "red.example/1", "https://red.example/" + "x" * 1000])
def test_an_address_that_is_none_is_said_and_kept(client: Client, owner: Member, brand: Brand, channel: Channel, url: str) -> None:
    client.force_login(owner)
    dispatch = say(channel)
    put(dispatch, "unsure")
    response = client.post(at("confirm", brand, dispatch.pk), {"url": url})
    assert response.status_code == 422
    assert f'value="{url}"' in response.content.decode()
    assert fresh(dispatch).state == "unsure"


def test_cancelling_can_be_undone_from_the_notice(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    client.force_login(owner)
    dispatch = say(channel, due_at=clock.now() + timedelta(hours=1))
    page = client.post(at("cancel", brand, dispatch.pk), follow=True).content.decode()
    undo = at("restore", brand, dispatch.pk)
    assert fresh(dispatch).state == "cancelled" and f'action="{undo}"' in page
    client.post(undo)
    assert fresh(dispatch).state == "waiting"


def test_who_comes_too_late_is_told(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    client.force_login(owner)
    dispatch = say(channel)
    put(dispatch, "sent")
    for name in ("cancel", "again", "confirm", "restore"):
        page = client.post(at(name, brand, dispatch.pk), follow=True).content.decode()
        assert "mientras tanto ha cambiado" in page
    assert fresh(dispatch).state == "sent"


def test_only_who_may_do_the_thing_decides_on_it(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    post, hidden = say(channel), actions.queue(channel, "hide", to_point(Ref("9")), by=owner.key)
    for one in (post, hidden):
        put(one, "refused")
    client.force_login(cast.joined(brand, Role.AGENT))
    assert client.post(at("again", brand, post.pk)).status_code == 403
    assert client.post(at("again", brand, hidden.pk)).status_code == 302
    client.force_login(cast.joined(brand, Role.VIEWER, "Vera"))
    page = client.get(at("detail", brand, post.pk)).content.decode()
    assert "Volver a enviar" not in page and "con permiso" in page
    assert (fresh(post).state, fresh(hidden).state) == ("refused", "waiting")


def test_nobody_crosses_into_another_brand(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    stranger = cast.member("Eva")
    theirs = cast.brand(stranger, "Otra casa")
    dispatch = say(channel, "Secreto de la casa")
    put(dispatch, "unsure")
    client.force_login(stranger)
    assert client.get(at("list", brand)).status_code == 404
    assert "Secreto" not in client.get(at("list", theirs), {"ver": "todos", "canal": channel.pk}).content.decode()
    for where in (brand, theirs):
        assert client.get(at("detail", where, dispatch.pk)).status_code == 404
        for name in ("cancel", "again", "confirm", "restore"):
            assert client.post(at(name, where, dispatch.pk)).status_code == 404
    client.logout()
    assert client.get(at("list", brand)).status_code == 302
    assert fresh(dispatch).state == "unsure"


def test_htmx_gets_only_what_it_asks_for(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    client.force_login(owner)
    dispatch = say(channel)
    for url, target in ((at("list", brand), "envios"), (at("detail", brand, dispatch.pk), "envio")):
        part = client.get(url, headers={"HX-Request": "true", "HX-Target": target}).content.decode()
        assert f'id="{target}"' in part and "<html" not in part
