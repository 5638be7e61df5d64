# ruff: noqa: DJ001  None is "nobody" and "not closed"; "" would be a second way to say it
from django.db import models
from django.db.models import Q


class Case(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """One author, one matter, one owner, from first post to wrap-up."""

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    channel = models.TextField()
    author_key = models.TextField()  # as its posts have it: not what they are called now
    conversation = models.TextField()
    state = models.TextField()  # a CaseState; written by operations/move_case.py alone
    owner = models.TextField(null=True)
    # These, and the leading post, follow the most pressing post that has no answer.
    queue = models.TextField()
    kind = models.TextField()
    priority = models.FloatField()
    respond_by = models.DateTimeField(null=True)
    turn = models.DateTimeField()  # the place in the inbox, from triage's queue_order
    written_at = models.DateTimeField()  # of the leading post: the older goes first
    leading = models.ForeignKey("Post", on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(null=True)  # a CloseReason
    # What the reading of the leading post says; filters of the inbox ask for it.
    language = models.TextField(default="")
    sentiment = models.TextField(default="")
    # The desk's own: none of these is a state (ARCHITECTURE, "The life of a case").
    assigned_at = models.DateTimeField(null=True)
    assigned_why = models.JSONField(default=list)  # sentences: why this owner
    accepted_at = models.DateTimeField(null=True)  # the owner has opened it; None: only offered
    snoozed_until = models.DateTimeField(null=True)
    sleeps_through_thanks = models.BooleanField(default=False)
    queue_by_hand = models.BooleanField(default=False)  # a person sent it there: it stays
    escalated_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)  # when we noticed that respond_by had passed
    leased_to = models.TextField(null=True)  # a batch of triage; operations/lease_batch.py
    leased_until = models.DateTimeField(null=True)
    stirred_at = models.DateTimeField(null=True)  # the last word of anybody; None: the first post
    author_has_the_word = models.BooleanField(default=False)  # we spoke last
    outcome = models.TextField(default="")  # "thanked", "still_angry": said after our answer

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="case_once", fields=["brand", "channel", "author_key", "conversation"]
            ),
            models.CheckConstraint(
                name="case_closed_with_reason",
                condition=Q(state="closed", closed_at__isnull=False, close_reason__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True, close_reason__isnull=True)),
            ),
            models.CheckConstraint(
                name="case_assigned_to_somebody",
                condition=~Q(state__in=["assigned", "awaiting_approval"]) | Q(owner__isnull=False),
            ),
            models.CheckConstraint(
                name="case_priority_is_a_share",
                condition=Q(priority__gte=0) & Q(priority__lte=1),
            ),
        ]
        indexes = [
            # The inbox, over all queues and in one: open cases only, in the order shown.
            models.Index(
                name="case_inbox",
                fields=["turn", "written_at", "id"],
                condition=~Q(state="closed"),
            ),
            models.Index(
                name="case_queue",
                fields=["queue", "turn", "written_at", "id"],
                condition=~Q(state="closed"),
            ),
            models.Index(
                name="case_owner",
                fields=["owner", "turn", "written_at", "id"],
                condition=~Q(state="closed") & Q(owner__isnull=False),
            ),
            models.Index(
                name="case_brand",
                fields=["brand", "turn", "written_at", "id"],
                condition=~Q(state="closed"),
            ),
            # queries/inbox_counts.py: everything it counts by, so no row is read.  The brand stands
            # last, or SQLite would read the list from here and sort it.
            models.Index(
                name="case_counts",
                fields=[
                    *("written_at", "stirred_at", "respond_by", "snoozed_until"),
                    *("owner", "state", "queue", "channel", "language", "brand"),
                ],
                condition=~Q(state="closed"),
            ),
            models.Index(
                name="case_unowned",
                fields=["brand", "turn", "written_at", "id"],
                condition=~Q(state="closed") & Q(owner__isnull=True),
            ),
            models.Index(  # few at any time; of all states a general index would mislead SQLite
                name="case_for_approval",
                fields=["turn", "written_at", "id"],
                condition=Q(state="awaiting_approval"),
            ),
            models.Index(
                name="case_closed",  # in the order shown, whatever brands one has
                fields=["-closed_at", "-id", "brand"],
                condition=Q(state="closed"),
            ),
            models.Index(
                name="case_leased",
                fields=["leased_to"],
                condition=Q(leased_to__isnull=False),
            ),
            models.Index(
                name="case_asleep",
                fields=["snoozed_until"],
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                name="case_not_yet_breached",
                fields=["respond_by"],
                condition=~Q(state="closed")
                & Q(breached_at__isnull=True, respond_by__isnull=False),
            ),
            models.Index(name="case_of_author", fields=["brand", "author_key", "-opened_at"]),
        ]
