"""Which rows could not become posts, and why."""

from collections.abc import Iterator
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
