from django.db import models


class Reading(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A row of the record Reading, field for field."""

    post = models.OneToOneField("Post", primary_key=True, on_delete=models.CASCADE)
    language = models.TextField()
    language_probability = models.FloatField()
    sentiment = models.JSONField()
    kinds = models.JSONField()
    needs_response = models.FloatField()
    urgency = models.FloatField()
    urgency_reasons = models.JSONField()
    offensive = models.FloatField()
    why = models.JSONField()
    names = models.JSONField(default=list)
    compared = models.JSONField(null=True)
    unsure = models.JSONField(default=list)
