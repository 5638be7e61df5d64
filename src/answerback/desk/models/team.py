from django.db import models

from answerback.desk.models.user import User


class Team(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """People who share queues."""

    brand = models.ForeignKey("Brand", on_delete=models.CASCADE)
    name = models.TextField()
    queues = models.JSONField(default=list)  # names, as the policy gives them
    members = models.ManyToManyField(User, related_name="teams")

    class Meta:
        constraints = [models.UniqueConstraint(name="team_once", fields=["brand", "name"])]
