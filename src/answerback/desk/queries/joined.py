"""Cases that a person said are of one person."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from answerback.desk import models


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One conversation of a person: where they wrote, and where an answer can go."""

    case_id: int
    channel: str
    conversation: str
    author_key: str
    author: str  #: as they are called


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedLine:
    """One case that is joined into another."""

    joined_id: int
    case_id: int  #: the one that is joined into it
    channel: str
    author: str
    evidence: str
    by: str
    at: datetime


def mains_of(case_ids: Collection[int]) -> dict[int, int]:
    """Return, of those cases that are joined into another, into which.  One question."""
    if not case_ids:
        return {}
    rows = models.Joined.objects.filter(other_id__in=case_ids, undone_at__isnull=True)
    return dict(rows.values_list("other_id", "case_id"))


def others_of(case_ids: Collection[int]) -> dict[int, int]:
    """Return the cases that are joined into these, and into which.  One question."""
    if not case_ids:
        return {}
    rows = models.Joined.objects.filter(case_id__in=case_ids, undone_at__isnull=True)
    return dict(rows.order_by("pk").values_list("other_id", "case_id"))


def family_of(case_ids: Collection[int]) -> dict[int, int]:
    """
    Return all that is joined with these cases, as parts and the cases that they are part of.

    One question to the database; two where something is joined.
    """
    rows = models.Joined.objects.filter(undone_at__isnull=True)
    ids = list(case_ids)
    mains = set(
        rows.filter(Q(case_id__in=ids) | Q(other_id__in=ids)).values_list("case_id", flat=True)
        if ids
        else ()
    )
    if not mains:
        return {}
    return dict(rows.filter(case_id__in=mains).order_by("pk").values_list("other_id", "case_id"))


def joined_lines(case_id: int) -> tuple[JoinedLine, ...]:
    """Return what is joined into a case, the earliest first.  One question to the database."""
    rows = models.Joined.objects.filter(case_id=case_id, undone_at__isnull=True)
    return tuple(
        JoinedLine(
            joined_id=row.pk,
            case_id=row.other_id,
            channel=row.other.channel,
            author=row.other.leading.author_handle,
            evidence=row.evidence,
            by=row.by,
            at=row.at,
        )
        for row in rows.select_related("other__leading").order_by("pk")
    )


def places_of(case_id: int) -> tuple[Place, ...]:
    """Return where the person of a case writes: the case's own place first.  Two questions."""
    return places_beside(models.Case.objects.select_related("leading").get(pk=case_id))


def places_beside(case: models.Case) -> tuple[Place, ...]:
    """
    Return the places of a case at hand, which has its leading post.

    One question; two where others are joined into it.
    """
    others = others_of([case.pk])
    cases = models.Case.objects.select_related("leading").filter(pk__in=others)
    rows = list(cases) if others else []
    return tuple(
        Place(
            case_id=one.pk,
            channel=one.channel,
            conversation=one.conversation,
            author_key=one.author_key,
            author=one.leading.author_handle,
        )
        for one in (case, *sorted(rows, key=lambda row: [*others].index(row.pk)))
    )


def undone_joins(brand_ids: Collection[int]) -> frozenset[str]:
    """Return the numbers of joinings that were undone, as events hold them.  One question."""
    rows = models.Joined.objects.filter(brand_id__in=brand_ids, undone_at__isnull=False)
    return frozenset(str(pk) for pk in rows.values_list("pk", flat=True))
