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
    "ataques": ("attacks", _("Trolls y ataques"), "shield"),
    "sin-asignar": ("unassigned", _("Sin asignar"), "people"),
    "por-aprobar": ("to_approve", _("Por aprobar"), "checks"),
    "trasladadas": ("handed", _("Trasladadas"), "external"),
    "pospuestas": ("snoozed", _("Pospuestas"), "clock"),
    "cerradas": ("closed", _("Cerradas"), "check"),
    "todas": ("all", _("Todas"), "chat"),
}
#: Views that are shown while something is in them.
PASSING = {"to_approve"}
#: In the address → in the queries, the label.
ORDERS = {
    "recientes": ("newest", _("Lo último primero")), "enfado": ("heat", _("Clientes enfadados y urgentes primero")),
    "espera": ("waiting", _("Quien más espera primero")), "plazo": ("due", _("El plazo más próximo primero")),
}
DEADLINES = {
    "vencido": ("overdue", _("Plazo vencido")), "hora": ("hour", _("Vence en una hora")), "hoy": ("today", _("Vence hoy")),
    "sin": ("none", _("Sin plazo")),
}
ASSIGNED = {"yo": ("me", _("Mías")), "nadie": ("nobody", _("De nadie"))}
NOTES = {"mias": ("me", _("Me nombran en una nota")), "nuevas": ("new", _("Con notas que no he leído"))}

#: What is concluded of a message, the heads that matter most first: what each is called.
HEADS = {
    "judgement": _("Cliente o troll"), "intent": _("Intención"), "department": _("Departamento"), "sentiment": _("Sentimiento"),
    "urgency": _("Urgencia"), "importance": _("Importancia"), "offence": _("Ofensa"), "hate": _("Odio"), "emotion": _("Emoción"),
    "touches": _("Temas delicados"), "irony": _("Ironía"), "spam": _("Spam"), "language": _("Idioma"),
}
MAIN = ("judgement", "intent", "department", "sentiment", "urgency", "importance")

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
    "pt": _("Portugués"), "fr": _("Francés"), "it": _("Italiano"), "de": _("Alemán"), "other": _("Otro idioma"),
}
#: The same, of a message.
IN_LANGUAGES = {
    "es": _("En español"), "ca": _("En catalán"), "gl": _("En gallego"), "eu": _("En euskera"), "en": _("En inglés"),
    "pt": _("En portugués"), "fr": _("En francés"), "it": _("En italiano"), "de": _("En alemán"), "other": _("En otro idioma"),
}
#: By head, what each label is called and the tone of its chip. Departments are the brand's own: triage names them.
WORDS: dict[str, dict[str, tuple[Any, str]]] = {
    "judgement": {
        "important": (_("Queja importante"), "danger"), "angry": (_("Cliente enfadado"), "danger"),
        "senseless": (_("Queja sin sentido"), "warn"), "troll": (_("Troll"), "violet"), "none": (_("Ni queja ni ataque"), "")},
    "intent": INTENTS,
    "sentiment": {
        "negative": (SENTIMENTS["negative"], "danger"), "neutral": (SENTIMENTS["neutral"], ""),
        "positive": (SENTIMENTS["positive"], "ok")},
    "urgency": {"3": (_("Urge ya"), "danger"), "2": (_("Para hoy o mañana"), "warn"), "1": (_("Puede esperar"), "")},
    "importance": {"3": (_("Muy importante"), "danger"), "2": (_("Importante"), "warn"), "1": (_("Normal"), "")},
    "offence": OFFENCES,
    "hate": {"hateful": (_("Mensaje de odio"), "danger"), "not": (_("Sin odio"), "")},
    "emotion": {
        "anger": (_("Enfado"), "danger"), "disgust": (_("Asco"), "danger"), "fear": (_("Miedo"), "warn"), "joy": (_("Alegría"), "ok"),
        "sadness": (_("Tristeza"), "info"), "surprise": (_("Sorpresa"), "accent"), "others": (_("Ninguna clara"), "")},
    "touches": {
        "politics": (_("Toca política"), "violet"), "religion": (_("Toca religión"), "violet"),
        "none": (_("Ni política ni religión"), "")},
    "irony": {"ironic": (_("Ironía"), "warn"), "straight": (_("Va en serio"), "")},
    "spam": {"spam": (_("Spam"), "warn"), "ham": (_("No es spam"), "")},
    "language": {key: (name, "") for key, name in LANGUAGES.items()},
}
ICONS = {
    ("sentiment", "negative"): "sad", ("sentiment", "neutral"): "neutral", ("sentiment", "positive"): "happy",
    ("urgency", "3"): "bolt", ("urgency", "2"): "bolt", ("importance", "3"): "flag", ("importance", "2"): "flag",
}
#: The groups of people that a hateful text may be aimed at.
GROUPS = {
    "women": _("las mujeres"), "gay": _("las personas homosexuales"), "trans": _("las personas trans"),
    "migrants": _("las personas migrantes"), "black": _("las personas negras"), "jews": _("las personas judías"),
    "muslims": _("las personas musulmanas"), "roma": _("el pueblo gitano"), "indigenous": _("los pueblos indígenas"),
    "disabled": _("las personas con discapacidad"), "old": _("las personas mayores"), "poor": _("las personas pobres"),
    "fat": _("las personas gordas"), "religious": _("las personas creyentes"), "regions": _("la gente de un lugar"),
}
#: In the address → what the filter is called.
FILTERS = {
    "canal": _("Canal"), "tipo": _("Tipo"), "juicio": HEADS["judgement"], "intencion": HEADS["intent"], "tono": HEADS["sentiment"],
    "urgencia": HEADS["urgency"], "importancia": HEADS["importance"], "departamento": HEADS["department"], "idioma": HEADS["language"],
    "ofensa": HEADS["offence"], "plazo": _("Plazo"), "ventana": _("Ventana de la red"), "de": _("Asignada a"), "etiqueta": _("Etiqueta"),
    "notas": _("Notas"), "estado": _("Estado"), "persona": _("Persona"), "publicacion": _("Una publicación"),
}
CLOSING = _("Se cierra en dos horas")
STATES = {"open": _("Abierta"), "snoozed": _("Pospuesta"), "handed": _("Trasladada"), "closed": _("Cerrada")}

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
