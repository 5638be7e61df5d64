from django.db import models


class View(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A saved set of filters of the inbox."""

    owner = models.ForeignKey("User", on_delete=models.CASCADE, related_name="views")
    brand = models.ForeignKey("Brand", null=True, on_delete=models.CASCADE)
    name = models.TextField()
    filters = models.JSONField(default=dict)  # as in the address of the inbox
    shared = models.BooleanField(default=False)  # with everybody of the brand

    class Meta:
        constraints = [models.UniqueConstraint(name="view_once", fields=["owner", "name"])]


class Bulk(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """One act on many cases, with what is needed to undo it."""

    user = models.ForeignKey("User", on_delete=models.CASCADE)
    at = models.DateTimeField()
    what = models.TextField()
    before = models.JSONField()  # case id → what it was
    undone_at = models.DateTimeField(null=True)
