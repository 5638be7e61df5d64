from django.db import models
from django.db.models import F


class LedgerLine(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A row of the record LedgerLine, field for field; `source` is a row of its own."""

    source = models.ForeignKey("Source", on_delete=models.PROTECT, db_index=False)
    batch = models.PositiveIntegerField()
    at = models.DateTimeField()
    fetched = models.PositiveIntegerField()
    stored = models.PositiveIntegerField()
    duplicate = models.PositiveIntegerField()
    discarded = models.PositiveIntegerField()
    failed = models.PositiveIntegerField()
    again = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ledger_line_once", fields=["source", "batch"]),
            models.CheckConstraint(
                name="ledger_line_balances",
                condition=models.Q(
                    fetched=F("stored") + F("duplicate") + F("discarded") + F("failed") - F("again")
                ),
            ),
        ]
