"""Which rows could not become posts, and why."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from answerback.channels.live import Kept, Letter
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
    source_id: int
    source: str
    row: SetAside
    can: bool  #: it can be read again: it is of a live source, and its words are there
    waits: bool  #: to be read again; somebody wants it
    tried_at: datetime | None  #: when it was read again last, in vain


def all_brands() -> frozenset[int]:
    """Return all brands: for whoever runs the server."""
    return frozenset(models.Brand.objects.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """One page, in the order in which they came."""

    lines: tuple[FailedLine, ...]
    more: int | None  #: give it as `after` for the next page; None: this was the last


def failed_page(
    *,
    brand_ids: Collection[int],
    source_id: int | None = None,
    reason: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> FailedPage:
    """Return a page of the rows that could not become posts.  One question to the database."""
    rows = models.FailedRow.objects.filter(source__brand_id__in=brand_ids, pk__gt=after)
    if source_id is not None:
        rows = rows.filter(source_id=source_id)
    if reason is not None:
        rows = rows.filter(reason=reason)
    page = list(rows.select_related("source__brand").order_by("pk")[: limit + 1])
    lines = tuple(
        FailedLine(
            row_id=row.pk,
            brand=row.source.brand.name,
            source_id=row.source_id,
            source=row.source.name,
            can=row.source.account_id is not None and row.raw != "",
            waits=row.again_at is not None,
            tried_at=row.tried_at,
            row=SetAside(
                line=row.line or None, reason=row.reason, sentence=row.sentence, raw=row.raw
            ),
        )
        for row in page[:limit]
    )
    return FailedPage(lines=lines, more=lines[-1].row_id if len(page) > limit else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedKind:
    """All failed rows of a source that have one reason."""

    source_id: int
    source: str
    brand: str
    reason: str
    rows: int
    waiting: int  #: to be read again
    can: bool  #: they are of a live source


def failed_kinds(*, brand_ids: Collection[int], source_id: int | None = None) -> list[FailedKind]:
    """Return why rows failed, source by source, the most first.  One question to the database."""
    rows = models.FailedRow.objects.filter(source__brand_id__in=brand_ids)
    if source_id is not None:
        rows = rows.filter(source_id=source_id)
    told = rows.order_by().values_list(
        "source_id", "source__name", "source__brand__name", "reason", "source__account_id"
    )
    counted = told.annotate(rows=Count("pk"), waiting=Count("pk", filter=Q(again_at__isnull=False)))
    return [
        FailedKind(
            source_id=source,
            source=name,
            brand=brand,
            reason=reason,
            rows=rows,
            waiting=waiting,
            can=account is not None,
        )
        for source, name, brand, reason, account, rows, waiting in counted.order_by(
            "-rows", "source_id", "reason"
        )
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToRead:
    """Failed rows of one source that one person wants read again."""

    source_id: int
    account_id: int
    brand_id: int
    by: str | None
    rows: tuple[tuple[int, Kept], ...]  #: by number


def rows_to_read(*, but_not: Collection[int] = (), limit: int = 100) -> ToRead | None:
    """Return rows that wait to be read again, of the one that waits first; three questions."""
    waiting = models.FailedRow.objects.filter(
        again_at__isnull=False, source__account__isnull=False
    ).select_related("source")
    first = waiting.exclude(source_id__in=but_not).order_by("pk").first()
    if first is None or first.source.account_id is None:
        return None
    alike = waiting.filter(source_id=first.source_id, again_by=first.again_by)
    rows = list(alike.order_by("pk")[:limit])
    letters = _letters(rows, account_id=first.source.account_id)
    return ToRead(
        source_id=first.source_id,
        account_id=first.source.account_id,
        brand_id=first.source.brand_id,
        by=first.again_by or None,
        rows=tuple((row.pk, _kept(row, letters=letters)) for row in rows),
    )


#: What names a thing that came as a letter, or in one.
_LETTER = re.compile(r"letter[:-](\d{1,18})(?=[:#-]|$)", re.ASCII)
_MARK = re.compile(r"#[0-9a-f]{16}$")


def _letters(rows: Collection[models.FailedRow], *, account_id: int) -> dict[int, Letter]:
    named = (_LETTER.match(row.cursor) for row in rows)
    numbers = {int(one[1]) for one in named if one}
    if not numbers:
        return {}
    letters = models.Letter.objects.filter(account_id=account_id, pk__in=numbers)
    return {
        letter.pk: Letter(
            letter_id=letter.pk,
            body=bytes(letter.body),
            headers=letter.headers,
            received_at=letter.received_at,
        )
        for letter in letters
    }


def _kept(row: models.FailedRow, *, letters: dict[int, Letter]) -> Kept:
    named = _LETTER.match(row.cursor)
    return Kept(
        stream=row.source.stream,
        named=_MARK.sub("", row.cursor),
        raw=row.raw,
        letter=letters.get(int(named[1])) if named else None,
    )
