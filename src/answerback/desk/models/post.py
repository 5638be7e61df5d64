# ruff: noqa: DJ001  None is "not told" in the record; "" would be a second way to say it
from django.db import models
from django.db.models import Q


class Post(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    A row of the record Post, for one brand, and what the desk knows of it.

    The first group is the record, field for field (`desk/rows.py`), and never changes.
    """

    channel = models.TextField()
    source = models.TextField()
    external_id = models.TextField()
    version = models.PositiveIntegerField(default=1)
    author_handle = models.TextField()
    author_name = models.TextField(default="")
    author_followers = models.BigIntegerField(null=True)
    author_native_id = models.TextField(null=True)
    text = models.TextField()
    created_at = models.DateTimeField(null=True)
    available_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()
    created_at_assumed = models.BooleanField(default=False)
    in_reply_to = models.TextField(null=True)
    reply_ids = models.JSONField(default=list)
    conversation_id = models.TextField(null=True)
    inbound = models.BooleanField(null=True)
    about = models.TextField(null=True)
    url = models.TextField(null=True)
    details = models.JSONField(default=dict)
    revision = models.TextField(null=True)
    revised_at = models.DateTimeField(null=True)
    visibility = models.TextField(default="public")  # a Visibility
    media = models.JSONField(default=list)

    lane = models.SmallIntegerField(default=1)  # which are sorted first: operations/store_batch.py
    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    origin = models.ForeignKey("Source", on_delete=models.PROTECT)  # whose ledger counts it
    content_hash = models.TextField()  # of author and words: a repeat, or another post?
    author_key = models.TextField()  # the handle they were met by, without case (ADR 0038)
    conversation = models.TextField()  # see docs/reference/database.md, "Conversations"
    discard_reason = models.TextField(null=True)  # a DiscardReason
    sorted_at = models.DateTimeField(null=True)  # None: waits for the stages after listening
    speaks_to = models.TextField(null=True)  # the brand's own posts: the author_key it answers
    asks_since = models.DateTimeField(null=True)  # an edit that asks anew: operations/ask_anew.py
    case = models.ForeignKey("Case", null=True, on_delete=models.PROTECT, db_index=False)
    deleted_at = models.DateTimeField(null=True)  # the network said so; its words are gone
    answer = models.ForeignKey(  # the brand's first post that answers this one
        "self", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    copy_of = models.ForeignKey(  # the first post of its group; operations/tell_copies.py
        "self", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="post_once", fields=["brand", "channel", "external_id", "version"]
            ),
        ]
        indexes = [
            models.Index(
                name="post_waiting",
                fields=["brand", "lane", "id"],
                condition=Q(sorted_at__isnull=True),
            ),
            models.Index(
                name="post_thread", fields=["brand", "channel", "conversation", "author_key"]
            ),
            models.Index(
                name="post_spoken",
                fields=["brand", "channel", "conversation", "speaks_to"],
                condition=Q(discard_reason="own_post"),
            ),
            models.Index(
                name="post_reply",
                fields=["brand", "channel", "in_reply_to"],
                condition=Q(discard_reason="own_post"),
            ),
            models.Index(  # queries/earlier_posts.py
                name="post_author",
                fields=["brand", "channel", "author_key", "created_at"],
                condition=Q(discard_reason__isnull=True),
            ),
            models.Index(  # queries/posts_behind.py: who was never answered
                name="post_unanswered",
                fields=["created_at", "id", "brand"],
                condition=Q(answer__isnull=True, case__isnull=False, discard_reason__isnull=True),
            ),
            models.Index(
                name="post_answered",
                fields=["created_at", "id", "brand"],
                condition=Q(answer__isnull=False, case__isnull=False, discard_reason__isnull=True),
            ),
            models.Index(  # queries/ledger.py: counted without a look at the posts themselves
                name="post_ledger",
                fields=["origin", "discard_reason", "created_at_assumed"],
            ),
            models.Index(  # an author is gone: operations/apply_tombstones.py
                name="post_native",
                fields=["brand", "channel", "author_native_id"],
                condition=Q(author_native_id__isnull=False),
            ),
            models.Index(name="post_case", fields=["case"], condition=Q(case__isnull=False)),
            models.Index(
                name="post_copied", fields=["copy_of"], condition=Q(copy_of__isnull=False)
            ),
            models.Index(  # queries/copies.py: how many, and by how many
                name="post_copies",
                fields=["case", "author_key"],
                condition=Q(copy_of__isnull=False, discard_reason__isnull=True),
            ),
        ]
