"""House rules, and hiding by one of them, through the pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Message
from tertulia.journal.facts import Happened
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.moderation import actions, reactions
from tertulia.moderation.models import HouseRule, Verdict
from tertulia.networks.contract import Vanished
from tertulia.outbox.facts import DispatchRefused, DispatchSent
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rule(brand: Brand) -> HouseRule:
    return actions.write_house_rule(brand, "Respeto", "No se insulta.", by="x")


@pytest.fixture
def message(channel: Channel) -> Message:
    return cast.conversation(channel, "Sois unos ladrones", key="k1").messages.get()


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"moderation:{name}", args=[brand.slug, *args])


def tell(announced: type, dispatch: Dispatch) -> None:
    """What the outbox would announce of a dispatch, handed to the reaction."""
    more = {"reason": "forbidden"} if announced is DispatchRefused else {}
    what = announced(brand_id=dispatch.brand_id, dispatch_id=dispatch.pk, channel_id=dispatch.channel_id, verb=dispatch.verb, **more)
    react = reactions.on_dispatch_sent if announced is DispatchSent else reactions.on_verdict_failed
    react([Happened(id=1, at=clock.now(), by="x", because="", what=what)])


# --------------------------------------------------------------------------- hiding


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_hiding_cites_a_rule_keeps_the_evidence_and_can_be_taken_back(
        client: Client, brand: Brand, rule: HouseRule, message: Message, ana: Member, headers: dict) -> None:
    assert "No se insulta." in client.get(at("hide", brand, message.pk), headers=headers).content.decode()
    response = client.post(at("hide", brand, message.pk), {"rule": rule.pk, "note": "A la segunda"}, headers=headers)
    assert response.status_code == (204 if headers else 302)
    verdict = Verdict.objects.get()
    assert (verdict.act, verdict.rule, verdict.member, verdict.note) == ("hide", rule, ana, "A la segunda")
    assert verdict.evidence["text"] == "Sois unos ladrones" and verdict.dispatch.verb == "hide"
    fact = Fact.objects.get(name="HideDecided")
    assert fact.by == ana.key and fact.because == "1. Respeto"
    talk = client.get(reverse("inbox:conversation", args=[brand.slug, message.conversation_id])).content.decode()
    assert "Ocultando" in talk and "1. Respeto" in talk
    if headers:
        undo = json.loads(response["HX-Trigger"])["toast"]["undo"]
        assert client.post(undo, headers=headers).status_code == 204
        assert Fact.objects.filter(name="ShowDecided").exists() and Dispatch.objects.filter(verb="unhide").exists()


def test_it_is_told_as_hidden_once_the_network_hid_it(
        client: Client, brand: Brand, rule: HouseRule, message: Message, ana: Member) -> None:
    verdict = actions.hide(message, rule, ana, by=ana.key)
    tell(DispatchSent, verdict.dispatch)
    talk = client.get(reverse("inbox:conversation", args=[brand.slug, message.conversation_id])).content.decode()
    assert "said hidden" in talk and "por la norma 1. Respeto" in talk
    shown = actions.show(message, ana, by=ana.key)
    assert shown and "Volviendo a mostrarse" in client.get(
        reverse("inbox:conversation", args=[brand.slug, message.conversation_id])).content.decode()
    tell(DispatchSent, shown.dispatch)
    message.refresh_from_db()
    assert message.hidden_at is None and message.hidden_because == ""


def test_what_the_network_refused_to_hide_stands_as_it_stood_and_may_be_tried_again(
        rule: HouseRule, message: Message, ana: Member) -> None:
    verdict = actions.hide(message, rule, ana, by=ana.key)
    Dispatch.objects.filter(pk=verdict.dispatch_id).update(state="sending", lease_until=clock.now())
    Dispatch.objects.filter(pk=verdict.dispatch_id).update(state="refused")
    tell(DispatchRefused, verdict.dispatch)
    message.refresh_from_db()
    assert message.hidden_because == "" and actions.hide(message, rule, ana, by=ana.key) != verdict


def test_hiding_twice_is_hiding_once(client: Client, brand: Brand, rule: HouseRule, message: Message) -> None:
    for _time in range(2):
        client.post(at("hide", brand, message.pk), {"rule": rule.pk}, headers=HTMX)
    assert Verdict.objects.count() == Dispatch.objects.count() == 1


@pytest.mark.parametrize("data", [{}, {"rule": "x"}, {"rule": "999999"}, {"rule": "9" * 40}, {"rule": "1\x00"}])
def test_hiding_without_a_rule_that_holds_is_refused_in_words(
        client: Client, brand: Brand, rule: HouseRule, message: Message, data: dict) -> None:
    response = client.post(at("hide", brand, message.pk), data, headers=HTMX)
    assert response.status_code == 422 and 'role="alert"' in response.content.decode() and not Verdict.objects.exists()


def test_another_brands_rule_cannot_be_cited(client: Client, brand: Brand, rule: HouseRule, message: Message) -> None:
    stranger = cast.brand(cast.member("Otra"), "Otra")
    theirs = actions.write_house_rule(stranger, "Suya", "No vale aquí.", by="x")
    assert client.post(at("hide", brand, message.pk), {"rule": theirs.pk}, headers=HTMX).status_code == 422


def test_without_rules_the_dialog_says_where_to_write_them(client: Client, brand: Brand, message: Message) -> None:
    assert "Escribir las normas" in client.get(at("hide", brand, message.pk), headers=HTMX).content.decode()


def test_what_cannot_be_hidden_is_not_and_the_reason_is_said(
        client: Client, brand: Brand, rule: HouseRule, channel: Channel, message: Message) -> None:
    direct = cast.conversation(channel, "En privado", kind="direct", root="").messages.get()
    there = cast.conversation(cast.channel(brand, "mastodon", "faro@example.org"), kind="mention", root="").messages.get()
    cast.arrive(channel, Vanished("k1"))
    for one, said in [(direct, "privado"), (there, "no deja ocultar"), (message, "ya lo ha borrado")]:
        response = client.post(at("hide", brand, one.pk), {"rule": rule.pk}, headers=HTMX)
        assert response.status_code == 422 and said in response.content.decode()
    assert not Verdict.objects.exists()


def test_only_who_moderates_hides_and_never_in_another_brand(
        brand: Brand, rule: HouseRule, message: Message, client: Client) -> None:
    looking, other = cast.enter(cast.joined(brand, "viewer", "Vera")), cast.brand(cast.member("Otra"), "Otra")
    assert looking.get(at("hide", brand, message.pk)).status_code == 403
    assert looking.post(at("show", brand, message.pk)).status_code == 403
    theirs = cast.conversation(cast.channel(other), "Ajeno").messages.get()
    for where, one in [(brand, theirs), (other, theirs), (other, message)]:
        assert client.post(at("hide", where, one.pk), {"rule": rule.pk}).status_code == 404
        assert client.post(at("show", where, one.pk)).status_code == 404


# --------------------------------------------------------------------------- the rules


def test_rules_are_written_numbered_rewritten_retired_and_restored(client: Client, brand: Brand) -> None:
    for title in ("Respeto", "Nada de publicidad"):
        assert client.post(at("settings", brand), {"title": title, "text": "Así es."}).status_code == 302
    first = HouseRule.objects.get(number=1)
    client.post(at("rewrite", brand, 1), {"title": "Respeto", "text": "A todo el mundo."})
    second = HouseRule.objects.get(number=1, retired_at=None)
    assert second.version == 2 and "A todo el mundo." in client.get(at("settings", brand)).content.decode()
    response = client.post(at("retire", brand, second.pk), follow=True)
    page = response.content.decode()
    assert at("restore", brand, second.pk) in page and "Norma 1 retirada" in page
    assert client.post(at("restore", brand, second.pk)).status_code == 302
    second.refresh_from_db()
    assert second.retired_at is None
    client.post(at("restore", brand, first.pk))
    first.refresh_from_db()
    assert first.retired_at is not None, "a newer version holds"
    assert set(Fact.objects.values_list("name", flat=True)) >= {"HouseRuleWritten", "HouseRuleRetired", "HouseRuleRestored"}


def test_saving_a_rule_unchanged_writes_no_version(client: Client, brand: Brand, rule: HouseRule) -> None:
    client.post(at("rewrite", brand, 1), {"title": rule.title, "text": rule.text})
    assert HouseRule.objects.count() == 1


@pytest.mark.parametrize("data", [
    {}, {"title": "x"}, {"title": "", "text": "kept"}, {"title": "x" * 81, "text": "kept"}, {"title": "x", "text": "kept" * 600}])
def test_a_rule_that_cannot_be_written_comes_back_with_its_text(
        client: Client, brand: Brand, rule: HouseRule, data: dict) -> None:
    for address in (at("settings", brand), at("rewrite", brand, 1)):
        response = client.post(address, data)
        assert response.status_code == 422 and data.get("text", "") in response.content.decode()
    assert HouseRule.objects.count() == 1


def test_what_is_written_in_a_rule_is_inert(client: Client, brand: Brand) -> None:
    client.post(at("settings", brand), {"title": "<script>alert(1)</script>", "text": "<img src=x>\x00"})
    page = client.get(at("settings", brand)).content.decode()
    assert "<script>alert" not in page and "<img src=x>" not in page


def test_only_who_publishes_writes_rules_and_only_of_their_brand(brand: Brand, rule: HouseRule, client: Client) -> None:
    agent, other = cast.enter(cast.joined(brand, "agent")), cast.brand(cast.member("Otra"), "Otra")
    theirs = actions.write_house_rule(other, "Suya", "…", by="x")
    assert agent.get(at("settings", brand)).status_code == 200
    for name, number in (("settings", ()), ("rewrite", (1,)), ("retire", (rule.pk,)), ("restore", (rule.pk,))):
        address = at(name, brand, *number)
        assert agent.post(address, {"title": "x", "text": "y"}).status_code == 403
    for address in (at("settings", other), at("rewrite", other, 1), at("retire", brand, theirs.pk), at("restore", brand, theirs.pk)):
        assert client.post(address, {"title": "x", "text": "y"}).status_code == 404
