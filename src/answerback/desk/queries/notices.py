"""What one person should know."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from answerback.desk import models
from answerback.desk.queries.access import Member

_LINES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice."""

    notice_id: int
    what: str  #: a NoticeOf
    case_id: int | None
    author: str  #: of the case; "" without one
    channel: str
    by: str | None
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One page of notices, newest first."""

    lines: tuple[NoticeLine, ...]
    more: int | None  #: give it as `before` for the next page; None: this was the last


def count_unread(*, member: Member) -> int:
    """Return how many notices somebody has not read.  One question to the database."""
    return _reachable(member).filter(read_at__isnull=True).count()


def list_notices(*, member: Member, before: int | None = None, limit: int = _LINES) -> NoticePage:
    """
    Return a page of somebody's notices.  One question to the database.

    Notices about cases that they may not see any more are left out.
    """
    rows = _reachable(member).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    who = "case__leading__author_handle"
    told = rows.values_list("pk", "what", "case_id", who, "case__channel", "by", "at", "read_at")
    lines = [
        NoticeLine(
            notice_id=pk,
            what=what,
            case_id=case_id,
            author=author or "",
            channel=channel or "",
            by=by,
            at=at,
            read_at=read,
        )
        for pk, what, case_id, author, channel, by, at, read in told[: limit + 1]
    ]
    more = lines[limit - 1].notice_id if len(lines) > limit else None
    return NoticePage(lines=tuple(lines[:limit]), more=more)


def _reachable(member: Member) -> "QuerySet[models.Notice]":
    about = Q(case__isnull=True) | Q(case__brand_id__in=list(member.seats))
    return models.Notice.objects.filter(about, user_id=member.user_id)
