"""How many cases wait, view by view."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from answerback.desk import models
from answerback.desk.queries.access import Member
from answerback.desk.queries.case_filter import (
    BRAND,
    ME,
    NOBODY,
    asleep,
    awake,
    last_word,
    owned_by,
)
from answerback.domain.records.case import CaseState

SILENT = timedelta(hours=24)
LATELY = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCounts:
    """How many cases of one's own brands each built-in view holds."""

    mine: int
    unassigned: int
    overdue: int
    approval: int
    snoozed: int
    silent: int
    open: int
    closed: int  #: within the last seven days


def inbox_counts(*, member: Member, at: datetime) -> InboxCounts:
    """
    Return the counts of the built-in views.  Two questions to the database.

    Both are answered from indexes alone (`case_counts`, `case_closed`): exact, and quick at
    100,000 open cases (docs/reference/inbox.md, "Speed").
    """
    up = awake(at)
    counts = (
        _open_cases(member)
        .alias(last_word=last_word())
        .aggregate(
            mine=Count("state", filter=up & owned_by(ME, member=member)),
            unassigned=Count("state", filter=up & owned_by(NOBODY, member=member)),
            overdue=Count("state", filter=up & Q(respond_by__lt=at)),
            approval=Count("state", filter=up & Q(state=CaseState.AWAITING_APPROVAL)),
            snoozed=Count("state", filter=asleep(at)),
            silent=Count("state", filter=up & Q(last_word__lt=at - SILENT)),
            open=Count("state", filter=up),
        )
    )
    lately = models.Case.objects.filter(state=CaseState.CLOSED, closed_at__gte=at - LATELY)
    closed = lately.alias(of=BRAND).filter(of__in=list(member.seats)).count()
    return InboxCounts(**counts, closed=closed)


def count_mine(*, member: Member, at: datetime) -> int:
    """
    Return how many cases somebody has, for counts whose other parts many share.

    Their own few are found by their owner and then held against their brands: by an index that
    begins with the brand it would look at every open case of it.
    """
    return _open_cases(member).filter(awake(at), owned_by(ME, member=member)).count()


def _open_cases(member: Member) -> QuerySet[models.Case]:
    cases = models.Case.objects.exclude(state=CaseState.CLOSED)
    return cases.alias(of=BRAND).filter(of__in=list(member.seats))


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxWords:
    """What filters can ask for, because a case of one's own brands has it."""

    channels: tuple[str, ...]
    queues: tuple[str, ...]
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    handles: tuple[str, ...]


def inbox_words(*, member: Member) -> InboxWords:
    """
    Return what the filters offer.  Three questions to the database, the first slow.

    Pages remember it for a minute: a word that is a minute old is no fault.
    """
    brands = list(member.seats)
    told = set(
        _open_cases(member).order_by().values_list("channel", "queue", "language").distinct()
    )
    tags = models.CaseTag.objects.filter(case__brand_id__in=brands).order_by("tag")
    people = models.Membership.objects.filter(brand_id__in=brands).order_by("user__handle")
    return InboxWords(
        channels=tuple(sorted({channel for channel, _, _ in told})),
        queues=tuple(sorted({queue for _, queue, _ in told})),
        languages=tuple(sorted({language for _, _, language in told if language})),
        tags=tuple(tags.values_list("tag", flat=True).distinct()[:100]),
        handles=tuple(people.values_list("user__handle", flat=True).distinct()),
    )
