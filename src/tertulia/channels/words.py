"""What pages say of a channel: its verbs, why it fails and what to do about it. One table, complete for every reason."""

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


#: verb → as the row of what a channel can do says it.
VERBS: Mapping[str, Text] = {
    "publish": _("Publicar"), "reply": _("Responder"), "collect": _("Leer lo que llega"), "message": _("Mensajes privados"),
    "hide": _("Ocultar"), "delete": _("Borrar lo propio"),
    "remove": _("Borrar comentarios"), "block": _("Bloquear"), "profile": _("Perfil"), "measure": _("Cifras"),
    "find": _("Comprobar si llegó"), "read": _("Releer lo publicado"),
}

_WAITS = _("No tienes que hacer nada: lo volvemos a intentar solos, cada vez con más calma.")
_RECONNECT = _("Vuelve a conectar el canal. Lo que estaba por enviar espera y saldrá en su orden.")
_TELL = _("Si se repite, enséñale los detalles a quien administra la instalación.")

#: Why a channel that worked stopped: reason → words. Complete for ``networks.contract.Reason``.
HEALTH: Mapping[str, Why] = {
    "busy": Why(_("La red está ocupada."), _WAITS),
    "limited": Why(_("La red nos ha pedido ir más despacio."),
                   _("No tienes que hacer nada: esperamos lo que ha pedido y seguimos.")),
    "unreachable": Why(_("No conseguimos llegar al servidor de la red."), _WAITS),
    "processing": Why(_("La red está preparando una imagen o un vídeo."), _WAITS),
    "timeout": Why(_("El servidor de la red tarda demasiado en contestar."), _WAITS),
    "reset": Why(_("El servidor de la red corta la conexión."), _WAITS),
    "server_error": Why(_("El servidor de la red tiene un fallo."), _WAITS),
    "not_json": Why(_("El servidor contesta algo que no entendemos; suele ser una página de mantenimiento."), _WAITS),
    "too_big_answer": Why(_("El servidor contesta más de lo razonable."), _TELL),
    "bad_credentials": Why(_("La red ya no acepta la clave con la que entramos."), _RECONNECT),
    "expired": Why(_("El permiso que diste ha caducado."), _RECONNECT),
    "missing_scope": Why(_("Falta un permiso para leer o escribir."),
                         _("Vuelve a conectar el canal y acepta todos los permisos que se piden.")),
    "suspended": Why(_("La red ha suspendido la cuenta."),
                     _("Entra en la red con un navegador y mira qué te dice. Cuando lo resuelvas, vuelve a "
                       "conectar el canal.")),
    "forbidden": Why(_("La red no nos deja hacerlo."),
                     _("Entra en la red y comprueba que la cuenta está bien. Después, vuelve a conectar el canal.")),
    "quota": Why(_("Se ha gastado lo que la red deja hacer en un día."), _("Seguirá solo cuando la red lo permita.")),
    "not_found": Why(_("La red dice que esa cuenta ya no está."),
                     _("Comprueba que la cuenta existe y vuelve a conectar el canal.")),
    "blocked_address": Why(_("La dirección del servidor es privada y esta instalación no la tiene permitida."),
                           _("Quien administra la instalación puede permitirla con TERTULIA_PRIVATE_HOSTS.")),
    "unsupported": Why(_("El servidor no sabe hacer lo que le pedimos."), _TELL),
    "invalid": Why(_("El servidor no ha entendido lo que le pedimos."), _TELL),
    "too_long": Why(_("El servidor dice que es demasiado largo."), _TELL),
    "empty": Why(_("El servidor dice que está vacío."), _TELL),
    "bad_media": Why(_("El servidor no quiere una imagen."), _TELL),
    "too_many_media": Why(_("El servidor dice que hay demasiadas imágenes."), _TELL),
    "bad_reference": Why(_("El servidor no encuentra aquello de lo que hablamos."), _TELL),
    "duplicate": Why(_("El servidor dice que está repetido."), _TELL),
}

#: Where connecting for the first time says something else than a channel that stopped.
_CONNECTING: Mapping[str, Why] = {
    "busy": Why(_("La red está ocupada."), _("Prueba otra vez dentro de un minuto.")),
    "limited": Why(_("La red nos pide ir más despacio."), _("Prueba otra vez dentro de unos minutos.")),
    "unreachable": Why(_("No hay nadie en esa dirección."),
                       _("Comprueba que está bien escrita y que el servidor funciona.")),
    "timeout": Why(_("El servidor tarda demasiado en contestar."), _("Comprueba la dirección y prueba otra vez.")),
    "reset": Why(_("El servidor ha cortado la conexión."), _("Comprueba la dirección y prueba otra vez.")),
    "server_error": Why(_("El servidor tiene un fallo."), _("No es cosa tuya. Prueba otra vez más tarde.")),
    "not_json": Why(_("En esa dirección contesta alguien, pero no es esta red."),
                    _("Comprueba que es la dirección del servidor de tu cuenta.")),
    "unsupported": Why(_("En esa dirección no está esta red."),
                       _("Comprueba que es la dirección del servidor de tu cuenta.")),
    "not_found": Why(_("No encontramos esa cuenta o esa dirección."),
                     _("Comprueba que está escrita tal como sale en la red.")),
    "invalid": Why(_("El servidor no acepta lo que has escrito."),
                   _("Revisa la dirección y el usuario: copia y pega lo que sale en la red.")),
    "bad_credentials": Why(_("La clave no vale."),
                           _("Cópiala otra vez entera, sin espacios. Si la retiraste, crea otra en la red.")),
    "expired": Why(_("Esa autorización ya se usó o ha caducado."), _("Empieza otra vez: solo lleva un momento.")),
    "missing_scope": Why(_("A la clave le faltan permisos."),
                         _("Crea otra con todos los permisos que pide la ayuda de esta red.")),
    "forbidden": Why(_("La red no deja entrar con esa cuenta."),
                     _("Comprueba en la red que la cuenta puede usar aplicaciones.")),
    "blocked_address": Why(
        _("Esa dirección es privada: de esta máquina o de tu propia red. Por seguridad no la llamamos."),
        _("Si es tuya, quien administra la instalación puede permitirla: se añade «servidor:puerto» a "
          "TERTULIA_PRIVATE_HOSTS y se reinicia.")),
}


def health(reason: str) -> Why:
    """Why a channel fails."""
    return HEALTH.get(reason, Why(_("Algo no va bien con la red."), _TELL))


def connecting(reason: str) -> Why:
    """Why an account could not be connected."""
    return _CONNECTING.get(reason) or health(reason)
