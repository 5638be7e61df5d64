"""Who said the same: the copies that joined a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet

from answerback.desk import models
from answerback.domain.records.refusal import Refusal


class NoSuchCase(Refusal):
    """There is no case of that number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCount:
    """How many copies a case has."""

    posts: int
    authors: int


NO_COPIES = CopyCount(posts=0, authors=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """One copy."""

    post_id: int
    external_id: str
    author: str
    written_at: datetime  #: the author's post time, or our hearing where none is told
    text: str
    url: str | None
    answered: bool  #: it has had an answer of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyList:
    """One page of a case's copies, in the order in which they came, and what they copy."""

    case_id: int
    channel: str
    author: str  #: of the case
    text: str  #: of the post that leads the case
    count: CopyCount
    lines: tuple[CopyLine, ...]
    more: int | None  #: give it as `after` for the next page; None: this was the last


def count_copies(*, case_ids: Sequence[int]) -> dict[int, CopyCount]:
    """
    Return how many copies each case has, and by how many authors; none for a case without.

    One question to the database, answered from the index post_copies.
    """
    if not case_ids:
        return {}
    rows = _copies().filter(case_id__in=case_ids).order_by().values_list("case_id")
    counted = rows.annotate(Count("pk"), Count("author_key", distinct=True))
    return {
        case_id: CopyCount(posts=posts, authors=authors)
        for case_id, posts, authors in counted
        if case_id is not None
    }


def list_copies(*, case_id: int, limit: int = 50, after: int = 0) -> CopyList:
    """
    Return a case's copies, page by page.  Three questions to the database.

    :raises NoSuchCase: naming the number.
    """
    case = models.Case.objects.select_related("leading").filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase(
            f"There is no case {case_id}. `answerback inbox --json` tells the numbers."
        )
    rows = list(_copies().filter(case_id=case_id, pk__gt=after).order_by("pk")[: limit + 1])
    return CopyList(
        case_id=case_id,
        channel=case.channel,
        author=case.leading.author_handle,
        text=case.leading.text,
        count=count_copies(case_ids=[case_id]).get(case_id, NO_COPIES),
        lines=tuple(_line(row) for row in rows[:limit]),
        more=rows[limit - 1].pk if len(rows) > limit else None,
    )


def _copies() -> QuerySet[models.Post]:
    """Return the copies that are heard, but for those that lead a case themselves."""
    heard = models.Post.objects.filter(copy_of__isnull=False, discard_reason__isnull=True)
    return heard.exclude(pk=F("case__leading_id"))


def _line(row: models.Post) -> CopyLine:
    return CopyLine(
        post_id=row.pk,
        external_id=row.external_id,
        author=row.author_handle,
        written_at=row.created_at or row.heard_at,
        text=row.text,
        url=row.url,
        answered=row.answer_id is not None,
    )
