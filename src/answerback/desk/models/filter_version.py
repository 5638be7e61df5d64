# ruff: noqa: DJ001  None is "nobody" in the record; "" would be a second way to say it
from django.db import models


class FilterVersion(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    What a brand's filter had learned at one moment, whole.

    Append-only: the migration adds triggers that refuse every UPDATE and DELETE.  Which version
    is active is the brand's own column.
    """

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    number = models.PositiveIntegerField()  # from 1, within the brand
    at = models.DateTimeField()
    by = models.TextField(null=True)
    state = models.BinaryField()  # domain/relevance/state.py
    relevant = models.PositiveIntegerField()  # corrections it learned from
    irrelevant = models.PositiveIntegerField()
    audited = models.PositiveIntegerField()  # corrections left out, because they are under audit
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="filter_version_once", fields=["brand", "number"]),
        ]
