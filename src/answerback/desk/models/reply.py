# ruff: noqa: DJ001  None is "nobody" and "not yet"; "" would be a second way to say it
import uuid

from django.db import models
from django.db.models import F, Q

from answerback.domain.records.reply import ON_ITS_WAY, ReplyState


class Reply(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """Our words to one person, from the first letter to the network's id."""

    case = models.ForeignKey("Case", on_delete=models.PROTECT, related_name="replies")
    state = models.TextField(default=ReplyState.DRAFT)  # a ReplyState; operations alone move it
    written_by = models.TextField()  # a handle
    text = models.TextField(default="")
    version = models.PositiveIntegerField(default=1)  # of the text; an approval is bound to it
    in_reply_to = models.ForeignKey(
        "Post", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    # Of a person's joined cases, the one whose conversation it goes to; None: its own.
    place = models.ForeignKey(
        "Case", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    # The newest post of the conversation that the writer had before them: the send guard's.
    seen = models.BigIntegerField(default=0)
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # makes a second send harmless
    needs_approval = models.BooleanField(default=False)
    approval_reasons = models.JSONField(default=list)  # sentences
    approved_by = models.TextField(null=True)
    approved_version = models.PositiveIntegerField(null=True)
    sent_back_note = models.TextField(default="")
    begun_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approve_by = models.DateTimeField(null=True)  # then leads are told that it waits
    reminded_at = models.DateTimeField(null=True)  # they were
    send_after = models.DateTimeField(null=True)  # until then it can be taken back
    after_send = models.JSONField(default=dict)  # what else happens then: close, snooze, tags
    claimed_until = models.DateTimeField(null=True)  # a worker's lease
    fence = models.PositiveIntegerField(default=0)  # grows with each claim
    tries = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True)  # a network forgets keys after a while
    asked_at = models.DateTimeField(null=True)  # when a try began last that may have been heard
    # Findings that a person overruled: {"check", "sentence", "by", "at"}.
    overruled = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    external_id = models.TextField(null=True)  # the network's own id of what was said
    failure = models.TextField(default="")  # a sentence

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="reply_one_on_its_way",
                fields=["case"],
                condition=Q(state__in=[str(state) for state in ON_ITS_WAY]),
            ),
            models.UniqueConstraint(
                name="reply_one_draft_a_person",
                fields=["case", "written_by"],
                condition=Q(state=str(ReplyState.DRAFT)),
            ),
            models.CheckConstraint(
                name="reply_nobody_approves_their_own",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("written_by")),
            ),
            models.CheckConstraint(
                name="reply_leaves_only_approved",
                condition=Q(needs_approval=False)
                | Q(state__in=["draft", "awaiting_approval", "cancelled"])
                | Q(approved_by__isnull=False, approved_version=F("version")),
            ),
        ]
        indexes = [
            models.Index(
                name="reply_on_its_way",
                fields=["send_after", "id"],
                condition=Q(state__in=[str(state) for state in ON_ITS_WAY]),
            ),
            models.Index(  # what others got in the last 24 hours
                name="reply_sent", fields=["sent_at"], condition=Q(sent_at__isnull=False)
            ),
            models.Index(  # operations/store_batch.py: is it our own that comes back?
                name="reply_said",
                fields=["external_id"],
                condition=Q(external_id__isnull=False),
            ),
            models.Index(  # operations/hold_back_stale.py: who answers a post that is gone
                name="reply_answers",
                fields=["in_reply_to"],
                condition=Q(in_reply_to__isnull=False),
            ),
        ]


class ReplyText(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """What a reply said at one version, from the moment it was submitted."""

    reply = models.ForeignKey("Reply", on_delete=models.CASCADE, related_name="texts")
    version = models.PositiveIntegerField()
    text = models.TextField()
    by = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="reply_text_once", fields=["reply", "version"])]


class ReplyFile(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """A picture or a file that a reply carries, where its network takes any."""

    reply = models.ForeignKey("Reply", on_delete=models.CASCADE, related_name="files")
    name = models.TextField()
    kind = models.TextField()  # its MIME type
    data = models.BinaryField()
    alt = models.TextField(default="")  # what is to be seen on it
    by = models.TextField()
    at = models.DateTimeField()


class Removal(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """That somebody wants a reply of ours gone from its network, and how far that has come."""

    reply = models.OneToOneField("Reply", on_delete=models.CASCADE, related_name="removal")
    reason = models.TextField()  # in the words of whoever asked
    by = models.TextField()
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # None: it is over, one way or the other
    fence = models.PositiveIntegerField(default=0)  # grows with each claim
    tries = models.PositiveSmallIntegerField(default=0)
    gone_at = models.DateTimeField(null=True)
    failure = models.TextField(default="")  # a sentence

    class Meta:
        indexes = [
            models.Index(name="removal_due", fields=["due_at"], condition=Q(due_at__isnull=False))
        ]


class LostAnswer(models.Model):  # noqa: DJ008  shown as a frozen line, never as itself
    """
    That words of ours answer nobody: they did not arrive, or we took them away again.

    Known by the network's own id, for the word of it may come before the words themselves.
    """

    brand = models.ForeignKey("Brand", on_delete=models.PROTECT, db_index=False)
    external_id = models.TextField()
    why = models.TextField()  # "bounced", "removed"
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="lost_answer_once", fields=["brand", "external_id"])
        ]
