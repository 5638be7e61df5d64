# ruff: noqa: DJ001  None is "the machine"; "" would be a second way to say it
from django.db import models


class AuditEntry(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    One thing that a person did, sealed together with everything before it.

    Append-only: the migration adds triggers that refuse every UPDATE and DELETE.
    """

    number = models.BigIntegerField(primary_key=True)  # from 1, without a gap
    at = models.DateTimeField()
    by = models.TextField(null=True)
    what = models.TextField()
    brand = models.ForeignKey("Brand", null=True, on_delete=models.PROTECT, db_index=False)
    about = models.TextField(default="")  # "case:12", "person:ada"; "" for nothing else
    particulars = models.JSONField(default=dict)
    seal = models.TextField()  # HMAC over this entry and the seal before it

    class Meta:
        indexes = [models.Index(name="audit_by_person", fields=["by", "-number"])]


class SignInFailure(models.Model):  # noqa: DJ008  counted, never shown
    """One wrong password: whom it was for and from which browser, both as keyed hashes."""

    handle = models.TextField()
    device = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="sign_in_failures", fields=["handle", "device", "at"])]
