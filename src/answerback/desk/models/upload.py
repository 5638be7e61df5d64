from django.db import models
from django.db.models import Q

from answerback.domain.records.upload import UNDER_WAY, UploadState


class Upload(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A file of posts that somebody handed in; it lies in the data folder until it is read."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT)
    name = models.TextField()  # as they know it, safe as a name on our disk
    folder = models.TextField()  # under uploads/ in the data folder; "" when it is gone
    size = models.PositiveBigIntegerField()  # bytes
    mapping = models.TextField(default="")  # "text=body,created_at=ts"
    by = models.TextField()
    at = models.DateTimeField()
    state = models.TextField(default=str(UploadState.WAITING))  # an UploadState
    source = models.ForeignKey("Source", null=True, on_delete=models.PROTECT)
    done = models.PositiveBigIntegerField(default=0)  # of `total`, in bytes, rows or posts
    total = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)  # begun since it last went forward
    sentence = models.TextField(default="")  # why it was refused
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="upload_under_way",
                fields=["brand", "id"],
                condition=Q(state__in=[str(state) for state in UNDER_WAY]),
            )
        ]


class Lease(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Who does a long piece of work, step by step; a token is fenced by the next one."""

    name = models.TextField(primary_key=True)  # "brand:3"
    token = models.PositiveBigIntegerField(default=1)
    until = models.DateTimeField()
