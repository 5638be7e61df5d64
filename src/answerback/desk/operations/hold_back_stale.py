"""Replies to a post that is gone go back to who wrote them."""

from collections.abc import Sequence
from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.cancel_reply import take_back_reply
from answerback.desk.operations.move_reply import locked_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.queries.approvers import approvers_of
from answerback.domain.records.handles import called
from answerback.domain.records.reply import ReplyState

_NOT_SAID = (ReplyState.DRAFT, ReplyState.AWAITING_APPROVAL, ReplyState.QUEUED)


def hold_back_stale(*, posts: Sequence[models.Post], at: datetime) -> None:
    """
    Make drafts of the replies that answer these posts, say why, and tell writer and approver.

    One that is being said just now is left to its outcome.  Call it inside a transaction that
    holds the brand of the posts.
    """
    answered = {post.pk: called(post.author_handle, channel=post.channel) for post in posts}
    stale = models.Reply.objects.filter(in_reply_to_id__in=answered, state__in=_NOT_SAID)
    for reply_id in list(stale.order_by("case_id", "pk").values_list("pk", flat=True)):
        reply = locked_reply(reply_id)
        state = ReplyState(reply.state)
        if state not in _NOT_SAID:  # a worker was quicker
            continue
        reply.failure = stale_sentence(answered[reply.in_reply_to_id or 0])
        approved_by = reply.approved_by
        if state is ReplyState.DRAFT:
            reply.save(update_fields=["failure"])
        else:
            take_back_reply(reply, by=None, at=at, why="post_deleted")
        told = {reply.written_by, approved_by or ""}
        if state is ReplyState.AWAITING_APPROVAL:
            told |= set(approvers_of(brand_id=reply.case.brand_id, but_not=reply.written_by))
        if reply.text.strip():
            notify(
                handles=told - {""},
                what=NoticeOf.POST_DELETED,
                case_id=reply.case_id,
                by=None,
                at=at,
            )


def stale_sentence(author: str) -> str:
    return (
        f"{author} deleted the post that this answers, so it is not sent: there is nothing to "
        "answer any more. Your text is kept here."
    )
