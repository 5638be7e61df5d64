# ruff: noqa: DJ001  None is "not yet"; "" would be a second way to say it
"""What is kept beside a case, among ourselves."""

from django.db import models
from django.db.models import Q


class Note(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Words among ourselves; no customer sees them."""

    case = models.ForeignKey("Case", on_delete=models.PROTECT)
    by = models.TextField()
    text = models.TextField()
    mentions = models.JSONField(default=list)  # handles
    at = models.DateTimeField()


class Watch(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Somebody follows a case without owning it."""

    case = models.ForeignKey("Case", on_delete=models.CASCADE)
    user = models.ForeignKey("User", on_delete=models.CASCADE)
    at = models.DateTimeField()
    read_to = models.BigIntegerField(default=0)  # the last event they saw: their read receipt

    class Meta:
        constraints = [models.UniqueConstraint(name="watch_once", fields=["case", "user"])]


class CaseTag(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A word on a case."""

    case = models.ForeignKey("Case", on_delete=models.CASCADE, related_name="tags")
    tag = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(name="case_tag_once", fields=["case", "tag"])]
        indexes = [models.Index(name="case_by_tag", fields=["tag", "case"])]


class Notice(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Something one person should know: they were named, a deadline passed, a draft waits."""

    user = models.ForeignKey("User", on_delete=models.CASCADE)
    what = models.TextField()  # a closed word: "mentioned", "assigned", "breached", …
    case = models.ForeignKey("Case", null=True, on_delete=models.CASCADE)
    by = models.TextField(null=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                name="notice_unread", fields=["user", "-at"], condition=Q(read_at__isnull=True)
            )
        ]


class Presence(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Somebody has a case open right now, and may be writing."""

    case = models.ForeignKey("Case", on_delete=models.CASCADE)
    user = models.ForeignKey("User", on_delete=models.CASCADE)
    writing = models.BooleanField(default=False)
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="presence_once", fields=["case", "user"])]


class Correction(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """What a person said a post is; the newest word on each part counts."""

    post = models.ForeignKey("Post", on_delete=models.PROTECT)
    part = models.TextField()  # "relevance", "kind", "sentiment", "urgency", …
    said = models.JSONField()
    before = models.JSONField(null=True)  # what the machine had said
    by = models.TextField()
    at = models.DateTimeField()
