"""The journal's two tables: what happened, and how far each reaction has read."""

from typing import Any

from django.db import models


class TransactionId(models.Field):
    """PostgreSQL's ``xid8``: the 64-bit id of the transaction that wrote a row. Read as a text of digits."""

    def db_type(self, connection: object) -> str:
        return "xid8"

    def select_format(self, compiler: object, sql: str, params: Any) -> tuple[str, Any]:
        return f"{sql}::text", params


class Fact(models.Model):
    """One thing that happened. Append only: a trigger refuses updates and deletes. Ids, never personal text."""

    transaction = TransactionId(db_default=models.Func(function="pg_current_xact_id"), editable=False)
    name = models.CharField(max_length=64)
    brand_id = models.BigIntegerField(null=True)
    shard = models.SmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=64)
    because = models.CharField(max_length=200, blank=True)
    data = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["shard", "transaction", "id"], name="fact_by_shard"),
            models.Index(fields=["brand_id", "-id"], name="fact_by_brand"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Cursor(models.Model):
    """How far one reaction has read one shard, and what stopped it, if anything did."""

    reaction = models.CharField(max_length=96)
    shard = models.SmallIntegerField()
    transaction = TransactionId(default="0")
    fact_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    error = models.TextField(blank=True)
    broken_fact_id = models.BigIntegerField(null=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reaction", "shard"], name="one_cursor_a_reaction_and_shard")]

    def __str__(self) -> str:
        return f"{self.reaction}/{self.shard}"
