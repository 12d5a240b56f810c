"""The page in a real browser: nothing for axe to say, and it fits a telephone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tertulia.plaza import actions, public
from tertulia.plaza.models import Fault, Utterance


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_the_square_is_clean_for_axe_and_fits(live: str, page: Any, settings: Any, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    settings.TERTULIA_PLAZA_CONTROL = True
    public.populate("latertulia", "libreria", 14, "s", datetime.now(UTC))
    actions.set_fault(Fault(effect="lose_after", method="POST", path="utterances*", times=2))
    post = Utterance.objects.filter(parent=None, to=None).latest("created_at")
    member = get_user_model()(email="ana@example.org", name="Ana Prado")
    member.set_unusable_password()
    member.save()
    client = Client()
    client.force_login(member)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    for where in ("/plaza/", f"/plaza/?a={post.pk}", f"/plaza/{post.pk}/"):
        page.goto(live + where)
        assert page.locator("article").count() >= 1
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = axe.Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
