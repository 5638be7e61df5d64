from django.db import models


class Source(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """One stream of a channel with its own cursor; for an archive, one file read one way."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    channel = models.TextField()
    name = models.TextField()  # what people call it: the file's name, "#acme"
    # Of a file: of its bytes and of how they are read.  Of a live stream: "live:ACCOUNT:STREAM".
    fingerprint = models.TextField()
    cursor = models.TextField(default="")  # resume after this; "" is the top
    batches = models.PositiveIntegerField(default=0)  # ledger lines written
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)  # None: interrupted, or still being read

    # What follows is of live sources only.
    account = models.ForeignKey(
        "ChannelAccount", null=True, on_delete=models.PROTECT, related_name="sources"
    )
    stream = models.TextField(default="")  # its name in the network: "mentions", "tag:acme"
    on = models.BooleanField(default=True)  # False: the settings no longer ask for it
    next_at = models.DateTimeField(null=True)  # when it is polled next
    asked_at = models.DateTimeField(null=True)  # when the network last answered
    last_post_at = models.DateTimeField(null=True)  # the newest `created_at` heard through it
    heard_at = models.DateTimeField(null=True)  # when a post was last heard through it
    lag = models.FloatField(null=True)  # seconds from that post's time to our hearing it
    failures = models.PositiveIntegerField(default=0)  # in a row
    sentence = models.TextField(default="")  # why it failed last; "" when it went well
    streaming = models.BooleanField(default=False)  # a stream is held open for it now
    limited_until = models.DateTimeField(null=True)  # the network asked us to wait
    rate = models.JSONField(default=dict)  # {"limit", "remaining", "resets_at"}, as last told

    class Meta:
        constraints = [
            models.UniqueConstraint(name="source_once", fields=["brand", "channel", "fingerprint"]),
        ]
        indexes = [
            models.Index(
                name="source_due",
                fields=["next_at"],
                condition=models.Q(account__isnull=False, on=True),
            )
        ]
