"""Hoy: what needs you now."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.rules import may
from tertulia.kit import clock
from tertulia.reports.words import length
from tertulia.site.context import WHATS
from tertulia.site.today import day_of, steps

app_name = "site"

#: What happens to a brand that may change the page.
FACTS = ("message_received", "message_read", "message_vanished", "message_hidden", "reply_written", "conversation_assigned",
         "conversation_snoozed", "conversation_closed", "conversation_reopened", "dispatch_sent", "dispatch_refused",
         "dispatch_unsure", "dispatch_held", "dispatch_released", "dispatch_expired", "dispatch_cancelled", "channel_connected",
         "channel_failed", "channel_recovered", "channel_expiring",
         "post_scheduled", "post_moved", "post_unscheduled", "post_discarded", "again")


@for_brand("see")
@require_safe
def today(request: BrandRequest) -> HttpResponse:
    """The page a member opens in the morning; only its body when the page asks again for itself."""
    brand, now = request.brand, clock.now()
    here = now.astimezone(ZoneInfo(brand.time_zone))
    day = day_of(brand, request.user, now)
    context = {
        "day": day, "here": here, "zone": brand.time_zone, "greeting": _greeting(here.hour),
        "first_name": (request.user.name.split() or [""])[0],
        "steps": steps(brand, {what: may(request.role, what) for what in WHATS}),
        "first_answer": length(day.yesterday.figures.first_answer_s),
        "triggers": ", ".join(f"live:{one} from:body throttle:2s" for one in FACTS)}
    return render(request, "site/today_body.html" if request.htmx else "site/today.html", context)  # type: ignore[attr-defined]


def _greeting(hour: int) -> str:
    return _("Buenos días") if 6 <= hour < 14 else _("Buenas tardes") if 14 <= hour < 21 else _("Buenas noches")


urlpatterns = [path("", today, name="today")]
