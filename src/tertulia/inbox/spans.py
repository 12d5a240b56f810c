"""Lengths of time as people say them."""

from __future__ import annotations

from django.utils.translation import gettext as _


def said(minutes: float) -> str:
    """``90 -> "1 h 30 min"``: at most two units, none of them zero."""
    whole = round(minutes)
    days, hours, left = whole // 1440, whole // 60 % 24, whole % 60
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours} if hours else _("%(d)d d") % {"d": days}
    if hours:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": left} if left else _("%(h)d h") % {"h": hours}
    return _("%(m)d min") % {"m": left} if left else _("menos de 1 min")
