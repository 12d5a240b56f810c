"""A text read while it is written: what is to be said of it at once, and then what the net says of its links and handles."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from tertulia.brands.doors import BrandRequest
from tertulia.channels import reaching
from tertulia.channels.models import Channel
from tertulia.channels.queries import rooms
from tertulia.language import Finding
from tertulia.strategy import queries as voice
from tertulia.strategy.rules import LONGEST


def proofed(request: BrandRequest, further: str, past: Sequence[str] = ()) -> HttpResponse:
    """What is to be said of the ``text`` that was sent, in the brand's voice; nothing is written.

    ``channel``: where it goes, any number. The header ``Reach`` says where (the view ``further``) to ask for what the net has
    not been asked yet. ``past``: what the brand wrote, to be like.
    """
    text, to = _sent(request)
    known = reaching.known(text, to)
    response = _findings(request, text, to, known.findings, past)
    if known.left:
        response["Reach"] = reverse(further, args=[request.brand.slug])
    return response


def reached(request: BrandRequest, past: Sequence[str] = ()) -> HttpResponse:
    """The same, after asking the net whether its links and handles exist: seconds."""
    text, to = _sent(request)
    return _findings(request, text, to, reaching.asked(text, to, by=request.by), past)


def _sent(request: BrandRequest) -> tuple[str, Sequence[Channel]]:
    return request.POST.get("text", "")[:LONGEST], reaching.destined(request.brand, request.POST.getlist("channel"))


def _findings(request: BrandRequest, text: str, to: Sequence[Channel], more: Sequence[Finding], past: Sequence[str]) -> HttpResponse:
    return render(request, "strategy/findings.html", {"checked": voice.checked(request.brand, text, past, more, rooms(to))})
