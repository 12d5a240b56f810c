"""What the ledger's columns are called, what each counts, and the line that goes in a digest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tertulia.brands.models import Brand
from tertulia.inbox import ledger
from tertulia.inbox.ledger import Line
from tertulia.notices import sections

#: column → its name, what it counts, the class of its colour.
NAMES = {
    "answered": (gettext_lazy("Respondidos"), gettext_lazy("Con una respuesta de la marca que salió, desde aquí o desde la propia red.")),
    "hidden": (gettext_lazy("Ocultados"), gettext_lazy("Por una norma de la casa, que se cita.")),
    "deleted": (gettext_lazy("Borrados"), gettext_lazy("Por la marca, con su motivo.")),
    "handed": (gettext_lazy("Trasladados"), gettext_lazy("A otra persona o equipo, que tiene que contestar.")),
    "silent": (gettext_lazy("Sin respuesta, con motivo"), gettext_lazy("Alguien decidió no responder y dijo por qué.")),
    "lapsed": (gettext_lazy("Caducados"), gettext_lazy("La red cerró el plazo para responder antes de que nadie lo hiciera.")),
    "withdrawn": (gettext_lazy("Retirados"), gettext_lazy("Los quitó quien los escribió, o la red, antes de tener respuesta.")),
    "waiting": (gettext_lazy("Esperan"), gettext_lazy("Abiertos y a la vista: alguien tiene que responder.")),
    "snoozed": (gettext_lazy("Pospuestos"), gettext_lazy("Abiertos, y vuelven a su hora.")),
    "unsent": (gettext_lazy("La respuesta no salió"), gettext_lazy("Constan como respondidos, pero su respuesta no llegó a la red.")),
    "lost": (gettext_lazy("En ninguna parte"), gettext_lazy("No han terminado y no están a la vista de nadie.")),
}


#: Reasons that nobody chose from a list.
REASONS = {"network": gettext_lazy("Lo ocultó la red"), "antes del libro": gettext_lazy("Se cerró antes de que hubiera libro"),
           "deshacer": gettext_lazy("Se deshizo una reapertura")}


def sentence(line: Line) -> str:
    """``120 recibidos = 100 respondidos + 12 ocultados + 8 abiertos``: a line of the ledger, to be read."""
    parts = [f"{line.stands[name]} {str(NAMES[name][0]).lower()}" for name in ledger.COLUMNS if line.stands.get(name)]
    received = ngettext("%(n)s recibido", "%(n)s recibidos", line.received) % {"n": line.received}
    return f"{received} = {' + '.join(parts)}" if parts else received


def _digest(brand: Brand, since: datetime, until: datetime) -> Sequence[sections.Line]:
    """How the days of the span add up, and what is still open of them."""
    zone = ZoneInfo(brand.time_zone)
    first, last = since.astimezone(zone).date(), (until - timedelta(seconds=1)).astimezone(zone).date()
    line = ledger.together(ledger.sums(brand, first, last), first)
    if not line.received:
        return ()
    text = sentence(line) + ("." if line.adds_up else _(". No cuadra: faltan %(n)s.") % {"n": line.missing})
    address = reverse("ledger:ledger", args=[brand.slug]) + f"?desde={first.isoformat()}&hasta={last.isoformat()}"
    return [sections.Line(text=text, address=address, tone="" if line.adds_up else "danger")]


DIGEST = sections.register(sections.Section(name="ledger", title=gettext_lazy("Libro"), lines=_digest, weight=4))
