from django.db import models


class Brand(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """What is listened for, as far as the tables need to know; the rest stays in its file."""

    name = models.TextField(unique=True)
    handles = models.JSONField(default=list)
    fingerprint = models.TextField(default="")  # of the brand file at its last import
    # The point that holds, and the one that all stored posts were judged by: they differ while
    # operations/judge_again.py is at work, or was interrupted.
    operating_point = models.ForeignKey(
        "OperatingPoint", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    judged_by = models.ForeignKey(
        "OperatingPoint", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    active_filter = models.PositiveIntegerField(
        null=True
    )  # a FilterVersion's number; None: day one
