# ruff: noqa: DJ001  None is "the machine" in the record; "" would be a second way to say it
from django.db import models
from django.db.models import Q


class BrandText(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    One version of a brand's file or of its policy, whole, as it was typed.

    Append-only: the migration adds triggers.  The highest number holds.
    """

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    what = models.TextField()  # "brand" or "policy"
    number = models.PositiveIntegerField()  # from 1
    text = models.TextField()  # TOML
    at = models.DateTimeField()
    by = models.TextField(null=True)
    note = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="brand_text_once", fields=["brand", "what", "number"]),
            models.CheckConstraint(
                name="brand_text_is_one_of_two", condition=Q(what__in=["brand", "policy"])
            ),
        ]
