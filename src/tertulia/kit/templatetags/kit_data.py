"""Components for forms and figures; ``{% load kit_data %}``. The rules for attributes are those of ``kit``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms, template
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tertulia.kit import drawing

register = template.Library()


# --------------------------------------------------------------------------- forms


@register.inclusion_tag("kit/field.html")
def field(bound: forms.BoundField, label: str = "", help: str | None = None, quiet: bool = False, limit: int = 0,
          keep: str = "", **attrs: Any) -> dict[str, Any]:
    """A form's field whole: label, control, help, errors, all tied together for who listens.

    ``quiet`` hides the label from the eye; ``limit`` adds a ring that counts what is left; ``keep`` is the name under
    which the browser keeps an unfinished text (``drafts.js``). Other arguments become attributes of the control.
    """
    widget = bound.field.widget
    words = bound.help_text if help is None else help
    described = [f"{bound.auto_id}_help"] if words else []
    described += [f"{bound.auto_id}_errors"] if bound.errors else []
    extra = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
    group = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    if described:
        extra["aria-describedby"] = " ".join(described)
    if keep:
        extra["data-keep"] = keep
    return {"bound": bound, "control": bound.as_widget(attrs=extra), "label": label or bound.label, "quiet": quiet,
            "help": words, "limit": limit, "group": group,
            "check": isinstance(widget, forms.CheckboxInput), "hidden": bound.is_hidden,
            "optional": not bound.field.required}


@register.inclusion_tag("kit/fields.html")
def fields(form: forms.Form) -> dict[str, Any]:
    """Every field of a form, and what is wrong with the whole of it."""
    return {"form": form}


@register.inclusion_tag("kit/ring.html")
def ring(target: str, limit: int, label: str = "") -> dict[str, Any]:
    """How much may still be written in the field with id ``target``; graphemes of ``limit``, counted by ``frame.js``."""
    return {"target": target, "limit": limit, "label": label}


@register.inclusion_tag("kit/drop.html")
def drop(name: str, id: str, text: str = "", accept: str = "image/*", multiple: bool = True) -> dict[str, Any]:
    """Where pictures are dropped or chosen: a file input that looks like one."""
    return {"name": name, "id": id, "text": text or _("Suelta aquí las imágenes o elígelas"), "accept": accept,
            "multiple": multiple}


@register.inclusion_tag("kit/search.html")
def search(name: str = "q", value: str = "", label: str = "", key: str = "/", **attrs: Any) -> dict[str, Any]:
    """A search box with its shortcut. Other arguments become attributes of the input (``hx_get=…``)."""
    pairs = [(k.rstrip("_").replace("_", "-"), v) for k, v in attrs.items() if v not in (None, False)]
    return {"name": name, "value": value, "label": label or _("Buscar"), "key": key,
            "attrs": format_html_join("", ' {}="{}"', pairs)}


# --------------------------------------------------------------------------- figures


@register.simple_tag
def sparkline(values: Iterable[float], label: str = "") -> SafeString:
    """A small line. ``label`` says in words what it shows; without it the line is silent (the figure is beside it)."""
    path, area = drawing.line(list(values))
    speaks = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="spark" viewBox="0 0 100 24" preserveAspectRatio="none" {}>'
                       '<path class="area" d="{}"/><path d="{}"/></svg>', speaks, area, path)


@register.inclusion_tag("kit/tile.html")
def tile(label: str, value: Any, unit: str = "", delta: float | None = None, good: str = "up", note: str = "",
         spark: Sequence[float] | None = None, href: str = "") -> dict[str, Any]:
    """A figure that matters. ``delta``: change in percent; ``good``: up or down, which change is good, "" for none."""
    up = delta is not None and delta > 0
    tone = "" if not delta or not good else ("good" if up == (good == "up") else "bad")
    return {"label": label, "value": value, "unit": unit, "delta": None if delta is None else abs(round(delta)),
            "up": up, "flat": not delta, "tone": tone, "note": note, "spark": spark, "href": href}


@register.inclusion_tag("kit/bars.html")
def bars(rows: Sequence[Sequence[Any]], label: str, unit: str = "") -> dict[str, Any]:
    """Names with their values as lying bars, longest as given: ``rows`` of (name, value). It is a table: it reads."""
    high = max((float(value) for _name, value in rows), default=0) or 1
    return {"label": label, "unit": unit, "rows": [(name, value, f"{float(value) / high * 100:.2f}%")
                                                    for name, value in rows]}


@register.inclusion_tag("kit/columns.html")
def columns(rows: Sequence[Sequence[Any]], label: str, now: str = "", before: str = "") -> dict[str, Any]:
    """Values along time: ``rows`` of (name, value[, value before]). ``now`` and ``before`` name the two. A table beside."""
    drawn, head = drawing.columns(rows)
    lines = [(f"{drawing.BASE - share * (drawing.BASE - drawing.HEAD):.1f}%", _short(head * share)) for share in (.5, 1)]
    return {"label": label, "columns": drawn, "now": now or _("Ahora"), "before": before, "lines": lines,
            "base": f"{drawing.BASE}%"}


def _short(number: float) -> str:
    """``2.0 -> "2"``, ``2.5 -> "2,5"`` in Spanish."""
    return localize(number, use_l10n=True) if number % 1 else str(int(number))


@register.inclusion_tag("kit/meter.html")
def meter(value: float, max: float, label: str, tone: str = "") -> dict[str, Any]:
    """How full something is: ``value`` of ``max``; ``label`` says it in words. Tones: ok, warn, danger, info."""
    return {"share": f"{min(1.0, value / max if max else 0) * 100:.1f}%", "label": label, "tone": tone}


@register.inclusion_tag("kit/timeline.html")
def timeline(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What happened, in order: ``items`` of {title, at, icon?, tone?, text?}. Tones: ok, warn, danger, info, accent."""
    return {"items": items}
