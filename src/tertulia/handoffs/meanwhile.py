"""What a brand may say in public while somebody else finds out: a beginning for the writer, never sent by itself."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tertulia.handoffs.models import Kind


def meanwhile(kind: str, name: str, desk: str) -> str:
    """A provisional answer for ``name`` (may be empty) while ``desk`` answers a matter of this kind."""
    opening = _("Hola, %(name)s.") % {"name": name} if name else _("Hola.")
    said = {
        Kind.COMPLAINT: _("Sentimos lo que cuentas. Lo estamos viendo con %(desk)s y te decimos algo en cuanto lo sepamos."),
        Kind.INCIDENT: _("Gracias por avisar. Lo estamos viendo con %(desk)s y te contamos en cuanto esté."),
        Kind.LEAD: _("¡Gracias por el interés! Lo consultamos con %(desk)s y te respondemos enseguida."),
        Kind.SUGGESTION: _("¡Gracias por la idea! Se la pasamos a %(desk)s y te contamos qué se hace con ella."),
        Kind.PRESS: _("Gracias por escribirnos. Pasamos tu mensaje a %(desk)s, que te responderá."),
    }.get(Kind(kind), _("Lo consultamos con %(desk)s y te respondemos en cuanto lo sepamos."))
    return f"{opening} {said % {'desk': desk}}"


def asks(kind: str) -> str:
    """What is usually asked of a desk with a matter of this kind."""
    return {
        Kind.COMPLAINT: _("¿Qué ha pasado y qué le podemos ofrecer?"),
        Kind.INCIDENT: _("¿Qué ocurre, desde cuándo y cuándo estará resuelto?"),
        Kind.LEAD: _("Le interesa comprar: ¿le podéis contestar?"), Kind.SUGGESTION: _("Lo proponen desde fuera: ¿qué os parece?"),
        Kind.PRESS: _("Escribe alguien de la prensa: ¿qué le decimos y quién habla?"),
        Kind.POLICY: _("¿Cuál es la postura de la empresa sobre esto?"), Kind.SEO: _("¿Qué palabras y qué enlace conviene usar?"),
        Kind.DESIGN: _("Hace falta esta pieza: formato, texto y medidas abajo."), Kind.LEGAL: _("¿Qué podemos decir, y qué no?"),
    }.get(Kind(kind), "")
