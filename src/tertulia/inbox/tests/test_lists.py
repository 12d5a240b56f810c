"""What the list shows: each filter, each view, each order, and never more than it says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import everywhere, lists
from tertulia.inbox.addresses import NAMES, address_of, filters_of
from tertulia.inbox.lists import ORDERS, Counted, Filters
from tertulia.inbox.models import Conversation, Note
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


def told(channel: Channel, name: str, **stands: Any) -> Conversation:
    """A conversation that stands so."""
    talk = cast.conversation(channel, name, who=name.replace(" ", "-"), name=name)
    Conversation.objects.filter(pk=talk.pk).update(**stands)
    talk.refresh_from_db()
    return talk


def shown(brand: Brand, member: Member, **filters: Any) -> list[str]:
    return [one.excerpt for one in lists.page_of(brand, member, Filters(**{"view": "all", **filters})).rows]


NOW = datetime.now(UTC)
FILTERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"judgement": "angry"}, {"judgement": "angry"}), ({"intents": ["complaint", "incident"]}, {"intent": "incident"}),
    ({"sentiment": "negative"}, {"sentiment": "negative"}), ({"importance": 3}, {"importance": 3}), ({"urgency": 2}, {"urgency": 2}),
    ({"department": "legal"}, {"department": "legal"}), ({"language": "eu"}, {"language": "eu"}), ({"kind": "review"}, {"kind": "review"}),
    ({"state": "handed"}, {"state": "handed"}), ({"state": "handed"}, {"view": "handed"}), ({"offence": "OFP"}, {"offence": "OFP"}),
    ({"labels": ["vip", "prensa"]}, {"label": "prensa"}), ({"answer_due_at": NOW - timedelta(hours=1)}, {"deadline": "overdue"}),
    ({"solve_due_at": NOW - timedelta(hours=1)}, {"deadline": "overdue"}),
    ({"answer_due_at": NOW + timedelta(minutes=30)}, {"deadline": "hour"}),
    ({"window_ends_at": NOW + timedelta(hours=1)}, {"closing": "cierra"}), ({"heat": 950}, {"view": "angry"}),
    ({"judgement": "troll", "heat": -200}, {"view": "attacks"}), ({"offence": "OFG"}, {"view": "attacks"}),
    ({"intents": ["presales"]}, {"view": "questions"}), ({"state": "snoozed"}, {"view": "snoozed"}),
    ({"state": "closed"}, {"view": "closed"}),
]


@pytest.mark.parametrize(("stands", "asked"), FILTERS)
def test_each_filter_shows_what_it_asks_for_and_nothing_else(
        channel: Channel, brand: Brand, ana: Member, stands: dict[str, Any], asked: dict[str, Any],
        monkeypatch: pytest.MonkeyPatch) -> None:
    told(channel, "otra", answer_due_at=NOW + timedelta(days=9))
    told(channel, "esta", **({"answer_due_at": NOW + timedelta(days=9)} | stands))
    filters = Filters(**{"view": "all", **asked})
    assert shown(brand, ana, **asked) == ["esta"] and lists.count_of(brand, ana, filters) == Counted(1)
    monkeypatch.setattr(lists, "LOOK", 0)  # so that it is gathered by the index
    assert shown(brand, ana, **asked) == ["esta"]


def test_people_posts_assignees_and_notes_are_filters_too(channel: Channel, brand: Brand, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    mine, named, other = told(channel, "mía", assignee=ana), told(channel, "nombrada"), told(channel, "ajena", assignee=luis)
    Note.objects.create(conversation=named, member=luis, text="@Ana", at=NOW, mentions=[ana.pk])
    assert shown(brand, ana, assignee="me") == ["mía"] and shown(brand, ana, assignee="nobody") == ["nombrada"]
    assert shown(brand, ana, assignee=str(luis.pk)) == ["ajena"] and shown(brand, ana, person_id=other.person_id) == ["ajena"]
    assert shown(brand, ana, notes="me") == ["nombrada"] == shown(brand, ana, notes="new") and shown(brand, luis, notes="new") == []
    assert shown(brand, ana, subject_id=mine.subject_id) == ["ajena", "nombrada", "mía"]
    assert shown(brand, ana, view="mine") == ["mía"]


def test_the_orders(channel: Channel, brand: Brand, ana: Member) -> None:
    for number, (heat, waits, due) in enumerate([(100, 3, 1), (900, 1, 3), (500, 2, 2)]):
        told(channel, str(number), heat=heat, waiting_since=NOW - timedelta(hours=waits), answer_due_at=NOW + timedelta(hours=due),
             last_at=NOW + timedelta(minutes=number))
    told(channel, "hecha", state="closed", waiting_since=None, answer_due_at=None, last_at=NOW - timedelta(minutes=1))
    assert shown(brand, ana) == ["2", "1", "0", "hecha"]
    assert shown(brand, ana, order="heat") == ["1", "2", "0"] == shown(brand, ana, order="heat", kind="comment")
    assert shown(brand, ana, order="waiting") == ["0", "2", "1"] and shown(brand, ana, order="due") == ["0", "2", "1"]
    assert shown(brand, ana, view="angry") == ["1"]


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize("look", [0, 3, 3000])
def test_pages_of_any_order_reach_every_row_once(channel: Channel, brand: Brand, ana: Member, order: str, look: int,
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LOOK", look)
    for number in range(9):
        told(channel, str(number), heat=number % 3, waiting_since=NOW, answer_due_at=NOW, language="es" if number % 2 else "eu")
    for narrow, wanted in ((Filters("all", order), 9), (Filters("all", order, language="eu"), 5)):
        seen, after, pages = [], "", 0
        while pages == 0 or after:
            page = lists.page_of(brand, ana, narrow, after, 2)
            seen, after, pages = seen + [one.pk for one in page.rows], page.next, pages + 1
        assert len(seen) == len(set(seen)) == wanted and pages == (wanted + 1) // 2


def test_what_was_merged_into_another_is_not_listed(channel: Channel, brand: Brand, ana: Member) -> None:
    kept = told(channel, "queda")
    told(channel, "unida", merged_into=kept)
    assert shown(brand, ana) == ["queda"] == shown(brand, ana, kind="comment") == shown(brand, ana, words="queda")
    assert shown(brand, ana, words="unida") == [] and lists.counts(brand, ana)["pending"] == Counted(1)


def test_counts_are_exact_or_marked(channel: Channel, brand: Brand, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        told(channel, str(number))
    assert str(lists.counts(brand, ana)["pending"]) == "4" == str(lists.count_of(brand, ana, Filters()))
    assert str(lists.count_of(brand, ana, Filters(), 3)) == "3+" == str(lists.count_of(brand, ana, Filters(kind="comment"), 3))
    monkeypatch.setattr(lists, "COUNTED_OPEN", 3)
    assert str(lists.counts(brand, ana)["pending"]) == "3+"


# --------------------------------------------------------------------------- addresses


def test_an_address_says_all_the_filters_and_is_read_back() -> None:
    every = Filters(view="attacks", order="due", words="el pedido", channel_id=3, kind="direct", state="open", judgement="troll",
                    intent="spam", sentiment="negative", offence="OFP", importance=2, urgency=3, department="legal", language="ca",
                    person_id=7, subject_id=8, assignee="nobody", label="vip", deadline="today", notes="me", closing="cierra", saved=9,
                    back="todas")
    assert filters_of(QueryDict(address_of(every)[1:])) == every and len(NAMES) == len(Filters.__slots__) - 1
    assert filters_of(QueryDict("")) == Filters() and address_of(Filters()) == ""


@pytest.mark.parametrize("query", ["urgencia=9", "plazo=ayer", "de=x", "de=-1", "etiqueta=%00", "juicio=malo", "notas=1",
                                   "orden=alfabetico", "persona=1e9", "despues=eyJhIjoxfQ", "despues=WzYwMCwgMV0",
                                   "orden=enfado&despues=WzYwMCwgMV0",
                                   "despues=WzEwMDAwMDAwMDAwMDAsIDFd",
                                   "q=a&despues=a-zz", "q=a&despues=c-zz", "q=a&despues=a-99999999999999999"])
def test_nonsense_in_an_address_filters_nothing_and_breaks_nothing(client: Client, brand: Brand, channel: Channel, query: str) -> None:
    cast.conversation(channel)
    assert client.get(reverse("inbox:list", args=[brand.slug]) + "?" + query).status_code == 200


def test_chips_say_what_is_filtered_and_take_it_off(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel, "Hola", name="Marta Gil")
    page = client.get(reverse("inbox:list", args=[brand.slug]), {"juicio": "angry", "persona": talk.person_id, "plazo": "vencido"})
    chips = {one["name"]: (str(one["label"]), one["url"]) for one in page.context["active"]}
    assert [chips[name][0] for name in ("juicio", "persona", "plazo")] == ["Cliente enfadado", "Marta Gil", "Plazo vencido"]
    assert "juicio" not in chips["juicio"][1] and "plazo=vencido" in chips["juicio"][1]
    assert "Nada con estos filtros" in page.content.decode()


# --------------------------------------------------------------------------- all brands


def test_one_queue_shows_the_brands_of_the_member_and_no_other(ana: Member, brand: Brand, channel: Channel) -> None:
    second, foreign = cast.brand(ana, "Segunda"), cast.brand(cast.member("Otra"), "Ajena")
    told(channel, "uno", heat=10)
    told(cast.channel(second), "dos", heat=20)
    told(cast.channel(foreign), "tres", heat=30)
    assert [one.excerpt for one in everywhere.page_of(ana, Filters(order="heat")).rows] == ["dos", "uno"]
    assert {place.brand.name: str(place.pending) for place in everywhere.places(ana)} == {"Librería Faro": "1", "Segunda": "1"}
    assert everywhere.counts(ana)["pending"] == Counted(2)
    page = cast.enter(ana).get(reverse("everywhere")).content.decode()
    assert "dos" in page and "tres" not in page and f"/m/{second.slug}/bandeja/" in page and "vuelta=todas" in page


def test_the_queue_of_all_brands_asks_the_same_however_many_they_are(ana: Member, django_assert_max_num_queries: Any) -> None:
    browser = cast.enter(ana)
    for number in range(2):
        told(cast.channel(cast.brand(ana, f"Marca {number}")), f"texto {number}")
    with django_assert_max_num_queries(20) as few:
        browser.get(reverse("everywhere"))
    for number in range(2, 8):
        told(cast.channel(cast.brand(ana, f"Marca {number}")), f"texto {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert browser.get(reverse("everywhere")).content.decode().count("data-row ") == 8


def test_every_page_of_the_queue_comes_once(ana: Member, brand: Brand, channel: Channel) -> None:
    other = cast.channel(cast.brand(ana, "Segunda"))
    for number in range(7):
        told(channel if number % 3 else other, f"n{number}", last_at=NOW + timedelta(minutes=number))
    seen, after = [], ""
    while len(seen) < 20:
        page = everywhere.page_of(ana, Filters(), after, 2)
        seen, after = seen + [one.excerpt for one in page.rows], page.next
        if not after:
            break
    assert seen == [f"n{number}" for number in range(6, -1, -1)]
