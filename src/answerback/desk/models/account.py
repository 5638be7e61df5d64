# ruff: noqa: DJ001  None is "not told"; "" would be a second way to say it
from django.db import models


class ChannelAccount(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Our login on a live network; its secrets are sealed (`desk/sealing.py`)."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT)
    channel = models.TextField()  # of an installed network
    name = models.TextField()  # what people call it
    handle = models.TextField(default="")  # who we are there, without the @, once tested
    native_id = models.TextField(default="")
    settings = models.JSONField(default=dict)  # by the names of the network's fields
    sealed = models.BinaryField(default=b"")  # the secrets, as JSON, under AES-GCM
    #: Random, in the address that letters are sent to; None: the network sends none.
    mailbox = models.TextField(null=True, unique=True)
    on = models.BooleanField(default=True)
    # Why a person must mend it (a refused login); "" when all is well.
    stopped = models.TextField(default="")
    most_characters = models.PositiveIntegerField(null=True)
    clock_ahead = models.FloatField(null=True)  # seconds
    added_at = models.DateTimeField()
    added_by = models.TextField(null=True)
    checked_at = models.DateTimeField(null=True)  # when a test last went well
    tested_at = models.DateTimeField(null=True)
    tested = models.TextField(default="")  # what the last test said; a sentence
    works = models.BooleanField(null=True)  # whether it went well; None: never tested
    # Its secrets are forgotten; its sources, their ledgers and posts stay.
    removed_at = models.DateTimeField(null=True)
    removed_by = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="channel_account_once",
                fields=["brand", "channel", "name"],
                condition=models.Q(removed_at__isnull=True),
            ),
        ]


class Gap(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A stretch of a source of which something may never have been fetched."""

    source = models.ForeignKey("Source", on_delete=models.PROTECT, related_name="gaps")
    kind = models.TextField()  # a HoleKind
    sentence = models.TextField()
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    cursor = models.TextField(default="")  # how far the repair has come
    tries = models.PositiveSmallIntegerField(default=0)
    repaired_at = models.DateTimeField(null=True)
    found_posts = models.PositiveIntegerField(default=0)  # that the repair brought and we lacked
    given_up = models.TextField(default="")  # why it cannot be repaired; a sentence

    class Meta:
        indexes = [
            models.Index(
                name="gap_open",
                fields=["source", "id"],
                condition=models.Q(repaired_at__isnull=True, given_up=""),
            )
        ]


class Tombstone(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """The network says that a post is gone; it wins over every telling of the post, also later."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    channel = models.TextField()
    external_id = models.TextField()
    origin = models.ForeignKey("Source", on_delete=models.PROTECT)  # whose ledger counts it
    gone_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()
    #: When the raw text of the post was erased, too; None: `operations/erase_raw.py` will.
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="tombstone_once", fields=["brand", "channel", "external_id"]
            ),
        ]
        indexes = [
            models.Index(
                name="tombstone_fresh",
                fields=["id"],
                condition=models.Q(erased_at__isnull=True),
            )
        ]


class Letter(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """What was sent to an address of ours, kept as it came before anybody is told that it was."""

    account = models.ForeignKey("ChannelAccount", on_delete=models.PROTECT, db_index=False)
    key = models.TextField()  # the sender's own id of the delivery, else a hash of the body
    body = models.BinaryField()  # empty once it is read: its posts are kept as they came
    headers = models.JSONField(default=dict)  # names in lower case
    received_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # its posts are taken in

    class Meta:
        constraints = [models.UniqueConstraint(name="letter_once", fields=["account", "key"])]
        indexes = [
            models.Index(
                name="letter_unread",
                fields=["account", "id"],
                condition=models.Q(read_at__isnull=True),
            )
        ]


class Joined(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A person said that two authors on different channels are one; it can be undone."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT)
    case = models.ForeignKey("Case", on_delete=models.PROTECT, related_name="joined")
    other = models.ForeignKey("Case", on_delete=models.PROTECT, related_name="+")
    evidence = models.TextField()  # why, in the words of whoever joined them
    by = models.TextField()
    at = models.DateTimeField()
    was = models.JSONField(default=dict)  # what `other` was before, to be that again
    undone_at = models.DateTimeField(null=True)
    undone_by = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="joined_once",
                fields=["other"],
                condition=models.Q(undone_at__isnull=True),
            ),
            models.CheckConstraint(
                name="joined_two_cases", condition=~models.Q(case=models.F("other"))
            ),
        ]
