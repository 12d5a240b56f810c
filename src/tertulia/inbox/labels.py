"""What the inbox's codes are called, and the tone of their chips."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

#: In the address → in the queries, the label, the icon.
VIEWS = {
    "pendientes": ("pending", _("Pendientes"), "inbox"),
    "mias": ("mine", _("Mías"), "person"),
    "enfadadas": ("angry", _("Enfadadas"), "sad"),
    "preguntas": ("questions", _("Preguntas"), "help"),
    "sin-asignar": ("unassigned", _("Sin asignar"), "people"),
    "pospuestas": ("snoozed", _("Pospuestas"), "clock"),
    "cerradas": ("closed", _("Cerradas"), "check"),
    "todas": ("all", _("Todas"), "chat"),
}

INTENTS: dict[str, tuple[Any, str]] = {
    "question": (_("Pregunta"), "info"),
    "presales": (_("Quiere comprar"), "accent"),
    "complaint": (_("Queja"), "danger"),
    "incident": (_("Incidencia"), "warn"),
    "suggestion": (_("Sugerencia"), "violet"),
    "praise": (_("Elogio"), "ok"),
    "chat": (_("Charla"), ""),
    "spam": (_("Spam"), "warn"),
}
SENTIMENTS = {"negative": _("Negativo"), "neutral": _("Neutro"), "positive": _("Positivo")}
OFFENCES: dict[str, tuple[Any, str]] = {
    "OFP": (_("Ofende a alguien"), "danger"),
    "OFG": (_("Ofende a un grupo"), "danger"),
    "NOE": (_("Malsonante"), "warn"),
    "NO": (_("Sin ofensa"), ""),
}
LANGUAGES = {
    "es": _("Español"), "ca": _("Catalán"), "gl": _("Gallego"), "eu": _("Euskera"), "en": _("Inglés"),
    "pt": _("Portugués"), "fr": _("Francés"), "it": _("Italiano"), "de": _("Alemán"),
}
KINDS = {"comment": _("Comentario"), "mention": _("Mención"), "direct": _("Privado"), "review": _("Reseña")}

#: Why nobody answered a conversation that was closed; the key goes to the journal.
REASONS = {
    "no hace falta": _("No hace falta responder"),
    "agradecimiento": _("Es un agradecimiento"),
    "resuelta": _("Resuelta por otro lado"),
    "spam": _("Es spam"),
}

#: Where a reply of ours stands, in the words of the conversation.
DISPATCHES = {
    "waiting": (_("Saliendo"), "info"), "ready": (_("Saliendo"), "info"), "sending": (_("Saliendo"), "info"),
    "sent": (_("Enviada"), "ok"), "refused": (_("Rechazada"), "danger"), "unsure": (_("Sin confirmar"), "warn"),
    "expired": (_("Caducada"), "danger"), "cancelled": (_("Cancelada"), ""), "held": (_("Retenida"), "warn"),
}
