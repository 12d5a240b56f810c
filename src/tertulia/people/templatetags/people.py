"""Persons in templates: what they are called, and room for what other parts tell of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tertulia.kit.templatetags.kit import avatar, logo
from tertulia.people import words
from tertulia.people.models import Likeness, Person, Profile

register = template.Library()


@register.filter
def first_profile(person: Person) -> Profile | None:
    """Their profile that speaks most."""
    return next(iter(person.profiles.all()), None)


@register.filter
def called(person: Person) -> str:
    """What they are called: by the team, or by themselves."""
    return person.name or str(first_profile(person) or person)


@register.simple_tag
def face(person: Person, size: str = "") -> SafeString:
    """Their picture and the marks of the networks where they speak."""
    profiles = list(person.profiles.all())
    networks = list(dict.fromkeys(one.network for one in profiles))
    src = next((one.avatar_url for one in profiles if one.avatar_url), "")
    mark = logo(networks[0]) if networks else mark_safe("")
    return format_html('<span class="with-logo">{}{}</span>', avatar(called(person), src=src, size=size), mark)


@register.filter
def why(likeness: Likeness) -> list[Any]:
    """Why two profiles may be one person, in words."""
    return words.reasons(likeness.reasons)


@register.filter
def other_than(likeness: Likeness, person: Person) -> Profile:
    """The profile of the pair that is not the person's."""
    return likeness.other if likeness.one.person_id == person.pk else likeness.one


@register.simple_tag(takes_context=True)
def told_by(context: template.Context, name: str, pk: int | None) -> SafeString:
    """What another part tells of somebody: fetched from the address called ``name``; nothing where there is no such part."""
    try:
        url = reverse(name, args=[context["brand"].slug, pk])
    except (NoReverseMatch, KeyError):
        return mark_safe("")
    return format_html('<div class="told-by" hx-get="{}" hx-trigger="load" hx-swap="innerHTML"></div>', url)
