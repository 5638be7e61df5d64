"""The rows behind every figure of an audit, as CSV that a third party can recompute."""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from answerback.cli.writing import lines_to
from answerback.domain.measure.engaging import Told
from answerback.domain.measure.spoken import Spoken
from answerback.domain.measure.waiting import Counted, Part

#: The columns, explained one by one in docs/reference/audit.md.
COLUMNS = (
    "brand", "channel", "conversation", "place", "post_id", "side", "author", "created_at",
    "available_at", "thanks", "clock", "follow_up", "state", "answer_id", "answered_at", "seconds",
    "censored_at", "counted_in",
)  # fmt: skip

#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection"); full-width
#: forms too.  The apostrophe itself is on the list so that taking one away always restores.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")  # noqa: RUF001  meant


def guarded(cell: str) -> str:
    """
    Return a cell that no spreadsheet runs: an apostrophe before what may start a formula.

    `=1+1` becomes `'=1+1` and `'a` becomes `''a`: to restore, take one leading apostrophe away.
    """
    return "'" + cell if cell.startswith(_RISKY) else cell


def write_evidence(told: Iterable[Told], *, path: Path) -> int:
    """
    Write one row for each post of the audited brands; return how many.

    The file appears whole or not at all.

    :raises CannotWrite: when the place cannot be written.
    """
    with lines_to(path) as out:
        return _write(told, out=out)


def _write(told: Iterable[Told], *, out: IO[str]) -> int:
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    rows = 0
    for brand in told:
        for cells in _rows(brand):
            lines.writerow(map(guarded, cells))
            rows += 1
    return rows


def _rows(told: Told) -> Iterator[tuple[str, ...]]:
    waits = {wait.post.key: wait for wait in told.counted}
    for talk in told.conversations:
        for place, post in enumerate(talk.posts):
            wait = waits.get(post.key)
            yield (
                told.figures.brand,
                talk.channel,
                talk.id,
                str(place),
                post.id,
                "customer" if post.inbound else "brand",
                post.author,
                _moment(post.at),
                _moment(post.available_at),
                "yes" if post.thanks else "",
                *_clock(wait, at=told.figures.at),
                _counted_in(post, wait=wait),
            )


def _clock(wait: Counted | None, *, at: datetime | None) -> tuple[str, ...]:
    if wait is None:
        return ("",) * 7
    answer, seconds = wait.answer, wait.seconds
    open_still = answer is None and seconds is not None
    return (
        wait.part.value,
        "yes" if wait.follow_up else "",
        wait.state.value,
        answer.id if answer else "",
        _moment(answer.at) if answer else "",
        "" if seconds is None else f"{seconds:.6f}".rstrip("0").rstrip("."),
        _moment(at) if open_still else "",
    )


def _counted_in(post: Spoken, *, wait: Counted | None) -> str:
    """Name the measures that this row goes into."""
    measures = ["both_sides"]
    if post.at is not None and post.available_at is not None:
        measures.append("network_delay")
    if wait is not None:
        by = "by_clock" if wait.clocked else "by_order"
        measures.append(f"{wait.part.value}_response_{by}")
        if wait.follow_up and wait.part is Part.NEXT:
            measures.append(f"follow_up_{by}")
    return ";".join(measures)


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat()
