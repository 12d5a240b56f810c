"""What a person tells about a dispatch, and what an address asks of the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tertulia.kit.folding import clean


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
