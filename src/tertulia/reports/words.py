"""The report's words: what each figure means, and lengths of time as people say them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.reports.rules import span

#: figure → its name, what it counts, and which change is good ("": neither).
FIGURES = {
    "received": (gettext_lazy("Recibidos"), "", gettext_lazy(
        "Mensajes que alguien dirigió a la marca: comentarios, menciones, privados y reseñas. También los que luego se "
        "borraron o se ocultaron.")),
    "answered": (gettext_lazy("Respondidas"), "up", gettext_lazy(
        "Conversaciones en las que habló la marca y el mensaje salió de verdad. Dos respuestas en la misma conversación "
        "cuentan una; lo rechazado o sin confirmar no cuenta.")),
    "unanswered": (gettext_lazy("Sin responder"), "down", gettext_lazy(
        "Conversaciones que empezaron en la semana y que siguen esperando en este momento. Lo cerrado sin respuesta no "
        "cuenta. Como depende de hoy, no se compara.")),
    "first_answer_s": (gettext_lazy("Primera respuesta"), "down", gettext_lazy(
        "Mediana del tiempo entre el primer mensaje de una persona y la primera respuesta que salió, en las conversaciones "
        "que empezaron en la semana y ya tienen respuesta: la mitad tardó menos. Solo corre en el horario en que se responde.")),
    "published": (gettext_lazy("Publicadas"), "", gettext_lazy(
        "Publicaciones que salieron, una por canal.")),
    "hidden": (gettext_lazy("Ocultados"), "", gettext_lazy(
        "Mensajes ocultados por una norma de la casa. Cada mensaje cuenta una vez, aunque después se mostrara o se "
        "ocultara de nuevo.")),
}


def length(seconds: float | None) -> str:
    """``5400.0 -> "1 h 30 min"``; at most two units; "–" for nothing."""
    if seconds is None:
        return "–"
    days, hours, minutes = span(seconds)
    if days:
        return _("%(d)d d %(h)d h") % {"d": days, "h": hours} if hours else _("%(d)d d") % {"d": days}
    if hours:
        return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes} if minutes else _("%(h)d h") % {"h": hours}
    return _("%(m)d min") % {"m": minutes} if minutes else _("menos de 1 min")
