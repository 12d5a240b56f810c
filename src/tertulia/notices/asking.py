"""Asking the kinds and the sections of other parts for their words: one that breaks is shown broken, and silences no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand
from tertulia.notices.kinds import Kind, Words, kind
from tertulia.notices.models import Notice
from tertulia.notices.sections import Line, Section

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def load(told: Iterable[Notice]) -> None:
    """Fetches, kind by kind, what the words of these notices want."""
    by_kind: dict[str, list[Notice]] = {}
    for one in told:
        by_kind.setdefault(one.kind, []).append(one)
    for name, some in by_kind.items():
        if (found := kind(name)) and found.load:
            _asked(name, partial(found.load, some), None)


def words_of(found: Kind, one: Notice) -> Words | None:
    """The words of a notice, on its brand's clock; None: what it tells of is not there any more."""
    broken: Words | None = Words(title=str(found.label), text=_(
        "Este aviso no se ha podido escribir. Quien administra la instalación lo ve en su registro."))
    with timezone.override(one.brand.time_zone):
        return _asked(found.name, lambda: found.words(one), broken)


def needed(found: Kind, one: Notice) -> bool:
    """Whether what it tells is still so."""
    return _asked(found.name, lambda: found.still_needed(one), True)


def lines_of(section: Section, brand: Brand, since: datetime, until: datetime) -> Sequence[Line]:
    """What a section of the brand's digest says of that time."""
    broken = [Line(_("Esta parte no se ha podido contar."), tone="warn")]
    return _asked(section.name, lambda: section.lines(brand, since, until), broken)


def _asked(name: str, ask: Callable[[], Answer], broken: Answer) -> Answer:
    try:
        # an error of the database would end our transaction; a savepoint ends alone
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return ask()
    except (OperationalError, InterfaceError):  # the database went away: that is nobody's fault here
        raise
    except Exception:
        log.exception("%s could not say what it tells", name)
        return broken
