"""The sources of some brands, how far each was read, and what could not be."""

from dataclasses import dataclass
from datetime import datetime

from answerback.desk import models
from answerback.desk.queries.access import NotHere
from answerback.desk.queries.failed_rows import SetAside
from answerback.desk.queries.ledger import SourceLedger, ledger
from answerback.domain.records.upload import UNDER_WAY

#: Rows of one page.
FAILED_AT_ONCE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """One source, with its ledger."""

    ledger: SourceLedger
    cursor: str  #: where reading goes on; "" is the top
    reading: bool  #: a file of it is being read, or waits for its turn
    account_id: int | None = None  #: of a live source; None: a file
    on: bool = True  #: a live source is listened to
    failures: int = 0  #: of a live source, in a row
    asked_at: datetime | None = None  #: when its network last answered

    @property
    def finished_at(self) -> datetime | None:
        return self.ledger.finished_at

    @property
    def interrupted(self) -> bool:
        """Tell whether reading stopped before the end, and nobody goes on with it."""
        live = self.account_id is not None
        return self.ledger.finished_at is None and not self.reading and not live


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedPage:
    """Rows that could not become posts, in the order of the source."""

    rows: tuple[SetAside, ...]
    more: int | None  #: give it as `after` for the next page; None: this was the last


def source_lines(*, brand_ids: frozenset[int], source_id: int | None = None) -> list[SourceLine]:
    """
    Return the sources of some brands, the newest first.

    Eight questions to the database, however many sources.
    """
    told = ledger(brand_ids=brand_ids, source_id=source_id)
    rows = models.Source.objects.filter(brand_id__in=brand_ids).select_related("account")
    sources = {row.pk: row for row in rows}
    reading = set(
        models.Upload.objects.filter(
            brand_id__in=brand_ids, state__in=UNDER_WAY, source__isnull=False
        ).values_list("source_id", flat=True)
    )
    return [
        _line(one, source=sources[one.source_id], reading=one.source_id in reading)
        for one in reversed(told)
    ]


def _line(told: SourceLedger, *, source: models.Source, reading: bool) -> SourceLine:
    account = source.account
    heard = account is None or (account.on and not account.stopped and source.on)
    return SourceLine(
        ledger=told,
        cursor=source.cursor,
        reading=reading,
        account_id=source.account_id,
        on=heard,
        failures=source.failures,
        asked_at=source.asked_at,
    )


def source_line(*, source_id: int, brand_ids: frozenset[int]) -> SourceLine:
    """
    Return one source of these brands.

    :raises NotHere: when there is none.
    """
    for line in source_lines(brand_ids=brand_ids, source_id=source_id):
        return line
    raise NotHere


def failed_page(*, source_id: int, after: int) -> FailedPage:
    """Return rows of a source that could not be read, from behind a row on.  One question."""
    rows = list(
        models.FailedRow.objects.filter(source_id=source_id, pk__gt=after)
        .order_by("pk")
        .values_list("pk", "line", "reason", "sentence", "raw")[: FAILED_AT_ONCE + 1]
    )
    shown = rows[:FAILED_AT_ONCE]
    return FailedPage(
        rows=tuple(
            SetAside(line=line or None, reason=reason, sentence=sentence, raw=raw)
            for _, line, reason, sentence, raw in shown
        ),
        more=shown[-1][0] if len(rows) > FAILED_AT_ONCE else None,
    )
