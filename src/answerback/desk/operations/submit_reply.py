"""Send a draft on its way: to an approver where one must look, else towards the network."""

from datetime import datetime

from django.db import transaction

from answerback.desk import models
from answerback.desk.operations.assign_case import assign_case
from answerback.desk.operations.check_private import check_private
from answerback.desk.operations.check_reply import CannotSubmit, check_reply
from answerback.desk.operations.guard_send import guard_send
from answerback.desk.operations.hold_back_stale import stale_sentence
from answerback.desk.operations.lock_case import lock_open_case
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.move_reply import locked_reply, move_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.save_draft import DraftMoved
from answerback.desk.queries.approvers import approvers_of, undo_time, why_approve
from answerback.desk.queries.setting import Setting, setting_of_reply
from answerback.domain.etiquette.files import file_limit, undescribed
from answerback.domain.records.case import CaseState
from answerback.domain.records.handles import called
from answerback.domain.records.reply import ON_ITS_WAY, ReplyState
from answerback.domain.triage.approval import approve_by


@transaction.atomic
def submit_reply(*, reply_id: int, version: int, by: str, at: datetime) -> ReplyState:
    """
    Send a draft on its way, and return how far it has come.

    A case that nobody has becomes the writer's.  Until the time for undoing is over, the
    writer can take it back.

    :raises CaseIsClosed: when somebody closed it meanwhile.
    :raises AlreadyTaken: when somebody else has the case.
    :raises SomebodyPosted: when somebody posted since the writer looked.
    :raises DraftMoved: when the draft is not at this version any more.
    :raises CannotSubmit: when it is not fit to go, or another reply is on its way.
    :raises EtiquetteObjects: when etiquette found something.
    """
    reply = locked_reply(reply_id)
    _check_draft(reply, version=version)
    setting = setting_of_reply(reply)
    guard_send(setting, seen=reply.seen)  # first: a native answer closes the case, too
    lock_open_case(reply.case_id, to="before it can be answered")
    if setting.deleted:
        who = called(setting.post.author.handle, channel=setting.channel)
        raise CannotSubmit(stale_sentence(who))
    _check_files(reply, setting=setting)
    check_private(setting)
    overruled = check_reply(reply, text=reply.text, by=by, setting=setting, at=at)
    if setting.owner != by:
        assign_case(case_id=reply.case_id, to=by, by=by, at=at)
        reply.case.refresh_from_db()
    keep_text(reply, by=by, at=at)
    reply.in_reply_to_id = setting.post_id
    if len(setting.places) > 1:  # fixed from here on, wherever the person writes next
        reply.place_id = setting.place.case_id
    reply.submitted_at, reply.failure, reply.sent_back_note = at, "", ""
    reasons = why_approve(setting, text=reply.text, by=by, overruled=overruled, at=at)
    reply.needs_approval, reply.approval_reasons = bool(reasons), list(reasons)
    if reasons:
        _ask_approval(reply, setting=setting, at=at)
        return ReplyState.AWAITING_APPROVAL
    reply.send_after = at + undo_time(brand_id=setting.brand_id, handle=by)
    move_reply(reply, to=ReplyState.QUEUED, by=by, at=at)
    return ReplyState.QUEUED


def _check_files(reply: models.Reply, *, setting: Setting) -> None:
    """Refuse pictures that nobody described; a file that the network takes no more says so."""
    files = list(reply.files.order_by("pk").values_list("name", "kind", "alt"))
    if files and file_limit(setting.through) is None:
        raise CannotSubmit(
            f"A reply on {setting.through} carries no files. Remove those of this one."
        )
    wrong = undescribed(files)
    if wrong is not None:
        raise CannotSubmit(wrong)


def keep_text(reply: models.Reply, *, by: str, at: datetime) -> None:
    """Keep what a reply says at its version; a version is written once."""
    models.ReplyText.objects.get_or_create(
        reply=reply, version=reply.version, defaults={"text": reply.text, "by": by, "at": at}
    )


def _ask_approval(reply: models.Reply, *, setting: Setting, at: datetime) -> None:
    by = reply.written_by
    approvers = approvers_of(brand_id=setting.brand_id, but_not=by)
    if not approvers:
        raise CannotSubmit(
            f"This reply needs another person's yes ({' '.join(reply.approval_reasons)}) and "
            f"nobody else of '{setting.brand}' may give it. Ask an owner to invite an approver, "
            "or to change the policy."
        )
    reply.approve_by = approve_by(submitted_at=at, respond_by=setting.respond_by)
    reply.reminded_at = None
    move_reply(reply, to=ReplyState.AWAITING_APPROVAL, by=by, at=at)
    if reply.case.state == CaseState.AWAITING_AUTHOR:
        move_cases(case_ids=[reply.case_id], move=Move(to=CaseState.ASSIGNED), by=by, at=at)
    move = Move(to=CaseState.AWAITING_APPROVAL)
    move_cases(case_ids=[reply.case_id], move=move, by=by, at=at)
    notify(handles=approvers, what=NoticeOf.APPROVAL_ASKED, case_id=reply.case_id, by=by, at=at)


def _check_draft(reply: models.Reply, *, version: int) -> None:
    others = models.Reply.objects.filter(case_id=reply.case_id, state__in=ON_ITS_WAY)
    other = others.exclude(pk=reply.pk).first()
    if other is not None:
        raise CannotSubmit(
            f"A reply of @{other.written_by} is on its way in this case. Your draft is kept; "
            "read theirs first."
        )
    if reply.state != ReplyState.DRAFT:
        raise CannotSubmit("This reply was submitted already. Look at what became of it.")
    if reply.version != version:
        raise DraftMoved(theirs=reply.text, yours=reply.text, version=reply.version)
