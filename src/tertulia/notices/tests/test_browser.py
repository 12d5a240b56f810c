"""The bell that rings while somebody looks, and the worker that shows what a push brings, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.notices.tests.sample import errand
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def enter(page: Any, live: str, member: Member) -> None:
    cookie = cast.enter(member).cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live}])


def test_the_bell_counts_live_and_all_is_read_and_undone(live: str, page: Any, ana: Member, brand: Brand) -> None:
    enter(page, live, ana)
    page.goto(live + reverse("brands:me", args=[brand.slug]))
    page.wait_for_selector("html[data-live-state=on]")
    assert page.locator(".bell .badge").count() == 0
    errand(ana, brand, 1)
    page.wait_for_selector(".bell .badge:text-is('1')")
    errand(ana, cast.brand(ana, "Panadería Nube"), 2)
    page.wait_for_selector(".bell .badge:text-is('2')")
    page.click("[popovertarget=told]")
    page.wait_for_selector(".told .row:has-text('Lo del número 2')")
    page.click(".told .row:has-text('Lo del número 1') button[title='Marcar como leído']")
    page.wait_for_selector(".bell .badge:text-is('1')")
    page.click("text=Marcar todo como leído")
    page.wait_for_selector(".bell .badge", state="detached")
    page.click(".toast >> text=Deshacer")
    page.wait_for_selector(".bell .badge:text-is('1')")
    page.click("[popovertarget=told]")
    page.click(".told .row:has-text('Lo del número 1') a")
    page.wait_for_url(f"{live}/m/{brand.slug}/hoy/?recado=1")


def test_the_settings_say_why_a_browser_cannot_be_told(live: str, page: Any, ana: Member, brand: Brand) -> None:
    enter(page, live, ana)
    page.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})")
    page.goto(live + reverse("notices:settings", args=[brand.slug]))
    page.wait_for_selector("text=tiene bloqueados los avisos")
    assert not page.is_visible("[data-push-on]") and not page.is_visible("[data-push-off]")


def test_the_worker_shows_what_a_push_brings(live: str, page: Any, ana: Member, brand: Brand) -> None:
    enter(page, live, ana)
    page.context.grant_permissions(["notifications"], origin=live)
    page.goto(live + reverse("notices:settings", args=[brand.slug]))
    page.wait_for_selector("[data-push-on]:visible")
    inspector = page.context.new_cdp_session(page)
    known: list[str] = []
    inspector.on("ServiceWorker.workerRegistrationUpdated",
                 lambda told: known.extend(one["registrationId"] for one in told["registrations"]))
    inspector.send("ServiceWorker.enable")
    page.evaluate("""async () => {
        const registration = await navigator.serviceWorker.register(document.querySelector("[data-push]").dataset.worker)
        while (!registration.active) await new Promise((go) => setTimeout(go, 20))
    }""")
    for _look in range(50):
        if known:
            break
        page.wait_for_timeout(50)
    data = {"title": "Un recado", "body": "«Hola»", "address": "/x", "tag": "t", "urgent": False, "language": "es"}
    for _twice in range(2):  # a letter that is repeated replaces itself
        inspector.send("ServiceWorker.deliverPushMessage", {"origin": live, "registrationId": known[0], "data": json.dumps(data)})
    shown = page.evaluate("""async () => {
        const registration = await navigator.serviceWorker.getRegistration(document.querySelector("[data-push]").dataset.worker)
        for (let look = 0; look < 100; look++) {
            const found = await registration.getNotifications()
            if (found.length) return found.map(({ title, body, tag, data }) => ({ title, body, tag, address: data.address }))
            await new Promise((go) => setTimeout(go, 50))
        }
    }""")
    assert shown == [{"title": "Un recado", "body": "«Hola»", "tag": "t", "address": "/x"}]
