"""What we sent came back: the case learns that its answer did not arrive."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from answerback.desk import models
from answerback.desk.operations.move_cases import Move, move_cases
from answerback.desk.operations.move_reply import move_reply
from answerback.desk.operations.notify import NoticeOf, notify
from answerback.desk.operations.record_events import record_events
from answerback.desk.operations.take_back import BOUNCED, lose_answers
from answerback.desk.operations.wake_case import Woken, wake
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import Event, EventName
from answerback.domain.records.post import Post
from answerback.domain.records.reply import ReplyState

#: A reply that went out, or may have.
_OUT = (str(ReplyState.SENT), str(ReplyState.UNKNOWN), str(ReplyState.SENDING))


def note_bounces(*, brand_id: int, posts: Sequence[Post], at: datetime) -> int:
    """
    Note on our replies what reports among new posts say of them, and tell whom it concerns.

    A reply that was sent keeps its state, for it was said; that it did not arrive stands beside
    it.  One of which nobody knew whether it was heard has failed: now one knows.  In either case
    it answers nobody: who asked waits again, and the clock runs from their first word.  So it is
    with an answer that somebody wrote in the mailbox itself.

    Called where the posts are stored, in that transaction and under its brand: each report is
    noted once.  Returns how many replies came back.
    """
    back = {of: post for post in posts for of in post.details.get("bounce_of", ())}
    if not back:
        return 0
    asked = Q(external_id__in=list(back)) | Q(key__in=_keys(back))
    theirs = models.Reply.objects.filter(asked, case__brand_id=brand_id, state__in=_OUT)
    found = list(theirs.order_by("case_id", "pk").values_list("pk", "case_id", "place__channel"))
    channels = {post.channel for post in back.values()}
    for reply_id, case_id, place in found:
        case = models.Case.objects.select_for_update(no_key=True).get(pk=case_id)
        channels |= {case.channel, place or case.channel}
        _note(_locked(reply_id), back=back, at=at)
    lose_answers(brand_id=brand_id, external_ids=list(back), channels=channels, why=BOUNCED, at=at)
    for case_id in dict.fromkeys(case_id for _, case_id, _ in found):
        _give_the_word_back(models.Case.objects.get(pk=case_id), at=at)
    return len(found)


def _keys(back: Mapping[str, Post]) -> list[uuid.UUID]:
    """Return the keys of replies whose mail is named by them: its sending may not be noted yet."""
    found = []
    for of in back:
        try:
            found.append(uuid.UUID(of.partition("@")[0]))
        except ValueError:
            continue
    return found


def _locked(reply_id: int) -> models.Reply:
    replies = models.Reply.objects.select_for_update(of=("self",), no_key=True)
    return replies.select_related("case").get(pk=reply_id)


def _note(reply: models.Reply, *, back: Mapping[str, Post], at: datetime) -> None:
    named = (str(reply.external_id), *(one for one in back if one.startswith(f"{reply.key}@")))
    report = next(back[one] for one in named if one in back)
    status = next(iter(report.details.get("bounce_status", ())), "")
    reply.failure = _sentence(report)
    if reply.state == ReplyState.SENT:
        reply.save(update_fields=["failure"])
    else:
        reply.claimed_until = None
        move_reply(reply, to=ReplyState.FAILED, by=None, at=at, told={"tries": reply.tries})
    told = {"reply": reply.pk, "version": reply.version, "status": status or None}
    event = Event(what=EventName.REPLY_BOUNCED, at=at, case_id=reply.case_id, particulars=told)
    record_events(brand_id=reply.case.brand_id, events=[event])
    people = {reply.written_by, reply.case.owner or reply.written_by}
    notify(handles=people, what=NoticeOf.NOT_SENT, case_id=reply.case_id, by=None, at=at)


def _sentence(report: Post) -> str:
    words = next(iter(report.details.get("bounce_words", ())), "")
    why = f"“{words.rstrip('.')}”" if words else "its report gives no reason"
    return (
        f"It came back: the mail server says that it did not arrive ({why}). Find another way to "
        "reach them, or another address."
    )


def _give_the_word_back(case: models.Case, *, at: datetime) -> None:
    """
    Make it somebody's work again, also where nothing that was asked waits for an answer.

    Who waits for an answer that came back waits for nothing.
    """
    models.Case.objects.filter(pk=case.pk).update(stirred_at=at, author_has_the_word=False)
    if case.owner is not None and case.state in (CaseState.AWAITING_AUTHOR, CaseState.CLOSED):
        what = EventName.CASE_REOPENED if case.state == CaseState.CLOSED else None
        move = Move(to=CaseState.ASSIGNED, what=what, particulars={"owner": case.owner})
        move_cases(case_ids=[case.pk], move=move, by=None, at=at)
    if case.snoozed_until is not None:
        wake(case=case, what=Woken.RETURNED, by=None, at=at)
