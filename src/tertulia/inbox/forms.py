"""What people write in the inbox, and what an address asks of the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.channels.models import Channel
from tertulia.channels.queries import length, limits
from tertulia.inbox import labels
from tertulia.inbox.queries import Filters
from tertulia.inbox.rules import snooze_times
from tertulia.kit import clock
from tertulia.kit.folding import clean

#: Beyond this many characters a text is too long whatever the network's rule: counting it would only take time.
COUNTABLE = 50_000
MOST_CHOSEN = 200


def filters_of(query: QueryDict) -> Filters:
    """The filters an address names; what it names wrongly is left out."""
    view = query.get("vista", "")
    channel = query.get("canal", "")
    return Filters(
        view=labels.VIEWS.get(view, labels.VIEWS["pendientes"])[0], words=clean(query.get("q", ""))[:200].strip(),
        channel_id=int(channel) if channel.isdecimal() and len(channel) < 18 else None,
        kind=_one_of(query.get("tipo", ""), labels.KINDS), sentiment=_one_of(query.get("tono", ""), labels.SENTIMENTS),
        intent=_one_of(query.get("intencion", ""), labels.INTENTS))


def _one_of(value: str, known: Any) -> str:
    return value if value in known else ""


def address_of(filters: Filters, **more: Any) -> str:
    """The query string that ``filters_of`` reads as ``filters``, with ``more``; empty, or with its question mark."""
    view = next(name for name, entry in labels.VIEWS.items() if entry[0] == filters.view)
    pairs = {"vista": "" if filters.view == "pending" else view, "q": filters.words, "canal": filters.channel_id,
             "tipo": filters.kind, "tono": filters.sentiment, "intencion": filters.intent, **more}
    told = urlencode({name: value for name, value in pairs.items() if value})
    return f"?{told}" if told else ""


def chosen(query: QueryDict, name: str = "ids") -> list[int]:
    """The conversations that were chosen, as numbers."""
    return [int(one) for one in query.getlist(name) if one.isdecimal() and len(one) < 18][:MOST_CHOSEN]


class Words(forms.CharField):
    """What a person wrote, without the characters that cannot be stored."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean(value) if isinstance(value, str) else value))


class ReplyForm(forms.Form):
    """An answer in the name of the brand."""

    text = Words(label=gettext_lazy("Respuesta"), error_messages={"required": gettext_lazy("Escribe la respuesta antes de enviarla.")})
    message = forms.IntegerField(min_value=1, max_value=2**62)
    turn = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    key = forms.CharField(max_length=100, required=False)

    def __init__(self, data: QueryDict, channel: Channel) -> None:
        super().__init__(data)
        self.channel = channel

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        count, limit, bytes_ = measure(self.channel, text)
        if count > limit:
            raise forms.ValidationError(
                _("Son %(count)s caracteres y en esta red caben %(limit)s: sobran %(over)s."),
                params={"count": count, "limit": limit, "over": count - limit})
        if bytes_ and len(text.encode()) > bytes_:
            raise forms.ValidationError(_("Ocupa más de lo que admite esta red, aunque no lo parezca. Quita algún emoji."))
        return text


def measure(channel: Channel, text: str) -> tuple[int, int, int | None]:
    """How long a text is by the channel's network, how long it may be, and its second ceiling in bytes if it has one."""
    allowed = limits(channel)
    count = length(channel, text) if len(text) <= COUNTABLE else len(text)
    return count, allowed.characters, allowed.extra_bytes


class NoteForm(forms.Form):
    """A word for the team."""

    text = Words(label=gettext_lazy("Nota"), max_length=20_000,
                 error_messages={"required": gettext_lazy("Escribe la nota antes de guardarla.")})


class SnoozeForm(forms.Form):
    """Until when: one of ``snooze_times``, or a moment on the brand's clock."""

    until = forms.CharField(required=False)
    at = forms.CharField(required=False)

    def __init__(self, data: QueryDict, zone: ZoneInfo) -> None:
        super().__init__(data)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        told, now = super().clean() or {}, clock.now()
        if (moment := snooze_times(now, self.zone).get(told.get("until", ""))) is None:
            try:
                moment = datetime.fromisoformat(told.get("at", "")).replace(tzinfo=self.zone)
            except ValueError as error:
                raise forms.ValidationError(_("Elige cuándo debe volver.")) from error
        if moment <= now:
            raise forms.ValidationError(_("Ese momento ya ha pasado: elige uno por venir."))
        return {**told, "moment": moment}
