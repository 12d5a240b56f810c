"""Why something was concluded, as people say it: the parts of a judgement, the rules of weight, how like an example is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

#: What each part of a judgement found in the text is called.
PARTS: dict[str, Any] = {
    "order": gettext_lazy("Habla de algo que se puede comprobar"),
    "failure": gettext_lazy("Cuenta algo que ha ido mal"),
    "request": gettext_lazy("Pide algo concreto"),
    "danger": gettext_lazy("Habla de un daño o de un peligro"),
    "hazard": gettext_lazy("Hay algo que puede hacer daño a quien pase"),
    "vulnerable": gettext_lazy("Afecta a alguien vulnerable"),
    "crowd": gettext_lazy("Afecta a mucha gente a la vez"),
    "private": gettext_lazy("Habla de datos privados o de dinero cobrado sin permiso"),
    "law": gettext_lazy("Nombra la ley, la prensa o a las autoridades"),
    "hurry": gettext_lazy("Le corre prisa"),
    "waiting": gettext_lazy("Está esperando"),
    "leaving": gettext_lazy("Se va, o anima a irse"),
    "insult": gettext_lazy("Hay un insulto, sin señalar a nadie"),
    "insult_at_somebody": gettext_lazy("Insulta a alguien"),
    "provoking": gettext_lazy("Provoca o se burla"),
    "amount": gettext_lazy("Da una cantidad"),
    "when": gettext_lazy("Dice cuándo"),
    "shouting": gettext_lazy("Grita"),
    "known_customer": gettext_lazy("Ya es cliente"),
}

#: By scale and rule (``language/lists/weight.toml``), why a message has its level.
RULES: dict[str, dict[str, Any]] = {
    "importance": {
        "spam": gettext_lazy("Es publicidad o un timo: no pide nada a la marca."),
        "danger": gettext_lazy("Habla de un daño o de un peligro, y no es por provocar."),
        "law": gettext_lazy("Hay de por medio ley, prensa, autoridades, datos privados o dinero cobrado sin permiso."),
        "vulnerable": gettext_lazy("Afecta a alguien vulnerable o a mucha gente a la vez."),
        "wave": gettext_lazy("Cinco cuentas o más han escrito casi lo mismo estos días."),
        "heard": gettext_lazy("Se queja alguien a quien siguen 20.000 personas o más."),
        "matter": gettext_lazy("Hay un asunto de verdad que la marca debe resolver."),
        "fault": gettext_lazy("Cuenta un fallo que hay que arreglar."),
        "sale": gettext_lazy("Es una venta que se puede perder."),
        "hate": gettext_lazy("Parece un mensaje de odio."),
        "customer": gettext_lazy("Lo pregunta o lo reprocha alguien que ya es cliente."),
        "rest": gettext_lazy("No tiene nada que lo haga más importante que los demás."),
    },
    "urgency": {
        "spam": gettext_lazy("Es publicidad o un timo: puede esperar."),
        "danger": gettext_lazy("Habla de un daño o de un peligro que sigue ahí."),
        "now": gettext_lazy("Está pasando ahora o tiene su hora."),
        "wave": gettext_lazy("Cinco cuentas o más han escrito casi lo mismo estos días."),
        "soon": gettext_lazy("Lo necesita pronto."),
        "danger_past": gettext_lazy("Habla de un daño, aunque ya haya pasado."),
        "waiting": gettext_lazy("Está esperando algo, o pide que se haga."),
        "fault": gettext_lazy("Cuenta un fallo: mejor hoy que mañana."),
        "hate": gettext_lazy("Parece un mensaje de odio: conviene verlo pronto."),
        "rest": gettext_lazy("Nada dice que corra prisa."),
    },
}


def part(name: str, count: int) -> str:
    """What a part of a judgement says; ``count`` tells how many where what is known besides the text speaks."""
    if name == "offended_before":
        return ngettext("Esta persona ya ofendió %(count)d vez", "Esta persona ya ofendió %(count)d veces", count) % {"count": count}
    if name == "spoke_well_before":
        return ngettext("Esta persona ya escribió %(count)d vez sin ofender", "Esta persona ya escribió %(count)d veces sin ofender",
                        count) % {"count": count}
    if name == "written_by_others":
        return ngettext("Otra cuenta escribió casi lo mismo", "Otras %(count)d cuentas escribieron casi lo mismo", count) % {
            "count": count}
    return str(PARTS.get(name, name))


def rule(scale: str, name: str) -> str:
    """Why a message has its level; a level that no rule gave was taken from what people said of one almost the same."""
    return str(RULES[scale].get(name) or _("Porque así corregisteis uno casi igual."))


def likeness(share: float) -> str:
    """How like two texts are (0 to 1), in words: a number would claim more than it knows."""
    if share >= 0.82:
        return _("casi igual")
    return _("muy parecido") if share >= 0.6 else _("algo parecido")
