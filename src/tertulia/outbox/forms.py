"""What a person tells about a dispatch, and what is to become of what was held."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.outbox import rules


class SeenForm(forms.Form):
    """A person saw it on the network; its address there helps later, and is not needed."""

    url = forms.CharField(
        label=_("Dirección de la publicación"), help_text=_("Si la tienes a mano, pégala: así podrás abrirla desde aquí."),
        required=False, max_length=1000, widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={"max_length": _("Esa dirección es demasiado larga.")})

    def clean_url(self) -> Any:
        url = clean(self.cleaned_data["url"]).strip()
        if url and not url.startswith(("https://", "http://")):
            raise forms.ValidationError(_("Una dirección empieza por https:// o http://"))
        return url


class HourField(forms.CharField):
    """A moment still to come on the brand's wall clock, as ``datetime-local`` writes it; an aware datetime."""

    def __init__(self, zone: ZoneInfo, **more: Any) -> None:
        local = (clock.now() + timedelta(hours=1)).astimezone(zone)
        super().__init__(
            label=_("Nueva hora"), initial=local.strftime("%Y-%m-%dT%H:00"),
            widget=forms.TextInput(attrs={"type": "datetime-local", "min": local.strftime("%Y-%m-%dT00:00")}),
            error_messages={"required": _("Di a qué hora sale.")}, **more)
        self.zone = zone

    def clean(self, value: Any) -> Any:
        """Of an hour that clocks skip, the one after the gap; of one they repeat, the first."""
        told = super().clean(value)
        if not told:
            return None
        try:
            moment = datetime.fromisoformat(told).replace(tzinfo=self.zone, fold=0)
        except ValueError as error:
            raise forms.ValidationError(_("Esa no es una hora que se entienda.")) from error
        if moment <= clock.now():
            raise forms.ValidationError(_("Esa hora ya ha pasado: elige una por venir."))
        if moment.year > clock.now().year + 10:
            raise forms.ValidationError(_("Esa hora queda demasiado lejos."))
        return moment


class HourForm(forms.Form):
    """Another hour for one dispatch."""

    def __init__(self, *args: Any, zone: ZoneInfo, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["hour"] = HourField(zone)


class HeldForm(forms.Form):
    """What becomes of one thing that was held: ``choice()`` is a ``rules.Choice``."""

    HOUR = "hour"
    CHOICES = ((rules.SEND, _("Sale ahora")), (HOUR, _("Otra hora")), (rules.DISCARD, _("Se retira")), (rules.ASK, _("Decidir luego")))

    def __init__(self, *args: Any, zone: ZoneInfo, discardable: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [one for one in self.CHOICES if discardable or one[0] != rules.DISCARD]
        self.fields["what"] = forms.ChoiceField(choices=choices, required=False)
        self.fields["hour"] = HourField(zone, required=False)

    def clean(self) -> dict[str, Any]:
        """An hour that is not chosen may be anything."""
        told = super().clean() or {}
        if told.get("what") != self.HOUR:
            self.errors.pop("hour", None)
        elif not told.get("hour") and "hour" not in self.errors:
            self.add_error("hour", _("Di a qué hora sale."))
        return told

    def choice(self) -> rules.Choice:
        """Of a valid form."""
        what: str = self.cleaned_data.get("what") or rules.ASK
        return self.cleaned_data["hour"] if what == self.HOUR else what
