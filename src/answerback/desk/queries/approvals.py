"""Replies that wait for another person's yes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from answerback.desk import models
from answerback.desk.queries.case_replies import Answers, answers_of
from answerback.domain.records.reply import ReplyState

_OPENING = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReply:
    """One reply that waits, and what it answers."""

    reply_id: int
    case_id: int
    brand: str
    channel: str
    author: str
    asked: str  #: what the person said, its beginning
    text: str  #: what we would say
    version: int
    written_by: str
    submitted_at: datetime | None
    approve_by: datetime | None  #: then leads are told that it waits
    respond_by: datetime | None
    reasons: tuple[str, ...]
    answers: Answers | None = None
    place_id: int | None = None

    def late(self, *, at: datetime) -> bool:
        return self.approve_by is not None and self.approve_by <= at


@dataclass(frozen=True, slots=True, kw_only=True)
class TextVersion:
    """What a reply said at one version, and whose words they are."""

    version: int
    text: str
    by: str
    at: datetime


def waiting_replies(
    *, brand_ids: Collection[int], but_not: str, limit: int = 100
) -> list[WaitingReply]:
    """Return replies of others that wait, the most pressing first.  One question."""
    rows = models.Reply.objects.filter(
        state=ReplyState.AWAITING_APPROVAL, case__brand_id__in=list(brand_ids)
    ).exclude(written_by=but_not)
    told = rows.select_related("case__brand", "case__leading", "in_reply_to").order_by(
        "approve_by", "pk"
    )
    return [_line(row) for row in told[:limit]]


def waiting_reply(reply_id: int) -> WaitingReply | None:
    """Return one reply that waits; None: it does not any more.  One question."""
    rows = models.Reply.objects.filter(pk=reply_id, state=ReplyState.AWAITING_APPROVAL)
    row = rows.select_related("case__brand", "case__leading", "in_reply_to").first()
    return None if row is None else _line(row)


def text_versions(reply_id: int) -> list[TextVersion]:
    """Return what a reply said from its submission on, oldest first.  One question."""
    rows = models.ReplyText.objects.filter(reply_id=reply_id).order_by("version")
    return [TextVersion(version=row.version, text=row.text, by=row.by, at=row.at) for row in rows]


def _line(row: models.Reply) -> WaitingReply:
    answered = row.in_reply_to
    return WaitingReply(
        reply_id=row.pk,
        case_id=row.case_id,
        brand=row.case.brand.name,
        channel=row.case.channel,
        author=answered.author_handle if answered else row.case.leading.author_handle,
        asked=answered.text[:_OPENING] if answered else "",
        text=row.text,
        version=row.version,
        written_by=row.written_by,
        submitted_at=row.submitted_at,
        approve_by=row.approve_by,
        respond_by=row.case.respond_by,
        reasons=tuple(row.approval_reasons),
        answers=answers_of(row),
        place_id=row.place_id,
    )
