"""Putting readings right in a real browser: by key, undone, by touch, without a mouse, accessible."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.site.tests import cast
from tertulia.triage import actions
from tertulia.triage.models import Correction
from tertulia.triage.tests.test_pages import understood


@pytest.fixture
def message(brand: Brand) -> Message:
    return understood(brand, "Mi pedido 40031 no ha llegado y sois unos inútiles.")


@pytest.fixture
def inside(live: str, page: Any, ana: Member, brand: Brand) -> Any:
    """The page, signed in, at a page of the brand once ``open()`` is called."""
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    page.open = lambda where: page.goto(f"{live}/m/{brand.slug}/{where}")
    return page


def test_one_key_opens_a_figure_chooses_and_undo_takes_it_back(inside: Any, message: Message) -> None:
    inside.set_viewport_size({"width": 1440, "height": 900})
    inside.open(f"bandeja/{message.conversation_id}/")
    inside.wait_for_selector(f"#m{message.pk} .understood .chip:has-text('Cliente enfadado')")
    inside.keyboard.press("l")
    inside.wait_for_selector("#lectura summary:focus")
    inside.keyboard.press("1")
    inside.wait_for_selector("#lectura .head-of[data-head=judgement][open] .confirm:focus")
    assert inside.locator(f"#m{message.pk} mark.lit").count() == 1, "the words that weighed are marked in the message"
    inside.keyboard.press("4")
    inside.wait_for_selector("#lectura .head-of[data-head=judgement] summary:focus:has-text('Lo dijiste tú')")
    inside.wait_for_selector(f"#m{message.pk} .understood .chip:has-text('Troll')")
    assert Correction.objects.get().right == ["troll"]

    inside.keyboard.press("4")  # where one stands another figure goes on: the sentiment
    inside.wait_for_selector("#lectura .head-of[data-head=sentiment][open] .confirm:focus")
    inside.keyboard.press("Enter")
    inside.wait_for_selector("#lectura .head-of[data-head=sentiment] summary:focus:has-text('Lo dijiste tú')")
    assert Correction.objects.get(head="sentiment").confirms

    inside.click(".toast:has-text('Corregido: Troll.') [data-toast-undo]")
    inside.wait_for_selector(f"#m{message.pk} .understood .chip:has-text('Cliente enfadado')")
    inside.wait_for_selector("#lectura .head-of[data-head=judgement]:not(:has-text('Lo dijiste tú'))")
    assert Correction.objects.get(head="judgement").undone_at


def test_with_a_finger_on_a_phone(inside: Any, message: Message) -> None:
    inside.set_viewport_size({"width": 360, "height": 740})
    inside.open(f"bandeja/{message.conversation_id}/")
    inside.click(f"#m{message.pk} .understood .chip:has-text('Cliente enfadado')")
    inside.wait_for_selector("#ficha:popover-open .head-of[data-head=judgement][open]")
    assert inside.locator(f"#m{message.pk} .bubble").bounding_box()["y"] < inside.locator("#ficha").bounding_box()["y"], (
        "the message stays in sight above the card")
    inside.click("#ficha .option:has-text('Queja importante')")
    inside.wait_for_selector(f"#m{message.pk} .understood .chip:has-text('Queja importante')")
    assert Correction.objects.get().right == ["important"]
    assert inside.evaluate("document.documentElement.scrollWidth") <= 360


def test_what_is_being_put_right_is_not_drawn_anew_under_ones_hands(inside: Any, brand: Brand, message: Message) -> None:
    inside.set_viewport_size({"width": 1440, "height": 900})
    inside.open(f"bandeja/{message.conversation_id}/")
    inside.wait_for_selector("[data-live-state=on]")
    inside.keyboard.press("l")
    inside.keyboard.press("1")
    inside.wait_for_selector("#lectura .confirm:focus")
    cast.arrive(message.channel, cast.item("m9", "¿Me leéis?", who="m1", parent="m1"))
    inside.wait_for_selector("#cola .said:has-text('¿Me leéis?')")
    inside.wait_for_timeout(300)
    assert inside.locator("#lectura .confirm:focus").count() == 1


def test_a_queue_is_gone_through_by_keys(inside: Any, brand: Brand, message: Message) -> None:
    for n in range(3):
        understood(brand, f"¿Tenéis el libro {n} de la lista?", f"q{n}")
    inside.open("comprension/?que=intent&ver=dudosos")
    assert inside.locator(".item").count() == 4
    inside.keyboard.press("j")
    inside.wait_for_selector(".item:nth-child(1) .confirm:focus")
    inside.keyboard.press("1")
    inside.wait_for_selector(".item.done:nth-child(1):has-text('es Pregunta')")
    inside.wait_for_selector(".item:nth-child(2) .confirm:focus")
    inside.keyboard.press("Enter")
    inside.wait_for_selector(".item.done:nth-child(2):has-text('Confirmado: Queja')")
    inside.wait_for_selector(".item:nth-child(3) .confirm:focus")
    inside.keyboard.press("k")
    inside.keyboard.press("j")
    inside.keyboard.press("+")
    inside.wait_for_selector(".item:nth-child(3) .several[open] input:focus")
    assert Correction.objects.filter(head="intent").count() == 2


def test_what_it_is_like_is_looked_up_when_asked(inside: Any, brand: Brand, ana: Member, message: Message) -> None:
    copy = understood(brand, "mi pedido 40032 no ha llegado y sois unos inutiles!!", "m2")
    actions.correct(copy, "judgement", ["important"], ana, by=ana.key)
    actions.learn(brand.pk, by="test")
    inside.set_viewport_size({"width": 1440, "height": 900})
    inside.open(f"bandeja/{message.conversation_id}/")
    inside.click("#lectura .near summary")
    inside.wait_for_selector("#lectura .examples li:has-text('Lo corregisteis vosotros'):has-text('Queja importante')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing(inside: Any, brand: Brand, ana: Member, message: Message, scheme: str, width: int) -> None:
    for n in range(11):
        one = understood(brand, f"Texto número {n} de prueba, sin más", f"n{n}")
        actions.correct(one, "judgement", ["troll" if n % 3 else "angry"], ana, by=ana.key)
    inside.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    inside.set_viewport_size({"width": width, "height": 900})
    for where in (f"bandeja/{message.conversation_id}/", f"comprension/mensaje/{message.pk}/", "comprension/?que=judgement&ver=errores",
                  "comprension/?que=intent", "comprension/?que=judgement&ver=dichos", "comprension/departamentos/"):
        inside.open(where)
        if where.startswith("bandeja"):
            inside.click(f"#m{message.pk} .understood .chip >> nth=1")
            inside.wait_for_selector("#lectura .head-of[open]")
        found = Axe().run(inside).response["violations"]
        assert not found, (where, [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found])
        assert inside.evaluate("document.documentElement.scrollWidth") <= width, where
