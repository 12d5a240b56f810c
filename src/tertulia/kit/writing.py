"""Writing many rows at once."""

from collections.abc import Iterable, Sequence

from django.db.models import Model

BATCH = 500


def write(model: type[Model], rows: Iterable[Model], fields: Sequence[str]) -> None:
    """Writes ``fields`` of rows that are there, in one statement a batch.

    ``INSERT … ON CONFLICT DO UPDATE`` with plain values: ``bulk_update`` writes a CASE for every field and row, which
    Django needs longer to spell and PostgreSQL to read than the writing itself (2026-11: three times the processor time).
    """
    model._default_manager.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields))
