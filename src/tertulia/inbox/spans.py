"""Lengths of time as people say them."""

from __future__ import annotations

from django.utils.translation import gettext as _


def said(minutes: float) -> str:
    """``90 -> "1 h 30 min"``, ``1440 -> "24 h"``: at most two units, none of them zero; days from the second on."""
    whole = round(minutes)
    days = whole // 1440 if whole >= 2880 else 0
    hours, left = whole // 60 - days * 24, whole % 60
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours} if hours else _("%(d)d d") % {"d": days}
    if hours:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": left} if left else _("%(h)d h") % {"h": hours}
    return _("%(m)d min") % {"m": left} if left else _("menos de 1 min")
