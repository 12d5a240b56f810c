"""After any sequence of acts, each day of each channel adds up; what does not is named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Arrival, Channel
from tertulia.inbox import actions, ledger
from tertulia.inbox.ending import lapse
from tertulia.inbox.models import Conversation, Ending, Message
from tertulia.networks.contract import Item, Vanished
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
BY = "member:0"
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
DAY = NOW.date()


def at(brand: Brand, name: str, **query: str) -> str:
    return reverse(f"ledger:{name}", args=[brand.slug]) + "?" + "&".join(f"{key}={value}" for key, value in query.items())


class Walk:
    """A random walk over everything that can happen to conversations."""

    def __init__(self, brand: Brand, channels: list[Channel], ana: Member, seed: int) -> None:
        self.brand, self.channels, self.ana, self.chance, self.said = brand, channels, ana, Random(seed), 0

    def step(self) -> None:
        self.chance.choice([self.arrive, self.arrive, self.arrive, self.reply, self.fail, self.close, self.reopen, self.hide, self.show,
                            self.vanish, self.delete, self.hand_over, self.bring_back, self.snooze, self.wake, self.lapse, self.undo,
                            self.answer_there])()

    def talk(self) -> Conversation | None:
        return self.chance.choice(list(Conversation.objects.filter(messages__ours=False).distinct()) or [None])  # type: ignore[list-item]

    def theirs(self) -> Message | None:
        return self.chance.choice(list(Message.objects.filter(ours=False)) or [None])  # type: ignore[list-item]

    def arrive(self, ours: bool = False) -> None:
        self.said += 1
        before = self.theirs()
        answers = before is not None and (ours or self.chance.random() < 0.5)
        channel = before.channel if before and answers else self.chance.choice(self.channels)
        one = cast.item(f"n{self.said}", "hola", who=f"w{self.chance.randrange(3)}", at=NOW + timedelta(minutes=self.said),
                        parent=before.external_id or "" if before and answers else "")
        cast.arrive(channel, Item(**{**{name: getattr(one, name) for name in one.__dataclass_fields__}, "ours": ours}))

    def answer_there(self) -> None:
        if self.theirs():
            self.arrive(ours=True)

    def reply(self) -> None:
        message = self.theirs()
        if message and not message.vanished_at:
            actions.reply(message, "Sí", self.ana, by=BY)

    def fail(self) -> None:
        if dispatch := Dispatch.objects.filter(state="waiting").order_by("?").first():
            Dispatch.objects.filter(pk=dispatch.pk).update(state="cancelled")
            actions.reply_failed(Dispatch.objects.get(pk=dispatch.pk), by=BY)

    def close(self) -> None:
        if talk := self.talk():
            actions.close(talk, by=BY, because="spam")

    def reopen(self) -> None:
        if talk := self.talk():
            actions.reopen(talk, by=BY)

    def hide(self) -> None:
        if message := self.theirs():
            actions.set_hidden(message, True, by=BY, because="1. Sin insultos")

    def show(self) -> None:
        if message := self.theirs():
            actions.set_hidden(message, False, by=BY)

    def vanish(self) -> None:
        message = self.theirs()
        if message and not message.vanished_at:
            cast.arrive(message.channel, Vanished(message.external_id or ""))

    def delete(self) -> None:
        if message := self.theirs():
            actions.settle([message], Ending.DELETED, by=BY, because="norma")

    def hand_over(self) -> None:
        if talk := self.talk():
            actions.hand_over(talk, by=BY, because="tienda")

    def bring_back(self) -> None:
        if talk := self.talk():
            actions.bring_back(talk, by=BY)

    def snooze(self) -> None:
        talk = self.talk()
        if talk and talk.state == "open":
            actions.snooze(talk, NOW + timedelta(days=2), by=BY)

    def wake(self) -> None:
        actions.wake_snoozed(NOW + timedelta(days=3), by=BY)

    def lapse(self) -> None:
        if talk := self.talk():
            Conversation.objects.filter(pk=talk.pk).update(window_ends_at=NOW)
            lapse(NOW + timedelta(days=1), by=BY)
            Conversation.objects.filter(pk=talk.pk).update(window_ends_at=None)

    def undo(self) -> None:
        if talk := self.talk():
            before = actions.Before.of(talk)
            self.chance.choice([lambda: actions.close(talk, by=BY, because="spam"), lambda: actions.reopen(talk, by=BY)])()
            actions.put_back(self.brand, [before], by=BY)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_sequence_of_acts_every_day_adds_up(brand: Brand, channel: Channel, ana: Member, seed: int) -> None:
    walk = Walk(brand, [channel, cast.channel(brand, handle="otra")], ana, seed)
    for number in range(60):
        walk.step()
        lines = ledger.sums(brand, DAY, DAY + timedelta(days=1))
        assert all(one.adds_up for one in lines), (number, lines)
        assert sum(one.received for one in lines) == Message.objects.filter(ours=False).count()
        for talk in Conversation.objects.all():
            owed = talk.messages.filter(ours=False, ending=None).exists()
            assert owed == (talk.waiting_since is not None) and not (owed and talk.state in ("closed", "handed")), (number, talk.state)
    assert ledger.adds_up(brand, DAY)


def test_a_day_is_counted_on_the_clock_of_the_brand(brand: Brand, channel: Channel) -> None:
    cast.conversation(channel, at=datetime(2026, 11, 17, 23, 30, tzinfo=UTC))  # half past midnight in Madrid
    assert [(one.day.day, one.received, one.stands) for one in ledger.sums(brand, DAY, DAY)] == [(18, 1, {"waiting": 1})]


def test_what_claims_an_answer_that_did_not_leave_is_missing_and_named(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel, at=NOW)
    mine = actions.reply(talk.messages.get(), "Sí", ana, by=BY)
    Dispatch.objects.filter(pk=mine.dispatch_id).update(state="cancelled")  # and nobody told the inbox
    line = ledger.together(ledger.sums(brand, DAY, DAY), DAY)
    assert not line.adds_up and line.missing == 1 and line.stands == {"unsent": 1} and not ledger.adds_up(brand, DAY)
    page = client.get(at(brand, "ledger", fecha=DAY.isoformat())).content.decode()
    assert "No cuadra" in page and "como=missing" in page
    listed = client.get(at(brand, "entries", desde=DAY.isoformat(), hasta=DAY.isoformat(), como="missing")).content.decode()
    assert f"#m{talk.messages.get(ours=False).pk}" in listed


def test_what_nobody_would_see_is_missing(brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel, at=NOW)
    Conversation.objects.filter(pk=talk.pk).update(state="closed", waiting_since=None)
    assert ledger.together(ledger.sums(brand, DAY, DAY), DAY).stands == {"lost": 1}
    assert [one.pk for one in ledger.standing(brand, DAY, DAY, stands="missing")] == [talk.messages.get().pk]


def test_what_arrived_and_was_not_stored_is_told(brand: Brand, channel: Channel, client: Client) -> None:
    Arrival.objects.create(channel=channel, external_id="x", digest="d", payload={}, arrived_at=datetime.now(UTC) - timedelta(hours=1))
    assert ledger.stuck(brand) == 1 and not ledger.adds_up(brand, DAY)
    assert "Algo no ha entrado" in client.get(at(brand, "ledger")).content.decode()


@pytest.mark.parametrize("query", [
    {}, {"periodo": "semana"}, {"periodo": "mes", "fecha": "2026-11-18"}, {"desde": "2026-11-01", "hasta": "2026-11-18"},
    {"desde": "x", "hasta": "y"}, {"periodo": "nada", "fecha": "9999-99-99"}, {"canal": "999999"}])
def test_the_page_shows_any_span_and_shrugs_off_nonsense(client: Client, brand: Brand, channel: Channel, query: dict[str, str]) -> None:
    cast.conversation(channel, at=NOW)
    assert client.get(at(brand, "ledger", **query)).status_code == 200
    assert client.get(at(brand, "entries", **query, como="zzz")).status_code == 200


def test_the_page_says_how_it_adds_up_and_leads_to_the_very_messages(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    answered, hidden, waiting = (cast.conversation(channel, f"mensaje {n}", at=NOW) for n in range(3))
    actions.reply(answered.messages.get(), "Sí", ana, by=BY)
    actions.close(hidden, by=BY, because="spam")
    page = client.get(at(brand, "ledger", fecha=DAY.isoformat())).content.decode()
    assert "Cuadra: solo queda uno por terminar" in page and "como=silent" in page
    for stands, text in (("answered", "Respondió Ana Torres"), ("silent", "Es spam"), ("open", "sin asignar")):
        assert text in client.get(at(brand, "entries", desde=DAY.isoformat(), hasta=DAY.isoformat(), como=stands)).content.decode()
    assert waiting.pk


def test_it_can_be_taken_away_as_a_table_and_as_data(client: Client, brand: Brand, channel: Channel) -> None:
    cast.conversation(channel, at=NOW, who="=cmd", name="=1+1")
    days = {"desde": DAY.isoformat(), "hasta": DAY.isoformat()}
    table = b"".join(client.get(at(brand, "csv", **days))).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert table[0].startswith("id;at;received_at;network") and len(table) == 2 and "'=cmd" in table[1]
    told = json.loads(b"".join(client.get(at(brand, "json", **days))))  # type: ignore[arg-type]
    assert told[0]["stands"] == "waiting" and told[0]["author"] == "=cmd"
    assert json.loads(b"".join(client.get(at(brand, "json", desde="2020-01-01", hasta="2020-01-02")))) == []  # type: ignore[arg-type]


def test_an_export_goes_on_where_a_piece_ended(brand: Brand, channel: Channel) -> None:
    for n in range(7):
        cast.conversation(channel, f"{n}", at=NOW + timedelta(minutes=n // 3))
    pieces = list(ledger.entries(brand, DAY, DAY, size=3))
    assert [len(one) for one in pieces] == [3, 3, 1] and len({one["pk"] for piece in pieces for one in piece}) == 7


def test_the_ledger_of_another_brand_is_not_there(brand: Brand, channel: Channel) -> None:
    stranger = cast.enter(cast.member("Otra"))
    assert stranger.get(at(brand, "ledger")).status_code == 404 and stranger.get(at(brand, "csv")).status_code == 404
