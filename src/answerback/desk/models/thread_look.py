# ruff: noqa: DJ001  None is "nobody" and "not yet"; "" would be a second way to say it
from django.db import models


class ThreadLook(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """That the thread of a post shall be asked for, or was; `operations/look_up_thread.py`."""

    account = models.ForeignKey("ChannelAccount", on_delete=models.CASCADE, db_index=False)
    external_id = models.TextField()  # of the post whose thread it is
    wanted_at = models.DateTimeField(null=True)  # not before; None: nobody waits for it
    wanted_by = models.TextField(null=True)  # a handle; None: the machine
    asked_at = models.DateTimeField(null=True)  # last
    tries = models.PositiveSmallIntegerField(default=0)  # in vain, since it was wanted
    found = models.PositiveIntegerField(default=0)  # posts that it brought and we lacked
    sentence = models.TextField(default="")  # why it could not be had; "" when it could

    class Meta:
        constraints = [
            models.UniqueConstraint(name="thread_look_once", fields=["account", "external_id"])
        ]
        indexes = [
            models.Index(
                name="thread_look_due",
                fields=["wanted_at"],
                condition=models.Q(wanted_at__isnull=False),
            ),
            models.Index(name="thread_look_asked", fields=["account", "asked_at"]),
        ]
