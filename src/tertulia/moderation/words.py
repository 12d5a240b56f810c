"""What moderation says of verdicts and cases, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.brands.models import Member
from tertulia.moderation.models import Act, Case, Check, Verdict

#: Why a case is in the queue, by the word kept; any other is said as it was written.
_REASONS = {
    "hate": gettext_lazy("Se entiende odio"), "offence": gettext_lazy("Se entiende un insulto"),
    "reading": gettext_lazy("Por lo que se ha entendido"), "report": gettext_lazy("Alguien del equipo pide que se mire")}


def reasons(case: Case) -> Sequence[str]:
    """Why the case is here, each in a line, with the member who asked."""
    asked = [int(one["by"].partition(":")[2]) for one in case.reasons if one["by"].startswith("member:")]
    names = Member.objects.in_bulk(asked)
    told = []
    for one in case.reasons:
        words = str(_REASONS.get(one["because"]) or one["because"])
        kind, _colon, number = one["by"].partition(":")
        told.append(f"{words} ({names[int(number)]})" if kind == "member" and int(number) in names else words)
    return told


def checked(verdict: Verdict) -> tuple[str, str]:
    """Whether the network was seen to have done it, and its tone; nothing to say: two empty words."""
    match verdict.check_state:
        case Check.DONE:
            return _("comprobado en la red"), "ok"
        case Check.NOT_DONE:
            return _("la red lo aceptó, pero no lo ha hecho"), "danger"
        case Check.UNSAID:
            return _("la red no lo deja comprobar"), ""
    return "", ""


def tallied(act: str) -> str:
    """What a number of them counts."""
    return str({Act.NOTE: _("Avisos"), Act.HIDE: _("Mensajes ocultados"), Act.DELETE: _("Mensajes borrados"),
                Act.BLOCK: _("Cuentas bloqueadas")}[Act(act)])


def done(verdict: Verdict) -> str:
    """What was decided, as a past participle."""
    return str({
        Act.KEEP: _("Se dejó como está"), Act.NOTE: _("Avisado"), Act.HIDE: _("Ocultado"), Act.UNHIDE: _("Vuelto a mostrar"),
        Act.DELETE: _("Borrado"), Act.BLOCK: _("Cuenta bloqueada"), Act.UNBLOCK: _("Cuenta desbloqueada")}[Act(verdict.act)])
