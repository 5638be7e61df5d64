"""What should be looked at next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from answerback.desk import models
from answerback.desk.queries.copies import NO_COPIES, CopyCount, count_copies
from answerback.domain.records.case import CaseState
from answerback.domain.records.refusal import Refusal


class NoSuchBrand(Refusal):
    """The desk listens for no brand of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page of the inbox ends: the next one goes on after it."""

    turn: datetime
    written_at: datetime
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxLine:
    """One open case, and the most pressing of its posts that have no answer."""

    case_id: int
    brand: str
    channel: str
    author: str
    state: str
    owner: str | None
    queue: str
    kind: str
    priority: float  #: from 0 to 1
    respond_by: datetime | None
    external_id: str
    written_at: datetime  #: the author's post time, or our hearing where none is told
    text: str
    url: str | None
    why: tuple[str, ...]  #: sentences, most telling first
    place: Place
    priority_parts: Mapping[str, float] = field(default_factory=dict)  #: they sum to `priority`
    copies: int = 0  #: posts of others that say the same and joined the case
    copied_by: int = 0  #: how many authors wrote them


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """One page, and how much there is in all."""

    lines: tuple[InboxLine, ...]
    open: int
    overdue: int
    more: Place | None  #: give it as `after` for the next page; None: this was the last


def inbox(
    *,
    at: datetime,
    brand: str | None = None,
    queue: str | None = None,
    limit: int = 50,
    after: Place | None = None,
) -> Inbox:
    """
    Return open cases in the order triage gave them (`domain.triage.priority.queue_order`).

    Four questions to the database, however many lines; three without `brand`.

    :raises NoSuchBrand: naming the brands there are.
    """
    cases = models.Case.objects.exclude(state=CaseState.CLOSED)
    if brand is not None:
        cases = cases.filter(brand_id=brand_id_of(brand))
    if queue is not None:
        cases = cases.filter(queue=queue)
    counts = cases.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(respond_by__lt=at)))
    if after is not None:
        cases = cases.filter(behind(after), turn__gte=after.turn)
    rows = cases.select_related("brand", "leading__plan").order_by("turn", "written_at", "pk")
    page = list(rows[: limit + 1])
    copies = count_copies(case_ids=[case.pk for case in page])
    lines = tuple(_line(case, copies=copies.get(case.pk, NO_COPIES)) for case in page)
    return Inbox(
        lines=lines[:limit],
        open=counts["open"],
        overdue=counts["overdue"],
        more=lines[limit - 1].place if len(lines) > limit else None,
    )


def behind(place: Place) -> Q:
    """Return that a case comes after a place; add `turn >= place.turn`, which an index answers."""
    return (
        Q(turn__gt=place.turn)
        | Q(turn=place.turn, written_at__gt=place.written_at)
        | Q(turn=place.turn, written_at=place.written_at, pk__gt=place.case_id)
    )


def _line(case: models.Case, *, copies: CopyCount) -> InboxLine:
    post = case.leading
    # What was discarded has no plan; it leads only a case that somebody owns.
    plan = getattr(post, "plan", None)
    return InboxLine(
        case_id=case.pk,
        brand=case.brand.name,
        channel=case.channel,
        author=post.author_handle,
        state=case.state,
        owner=case.owner,
        queue=case.queue,
        kind=case.kind,
        priority=case.priority,
        respond_by=case.respond_by,
        external_id=post.external_id,
        written_at=case.written_at,
        text=post.text,
        url=post.url,
        why=tuple(plan.reasons) if plan else (),
        place=Place(turn=case.turn, written_at=case.written_at, case_id=case.pk),
        priority_parts=plan.priority_parts if plan else {},
        copies=copies.posts,
        copied_by=copies.authors,
    )


def brand_id_of(name: str) -> int:
    """
    Return the row of a brand that posts were imported for.

    :raises NoSuchBrand: when there is none of this name, naming those there are.
    """
    ids = {brand.name: brand.pk for brand in models.Brand.objects.order_by("name")}
    if name not in ids:
        there = ", ".join(f"'{known}'" for known in ids) or "none yet"
        raise NoSuchBrand(f"There is no brand '{name}' here. Brands that were imported: {there}.")
    return ids[name]
