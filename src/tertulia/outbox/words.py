"""What pages say of a dispatch: verbs, states, outcomes, and every reason with what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Why(NamedTuple):
    """What happened, and what a person can do about it."""

    what: Text
    todo: Text


#: verb → (its name, its icon)
VERBS: Mapping[str, tuple[Text, str]] = {
    "publish": (_("Publicación"), "send"), "reply": (_("Respuesta"), "reply"), "message": (_("Privado"), "lock"),
    "hide": (_("Ocultar"), "hide"), "unhide": (_("Volver a mostrar"), "eye"), "delete": (_("Borrar"), "trash"),
    "block": (_("Bloquear"), "block"), "unblock": (_("Desbloquear"), "person"),
}

#: state → colour of its pill
TONES: Mapping[str, str] = {
    "waiting": "accent", "ready": "accent", "sending": "info", "sent": "ok", "refused": "danger", "unsure": "warn",
    "expired": "danger", "cancelled": "", "held": "warn",
}

#: outcome of an attempt → (in words, colour, icon); "" is an attempt without end.
OUTCOMES: Mapping[str, tuple[Text, str, str]] = {
    "": (_("Sin respuesta todavía"), "", "clock"),
    "sent": (_("Hecho"), "ok", "check"),
    "trylater": (_("Habrá que repetir: no se hizo nada"), "info", "refresh"),
    "reconnect": (_("La red no nos deja entrar"), "warn", "lock"),
    "refused": (_("La red dijo que no"), "danger", "close"),
    "gone": (_("Ya no está en la red"), "warn", "close"),
    "unsure": (_("No sabemos si llegó"), "warn", "help"),
    "absent": (_("No llegó: lo hemos comprobado en la red"), "", "eye"),
    "denied": (_("No llegó: lo comprobó una persona"), "", "person"),
}

_AGAIN = _("Puedes volver a enviarlo cuando quieras.")
_LOOK = _("Mira en la red si está y dínoslo aquí abajo.")
_RECONNECT = _("Vuelve a conectar el canal: lo que espera saldrá solo, en su orden.")
_REWRITE = _("Corrige el texto y prográmalo de nuevo: lo que no salió no se ve en la red.")

#: reason → words. Complete for ``networks.contract.Reason`` and for the two reasons of our own (a test holds it).
REASONS: Mapping[str, Why] = {
    "busy": Why(_("La red estaba ocupada."), _AGAIN),
    "limited": Why(_("La red nos pidió ir más despacio."), _AGAIN),
    "unreachable": Why(_("No conseguimos llegar al servidor de la red."), _AGAIN),
    "processing": Why(_("La red está preparando la imagen o el vídeo."), _("No tienes que hacer nada: en cuanto acabe, se publica.")),
    "timeout": Why(_("El servidor de la red no contestó a tiempo."), _AGAIN),
    "reset": Why(_("La conexión se cortó antes de saber si había llegado."), _AGAIN),
    "server_error": Why(_("El servidor de la red tuvo un fallo."), _AGAIN),
    "not_json": Why(_("La red contestó algo que no se entiende."), _AGAIN),
    "too_big_answer": Why(_("La red contestó más de lo que se puede leer."), _AGAIN),
    "bad_credentials": Why(_("La red ya no acepta la clave del canal."), _RECONNECT),
    "expired": Why(_("El permiso que se dio a este canal ha caducado."), _RECONNECT),
    "missing_scope": Why(_("Al canal le falta un permiso para esto."),
                         _("Vuelve a conectar el canal y acepta todos los permisos que se piden.")),
    "suspended": Why(_("La red ha suspendido la cuenta."),
                     _("Entra en la red con un navegador para ver qué pide. Cuando se arregle, vuelve a conectar "
                       "el canal.")),
    "too_long": Why(_("El texto es más largo de lo que cabe en esta red."), _REWRITE),
    "empty": Why(_("No había nada que publicar."), _("Escribe algo o añade una imagen y prográmalo de nuevo.")),
    "bad_media": Why(_("La red no quiso una de las imágenes."),
                     _("Prueba con otra imagen, en PNG o JPEG y más pequeña.")),
    "too_many_media": Why(_("Lleva más imágenes de las que esta red permite."),
                          _("Quita alguna y prográmalo de nuevo.")),
    "bad_reference": Why(_("Aquello a lo que se respondía ya no está o no se puede responder."),
                         _("Abre la conversación y mira si sigue en la red.")),
    "duplicate": Why(_("En la red ya hay algo igual."), _REWRITE),
    "forbidden": Why(_("La red no lo permite."),
                     _("Lee abajo lo que dice la red. Si crees que es un error, vuelve a enviarlo.")),
    "invalid": Why(_("La red no entendió el envío."),
                   _("Lee abajo lo que dice la red, corrígelo y vuelve a enviarlo.")),
    "not_found": Why(_("Aquello de lo que se trataba ya no está en la red."),
                     _("Seguramente lo borraron. No hace falta nada más.")),
    "unsupported": Why(_("Esta red no sabe hacer esto."), _("Hazlo a mano en la red, si allí se puede.")),
    "blocked_address": Why(_("La dirección del servidor es privada y esta instalación no la tiene permitida."),
                           _("Pide a quien administra la instalación que la permita con TERTULIA_PRIVATE_HOSTS y "
                             "vuelve a enviarlo.")),
    "quota": Why(_("Se gastó lo que la red deja hacer en un día."), _("Vuelve a enviarlo mañana.")),
    "paused": Why(_("El canal está en pausa."), _("Reanuda el canal y saldrá solo, en su orden.")),
    "crashed": Why(_("El programa se cerró varias veces seguidas mientras lo enviaba."),
                   _("Mira en la red si está. Si se repite, enséñaselo a quien administra la instalación.")),
    "brand_paused": Why(_("Los envíos de esta marca están en pausa."), _("Al reanudar eliges qué sale.")),
    "all_paused": Why(_("Todos los envíos de esta instalación están en pausa."), _("Cuando se reanuden podrás elegir qué sale.")),
    "late": Why(_("Le tocaba salir hace demasiado, mientras no podía: puede que ya no venga a cuento."),
                _("Decide si sale ahora, si cambia de hora o si se retira.")),
    "review": Why(_("Esperó durante una pausa y aún no has dicho qué hacer con él."),
                  _("Decide si sale ahora, si cambia de hora o si se retira.")),
    "reconnect": Why(_("Hay que volver a conectar el canal."), _RECONNECT),
}

#: state → what it means, for who has never seen it
MEANS: Mapping[str, Text] = {
    "waiting": _("Saldrá solo cuando llegue su hora."),
    "ready": _("Le toca ya y espera su turno."),
    "sending": _("Está saliendo ahora mismo."),
    "sent": _("Está en la red: tenemos la prueba."),
    "refused": _("La red dijo que no. No se ha publicado nada."),
    "unsure": _("Lo enviamos y la respuesta se perdió. Puede que esté publicado y puede que no: para que no salga "
                "dos veces, no lo repetimos sin que tú lo digas."),
    "expired": _("Pasó su plazo sin que pudiera salir. No se ha publicado nada."),
    "cancelled": _("Alguien lo retiró antes de que saliera."),
    "held": _("Está parado y no se ha perdido: abajo pone por qué y qué puedes hacer."),
}


def why(reason: str, state: str) -> Why | None:
    """The words of a reason for a dispatch in ``state``; None for no reason."""
    if not reason:
        return None
    what, todo = REASONS.get(reason) or Why(_("Algo no fue bien."), _("Lee abajo lo que dijo la red."))
    if state in ("waiting", "ready", "sending"):
        todo = _("No tienes que hacer nada: lo volvemos a intentar solos.")
    elif state == "unsure":
        todo = _LOOK
    elif state == "sent":
        todo = ""
    return Why(what, todo)


#: state of the live thing → (what it means, what to do, colour), where it is not as it was approved
CHECKED: Mapping[str, tuple[Why, str]] = {
    "differs": (Why(_("Lo que está en la red no es igual que lo que se aprobó."),
                    _("Compáralo aquí abajo. Si está mal, corrígelo en la red, o bórralo y publícalo otra vez.")), "warn"),
    "gone": (Why(_("Estaba en la red y ya no se ve."),
                 _("Puede haberlo quitado la red o alguien con acceso a la cuenta: entra y míralo. No sale otra vez por su cuenta.")),
             "danger"),
    "never": (Why(_("La red lo aceptó, pero no se ve."),
                  _("Puede que la red lo esté revisando: míralo allí. No sale otra vez por su cuenta, porque podría quedar dos veces.")),
              "danger"),
}

#: What a sent one means while it is not seen.
NOT_SEEN: Text = _("Se envió y la red lo aceptó: tenemos la prueba.")

#: what differs → its name
DIFFERENCES: Mapping[str, Text] = {
    "text": _("Texto"), "links": _("Enlaces que faltan"), "pictures": _("Cuántas imágenes"), "alt": _("Texto alternativo"),
    "language": _("Idioma"),
}
