"""What the pages of posts say: faults, changes, hours, states. Whole sentences, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tertulia.kit import clock, words
from tertulia.outbox.rules import BY_A_PAUSE, FOR_A_PERSON
from tertulia.publishing.models import Post
from tertulia.publishing.queries import Change
from tertulia.publishing.recurring import Rule, count
from tertulia.publishing.rules import Crowd, Fault, hour_of, repeated, skipped, turned

#: The weekdays by number, from Monday.
WEEKDAYS = (gettext_lazy("lunes"), gettext_lazy("martes"), gettext_lazy("miércoles"), gettext_lazy("jueves"),
            gettext_lazy("viernes"), gettext_lazy("sábado"), gettext_lazy("domingo"))


def fault(found: Fault) -> str:
    """What is wrong and what to do about it."""
    over = found.have - found.most
    match found.code:
        case "too_long":
            return ngettext("Sobra %(over)s carácter: caben %(most)s.", "Sobran %(over)s caracteres: caben %(most)s.",
                            over) % {"over": over, "most": found.most}
        case "too_long_with_pictures":
            return ngettext("Sobra %(over)s carácter: con imágenes caben %(most)s.",
                            "Sobran %(over)s caracteres: con imágenes caben %(most)s.", over) % {"over": over, "most": found.most}
        case "too_many_bytes":
            return _("El texto pesa demasiado para esta red: quita algunos emoji o acórtalo.")
        case "too_many_media":
            return ngettext("Sobra %(over)s imagen: caben %(most)s.", "Sobran %(over)s imágenes: caben %(most)s.",
                            over) % {"over": over, "most": found.most}
        case "no_picture":
            return _("Esta red no publica solo texto: añade al menos una imagen.")
        case "bad_media":
            return _("Una imagen está en un formato que esta red no admite: prueba con JPEG o PNG.")
        case "heavy_picture" if not found.stops:
            return _("Una imagen pesa %(have)s y aquí caben %(most)s: saldrá convertida a JPEG, y puede que así quepa.") % {
                "have": filesizeformat(found.have), "most": filesizeformat(found.most)}
        case "heavy_picture":
            return _("Una imagen pesa %(have)s y aquí caben %(most)s: redúcela o quítala.") % {
                "have": filesizeformat(found.have), "most": filesizeformat(found.most)}
        case "long_alt":
            return _("Un texto alternativo tiene %(have)s caracteres y caben %(most)s.") % {
                "have": found.have, "most": found.most}
        case "alt_ignored":
            return _("Esta red no guarda el texto alternativo: aquí no se enviará.")
        case "no_alt":
            return _("Hay una imagen sin texto alternativo: quien no la ve no sabrá qué muestra.")
        case "voice":
            return ngettext("Hay %(have)s aviso que la marca no deja salir: corrígelo.",
                            "Hay %(have)s avisos que la marca no deja salir: corrígelos.", found.have) % {"have": found.have}
    return _("La red no lo admite.")


def bad_picture(code: str, name: str) -> str:
    """Why a file was not taken."""
    reason = {
        "too_heavy": _("%(name)s pesa más de 10 MB: redúcela y vuelve a probar."),
        "too_many_pixels": _("%(name)s tiene demasiados píxeles: redúcela y vuelve a probar."),
    }.get(code, _("%(name)s no es una imagen que podamos leer. Valen JPEG, PNG, WebP y GIF."))
    return reason % {"name": name[:80]}


def hour(local: datetime) -> str:
    """``jueves 26 de noviembre a las 12:00``; with the year when it is another."""
    shape = _("l j \\d\\e F") if local.year == clock.now().year else _("l j \\d\\e F \\d\\e Y")
    return _("%(day)s a las %(time)s") % {"day": date_format(local, shape), "time": date_format(local, "G:i")}


def place(zone: str) -> str:
    """A zone as people name it: ``Madrid``, ``Buenos Aires``."""
    return zone.rpartition("/")[2].replace("_", " ")


def clock_words(local: datetime, zone: str) -> list[tuple[str, str]]:
    """What there is to know of an hour on the brand's clock: (tone, sentence), the hour itself first."""
    real = hour_of(local, zone).astimezone(ZoneInfo(zone))
    said = [("", _("Saldrá el %(hour)s, hora de %(place)s.") % {"hour": hour(real), "place": place(zone)})]
    about = {"time": date_format(local, "G:i"), "real": date_format(real, "G:i"), "offset": _offset(real)}
    if skipped(local, zone):
        said.append(("warn", _("Ese día se adelanta el reloj y las %(time)s no existen: saldrá a las %(real)s (%(offset)s).") % about))
    elif repeated(local, zone):
        said.append(("info", _("Ese día se atrasa el reloj y las %(time)s ocurren dos veces: saldrá la primera vez (%(offset)s).")
                     % about))
    return said


def whims(post: Post) -> list[str]:
    """What the clocks do to the hour that was chosen for the post, if anything, in sentences."""
    if post.local_date is None or post.local_time is None:
        return []
    return [sentence for _tone, sentence in clock_words(datetime.combine(post.local_date, post.local_time), post.zone)[1:]]


def _offset(moment: datetime) -> str:
    """``UTC+2``, ``UTC−3:30``."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def elsewhere(local: datetime, zone: str, brand_zone: str) -> list[tuple[str, str]]:
    """What there is to know of an hour that is not on the brand's clock, for the brand changed it: (tone, sentence)."""
    if zone == brand_zone:
        return []
    return [("info", _("Se programó con la hora de %(place)s y la mantiene: en %(here)s será el %(hour)s.") % {
        "place": place(zone), "here": place(brand_zone), "hour": hour(turned(local, zone, brand_zone))})]


def repeats(rule: Rule, at: time) -> str:
    """When a post repeats: ``Cada martes y jueves a las 18:00 hasta el 31 de enero: 9 publicaciones``."""
    said = _("%(when)s a las %(time)s") % {"when": _often(rule), "time": date_format(datetime.combine(rule.first, at), "G:i")}
    if rule.until and rule.times is None:
        said = _("%(said)s hasta el %(day)s") % {"said": said, "day": _day(rule.until)}
    if (many := count(rule)) is not None:
        said += ngettext(": %(many)s publicación", ": %(many)s publicaciones", many) % {"many": many}
    return said


def _often(rule: Rule) -> str:
    day = rule.first.day
    match rule.every:
        case "week" if len(rule.on) < 7:
            names = [str(WEEKDAYS[one]) for one in rule.on]
            listed = names[0] if len(names) == 1 else _("%(some)s y %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
            return _("Cada %(days)s") % {"days": listed}
        case "month" if day == 31:
            return _("El último día de cada mes")
        case "month" if day > 28:
            return _("El día %(day)s de cada mes (el último, si no llega)") % {"day": day}
        case "month":
            return _("El día %(day)s de cada mes") % {"day": day}
        case "nth":
            which = {1: _("primer"), 2: _("segundo"), 3: _("tercer"), 4: _("cuarto"), -1: _("último")}[rule.nth]
            return _("El %(which)s %(weekday)s de cada mes") % {"which": which, "weekday": WEEKDAYS[rule.first.weekday()]}
    return _("Cada día")


def _day(day: date) -> str:
    return date_format(day, _("j \\d\\e F") if day.year == clock.now().year else _("j \\d\\e F \\d\\e Y"))


def days(some: Sequence[date]) -> str:
    """``mar 24 nov, jue 26 nov``."""
    return ", ".join(date_format(one, "D j M").lower() for one in some)


def crowd(network: str, found: Crowd, zone: str, tolerance: timedelta) -> str:
    """What a publication would wait for, because the network's quota would be spent."""
    said = _("Con esta serían %(have)s de %(most)s en %(network)s: tendría que esperar hasta el %(hour)s.") % {
        "have": found.have, "most": found.most, "network": network,
        "hour": hour(found.free.astimezone(ZoneInfo(zone)).replace(tzinfo=None))}
    if found.free - found.hour > tolerance:
        said += " " + _("Es más de lo que puede retrasarse: no saldría.")
    return said


def crowded_day(network: str, found: Sequence[Crowd]) -> str:
    """How many of a day's publications do not fit in a network's quota: ``12 de 10 en Instagram: 2 tendrán que esperar``."""
    return ngettext("%(have)s de %(most)s en %(network)s: %(over)s tendrá que esperar",
                    "%(have)s de %(most)s en %(network)s: %(over)s tendrán que esperar", len(found)) % {
        "have": max(one.have for one in found), "most": found[0].most, "network": network, "over": len(found)}


def local_hour(post: Post) -> datetime | None:
    """When the post leaves, or is meant to, on the brand's clock (naive)."""
    if post.due_at:
        return post.due_at.astimezone(ZoneInfo(post.zone)).replace(tzinfo=None, second=0, microsecond=0)
    return datetime.combine(post.local_date, post.local_time) if post.local_date and post.local_time else None


def change(made: Change | None, post: Post, reader_id: int | None) -> str:
    """Who did what to the post, and how long ago: ``Lucía la movió al jueves 26 a las 12:00 (hace 2 min)``."""
    if made is None:
        return _("La publicación ha cambiado mientras la mirabas.")
    planned = local_hour(post)
    what = {
        "PostEdited": _("%(who)s cambió el contenido %(ago)s."),
        "PostMoved": _("%(who)s la movió al %(hour)s %(ago)s."),
        "PostScheduled": _("%(who)s la programó para el %(hour)s %(ago)s."),
        "PostPlanned": _("%(who)s la llevó al %(hour)s %(ago)s.") if planned else _("%(who)s le quitó el día %(ago)s."),
        "PostUnscheduled": _("%(who)s la devolvió a borradores %(ago)s."),
        "PostDiscarded": _("%(who)s la descartó %(ago)s."),
    }.get(made.name, _("%(who)s la cambió %(ago)s."))
    who = _("Alguien")
    if made.member:
        who = _("Tu otra ventana") if made.member.pk == reader_id else made.member.name
    now = timezone.now()
    recent = (now - made.at).total_seconds() < 60
    ago = _("hace un momento") if recent else words.ago(timezone.localtime(made.at), now)
    return what % {"who": who, "ago": ago, "hour": hour(planned) if planned else _("calendario")}


def suggestion(code: str) -> str:
    """The name of an hour that people often want."""
    return {"in_an_hour": _("En una hora"), "this_evening": _("Hoy a las 19:00"), "tomorrow_morning": _("Mañana a las 9:00"),
            "monday_morning": _("El lunes a las 9:00")}[code]


def stand(code: str) -> tuple[str, str]:
    """How a post is doing: the word and its tone."""
    return {"draft": (_("Borrador"), ""), "scheduled": (_("Programada"), "accent"), "leaving": (_("Saliendo"), "info"),
            "sent": (_("Enviada"), "ok"), "trouble": (_("Con problema"), "danger"), "discarded": (_("Descartada"), ""),
            "template": (_("Se repite"), "accent")}[code]


def dispatch(state: str, reason: str = "") -> tuple[str, str, str]:
    """How one dispatch is doing: its word, its tone, and what to do about it; ``reason``: why it is held."""
    if state == "held" and reason in FOR_A_PERSON:
        return _("Retenida"), "warn", _("No pudo salir a tiempo. Di en Envíos si sale ahora, a otra hora, o ya no.")
    if state == "held" and reason in BY_A_PAUSE:
        return _("Retenida"), "warn", _("Está todo en pausa: saldrá cuando alguien la quite, o cuando lo digas en Envíos.")
    return {
        "waiting": (_("En espera"), "accent", ""),
        "ready": (_("En espera"), "accent", ""),
        "sending": (_("Saliendo"), "info", ""),
        "sent": (_("Publicada"), "ok", ""),
        "refused": (_("Rechazada"), "danger", _("La red dijo que no. Mira el motivo en Envíos y vuelve a intentarlo.")),
        "unsure": (_("Sin confirmar"), "warn", _("No sabemos si llegó a publicarse. Compruébalo en la red y dilo en Envíos.")),
        "expired": (_("Caducada"), "danger", _("No pudo salir a tiempo. Puedes enviarla ahora desde Envíos.")),
        "held": (_("Retenida"), "warn", _("Espera al canal: vuelve a conectarlo o quítale la pausa.")),
        "cancelled": (_("Cancelada"), "", _("No saldrá por este canal.")),
    }[state]
