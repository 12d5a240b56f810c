"""The rules of the house as the public reads them, and what the brand chooses of it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.moderation import actions
from tertulia.moderation.models import HouseRule, Policy, Step
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


def page(brand: Brand) -> str:
    return reverse("house_rules", args=[brand.slug])


def test_anybody_reads_the_rules_with_their_versions_and_dates(brand: Brand, rule: HouseRule) -> None:
    actions.write_house_rule(brand, "Respeto a todo el mundo", "No se <i>insulta</i>.", by="x", number=1)
    actions.write_house_rule(brand, "Retirada", "Ya no.", by="x")
    actions.retire_house_rule(HouseRule.objects.get(title="Retirada"), by="x")
    response = Client(headers={"accept-language": "en"}).get(page(brand))
    told = response.content.decode()
    assert "Respeto a todo el mundo" in told and "&lt;i&gt;insulta" in told and "Versión 2, en vigor desde" in told
    assert "Versiones anteriores" in told and "Retirada" not in told and "Normas de la casa" in told
    assert settings.PUBLIC_URL + page(brand) in told
    assert response["X-Robots-Tag"] == "noindex" and 'content="noindex"' in told
    drawn = Client().get(reverse("house_rules_qr", args=[brand.slug]))
    assert drawn["Content-Type"] == "image/svg+xml" and b"<svg" in drawn.content


def test_a_brand_that_does_not_publish_has_no_page(brand: Brand, rule: HouseRule) -> None:
    Policy.objects.create(brand=brand, public=False)
    assert Client().get(page(brand)).status_code == Client().get(reverse("house_rules_qr", args=[brand.slug])).status_code == 404
    without = cast.brand(cast.member("Otra"), "Otra")
    assert Client().get(page(without)).status_code == 404


def test_what_is_published_days_and_steps_are_chosen(client: Client, brand: Brand, rule: HouseRule, ana: Member) -> None:
    address = reverse("moderation:policy", args=[brand.slug])
    assert "Qué se publica" in client.get(address).content.decode()
    wanted = {"public": "on", "indexed": "on", "intro": "Hola\x00", "strike_days": 30, "appeal_days": 15, "answer_days": 3, "delay": 0,
              "paso-warn": 2, "paso-block": 5}
    assert client.post(address, wanted).status_code == 302
    policy = Policy.objects.get()
    assert (policy.indexed, policy.transparency, policy.intro, policy.strike_days, policy.delay) == (True, False, "Hola", 30, 0)
    assert sorted(Step.objects.values_list("points", "act")) == [(2, "warn"), (5, "block")]
    response = Client().get(page(brand))
    assert response["X-Robots-Tag"] == "index" and "tienes 15 días" in response.content.decode()
    for wrong in ({"strike_days": 0}, {"appeal_days": "x"}, {"delay": -1}, {"paso-warn": "0"}):
        assert client.post(address, wanted | wrong).status_code == 422
    assert cast.enter(cast.joined(brand, "agent")).get(address).status_code == 403


def test_a_rule_is_weighed_without_a_new_version(client: Client, brand: Brand, rule: HouseRule) -> None:
    client.post(reverse("moderation:weigh", args=[brand.slug, rule.pk]), {"weight": 3})
    client.post(reverse("moderation:weigh", args=[brand.slug, rule.pk]), {"weight": "99"})
    rule.refresh_from_db()
    assert (rule.weight, rule.version) == (3, 1)
