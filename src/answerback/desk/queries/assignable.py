"""Which cases wait for somebody, and who could have them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

from answerback.desk import models
from answerback.domain.records.case import CaseState
from answerback.domain.records.event import EventName
from answerback.domain.records.reply import ReplyState
from answerback.domain.records.role import RIGHTS, Right
from answerback.domain.triage.assignment import KNOWN_FOR, PRESENT_FOR, Person

#: A case that somebody did not open is not offered to them again for so long.
PASSED_FOR = timedelta(hours=1)

_WORKERS = [role for role, rights in RIGHTS.items() if Right.WORK in rights]
#: Written out, because a database that gets it as a parameter cannot use the partial index.
NOT_CLOSED = ~Q(state=RawSQL("'closed'", ()))


def unassigned_cases(*, brand_id: int, at: datetime) -> QuerySet[models.Case]:
    """Return the open cases of a brand that nobody has, awake and in nobody's batch, in order."""
    return (
        models.Case.objects.filter(
            NOT_CLOSED,
            Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at),
            Q(leased_until__isnull=True) | Q(leased_until__lte=at),
            brand_id=brand_id,
            state=CaseState.NEW,
            owner__isnull=True,
        )
        .select_related("leading")
        .order_by("turn", "written_at", "pk")
    )


def people_of(*, brand_id: int, at: datetime) -> list[Person]:
    """
    Return those who work cases of a brand, as far as it matters who gets one.

    Four questions to the database, however many people.
    """
    seats = list(
        models.Membership.objects.filter(brand_id=brand_id, role__in=_WORKERS, user__is_active=True)
        .order_by("user__handle")
        .values_list(
            "user_id",
            "user__handle",
            "skills",
            "languages",
            "capacity",
            "user__takes_cases",
            "user__seen_at",
        )
    )
    load = {
        owner: (count, last)
        for owner, count, last in models.Case.objects.filter(
            NOT_CLOSED,
            Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=at),
            brand_id=brand_id,
            owner__isnull=False,
            state__in=[CaseState.ASSIGNED, CaseState.AWAITING_APPROVAL],
        )
        .order_by()
        .values_list("owner")
        .annotate(Count("pk"), Max("assigned_at"))
    }
    queues = _queues_of_teams(brand_id=brand_id)
    passed = _let_pass(brand_id=brand_id, at=at)
    return [
        Person(
            handle=handle,
            skills=frozenset(skills),
            languages=frozenset(languages),
            queues=frozenset(queues.get(user_id, ())),
            open_cases=load.get(handle, (0, None))[0],
            capacity=capacity,
            away=not takes_cases,
            seen_at=seen_at,
            given_at=load.get(handle, (0, None))[1],
            passed_at=passed.get(handle),
        )
        for user_id, handle, skills, languages, capacity, takes_cases, seen_at in seats
    ]


def _queues_of_teams(*, brand_id: int) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = models.Team.objects.filter(brand_id=brand_id, members__isnull=False)
    for user_id, queues in rows.values_list("members", "queues"):
        found.setdefault(user_id, set()).update(queues)
    return found


def _let_pass(*, brand_id: int, at: datetime) -> dict[str, datetime]:
    """Return who let an offer pass lately, and when last."""
    rows = models.Event.objects.filter(
        brand_id=brand_id,
        what=EventName.CASE_GIVEN_BACK,
        by__isnull=True,
        at__gte=at - PRESENT_FOR,
    ).order_by("at")
    return {
        str(told["owner"]): moment
        for told, moment in rows.values_list("particulars", "at")
        if told.get("reason") == "not_opened"
    }


def last_words_with(*, case: models.Case, at: datetime) -> dict[str, datetime]:
    """Return who answered this author lately, and when last.  One question to the database."""
    rows = (
        models.Reply.objects.filter(
            state=ReplyState.SENT,
            sent_at__gte=at - KNOWN_FOR,
            case__brand_id=case.brand_id,
            case__channel=case.channel,
            case__author_key=case.author_key,
        )
        .order_by()
        .values_list("written_by")
        .annotate(Max("sent_at"))
    )
    return {handle: sent_at for handle, sent_at in rows if sent_at is not None}


def passed_by(*, case_id: int, at: datetime) -> Collection[str]:
    """Return who was offered a case lately and did not open it.  One question."""
    rows = models.Event.objects.filter(
        case_id=case_id, what=EventName.CASE_GIVEN_BACK, by__isnull=True, at__gte=at - PASSED_FOR
    ).values_list("particulars", flat=True)
    return {str(told["owner"]) for told in rows if told.get("reason") == "not_opened"}


def stale_offers(*, brand_id: int, at: datetime, within: timedelta) -> QuerySet[models.Case]:
    """
    Return the cases that the machine offered and whose owner has not opened them.

    Either for so long, or their owner is away by now.
    """
    away = models.User.objects.filter(handle=OuterRef("owner"), takes_cases=False)
    newest = (
        models.Event.objects.filter(case=OuterRef("pk"), what=EventName.CASE_ASSIGNED)
        .order_by("-pk")
        .values("by")[:1]
    )
    return (
        models.Case.objects.filter(
            NOT_CLOSED,
            Q(assigned_at__lte=at - within) | Exists(away),
            brand_id=brand_id,
            owner__isnull=False,
            accepted_at__isnull=True,
            state=CaseState.ASSIGNED,
        )
        .annotate(given_by=newest)
        .filter(given_by__isnull=True, assigned_at__isnull=False)
        .annotate(of_author=F("leading__author_handle"))
        .order_by("assigned_at", "pk")
    )
