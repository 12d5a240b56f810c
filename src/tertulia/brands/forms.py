"""What a brand, its people and their keys need."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.validators import RegexValidator
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member, Signing

#: Nothing a person writes about a brand is longer.
LONGEST = 4000

SCOPES = [
    ("read", _("Leer: conversaciones, publicaciones y envíos")),
    ("answer", _("Responder, asignar y cerrar")),
    ("moderate", _("Ocultar y volver a mostrar")),
    ("publish", _("Escribir y programar publicaciones")),
]


@cache
def zones() -> list[tuple[str, str]]:
    """The world's clocks, those of Spanish first."""
    near = ["Europe/Madrid", "Atlantic/Canary", "America/Mexico_City", "America/Bogota", "America/Lima",
            "America/Santiago", "America/Argentina/Buenos_Aires", "America/Montevideo", "America/Caracas"]
    known = sorted(one for one in available_timezones() if "/" in one and not one.startswith(("Etc/", "posix/", "right/")))
    return [(one, one.replace("_", " ")) for one in [*near, *(one for one in known if one not in near)]]


class Line(forms.CharField):
    """A name: on one line, without control characters; emoji families stay whole."""

    def to_python(self, value: Any) -> str:
        """Spaces are one, and what cannot be seen is nothing."""
        seen = "".join(one if one.isprintable() or one == "\u200d" else " " for one in super().to_python(value) or "")
        return " ".join(seen.split())


class BrandForm(forms.ModelForm):
    """What every form of a brand checks."""

    name = Line(label=_("Nombre"), max_length=80)
    time_zone = forms.ChoiceField(label=_("Zona horaria"), choices=lazy(zones, list), initial="Europe/Madrid",
                                  help_text=_("El reloj de Hoy, del calendario y del informe."))


class DayOffForm(forms.Form):
    """A day on which the brand does not answer."""

    day = forms.DateField(label=_("Día"), widget=forms.DateInput(attrs={"type": "date"}),
                          error_messages={"required": _("Elige el día."), "invalid": _("Ese día no está en el calendario.")})
    name = Line(label=_("Por qué"), max_length=80, error_messages={"required": _("Di por qué, aunque sea «Cerrado».")})


class NewBrand(BrandForm):
    """What a brand needs to begin."""

    class Meta:
        model = Brand
        fields = ["name", "time_zone", "language"]


class BrandSheet(BrandForm):
    """The brand's sheet."""

    color = forms.CharField(
        label=_("Color"), validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Un color como #b4552d."))],
        widget=forms.TextInput(attrs={"type": "color"}))
    about = forms.CharField(label=_("Presentación"), required=False, max_length=LONGEST,
                            widget=forms.Textarea(attrs={"rows": 3}),
                            help_text=_("Quiénes sois, en dos frases: lo que dirías a quien llega de nuevas."))
    voice = forms.CharField(label=_("Voz"), required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}),
                            help_text=_("Cómo habla la marca: tú o usted, qué palabras sí y cuáles no."))

    signing = forms.ChoiceField(label=_("Firma de las respuestas"), choices=Signing.choices, required=False,
                                help_text=_("Cómo acaban las respuestas de quien tiene iniciales: se ponen en Ajustes, Tú."))

    def clean_signing(self) -> str:
        return self.cleaned_data["signing"] or self.instance.signing

    class Meta:
        model = Brand
        fields = ["name", "time_zone", "language", "color", "about", "voice", "signing"]


class Invitation(forms.Form):
    """Somebody for the team."""

    email = forms.EmailField(label=_("Correo"))
    name = Line(label=_("Nombre"), max_length=80, required=False)
    role = forms.ChoiceField(label=_("Papel"), choices=Role.choices, initial=Role.AGENT)


class RoleForm(forms.Form):
    """Another role for somebody."""

    role = forms.ChoiceField(choices=Role.choices)


class Answers(forms.Form):
    """How somebody answers for the brand."""

    approved = forms.BooleanField(label=_("Lo que responda lo aprueba otra persona"), required=False)


class Me(forms.ModelForm):
    """What a member says of themselves."""

    name = Line(label=_("Nombre"), max_length=80,
                help_text=_("Así te ve el equipo, y así se firma cada respuesta en el registro."))
    initials = Line(label=_("Iniciales"), max_length=8, required=False,
                    help_text=_("Cierran cada respuesta tuya en esta marca, y cuentan en el largo. Vacío: respondes sin firmar."))

    class Meta:
        model = Member
        fields = ["name", "language"]


class NewToken(forms.Form):
    """A key to the API."""

    name = Line(label=_("¿Para qué es?"), max_length=60, help_text=_("Por ejemplo: panel de la oficina."))
    scopes = forms.MultipleChoiceField(label=_("Permisos"), choices=SCOPES, widget=forms.CheckboxSelectMultiple,
                                       initial=["read"])


def changed(form: forms.ModelForm) -> dict[str, Any]:
    """What a valid form would change, by field."""
    return {name: form.cleaned_data[name] for name in form.changed_data}
