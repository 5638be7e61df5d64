from django.db import models


class Source(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """One stream of a channel with its own cursor; for an archive, one file read one way."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    channel = models.TextField()
    name = models.TextField()  # what people call it: the file's name
    fingerprint = models.TextField()  # of its bytes and of how they are read
    cursor = models.TextField(default="")  # resume after this; "" is the top
    batches = models.PositiveIntegerField(default=0)  # ledger lines written
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)  # None: interrupted, or still being read

    class Meta:
        constraints = [
            models.UniqueConstraint(name="source_once", fields=["brand", "channel", "fingerprint"]),
        ]
