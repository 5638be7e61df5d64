"""Another person's yes to a reply, or their no, or their own words for it."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.cancel_reply import take_back_reply
from answerback.desk.operations.check_private import check_private
from answerback.desk.operations.check_reply import check_reply
from answerback.desk.operations.guard_send import guard_send
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.move_reply import locked_reply, move_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.submit_reply import keep_text
from answerback.desk.queries.approvers import undo_time
from answerback.desk.queries.setting import newest_post, setting_of_reply
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.refusal import Refusal
from answerback.domain.records.reply import ReplyState


class NotWaiting(Refusal):
    """The reply does not wait for approval any more."""


class OwnReply(Refusal):
    """Nobody approves their own."""


class TextMoved(Refusal):
    """The text is not the one that was looked at."""


class NoteNeeded(Refusal):
    """A reply was to be sent back without a word why."""


@transaction.atomic
def approve_reply(*, reply_id: int, version: int, seen: int, by: str, at: datetime) -> None:
    """
    Say yes to the text of one version: it goes out when the time for undoing is over.

    :raises NotWaiting: when somebody was quicker.
    :raises OwnReply: when `by` wrote it.
    :raises TextMoved: when the text was changed since: the new one is to be read first.
    :raises SomebodyPosted: when somebody posted since the approver looked.
    :raises PrivateWaits: when the same person waits for an answer in private since.
    """
    reply = _waiting(reply_id, version=version)
    _check_another(reply, by=by)
    setting = setting_of_reply(reply)
    reply.seen = max(reply.seen, min(seen, newest_post(setting)))
    guard_send(setting, seen=reply.seen)
    check_private(setting)
    check_reply(reply, text=reply.text, by=by, setting=setting, at=at)
    reply.approved_by, reply.approved_version, reply.approved_at = by, version, at
    reply.send_after = at + undo_time(brand_id=setting.brand_id, handle=by)
    move_reply(reply, to=ReplyState.QUEUED, by=by, at=at, what=EventName.REPLY_APPROVED)
    if reply.case.state == CaseState.AWAITING_APPROVAL:
        move_cases(case_ids=[reply.case_id], move=Move(to=CaseState.ASSIGNED), by=by, at=at)


@transaction.atomic
def edit_reply(*, reply_id: int, version: int, text: str, by: str, at: datetime) -> int:
    """
    Change the text of a reply that waits for approval, and return its new version.

    No yes to an older version holds for it.  The writer's own words are kept with theirs.

    :raises NotWaiting: when it does not wait any more.
    :raises TextMoved: when the text was changed since.
    :raises CannotSubmit: when the new text is not fit to go.
    """
    reply = _waiting(reply_id, version=version)
    if text == reply.text:
        return reply.version
    check_reply(reply, text=text, by=by, setting=setting_of_reply(reply), at=at)
    reply.text, reply.version, reply.changed_at = text, reply.version + 1, at
    reply.approved_by = reply.approved_version = reply.approved_at = None
    reply.save()
    keep_text(reply, by=by, at=at)
    event = Event(
        what=EventName.REPLY_EDITED,
        at=at,
        by=by,
        case_id=reply.case_id,
        particulars={"reply": reply.pk, "version": reply.version},
    )
    record_events(brand_id=reply.case.brand_id, events=[event])
    return reply.version


@transaction.atomic
def send_back(*, reply_id: int, version: int, note: str, by: str, at: datetime) -> None:
    """
    Give a reply back to its writer, with a note.

    :raises NotWaiting: when it does not wait any more.
    :raises OwnReply: when `by` wrote it: the writer takes it back without a note.
    :raises TextMoved: when the text was changed since.
    :raises NoteNeeded: when the note is empty.
    """
    reply = _waiting(reply_id, version=version)
    _check_another(reply, by=by)
    if not note.strip():
        raise NoteNeeded("Say what should be different: the writer sees nothing but your note.")
    reply.sent_back_note = note.strip()
    take_back_reply(reply, by=by, at=at, what=EventName.REPLY_SENT_BACK)
    notify(handles=[reply.written_by], what=NoticeOf.SENT_BACK, case_id=reply.case_id, by=by, at=at)


def _waiting(reply_id: int, *, version: int) -> models.Reply:
    reply = locked_reply(reply_id)
    if reply.state != ReplyState.AWAITING_APPROVAL:
        who = f" by @{reply.approved_by}" if reply.approved_by else ""
        raise NotWaiting(
            f"This reply does not wait for approval any more: it is '{reply.state}'{who}."
        )
    if reply.version != version:
        raise TextMoved(
            "The text was changed while you were reading. Below stands the new one: read it, "
            "then decide."
        )
    return reply


def _check_another(reply: models.Reply, *, by: str) -> None:
    if reply.written_by == by:
        raise OwnReply("Nobody approves their own reply. Somebody else must look at it.")
