"""Acting on many at once, labels, saved views."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, lists, saved_views, sweeping, sweeps
from tertulia.inbox.lists import Filters
from tertulia.inbox.models import Conversation, Label, Message, SavedView, Sweep
from tertulia.inbox.reactions import finish_sweep, sweeps_to_finish
from tertulia.journal.models import Fact
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine does all of it in one answer too; who wants it in several says so."""
    monkeypatch.setattr(sweeps, "AT_ONCE", 60)


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


def many(channel: Channel, count: int) -> list[int]:
    return [one.conversation_id for one in cast.arrive(channel, *[cast.item(f"m{n}", f"Texto {n}", who=f"w{n}") for n in range(count)])]


def told(response: Any) -> dict[str, Any]:
    toast: dict[str, Any] = json.loads(response.headers["HX-Trigger"])["toast"]
    return toast


def test_all_that_the_filters_find_is_done_and_not_only_the_page(client: Client, brand: Brand, channel: Channel) -> None:
    ids = many(channel, 45)
    cast.conversation(cast.channel(brand, handle="otra"), "Aparte", who="x")
    shown = client.get(at("found", brand) + f"?canal={channel.pk}").content.decode()
    assert "Las 45 que cumplen esto" in shown
    response = client.post(at("many", brand) + f"?canal={channel.pk}", {"todas": "1", "act": "close:spam", "ids": ids[:2]}, headers=HTMX)
    assert told(response)["text"] == "45 conversaciones cerradas."
    assert list(Conversation.objects.exclude(state="closed").values_list("excerpt", flat=True)) == ["Aparte"]
    client.post(told(response)["undo"], headers=HTMX)
    assert not Conversation.objects.filter(state="closed").exists()
    assert client.post(told(response)["undo"], headers=HTMX).status_code == 422, "taken back once"


def test_what_is_long_shows_how_far_it_is_and_is_gone_on_with(
        client: Client, brand: Brand, channel: Channel, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = many(channel, 7)
    monkeypatch.setattr(sweeping, "STRETCH", 2)
    monkeypatch.setattr(sweeps, "AT_ONCE", 0)
    response = client.post(at("many", brand), {"ids": ids, "act": f"assign:{ana.pk}"}, headers=HTMX)
    sweep = Sweep.objects.get()
    assert "0 de 7" in response.content.decode() and 'id="progreso"' in response.content.decode()
    monkeypatch.setattr(sweeps, "STEP", 0.0001)
    steps = 0
    while "go_on" not in response.headers and 'class="sweep"' in response.content.decode() and steps < 9:
        response = client.post(at("go_on", brand, sweep.pk), headers=HTMX | {"HX-Target": "progreso"})
        steps += 1
    assert 1 < steps < 9 and told(response)["text"] == "7 conversaciones asignadas."
    assert Conversation.objects.filter(assignee=ana).count() == 7


def test_the_worker_finishes_what_nobody_looks_at(brand: Brand, channel: Channel, ana: Member) -> None:
    ids = many(channel, 3)
    sweep = sweeping.begin(brand, ana, "label:vip", ids, by=ana.key)
    assert [one.arguments for one in sweeps_to_finish()] == [{"sweep_id": sweep.pk}]
    finish_sweep(sweep.pk)
    assert Conversation.objects.filter(labels=["vip"]).count() == 3 and not sweeps_to_finish()
    assert Label.objects.get().name == "vip"


def test_what_is_owed_an_answer_is_not_closed_without_a_reason(client: Client, brand: Brand, channel: Channel) -> None:
    first, second = many(channel, 2)
    message = Message.objects.get(conversation=first)
    actions.settle([message], "answered", by="x")
    Conversation.objects.filter(pk=first).update(state="open")
    response = client.post(at("many", brand), {"ids": [first, second], "act": "close:"}, headers=HTMX)
    assert told(response)["text"] == "1 conversación cerrada. A 1 se le debe una respuesta: sigue abierta."
    assert client.post(at("many", brand), {"ids": [second], "act": "close:"}, headers=HTMX).status_code == 422


def test_undoing_leaves_alone_where_somebody_spoke_since(client: Client, brand: Brand, channel: Channel) -> None:
    ids = many(channel, 2)
    back = told(client.post(at("many", brand), {"ids": ids, "act": "close:spam"}, headers=HTMX))["undo"]
    cast.arrive(channel, cast.item("otra", "¿Hola?", who="w0", parent="m0", at=datetime.now(UTC) + timedelta(minutes=1)))
    client.post(back, headers=HTMX)
    assert dict(Conversation.objects.values_list("pk", "state")) == {ids[0]: "open", ids[1]: "open"}
    assert Conversation.objects.get(pk=ids[0]).messages_count == 2


@pytest.mark.parametrize("act", ["burn", "close:porque sí", "assign:0", "assign:99999", "snooze:nunca", "label:", "undo:1", "undo:x", ""])
def test_what_is_no_act_does_nothing(client: Client, brand: Brand, channel: Channel, act: str) -> None:
    ids, facts = many(channel, 1), Fact.objects.count()
    assert client.post(at("many", brand), {"ids": ids, "act": act}, headers=HTMX).status_code == 422
    assert not Conversation.objects.exclude(state="open").exists() and Fact.objects.count() - facts <= 1


def test_a_sweep_is_its_members_alone(client: Client, brand: Brand, channel: Channel) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    sweep = sweeping.begin(brand, luis, "close:spam", many(channel, 1), by=luis.key)
    assert client.post(at("go_on", brand, sweep.pk)).status_code == client.post(at("undo_many", brand, sweep.pk)).status_code == 404


# --------------------------------------------------------------------------- labels


def test_a_label_is_put_on_taken_off_and_both_taken_back(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)

    def labels() -> list[str]:
        return list(Conversation.objects.get().labels)

    response = client.post(at("label", brand, talk.pk), {"name": "  VIP  prensa "}, headers=HTMX)
    assert labels() == ["VIP prensa"] and Label.objects.get().name == "VIP prensa"
    client.post(told(response)["undo"], headers=HTMX)
    assert labels() == []
    assert actions.label(talk, "vip PRENSA", by=ana.key) and labels() == ["VIP prensa"], "one word, however it is written"
    assert not actions.label(talk, "VIP prensa", by=ana.key)
    client.post(at("label", brand, talk.pk), {"name": "VIP prensa"}, headers=HTMX)
    assert labels() == []
    assert client.post(at("label", brand, talk.pk), {"name": "x" * 41}, headers=HTMX).status_code == 422
    client.post(at("forget_label", brand), {"name": "VIP prensa"}, headers=HTMX)
    assert not Label.objects.exists()


# --------------------------------------------------------------------------- saved views


def test_filters_are_kept_under_a_name_with_a_count_beside(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    many(channel, 3)
    cast.conversation(channel, "Privado", kind="direct", root="", who="d")
    response = client.post(at("save_view", brand) + "?tipo=direct&vista=todas", {"name": "Privados", "equipo": "1"}, headers=HTMX)
    view = SavedView.objects.get()
    assert response.headers["HX-Redirect"] == at("list", brand) + f"?vista=todas&tipo=direct&guardada={view.pk}" and view.member is None
    page = client.get(response.headers["HX-Redirect"]).content.decode()
    assert "Privado" in page and "Texto 1" not in page
    shown = client.get(at("named_counts", brand) + f"?vista=todas&tipo=direct&guardada={view.pk}").content.decode()
    assert re.search(r'aria-current="page".*Privados.*<span class="count">1</span>', shown)
    assert client.post(at("save_view", brand) + "?tipo=direct", {"name": "Privados", "equipo": "1"}, headers=HTMX).status_code == 422
    assert client.post(at("save_view", brand), {"name": " "}, headers=HTMX).status_code == 422


def test_views_are_renamed_ordered_changed_and_thrown_away_with_the_way_back(client: Client, brand: Brand, ana: Member) -> None:
    first = saved_views.save_view(brand, ana, "Uno", {"tipo": "direct"}, by=ana.key)
    second = saved_views.save_view(brand, ana, "Dos", {"vista": "todas"}, by=ana.key)
    client.post(at("change_view", brand, first.pk), {"name": "Primera"}, headers=HTMX)
    client.post(at("change_view", brand, first.pk) + "?tipo=review", {"filtros": "1"}, headers=HTMX)
    client.post(at("order_views", brand), {"sube": second.pk}, headers=HTMX)
    assert [(one.name, one.filters) for one in saved_views.saved_views(brand, ana)] == [
        ("Dos", {"vista": "todas"}), ("Primera", {"tipo": "review"})]
    back = told(client.post(at("remove_view", brand, first.pk), headers=HTMX))["undo"]
    assert saved_views.saved_views(brand, ana).count() == 1
    client.post(back, headers=HTMX)
    assert [one.name for one in saved_views.saved_views(brand, ana)] == ["Dos", "Primera"]
    assert "Primera" in client.get(at("saved_views", brand)).content.decode()


def test_the_inbox_opens_with_the_view_the_member_chose(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    view = saved_views.save_view(brand, ana, "Todo", {"vista": "todas"}, by=ana.key)
    client.post(at("open_with", brand), {"vista": view.pk}, headers=HTMX)
    assert client.get(at("list", brand)).headers["Location"] == at("list", brand) + f"?vista=todas&guardada={view.pk}"
    assert client.get(at("list", brand) + "?vista=pendientes").status_code == 200
    client.post(at("open_with", brand), headers=HTMX)
    assert client.get(at("list", brand)).status_code == 200


def test_one_members_views_are_not_anothers_and_who_only_looks_changes_none_of_the_teams(
        client: Client, brand: Brand, ana: Member) -> None:
    luis, vera = cast.joined(brand, "agent", "Luis"), cast.joined(brand, "viewer", "Vera")
    own = saved_views.save_view(brand, luis, "De Luis", {}, by=luis.key)
    shared = saved_views.save_view(brand, ana, "De todos", {}, shared=True, by=ana.key)
    assert client.post(at("remove_view", brand, own.pk)).status_code == 404
    assert [one.name for one in saved_views.saved_views(brand, vera)] == ["De todos"]
    looking = cast.enter(vera)
    assert looking.post(at("change_view", brand, shared.pk), {"name": "x"}).status_code == 404
    looking.post(at("save_view", brand) + "?vista=todas", {"name": "Mía", "equipo": "1"}, headers=HTMX)
    assert SavedView.objects.get(name="Mía").member == vera
    saved_views.save_view(brand, vera, "Otra mía", {}, by=vera.key)
    placed = SavedView.objects.get(pk=shared.pk).order
    looking.post(at("order_views", brand), {"sube": SavedView.objects.get(name="Otra mía").pk}, headers=HTMX)
    assert [one.name for one in saved_views.saved_views(brand, vera) if one.member] == ["Otra mía", "Mía"]
    looking.post(at("order_views", brand), {"ids": [SavedView.objects.get(name="Mía").pk, shared.pk]}, headers=HTMX)
    assert [one.name for one in saved_views.saved_views(brand, vera) if one.member] == ["Mía", "Otra mía"]
    assert SavedView.objects.get(pk=shared.pk).order == placed
    back = told(client.post(at("remove_view", brand, shared.pk), headers=HTMX))["undo"]
    assert looking.post(back, headers=HTMX).status_code == 422 and not SavedView.objects.filter(name="De todos").exists()
    assert client.post(back, headers=HTMX).status_code == 200
    other = cast.brand(cast.member("Otra"), "Otra")
    assert client.post(at("save_view", other), {"name": "x"}).status_code == 404
    assert lists.count_of(brand, ana, Filters()).number == 0
