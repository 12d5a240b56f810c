"""What moderators are told of by name: that somebody appealed, and that nobody answered in time."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.brands.queries import owners
from tertulia.moderation.appeals import others
from tertulia.moderation.models import Appeal, Outcome
from tertulia.notices.actions import tell
from tertulia.notices.kinds import Kind, Words, register
from tertulia.notices.models import Notice


def tell_of_appeal(pk: int, kind: Kind) -> None:
    """Everybody who may answer it; the owners, if nobody else moderates."""
    appeal = Appeal.objects.select_related("brand").get(pk=pk)
    if appeal.outcome == Outcome.OPEN:
        tell(appeal.brand_id, kind, others(appeal) or list(owners(appeal.brand)), key=str(pk), about={"appeal": pk})


def _load(told: Sequence[Notice]) -> None:
    found = Appeal.objects.select_related("verdict__rule", "verdict__message__channel").in_bulk([one.about["appeal"] for one in told])
    for one in told:
        one.things = {"appeal": found.get(one.about["appeal"])}


def _appealed(one: Notice) -> Words | None:
    appeal: Appeal | None = one.things["appeal"]
    if appeal is None:
        return None
    late = one.kind.endswith("_late")
    title = _("Nadie ha respondido a una reclamación") if late else _("Alguien reclama contra una decisión")
    return Words(title=title, text=_("Norma %(rule)s. Hay que responder antes del %(day)s.") % {
        "rule": appeal.verdict.rule, "day": f"{appeal.due_at:%d/%m}"}, link=_("Responder a la reclamación"),
        address=reverse("moderation:appeal", args=[one.brand.slug, appeal.pk]), mark=appeal.verdict.message.channel.network)


def _open(one: Notice) -> bool:
    appeal: Appeal | None = one.things["appeal"]
    return appeal is not None and appeal.outcome == Outcome.OPEN


APPEAL = register(Kind(
    name="moderation.appeal", group=gettext_lazy("Moderación"), label=gettext_lazy("Alguien reclama contra una decisión"),
    words=_appealed, load=_load, still_needed=_open, icon="shield", tone="warn", weight=6))
APPEAL_LATE = register(Kind(
    name="moderation.appeal_late", group=gettext_lazy("Moderación"), label=gettext_lazy("Una reclamación sin responder a tiempo"),
    words=_appealed, load=_load, still_needed=_open, icon="alert", tone="danger", urgent=True, weight=9, inherited=True))
