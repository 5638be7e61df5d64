from django.db import models


class RawInput(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Everything one batch fetched, as it came, packed; the posts can be made again from it."""

    source = models.ForeignKey("Source", on_delete=models.PROTECT, db_index=False)
    after = models.TextField()  # the cursor before the batch
    rows = models.PositiveIntegerField()
    packed = models.BinaryField()  # see intake/raw.py

    class Meta:
        constraints = [
            # Reading a file again from the top keeps its raw input once.
            models.UniqueConstraint(name="raw_input_once", fields=["source", "after"]),
        ]


class RawPlace(models.Model):  # noqa: DJ008  a key, never shown
    """
    Where a post of a live source stands among what was fetched, so that it can be erased there.

    By a hash of its channel and id (`operations/erase_raw.py`): a row is 24 bytes.
    """

    raw = models.ForeignKey("RawInput", on_delete=models.CASCADE, db_index=False)
    row = models.PositiveSmallIntegerField()  # of the batch, from 0
    thing = models.BigIntegerField(db_index=True)
