from django.db import models
from django.db.models import Q

from answerback.domain.records.role import Role


class Membership(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """What somebody is for one brand, and what they can."""

    user = models.ForeignKey("User", on_delete=models.CASCADE, related_name="memberships")
    brand = models.ForeignKey("Brand", on_delete=models.CASCADE)
    role = models.TextField()  # a Role
    skills = models.JSONField(default=list)  # words; a queue's name is one of them
    languages = models.JSONField(default=list)  # ISO 639-1; empty: all
    capacity = models.PositiveSmallIntegerField(default=8)  # cases at once; 0: none are offered

    class Meta:
        constraints = [
            models.UniqueConstraint(name="membership_once", fields=["user", "brand"]),
            models.CheckConstraint(
                name="membership_has_a_role", condition=Q(role__in=[str(role) for role in Role])
            ),
        ]


class Invitation(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A way in for one new person: used once, and not after its end."""

    brand = models.ForeignKey("Brand", on_delete=models.CASCADE)
    role = models.TextField()
    name = models.TextField()  # whom it is meant for
    token_hash = models.TextField(unique=True)  # SHA-256: the token itself is shown once
    by = models.TextField()
    at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_by = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+")
