# ruff: noqa: DJ001  None is "the machine", as in the event; "" would be a second way to say it
from django.db import models
from django.db.models import Q


class AuditSample(models.Model):  # noqa: DJ008  shown as a file, never as itself
    """One draw of an audit sample; append-only, as are its items and labels."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    draw = models.TextField(unique=True)  # the name in the sample's file
    at = models.DateTimeField()
    strata = models.JSONField()  # from each stratum's name to its number of posts

    class Meta:
        indexes = [models.Index(name="audit_of_brand", fields=["brand"])]


class AuditItem(models.Model):  # noqa: DJ008  shown as a file, never as itself
    """A post that was drawn: the filter never learns from it."""

    sample = models.ForeignKey("AuditSample", on_delete=models.PROTECT, db_index=False)
    post = models.ForeignKey("Post", on_delete=models.PROTECT, db_index=False)
    stratum = models.TextField()
    chance = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="audit_item_once", fields=["sample", "post"]),
            models.CheckConstraint(
                name="audit_item_had_a_chance", condition=Q(chance__gt=0) & Q(chance__lte=1)
            ),
        ]


class AuditLabel(models.Model):  # noqa: DJ008  shown as a file, never as itself
    """What a person said of an item; the newest counts, and none is changed."""

    item = models.ForeignKey("AuditItem", on_delete=models.PROTECT)
    label = models.TextField()  # "relevant", "irrelevant" or "unsure"
    at = models.DateTimeField()
    by = models.TextField(null=True)
