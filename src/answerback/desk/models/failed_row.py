from django.db import models


class FailedRow(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """One thing fetched that did not become a post: why, and its raw text for replay."""

    source = models.ForeignKey("Source", on_delete=models.PROTECT, db_index=False)
    cursor = models.TextField()  # of the thing itself
    line = models.PositiveBigIntegerField()  # 0: its channel has no lines
    reason = models.TextField()  # a closed word: "not_json", "id_conflict", …
    sentence = models.TextField()
    raw = models.TextField()
    again_at = models.DateTimeField(null=True)  # somebody wants it read again, since then
    again_by = models.TextField(default="")  # who; "": the command, or nobody
    tried_at = models.DateTimeField(null=True)  # when it was read again last, in vain

    class Meta:
        constraints = [
            models.UniqueConstraint(name="failed_row_once", fields=["source", "cursor", "line"]),
        ]
        indexes = [
            models.Index(
                name="failed_row_again", fields=["id"], condition=models.Q(again_at__isnull=False)
            )
        ]
