"""The components that pages are made of. Shown one by one on the design page; written up in ``docs/diseno.md``.

Every tag answers safe HTML. Keyword arguments a tag does not know become HTML attributes: ``hx_post="/x"`` is
``hx-post="/x"``, ``data_key="r"`` is ``data-key="r"``; ``True`` writes the bare attribute, ``None`` and ``False``
write nothing. No tag writes inline styles or scripts: pages live under a strict content security policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tertulia.kit import logos, words

register = template.Library()

Attrs = Mapping[str, Any]


def _attrs(attrs: Attrs) -> SafeString:
    """HTML attributes of ``attrs``, each with a leading space; see the module's text for the rules."""
    pairs = ((key.rstrip("_").replace("_", "-"), value) for key, value in attrs.items() if value not in (None, False))
    return format_html_join(
        "", "{}", ((format_html(" {}", key) if value is True else format_html(' {}="{}"', key, value),)
                   for key, value in pairs))


def _classes(*names: str | None) -> str:
    return " ".join(name for name in names if name)


# --------------------------------------------------------------------------- marks


@register.simple_tag(name="icon")
def _icon(name: str, size: str = "", label: Any = "") -> SafeString:
    """One of our icons (``static/kit/icons.svg``). ``size``: s, l, xl. With ``label`` it speaks, else it is silent."""
    return _drawn_icon(name, size, str(label))


# lists draw the same few marks hundreds of times a page
@lru_cache(maxsize=1024)
def _drawn_icon(name: str, size: str, label: str) -> SafeString:
    speaks = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>',
                       _classes("icon", size), speaks, static("kit/icons.svg"), name)


@register.simple_tag
def button(label: Any, icon: str = "", kind: str = "", href: str = "", opens: str = "", menu: str = "", key: str = "",
           square: bool = False, after: str = "", **attrs: Any) -> SafeString:
    """A button, or a link that looks like one when ``href`` is given.

    ``kind``: any of primary, plain, danger, small, large, wide. ``opens``: id of the dialog it opens. ``menu``: id of
    the menu it opens. ``key``: its shortcut (``"r"``, ``"g b"``). ``square``: icon only, the label is spoken.
    ``after``: an icon behind the label.
    """
    extra: dict[str, Any] = {"data_key": key or None, "aria_keyshortcuts": key if len(key) == 1 else None}
    if opens:
        extra |= {"command": "show-modal", "commandfor": opens, "aria_haspopup": "dialog"}
    if menu:
        extra |= {"popovertarget": menu}
    if square:
        extra |= {"aria_label": label, "title": label}
    css = _classes("button", kind, "square" if square else "", attrs.pop("class_", ""))
    picture = _icon(icon) if icon else ""
    behind = _icon(after, size="s") if after else ""
    inside = picture if square else format_html("{}<span>{}</span>{}", picture, label, behind)
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', css, href, _attrs(extra | attrs), inside)
    extra["type"] = attrs.pop("type", "button")
    return format_html('<button class="{}"{}>{}</button>', css, _attrs(extra | attrs), inside)


@register.simple_tag
@lru_cache(maxsize=4096)
def avatar(name: str, src: str = "", size: str = "", square: bool = False) -> SafeString:
    """A person's picture, or their initials on a colour that is always the same for the same name. Silent."""
    css = _classes("avatar", size, "square" if square else "", f"h{words.hue(name)}")
    inside = (format_html('<img src="{}" alt="" loading="lazy" decoding="async">', src) if src
              else conditional_escape(words.initials(name)))
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, inside)


@register.simple_tag
@lru_cache(maxsize=256)
def logo(network: str) -> SafeString:
    """The mark of a network, by its folder's name; its letter where it has none. Silent."""
    if logos.found(network):
        return format_html('<img class="logo" src="{}" alt="" width="16" height="16">', reverse("kit:logo", args=[network]))
    return format_html('<span class="logo avatar s square h{}" aria-hidden="true">{}</span>',
                       words.hue(network), network[:1].upper())


@register.simple_tag
def channel(network: str, handle: str, name: str = "") -> SafeString:
    """A channel as the pages name it: mark and handle; the network's name is spoken."""
    return format_html('<span class="channel" title="{0}">{1}<span class="unseen">{0}</span><span>{2}</span></span>',
                       name or network.capitalize(), logo(network), handle)


@register.simple_tag
def chip(label: Any, tone: str = "", icon: str = "", href: str = "", **attrs: Any) -> SafeString:
    """A small word with a colour. ``tone``: danger, warn, ok, info, accent, violet, unsure; with ``href`` a link."""
    if not href and not attrs and not hasattr(label, "__html__"):
        return _plain_chip(str(label), tone, icon)
    inside = format_html("{}{}", _icon(icon) if icon else "", label)
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', _classes("chip", tone), href, _attrs(attrs), inside)
    return format_html('<span class="{}"{}>{}</span>', _classes("chip", tone), _attrs(attrs), inside)


@lru_cache(maxsize=1024)
def _plain_chip(label: str, tone: str, icon: str) -> SafeString:
    return format_html('<span class="{}">{}{}</span>', _classes("chip", tone), _icon(icon) if icon else "", label)


@register.simple_tag
def pill(label: Any, tone: str = "", icon: str = "", busy: bool = False) -> SafeString:
    """The state of a thing: a dot (or icon) and a word. Same tones as ``chip``; ``busy`` makes the dot breathe."""
    return format_html('<span class="{}">{}{}</span>', _classes("pill", tone, "busy" if busy else ""),
                       _icon(icon) if icon else "", label)


@register.simple_tag
def badge(count: Any, tone: str = "", label: str = "") -> SafeString:
    """A count. ``label`` is the whole sentence for who does not see it ("3 sin contestar"). Nothing for 0."""
    if not count:
        return mark_safe("")
    spoken = format_html('<span class="unseen">{}</span>', label) if label else ""
    return format_html('<span class="{}"{}>{}</span>{}', _classes("badge", tone),
                       mark_safe(' aria-hidden="true"') if label else "", count, spoken)


@register.simple_tag
def sentiment(label: str, p: float | None = None, sure: bool = True) -> SafeString:
    """How a text sounds: ``negative``, ``neutral``, ``positive``; ``p`` in 0..1; not ``sure`` is drawn hollow."""
    said, tone, face = {"negative": (_("Negativo"), "danger", "sad"), "positive": (_("Positivo"), "ok", "happy"),
                        }.get(label, (_("Neutro"), "", "neutral"))
    share = format_html(' <span class="p">{} %</span>', round(p * 100)) if p is not None else ""
    if not sure:
        said, tone = _("%(sentiment)s, sin seguridad") % {"sentiment": said}, "unsure"
    return chip(format_html("{}{}", said, share), tone=tone, icon=face)


@register.simple_tag
def key(keys: str) -> SafeString:
    """A hint of a shortcut: ``{% key "g b" %}``."""
    return format_html_join(" ", "<kbd>{}</kbd>", ((part,) for part in keys.split()))


@register.simple_tag
def highlight(text: str, spans: Iterable[Iterable[Any]] = ()) -> SafeString:
    """``text`` with its ``spans`` (start, end, in characters; a third item is the title) in ``<mark>``."""
    return words.highlight(text, spans)


@register.simple_tag
def when(moment: datetime | None, soon: bool = False) -> SafeString:
    """A moment as people say it ("hace 5 min"), the exact one in its title; ``time.js`` keeps it true."""
    if moment is None:
        return mark_safe("")
    local = timezone.localtime(moment)
    return mark_safe(  # all of it is ours; lists say dozens
        f'<time datetime="{local.isoformat(timespec="seconds")}" title="{words.exact(local)}" data-ago>'
        f'{words.ago(local, timezone.now())}</time>')


# --------------------------------------------------------------------------- grounds and notices


@register.inclusion_tag("kit/empty.html")
def empty(title: str, text: str = "", icon: str = "inbox", action: str = "", url: str = "", key: str = "",
          level: int = 2) -> dict[str, Any]:
    """Nothing here yet: says why, and what to do about it. ``action`` and ``url`` make its button."""
    return {"title": title, "text": text, "icon": icon, "action": action, "url": url, "key": key, "level": level}


@register.simple_block_tag(end_name="endbanner")
def banner(content: str, tone: str = "info", title: str = "", icon: str = "", **attrs: Any) -> SafeString:
    """A calm notice in the page. ``tone``: info, warn, danger, ok, neutral."""
    picture = icon or {"warn": "alert", "danger": "alert", "ok": "check"}.get(tone, "info")
    heading = format_html("<strong>{}</strong>", title) if title else ""
    return format_html('<div class="banner {}"{}>{}<div class="body">{}{}</div></div>',
                       tone, _attrs(attrs), _icon(picture), heading, content)


@register.simple_block_tag(end_name="endmenu")
def menu(content: str, label: Any, id: str, icon: str = "", kind: str = "", square: bool = False, side: str = "",
         **attrs: Any) -> SafeString:
    """A button and the menu it opens; inside go links, buttons, forms with one button, ``<hr>`` and ``<p>``.

    ``id`` must be the page's only one. ``side="end"`` aligns it with the button's right edge.
    """
    opener = button(label, icon=icon, kind=kind, square=square, menu=id, after="" if square else "down", **attrs)
    return format_html('{}<div popover class="{}" id="{}">{}</div>', opener, _classes("menu", side), id, content)


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str, kind: str = "", **attrs: Any) -> SafeString:
    """A modal dialog, opened by ``{% button … opens="id" %}``. ``kind="wide"``. Put actions in ``<div class="actions">``."""
    closing = button(_("Cerrar"), icon="close", kind="plain", square=True, type="submit", formnovalidate=True)
    return format_html('<dialog class="{0}" id="{1}" aria-labelledby="{1}-title"{2}><header><h2 id="{1}-title">{3}</h2>'
                       '<form method="dialog">{4}</form></header><div class="dialog-body">{5}</div></dialog>',
                       _classes("dialog", kind), id, _attrs(attrs), title, closing, content)


@register.inclusion_tag("kit/skeleton.html")
def skeleton(lines: int = 3) -> dict[str, Any]:
    """Grey lines where content is on its way."""
    return {"lines": range(lines)}


@register.inclusion_tag("kit/toast.html")
def toast(message: Any) -> dict[str, Any]:
    """One message of the messages framework. Its tone is its level; ``extra_tags="undo:/url"`` gives it an undo."""
    text, tags = str(message), getattr(message, "tags", "").split()
    undo = next((tag.removeprefix("undo:") for tag in tags if tag.startswith("undo:")), "")
    tone = "danger" if "error" in tags else "warn" if "warning" in tags else "ok"
    return {"text": text, "tone": tone, "undo": undo}


@register.inclusion_tag("kit/tabs.html")
def tabs(items: Iterable[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Tabs that are links: ``items`` of {label, url, current, count?, icon?}; ``label`` names them for who listens."""
    return {"items": items, "label": label}


@register.inclusion_tag("kit/pager.html")
def pager(newer: str = "", older: str = "", text: str = "") -> dict[str, Any]:
    """Links to the page before and after (addresses, empty: none), ``text`` between them ("1–50 de 3.210")."""
    return {"newer": newer, "older": older, "text": text}


@register.filter
def modules(names: str) -> list[str]:
    """Addresses of our own JavaScript modules, for the frame."""
    return [static(f"kit/{name}.js") for name in names.split()]
