"""Which rows could not become posts, and why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from answerback.desk import models


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One row that was set aside."""

    line: int | None
    reason: str
    sentence: str
    raw: str


def failed_rows(*, source_id: int) -> Iterator[SetAside]:
    """Yield a source's failed rows in the order of the source, in bounded memory."""
    rows = models.FailedRow.objects.filter(source_id=source_id).order_by("line", "pk")
    for line, reason, sentence, raw in rows.values_list(
        "line", "reason", "sentence", "raw"
    ).iterator(chunk_size=500):
        yield SetAside(line=line or None, reason=reason, sentence=sentence, raw=raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedLine:
    """One row that was set aside, with where it came from."""

    row_id: int
    brand: str
    source: str
    row: SetAside


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """One page, in the order in which they came."""

    lines: tuple[FailedLine, ...]
    more: int | None  #: give it as `after` for the next page; None: this was the last


def failed_page(
    *, brand_ids: Collection[int], source_id: int | None = None, after: int = 0, limit: int = 50
) -> FailedPage:
    """Return a page of the rows that could not become posts.  One question to the database."""
    rows = models.FailedRow.objects.filter(source__brand_id__in=brand_ids, pk__gt=after)
    if source_id is not None:
        rows = rows.filter(source_id=source_id)
    page = list(rows.select_related("source__brand").order_by("pk")[: limit + 1])
    lines = tuple(
        FailedLine(
            row_id=row.pk,
            brand=row.source.brand.name,
            source=row.source.name,
            row=SetAside(
                line=row.line or None, reason=row.reason, sentence=row.sentence, raw=row.raw
            ),
        )
        for row in page[:limit]
    )
    return FailedPage(lines=lines, more=lines[-1].row_id if len(page) > limit else None)
