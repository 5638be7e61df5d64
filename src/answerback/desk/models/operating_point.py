from django.db import models


class OperatingPoint(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    One choice of a threshold, with who made it, why, and what was expected of it then.

    Append-only: the migration adds triggers that refuse every UPDATE and DELETE.  Another
    choice, an earlier threshold too, is another row; `Brand.operating_point` says which holds.
    """

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT)
    threshold = models.FloatField()
    band = models.FloatField()
    at = models.DateTimeField()
    by = models.TextField()
    reason = models.TextField()
    # As it was estimated when it was chosen; None: it could not be told.
    misses_per_1000 = models.FloatField(null=True)
    misses_low = models.FloatField(null=True)
    misses_high = models.FloatField(null=True)
    reads_per_hour = models.FloatField(null=True)
    labels = models.PositiveIntegerField()
    drawn = models.BooleanField()  # an audit sample with known chances, or mere corrections

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="operating_point_is_a_share",
                condition=models.Q(threshold__gte=0, threshold__lte=1, band__gte=0, band__lte=1),
            ),
            models.CheckConstraint(
                name="operating_point_has_a_reason", condition=~models.Q(reason="")
            ),
        ]
