"""What people write about matters, and the files they send."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tertulia.handoffs.models import Kind
from tertulia.handoffs.parsing import LARGEST, LARGEST_ALL, MOST_FILES, File, allowed
from tertulia.kit.folding import clean

#: What a deadline may be, in open minutes, as people say it.
DEADLINES = [(60, _("1 hora")), (120, _("2 horas")), (240, _("4 horas")), (480, _("8 horas")), (960, _("2 jornadas")),
             (1440, _("24 horas")), (2400, _("1 semana de trabajo")), (4800, _("2 semanas de trabajo")), (10080, _("7 días"))]


class Words(forms.CharField):
    """What a person wrote, without the characters that cannot be stored."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean(value) if isinstance(value, str) else value))


class Line(Words):
    """The same on one line."""

    def to_python(self, value: Any) -> str:
        return " ".join(super().to_python(value).split())


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else []


class Files(forms.FileField):
    """Several files, none too large nor of a kind that could do harm."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[File]:
        given: Sequence[UploadedFile] = [one for one in (data or []) if one]
        if len(given) > MOST_FILES:
            raise forms.ValidationError(gettext("Como mucho %(most)s archivos.") % {"most": MOST_FILES})
        if sum(one.size or 0 for one in given) > LARGEST_ALL or any((one.size or 0) > LARGEST for one in given):
            raise forms.ValidationError(gettext("Pesan demasiado: 10 MB cada uno como mucho, 20 MB entre todos."))
        for one in given:
            if not allowed(one.content_type or ""):
                said = gettext("%(name)s no se puede mandar: vale una imagen, un PDF o un documento.")
                raise forms.ValidationError(said % {"name": one.name})
        return [File(clean(one.name or "archivo")[-200:], one.content_type or "", one.read()) for one in given]


_WRITE = {"required": _("Escribe algo.")}


class OutsideForm(forms.Form):
    """What a holder says from the private page."""

    what = forms.ChoiceField(choices=[
        ("answer", _("Esta es la respuesta")), ("said", _("Os cuento cómo va")), ("question", _("Antes necesito saber algo"))],
        widget=forms.RadioSelect, label=_("Qué nos mandas"), initial="answer")
    text = Words(label=_("Tu mensaje"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}), error_messages=_WRITE)
    attached = Files(label=_("Archivos"), required=False)


class NotMineForm(forms.Form):
    """Why it is not for them."""

    reason = Words(label=_("¿A quién le toca, o por qué no es para ti?"), max_length=1000, required=False,
                   widget=forms.Textarea(attrs={"rows": 2}))


class SayForm(forms.Form):
    """What the team says to the desk."""

    text = Words(label=_("Mensaje"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), error_messages=_WRITE)
    attached = Files(label=_("Archivos"), required=False)


class KindForm(forms.Form):
    """Which kind and which desk the dialog is about now."""

    kind = forms.ChoiceField(choices=Kind.choices, required=False)
    desk = forms.IntegerField(required=False, min_value=1)


class HandOverForm(forms.Form):
    """A matter to hand over. ``messages``: by id; checked by the view against the conversation."""

    kind = forms.ChoiceField(label=_("Qué es"), choices=Kind.choices)
    desk = forms.IntegerField(min_value=1, error_messages={"required": _("Elige quién tiene que contestar.")})
    title = Line(label=_("Asunto"), max_length=120, error_messages={"required": _("Ponle un nombre que se entienda.")})
    brief = Words(label=_("Qué necesitas"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
                  error_messages={"required": _("Di qué necesitas que contesten.")})
    minutes = forms.TypedChoiceField(label=_("Plazo"), choices=DEADLINES, coerce=int)
    messages = forms.TypedMultipleChoiceField(coerce=int, required=False)
    thread = forms.BooleanField(label=_("Mandar también lo que se dijo antes"), required=False)
    meanwhile = Words(label=_("Respuesta provisional"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    wanted = forms.BooleanField(label=_("Preparar una respuesta provisional"), required=False)
    consent = forms.ChoiceField(choices=[("", ""), ("message", ""), ("said", ""), ("form", "")], required=False)
    consent_words = Words(max_length=2000, required=False)

    def __init__(self, data: Any, messages: Sequence[int]) -> None:
        super().__init__(data)
        self.fields["messages"].choices = [(one, one) for one in messages]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("consent") and not told.get("consent_words"):
            self.add_error("consent_words", gettext("Copia lo que dijo al dar permiso."))
        return told


# --------------------------------------------------------------------------- settings


class DeskForm(forms.Form):
    """A desk: what it answers for and in how long. The duties are read by ``duties_of``."""

    name = Line(label=_("Nombre"), max_length=80, error_messages={"required": _("Ponle un nombre: Tienda, Logística, Legal…")})
    department = forms.ChoiceField(label=_("Departamento"), required=False,
                                   help_text=_("Trasladarle algo enseña a reconocer lo que es de este departamento."))
    chase = forms.BooleanField(label=_("Recordárselo a mitad de plazo y al cumplirse"), required=False, initial=True)
    pass_at = forms.TypedChoiceField(label=_("Si no contesta, pasarlo a la siguiente persona"), coerce=int, initial=150, choices=[
        (100, _("Al cumplirse el plazo")), (150, _("Cuando pase la mitad más del plazo")), (200, _("Cuando pase el doble del plazo"))])
    kinds = forms.MultipleChoiceField(label=_("De qué responde"), choices=Kind.choices, required=False)

    def __init__(self, data: Any, departments: Sequence[tuple[str, str]], initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["department"].choices = [("", _("Ninguno")), *departments]  # type: ignore[attr-defined]

    def duties(self) -> dict[str, int]:
        """Open minutes by kind."""
        minutes = {str(value) for value, _name in DEADLINES}
        given = {one: str(self.data.get(f"minutes-{one}", "")) for one in self.cleaned_data["kinds"]}
        return {kind: int(told) if told in minutes else 480 for kind, told in given.items()}


class HolderForm(forms.Form):
    """Who answers at a desk: somebody of the team, or a name and an address."""

    member = forms.IntegerField(required=False)
    name = Line(label=_("Nombre"), max_length=80, required=False)
    email = forms.EmailField(label=_("Correo"), required=False, error_messages={"invalid": _("Ese correo no parece bien escrito.")})

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not told.get("member") and not (told.get("name") and told.get("email")):
            raise forms.ValidationError(gettext("Elige a alguien del equipo, o pon nombre y correo."))
        return told


class MailboxForm(forms.Form):
    """The brand's letters and where their answers are read."""

    address = forms.EmailField(label=_("Dirección"), required=False, help_text=_("De ella salen los correos de los asuntos."))
    plus = forms.BooleanField(label=_("Admite direcciones con + (asuntos+algo@…)"), required=False)
    host = Line(label=_("Servidor IMAP"), max_length=255, required=False, help_text=_("Vacío: las respuestas por correo no se leen."))
    port = forms.IntegerField(label=_("Puerto"), min_value=1, max_value=65535, initial=993, required=False)
    security = forms.ChoiceField(label=_("Cifrado"), choices=[("tls", _("TLS desde el principio")), ("starttls", "STARTTLS"),
                                                              ("none", _("Sin cifrar"))], initial="tls")
    user = Line(label=_("Usuario"), max_length=255, required=False)
    password = forms.CharField(label=_("Contraseña"), max_length=500, required=False, strip=False,
                               widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    folder = Line(label=_("Carpeta"), max_length=255, initial="INBOX", required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("host") and not (told.get("user") and told.get("address")):
            raise forms.ValidationError(gettext("Para leer las respuestas hacen falta la dirección y el usuario."))
        return told


# --------------------------------------------------------------------------- leads


class LeadForm(forms.Form):
    """Somebody who may buy."""

    name = Line(label=_("Nombre"), max_length=120, error_messages={"required": _("¿Cómo se llama?")})
    email = forms.EmailField(label=_("Correo"), required=False, error_messages={"invalid": _("Ese correo no parece bien escrito.")})
    phone = Line(label=_("Teléfono"), max_length=40, required=False)
    wants = Words(label=_("Qué quiere"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3}), error_messages=_WRITE)
    state = forms.ChoiceField(label=_("Cómo va"), required=False, choices=[
        ("new", _("Nueva")), ("taken", _("La lleva ventas")), ("won", _("Ganada")), ("lost", _("Perdida"))])
    consent_how = forms.ChoiceField(label=_("¿Ha permitido que pasemos sus datos?"), required=False, choices=[
        ("", _("Todavía no")), ("message", _("Lo escribió en la conversación")), ("said", _("Lo dijo de palabra")),
        ("form", _("En un formulario"))])
    consent_words = Words(label=_("Con qué palabras"), max_length=2000, required=False)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("consent_how") and not told.get("consent_words"):
            self.add_error("consent_words", gettext("Copia lo que dijo al dar permiso."))
        return told


class OutletForm(forms.Form):
    """Where leads go."""

    way = forms.ChoiceField(label=_("Por dónde"), choices=[("mail", _("Correo de ventas")), ("webhook", _("Webhook"))])
    target = Line(label=_("Correo o dirección https"), max_length=500, error_messages={"required": _("Di a dónde.")})
    secret = forms.CharField(label=_("Secreto para firmar"), max_length=200, required=False, help_text=_(
        "Solo para webhooks: cada envío lleva Tertulia-Signature, un HMAC-SHA256 de la hora y el cuerpo."))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        target = told.get("target", "")
        if told.get("way") == "mail":
            try:
                forms.EmailField().clean(target)
            except forms.ValidationError:
                self.add_error("target", gettext("Ese correo no parece bien escrito."))
        elif not target.startswith(("https://", "http://")):
            self.add_error("target", gettext("La dirección empieza por https://."))
        return told
