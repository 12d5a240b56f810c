"""Horario, Plazos and Reparto as people use them; the ledger and the targets by API."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands import actions as brands
from tertulia.brands.days_off import PLACES, public
from tertulia.brands.models import Brand, Member
from tertulia.brands.weeks import said
from tertulia.channels.models import Channel
from tertulia.inbox import assigning, targets
from tertulia.inbox.models import AssignmentRule, Share
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
OFFICE = {str(day): [["09:00", "18:00"]] for day in range(5)}
BY = "member:0"


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(name, args=[brand.slug, *args])


# --------------------------------------------------------------------------- Horario


def test_a_week_is_written_and_kept(client: Client, brand: Brand) -> None:
    told = {"mode": "week", "from-0": ["09:00", "16:00"], "to-0": ["14:00", "19:00"], "from-4": ["22:00", ""], "to-4": ["02:00", ""],
            "from-6": ["00:00"], "to-6": ["00:00"]}
    assert client.post(at("brands:hours", brand), told).status_code == 302
    brand.refresh_from_db()
    assert brand.hours == {"0": [["09:00", "14:00"], ["16:00", "19:00"]], "4": [["22:00", "02:00"]], "6": [["00:00", "24:00"]]}
    page = client.get(at("brands:hours", brand)).content.decode()
    assert 'value="22:00"' in page and 'x="1320" width="120"' in page and 'x="0" width="120"' in page
    client.post(at("brands:hours", brand), {"mode": "always"})
    brand.refresh_from_db()
    assert brand.hours is None


@pytest.mark.parametrize(("told", "says"), [
    ({"from-0": ["09:00"], "to-0": [""]}, "Escribe las dos horas"), ({"from-0": ["09:00"], "to-0": ["09:00"]}, "no dura nada"),
    ({"from-0": ["09:00", "10:00"], "to-0": ["12:00", "11:00"]}, "se pisan"), ({}, "no se abre nunca")])
def test_what_is_no_week_comes_back_saying_what_is_wrong(client: Client, brand: Brand, told: dict[str, Any], says: str) -> None:
    response = client.post(at("brands:hours", brand), {"mode": "week", **told})
    assert response.status_code == 422 and says in response.content.decode()


def test_public_holidays_are_offered_and_taken_over_once(client: Client, brand: Brand) -> None:
    page = client.get(at("brands:hours", brand) + "?lugar=ES-CT").content.decode()
    assert "Navidad" in page or "Natividad" in page
    days = [one.day.isoformat() for one in public("ES-CT", date.today())]  # noqa: DTZ011
    for _twice in range(2):
        client.post(at("brands:take_days_off", brand), {"place": "ES-CT", "days": days})
    assert brand.holidays.count() == len(days) >= 10
    client.post(at("brands:add_day_off", brand), {"day": "2030-05-02", "name": "  Feria   local "})
    own = brand.holidays.get(name="Feria local")
    client.post(at("brands:drop_days_off", brand), {"days": own.pk})
    assert not brand.holidays.filter(pk=own.pk).exists()
    assert client.post(at("brands:add_day_off", brand), {"day": "ayer", "name": ""}).status_code == 422


@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_has_its_days_in_spanish(place: str) -> None:
    days = public(place, date(2026, 11, 22))
    assert len(days) >= 7 and days == sorted(days, key=lambda one: one.day) and len({one.day for one in days}) == len(days)


def test_a_channel_has_its_own_hours_or_the_brands(client: Client, brand: Brand, channel: Channel) -> None:
    where = at("channels:hours", brand, channel.pk)
    assert client.get(where).status_code == 200
    for told, kept in (({"mode": "week", "from-5": "10:00", "to-5": "14:00"}, {"5": [["10:00", "14:00"]]}),
                       ({"mode": "always"}, {str(day): [["00:00", "24:00"]] for day in range(7)}), ({"mode": "brand"}, None)):
        assert client.post(where, told).status_code == 302
        channel.refresh_from_db()
        assert channel.hours == kept


@pytest.mark.parametrize(("told", "words"), [
    (None, ["A todas horas, todos los días"]), (OFFICE, ["De lunes a viernes, de 9:00 a 18:00"]),
    ({"5": [["10:00", "14:00"]], "6": [["10:00", "14:00"]]}, ["Sábado y domingo, de 10:00 a 14:00"]),
    ({"0": [["09:00", "14:00"], ["16:00", "19:00"]], "2": [["22:00", "02:00"]]},
     ["Lunes, de 9:00 a 14:00 y de 16:00 a 19:00", "Miércoles, de 22:00 a 2:00"])])
def test_a_week_is_said_in_words(told: Any, words: list[str]) -> None:
    assert said(told) == words


# --------------------------------------------------------------------------- Plazos


def test_the_page_says_what_the_targets_mean_on_a_real_day(client: Client, brand: Brand) -> None:
    brands.set_hours(brand, OFFICE, by=BY)
    targets.promise_first(brand, by=BY)
    page = client.get(at("deadlines:settings", brand)).content.decode()
    assert "Una queja que llega el sábado a las 03:00 se responde antes del lunes a las 10:00" in page
    told = client.get(at("deadlines:example", brand), {"what": "question", "day": "2", "at": "10:00"}).content.decode()
    assert "Una pregunta que llega el miércoles a las 10:00 se responde antes de las 14:00." in told
    assert "Elige qué llega" in client.get(at("deadlines:example", brand), {"day": "9"}).content.decode()


def target(**more: str) -> dict[str, str]:
    return {"intent": "question", "importance": "1", "channel": "", "answer_0": "2", "answer_1": "60", "ceiling_0": "", "ceiling_1": "60",
            "solve_0": "", "solve_1": "60", **more}


def test_a_target_is_made_changed_and_dropped(client: Client, brand: Brand, channel: Channel) -> None:
    assert client.post(at("deadlines:promise", brand), target(channel=str(channel.pk))).status_code == 302
    one = brand.targets.get()
    assert (one.answer_minutes, one.ceiling_minutes, one.solve_minutes, one.channel) == (120, None, None, channel)
    again = client.post(at("deadlines:promise", brand), target(channel=str(channel.pk)))
    assert again.status_code == 422 and "Ya hay un plazo" in again.content.decode()
    client.post(at("deadlines:change", brand, one.pk), target(answer_0="90", answer_1="1", ceiling_0="24", solve_0="48"))
    one.refresh_from_db()
    assert (one.answer_minutes, one.ceiling_minutes, one.solve_minutes, one.channel) == (90, 1440, 2880, None)
    client.post(at("deadlines:drop", brand, one.pk))
    assert not brand.targets.exists()


@pytest.mark.parametrize("wrong", [{"answer_0": ""}, {"answer_0": "0"}, {"answer_0": "-1"}, {"answer_0": "x"}, {"answer_0": "99999999"},
                                   {"intent": "nada"}, {"importance": "7"}, {"channel": "99999"}])
def test_what_is_no_target_is_refused(client: Client, brand: Brand, wrong: dict[str, str]) -> None:
    assert client.post(at("deadlines:promise", brand), target(**wrong)).status_code == 422 and not brand.targets.exists()


def test_the_ladder_is_kept_in_the_order_of_its_minutes(client: Client, brand: Brand, ana: Member) -> None:
    luis = cast.joined(brand, "editor")
    client.post(at("deadlines:ladder", brand), {"member": [ana.pk, luis.pk, ""], "after": ["120", "30", "60"]})
    assert [(one.member, one.after_minutes) for one in targets.ladder_of(brand)] == [(luis, 30), (ana, 120)]
    assert client.post(at("deadlines:ladder", brand), {"member": ["999"], "after": ["5"]}).status_code == 422


# --------------------------------------------------------------------------- Reparto


def test_a_rule_is_written_as_a_form_and_read_as_a_sentence(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    cast.conversation(channel)
    told = {"name": "Quejas", "intent": ["complaint", "incident"], "channel": [channel.pk], "among": [ana.pk, luis.pk]}
    assert client.post(at("assigning:write", brand), told).status_code == 302
    rule = AssignmentRule.objects.get()
    assert rule.when == {"intent": ["complaint", "incident"], "channel": [channel.pk]} and rule.among == [ana.pk, luis.pk]
    page = client.get(at("assigning:settings", brand)).content.decode()
    assert "por turno a Ana Torres y Luis" in page and "queja o incidencia" in page.lower() and "sin asignar" in page
    client.post(at("assigning:change", brand, rule.pk), {"name": "Todo", "among": [luis.pk]})
    assert "Cualquier conversación → a Luis" in client.get(at("assigning:settings", brand)).content.decode()
    client.post(at("assigning:archive", brand, rule.pk))
    assert not assigning.rules_of(brand).exists()
    client.post(at("assigning:bring_back", brand, rule.pk))
    assert assigning.rules_of(brand).exists()
    assert client.post(at("assigning:write", brand), {"name": "", "among": []}).status_code == 422


def test_rules_go_up_and_down(client: Client, brand: Brand, ana: Member) -> None:
    one, two = (assigning.write_rule(brand, assigning.Ruling(name, {}, ana, []), by=BY) for name in ("uno", "dos"))
    client.post(at("assigning:order", brand), {"up": two.pk})
    assert list(assigning.rules_of(brand)) == [two, one]
    client.post(at("assigning:order", brand), {"up": "x"})
    assert list(assigning.rules_of(brand)) == [two, one]


def test_how_much_each_takes_and_who_is_away(client: Client, brand: Brand, ana: Member) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    client.post(at("assigning:share", brand, ana.pk), {"capacity": "12", "away": day})
    share = Share.objects.get()
    assert share.capacity == 12 and share.away_until and "Fuera hasta" in client.get(at("assigning:settings", brand)).content.decode()
    client.post(at("assigning:share", brand, ana.pk), {"capacity": "-4"})
    client.post(at("assigning:share", brand, ana.pk), {"capacity": "", "away": ""})
    share.refresh_from_db()
    assert share.capacity is None and share.away_until is None
    assert client.post(at("assigning:share", brand, 99999), {}).status_code == 404


@pytest.mark.parametrize("name", ["brands:hours", "deadlines:settings", "assigning:settings"])
def test_who_may_not_manage_reads_and_changes_nothing(brand: Brand, name: str) -> None:
    looking = cast.enter(cast.joined(brand, "editor"))
    page = looking.get(at(name, brand))
    assert page.status_code == 200 and "dirige la marca" in page.content.decode()
    assert looking.post(at("brands:hours", brand), {"mode": "always"}).status_code == 403
    assert looking.post(at("deadlines:promise", brand), target()).status_code == 403
    assert looking.post(at("assigning:write", brand), {"name": "x"}).status_code == 403


# --------------------------------------------------------------------------- by API


def test_the_ledger_and_the_targets_by_api(brand: Brand, channel: Channel, ana: Member) -> None:
    targets.promise_first(brand, by=BY)
    cast.conversation(channel, at=datetime(2026, 11, 18, 12, tzinfo=UTC))
    headers = {"Authorization": f"Bearer {brands.create_token(ana, 't', ['read'], by=BY)[1]}"}

    def get(path: str, status: int = 200) -> Any:
        response = Client().get(f"/api/v1/brands/{brand.slug}/{path}", headers=headers)
        assert response.status_code == status, response.content
        return json.loads(response.content)

    told = get("ledger?first=2026-11-17&last=2026-11-19")
    assert told["adds_up"] and told["lines"] == [{
        "day": "2026-11-18", "channel_id": channel.pk, "received": 1, "stands": {"waiting": 1}, "open": 1, "missing": 0, "adds_up": True}]
    get("ledger?first=2026-11-19&last=2026-11-17", 422)
    get("ledger?first=2020-11-19&last=2026-11-17", 422)
    assert [(one["intent"], one["answer_minutes"]) for one in get("targets")] == [("complaint", 60), ("incident", 60), ("", 240)]
