from django.db import models


class Brand(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """What is listened for, as far as the tables need to know; the rest stays in its file."""

    name = models.TextField(unique=True)
    handles = models.JSONField(default=list)
    fingerprint = models.TextField(default="")  # of the brand file at its last import
    active_filter = models.PositiveIntegerField(
        null=True
    )  # a FilterVersion's number; None: day one
