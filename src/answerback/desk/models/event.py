# ruff: noqa: DJ001  None is "the machine" in the record; "" would be a second way to say it
from django.db import models


class Event(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    A row of the record Event, field for field.

    Append-only: the migration adds triggers that refuse every UPDATE and DELETE.
    """

    what = models.TextField()  # an EventName
    at = models.DateTimeField()
    by = models.TextField(null=True)
    case = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, db_index=False)
    post = models.ForeignKey("Post", null=True, on_delete=models.PROTECT, db_index=False)
    particulars = models.JSONField(default=dict)

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)

    class Meta:
        indexes = [
            models.Index(name="event_by_name", fields=["brand", "what", "at"]),
            models.Index(
                name="event_of_case", fields=["case", "id"], condition=models.Q(case__isnull=False)
            ),
        ]
