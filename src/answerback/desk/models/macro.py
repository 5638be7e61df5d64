from django.db import models
from django.db.models import Q


class Macro(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A saved reply with blanks and actions."""

    brand = models.ForeignKey("Brand", on_delete=models.CASCADE)
    name = models.TextField()
    text = models.TextField()  # with blanks like {name}
    actions = models.JSONField(default=dict)  # {"tags": [...], "snooze_hours": 24, "queue": "..."}
    by = models.TextField()
    at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="macro_once", fields=["brand", "name"], condition=Q(retired_at__isnull=True)
            )
        ]
