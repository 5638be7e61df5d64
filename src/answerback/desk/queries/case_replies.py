"""The replies of a case that somebody can still do something about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from answerback.desk import models
from answerback.domain.records.reply import ON_ITS_WAY, ReplyState


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The version of a post that a reply answers."""

    external_id: str
    version: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyLine:
    """One reply, as far as it has come."""

    reply_id: int
    case_id: int
    state: ReplyState
    written_by: str
    text: str
    version: int
    seen: int
    begun_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    send_after: datetime | None
    needs_approval: bool
    approval_reasons: tuple[str, ...]
    approved_by: str | None
    sent_back_note: str
    failure: str  #: a sentence; "" for none
    tries: int
    after_send: Mapping[str, Any]
    overruled: tuple[Mapping[str, str], ...]
    answers: Answers | None = None
    place_id: int | None = None  #: of joined cases, the one in whose place it goes out


def case_replies(*, case_id: int, handle: str) -> tuple[ReplyLine | None, ReplyLine | None]:
    """
    Return the draft of a person (or what failed of theirs), and the reply that is on its way.

    One question to the database.
    """
    going = Q(state__in=[str(state) for state in ON_ITS_WAY])
    theirs = Q(written_by=handle, state__in=[ReplyState.DRAFT, ReplyState.FAILED])
    rows = models.Reply.objects.filter(going | theirs, case_id=case_id).order_by("-pk")
    lines = [reply_line(row) for row in rows.select_related("in_reply_to")]
    on_its_way = next((line for line in lines if line.state in ON_ITS_WAY), None)
    drafts = [line for line in lines if line.state not in ON_ITS_WAY]
    mine = min(drafts, key=lambda line: line.state is ReplyState.FAILED, default=None)
    return mine, on_its_way


def reply_line(row: models.Reply) -> ReplyLine:
    return ReplyLine(
        reply_id=row.pk,
        case_id=row.case_id,
        state=ReplyState(row.state),
        written_by=row.written_by,
        text=row.text,
        version=row.version,
        seen=row.seen,
        begun_at=row.begun_at,
        changed_at=row.changed_at,
        submitted_at=row.submitted_at,
        send_after=row.send_after,
        needs_approval=row.needs_approval,
        approval_reasons=tuple(row.approval_reasons),
        approved_by=row.approved_by,
        sent_back_note=row.sent_back_note,
        failure=row.failure,
        tries=row.tries,
        after_send=row.after_send,
        overruled=tuple(row.overruled),
        answers=answers_of(row),
        place_id=row.place_id,
    )


def answers_of(row: models.Reply) -> Answers | None:
    """Return what a reply, fetched together with its post, answers."""
    post = row.in_reply_to
    if post is None:
        return None
    return Answers(external_id=post.external_id, version=post.version, text=post.text)
