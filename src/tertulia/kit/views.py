"""The design page: every component from its own template line, in both themes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import cache_control

from tertulia.kit import logos
from tertulia.kit.design.sample import sample
from tertulia.kit.design.specimens import GROUPS, Group

IDS = re.compile(r'\b(id|for|popovertarget|commandfor|aria-labelledby|aria-describedby|data-count|name|aria-label)="([^"]+)"')
SPRITE = Path(__file__).parent / "static/kit/icons.svg"
TONES = ("ground", "surface", "sunken", "press", "line", "line-strong", "ink", "ink-2", "ink-3", "accent", "accent-ink",
         "accent-soft", "danger", "danger-soft", "warn", "warn-soft", "ok", "ok-soft", "info", "info-soft",
         "violet-soft", "mark")


def _twin(html: str) -> SafeString:
    """The same piece again with ids of its own: a page may hold each id once."""
    return mark_safe(IDS.sub(r'\1="\2-2"', html))  # only what the template engine drew


def _drawn(group: Group, names: dict[str, Any], request: HttpRequest) -> Iterator[dict[str, Any]]:
    for source in group.sources:
        html = engines["django"].from_string("{% load kit kit_data %}" + source).render(names, request)
        yield {"source": source, "html": html, "twin": _twin(html)}


def design(request: HttpRequest) -> HttpResponse:
    """``GET /diseno/``: no data of anybody, so anybody may see it."""
    names = sample()
    groups = [{"group": group, "specimens": list(_drawn(group, names, request))} for group in GROUPS]
    icons = re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text("utf-8"))
    return render(request, "kit/design.html", {"groups": groups, "icons": icons, "tones": TONES})


@cache_control(max_age=86400, public=True)
def logo(request: HttpRequest, name: str) -> HttpResponse:
    """``GET /diseno/redes/<name>.svg``: the mark of a network."""
    path = logos.found(name)
    if path is None:
        raise Http404(name)
    return HttpResponse(path.read_bytes(), content_type="image/svg+xml")
