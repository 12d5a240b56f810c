"""What people write in the inbox, and what an address asks of the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.brands.models import Membership
from tertulia.inbox.models import Conversation
from tertulia.inbox.rules import snooze_times
from tertulia.inbox.writer import Shown, picture_faults, room_for
from tertulia.kit import clock
from tertulia.kit.folding import clean

MOST_CHOSEN = 200


def chosen(query: QueryDict, name: str = "ids") -> list[int]:
    """The conversations that were chosen, as numbers."""
    return [int(one) for one in query.getlist(name) if one.isdecimal() and len(one) < 18][:MOST_CHOSEN]


class Words(forms.CharField):
    """What a person wrote, without the characters that cannot be stored."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean(value) if isinstance(value, str) else value))


class ReplyForm(forms.Form):
    """An answer in the name of the brand, with its pictures."""

    text = Words(label=gettext_lazy("Respuesta"), required=False)
    message = forms.IntegerField(min_value=1, max_value=2**62)
    turn = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    key = forms.CharField(max_length=100, required=False)

    def __init__(self, data: QueryDict, conversation: Conversation, place: Membership, pictures: Sequence[Shown] = ()) -> None:
        super().__init__(data)
        self.conversation, self.place, self.pictures = conversation, place, pictures

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text and not self.pictures:
            raise forms.ValidationError(_("Escribe la respuesta antes de enviarla."))
        room = room_for(self.conversation.channel, self.conversation.kind, text, self.place, len(self.pictures))
        if room.left < 0:
            raise forms.ValidationError(
                _("Son %(count)s caracteres y en esta red caben %(limit)s: sobran %(over)s."),
                params={"count": room.count, "limit": room.limit, "over": -room.left})
        if room.bytes and len(text.encode()) > room.bytes:
            raise forms.ValidationError(_("Ocupa más de lo que admite esta red, aunque no lo parezca. Quita algún emoji."))
        if wrong := picture_faults(self.pictures, room.allowed):
            raise forms.ValidationError(wrong)
        return text


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
