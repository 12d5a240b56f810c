"""Moderating in a real browser: by keyboard, two at once, covered until asked, accessible; and the pages of the public."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Message
from tertulia.moderation import actions, appeals, transparency
from tertulia.moderation.models import Appeal, Case, HouseRule, Policy, Verdict
from tertulia.site.tests import cast


@pytest.fixture
def ana(transactional_db: None) -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


@pytest.fixture
def queued(channel: Channel, rule: HouseRule) -> list[Message]:
    found = cast.arrive(channel, *[cast.item(f"q{n}", f"Insulto número {n}", who=f"w{n}", name=f"Persona {n}") for n in range(4)])
    for one in Message.objects.filter(pk__in=[one.pk for one in found]):
        actions.enqueue(one, because="report", by="rule:1")
    return found


@pytest.fixture
def tabs(live: str, browser: Any) -> Iterator[Any]:
    """Opens a page of a member's, or of nobody's, at an address."""
    contexts = []

    def opened(path: str, member: Member | None = None, **how: Any) -> Any:
        context = browser.new_context(locale="es-ES", viewport={"width": 1280, "height": 800}, **how)
        contexts.append(context)
        if member:
            client = Client()
            client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
        page = context.new_page()
        page.goto(live + path)
        return page

    yield opened
    for one in contexts:
        one.close()


def test_two_browsers_never_have_the_same_case_and_the_keys_do_it_all(
        tabs: Any, brand: Brand, queued: list[Message], ana: Member, luis: Member) -> None:
    hers, his = tabs(f"/m/{brand.slug}/moderacion/", ana), tabs(f"/m/{brand.slug}/moderacion/", luis)
    first, second = (page.locator("[data-case]").get_attribute("data-case") for page in (hers, his))
    assert first != second
    assert hers.locator(".veil p").is_hidden()
    hers.keyboard.press("v")
    assert hers.locator(".veil p").is_visible()
    hers.keyboard.press("1")
    hers.wait_for_function("before => document.querySelector('[data-case]')?.dataset.case !== before", arg=first)
    his.keyboard.press("2")
    his.keyboard.press("1")
    his.wait_for_function("before => document.querySelector('[data-case]')?.dataset.case !== before", arg=second)
    assert sorted(Verdict.objects.values_list("act", "member__name")) == [("hide", "Luis Vega"), ("keep", "Ana Torres")]
    his.get_by_role("button", name="Deshacer").click()
    his.wait_for_function("() => document.querySelector('.case-head').textContent.includes('3 en la cola')")
    assert Case.objects.filter(decided_at=None).count() == 3


def test_the_queue_is_accessible(tabs: Any, brand: Brand, queued: list[Message], ana: Member) -> None:
    page = tabs(f"/m/{brand.slug}/moderacion/", ana)
    page.keyboard.press("3")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_an_author_appeals_and_somebody_else_answers(
        tabs: Any, brand: Brand, queued: list[Message], rule: HouseRule, ana: Member, luis: Member) -> None:
    verdict = actions.hide(Message.objects.get(pk=queued[0].pk), rule, ana, by=ana.key)
    path = appeals.link_of(verdict).removeprefix(settings.PUBLIC_URL)
    author = tabs(path, java_script_enabled=False)
    author.get_by_label("¿Por qué crees que nos equivocamos?").fill("Era una broma")
    author.get_by_role("button", name="Enviar la reclamación").click()
    author.get_by_text("La hemos recibido").wait_for()
    moderator = tabs(f"/m/{brand.slug}/moderacion/reclamaciones/{Appeal.objects.get().pk}/", luis)
    moderator.get_by_label("Darle la razón").check()
    moderator.get_by_label("Respuesta").fill("Tienes razón, perdona.")
    moderator.get_by_role("button", name="Responder").click()
    moderator.get_by_text("Se le da la razón").first.wait_for()
    author.reload()
    author.get_by_text("Tienes razón, perdona.").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_public_are_accessible(
        tabs: Any, brand: Brand, queued: list[Message], rule: HouseRule, ana: Member, scheme: str) -> None:
    Policy.objects.create(brand=brand, transparency=True)
    verdict = actions.hide(Message.objects.get(pk=queued[0].pk), rule, ana, by=ana.key)
    month = f"{transparency.this_month(brand):%Y-%m}"
    for path in (f"/normas/{brand.slug}/", f"/normas/{brand.slug}/transparencia/{month}/",
                 appeals.link_of(verdict).removeprefix(settings.PUBLIC_URL)):
        page = tabs(path, color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
