from django.db import models


class Plan(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A row of the record Plan, field for field, and the place that follows from it."""

    post = models.OneToOneField("Post", primary_key=True, on_delete=models.CASCADE)
    respond = models.BooleanField()
    kind = models.TextField()
    queue = models.TextField()
    priority = models.FloatField()
    priority_parts = models.JSONField()
    respond_by = models.DateTimeField(null=True)
    reasons = models.JSONField()

    turn = models.DateTimeField()  # the place in the inbox, from triage's queue_order
