"""What a digest says of matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tertulia.brands.models import Brand
from tertulia.handoffs.models import State
from tertulia.handoffs.slowness import slowness
from tertulia.notices.sections import Line, Section, register


def _lines(brand: Brand, since: datetime, until: datetime) -> Sequence[Line]:
    address = reverse("handoffs:list", args=[brand.slug])
    lines = []
    asked = brand.hand_offs.filter(opened_at__gte=since, opened_at__lt=until).exclude(state=State.CANCELLED).count()
    answered = brand.hand_offs.filter(answered_at__gte=since, answered_at__lt=until).count()
    if asked or answered:
        said = ngettext("%(asked)d asunto trasladado, %(answered)d contestados.",
                        "%(asked)d asuntos trasladados, %(answered)d contestados.", asked)
        lines.append(Line(said % {"asked": asked, "answered": answered}, address=address))
    late = list(brand.hand_offs.filter(state=State.OPEN, due_at__lte=until).select_related("desk").order_by("due_at"))
    if late:
        said = ngettext("%(count)d espera respuesta fuera de plazo.", "%(count)d esperan respuesta fuera de plazo.", len(late))
        details = [f"{one.desk}: {one.title}" for one in late[:5]]
        lines.append(Line(said % {"count": len(late)}, details=details, address=f"{address}?estado=late", tone="warn"))
    slow = next((row for row in slowness(brand, since, until) if not row.kind and row.middle), None)
    if slow and slow.middle:
        hours = round(slow.middle / 60, 1)
        said = _("Quien más tarda: %(desk)s, %(hours)s h de mediana.") % {"desk": slow.desk, "hours": f"{hours:g}".replace(".", ",")}
        lines.append(Line(said, address=reverse("handoffs:report", args=[brand.slug])))
    told = brand.ideas.filter(merged_into=None).aggregate(
        new=Count("pk", filter=Q(made_at__gte=since, made_at__lt=until)), shipped=Count("pk", filter=Q(
            state="shipped", state_at__gte=since, state_at__lt=until)))
    if told["new"] or told["shipped"]:
        said = _("Sugerencias: %(new)d nuevas, %(shipped)d hechas.") % told
        lines.append(Line(said, address=reverse("handoffs:ideas", args=[brand.slug])))
    return lines


SECTION = register(Section(name="handoffs", title=gettext_lazy("Asuntos trasladados"), lines=_lines, weight=40))
