# ruff: noqa: DJ001  None is "not discarded" in the record; "" would be a second way to say it
from django.db import models


class Mention(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A row of the record Mention, field for field."""

    post = models.OneToOneField("Post", primary_key=True, on_delete=models.CASCADE)
    heard = models.BooleanField()
    addressed = models.BooleanField()
    relevance = models.FloatField()
    matched = models.JSONField()
    topics = models.JSONField()
    discarded = models.TextField(null=True)
    why = models.JSONField()
    unsure = models.BooleanField(default=False)
