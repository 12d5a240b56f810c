"""The form that connects an account: its boxes come from the network's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tertulia.channels.models import Channel
from tertulia.kit.folding import clean
from tertulia.networks.contract import Manifest

LONGEST = 2000


class Answer(forms.CharField):
    """What a person typed or pasted, without the characters that have no place in an address or a key."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean(value) if isinstance(value, str) else value)).strip()


class ConnectForm(forms.Form):
    """``manifest.fields`` as boxes. Secrets are masked, and never sent back to the page."""

    def __init__(self, manifest: Manifest, data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.secret_names = {one.name for one in manifest.fields if one.secret}
        for one in manifest.fields:
            attrs = {"placeholder": one.example if not one.secret else "", "autocomplete": "off", "spellcheck": "false",
                     "autocapitalize": "none"}
            widget = forms.PasswordInput(attrs=attrs) if one.secret else forms.TextInput(attrs=attrs)
            self.fields[one.name] = Answer(
                label=_(one.label), help_text=_(one.help) if one.help else "", required=one.required, max_length=LONGEST,
                widget=widget, error_messages={
                    "required": _("Hace falta para conectar."), "max_length": _("Es demasiado largo para ser lo que se pide.")})

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by name."""
        return {name: str(self.cleaned_data.get(name, "")) for name in self.fields}

    @property
    def has_secret(self) -> bool:
        """Whether any secret was given: then nobody has to be asked on the network's own page."""
        return any(self.answers[name] for name in self.secret_names)

    def without_secrets(self) -> dict[str, str]:
        """What may be shown again."""
        return {name: value for name, value in self.answers.items() if name not in self.secret_names}


def known_of(channel: Channel) -> dict[str, str]:
    """What is known of a channel that is connected again, by the names that manifests give their boxes."""
    return {"handle": channel.handle.lstrip("@"), **dict.fromkeys(("base_url", "address", "server"), channel.base_url)}
