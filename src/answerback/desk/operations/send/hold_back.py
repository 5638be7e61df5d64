"""A reply that fits no more, by the time it would go out, is its writer's draft again."""

from datetime import datetime

from answerback.desk import models
from answerback.desk.operations.cancel_reply import take_back_reply
from answerback.desk.operations.check_private import PrivateWaits, check_private
from answerback.desk.operations.hold_back_stale import stale_sentence
from answerback.desk.operations.move_reply import move_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.queries.setting import Setting, posts_since
from answerback.domain.records.handles import called
from answerback.domain.records.reply import ReplyState


def held_back(reply: models.Reply, *, setting: Setting, at: datetime) -> bool:
    """
    Give a locked reply back to its writer when it must not go out as it is; say whether it was.

    When somebody posted since they looked, when what it answers is gone, or when the same person
    waits for an answer in private and this would stand in public.  Call it only for what surely
    was not said.
    """
    why, sentence = _why(reply, setting=setting)
    if not sentence:
        return False
    if reply.state == ReplyState.SENDING:
        reply.claimed_until = None
        move_reply(reply, to=ReplyState.QUEUED, by=None, at=at, told={"tries": reply.tries})
    reply.failure = sentence
    take_back_reply(reply, by=None, at=at, why=why)
    notify(
        handles=[reply.written_by], what=NoticeOf.NOT_SENT, case_id=reply.case_id, by=None, at=at
    )
    return True


def _why(reply: models.Reply, *, setting: Setting) -> tuple[str, str]:
    """Return why a reply must not go out, as a word and as a sentence; "" when it may."""
    answered = reply.in_reply_to
    if answered is not None and answered.deleted_at is not None:
        return "post_deleted", stale_sentence(
            called(answered.author_handle, channel=answered.channel)
        )
    posts = posts_since(setting, seen=reply.seen)
    if posts:
        who = called(posts[-1].author.handle, channel=posts[-1].channel)
        return "somebody_posted", (
            f"{who} edited a post before this was sent, so it was held back. Read what is new, and "
            "send again."
            if posts[-1].version > 1
            else f"{who} posted in the conversation before this was sent, so it was held back. "
            "Read what is new, and send again."
        )
    try:
        check_private(setting)
    except PrivateWaits as wrong:
        return "waits_in_private", str(wrong)
    return "", ""
