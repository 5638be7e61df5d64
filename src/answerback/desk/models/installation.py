from django.db import models


class Installation(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    Where this database was last at work: a copy or a backup notices that it is one.

    One row.  What makes a place and a copy is told in `desk/here.py`.
    """

    place = models.TextField()  # a fingerprint of the database where it lies
    doors = models.JSONField(default=list)  # machines or addresses from which it is worked on
    sends = models.BooleanField(default=True)  # False: look, do not say; until a person says so
    why = models.TextField(default="")  # it does not; a sentence
    # What was on its way by then may have been said by another copy.
    doubted_at = models.DateTimeField(null=True)
    counted = models.PositiveBigIntegerField(default=0)  # what was claimed to be said, ever
    seen_at = models.DateTimeField()
    resumed_by = models.TextField(null=True)  # noqa: DJ001  None is "nobody"
