"""The tables of an audit: brands side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from answerback.cli.audit_counts import Counts, counts_by_part, talk_counts
from answerback.cli.audit_words import middle, shown, span
from answerback.cli.output import Cell
from answerback.cli.output import table as drawn_table
from answerback.domain.measure.delays import ENOUGH, Response
from answerback.domain.measure.engaging import (
    RANKED_AT,
    Placed,
    Told,
    ranked,
    ranking,
    rate_by_clock,
)

CLOCK_COLUMNS = ("place", "brand", "posts", f"answered at {RANKED_AT}", "median", "never", "open")
ORDER_COLUMNS = ("place", "brand", "posts", "answered at all")
TIMES_COLUMNS = ("brand", "answers", "median", "nine tenths within")
TALK_COLUMNS = ("brand", "posts", "talks", "brand spoke last", "ended with thanks", "abandoned")

_RATES = (f"answered at {RANKED_AT}", "answered at all", *TALK_COLUMNS[3:])

#: How a person sees the columns; only a brand's name may be folded.
_STYLES: Mapping[str, Mapping[str, Any]] = {
    **{column: {"no_wrap": True} for column in ("place", "median", *_RATES)},
    **{column: {"justify": "right"} for column in ("posts", "talks", "answers", "never", "open")},
    "brand": {"overflow": "fold"},
}

_HEADER = 12  #: a heading is no wider than "76.2%-83.3%" beneath it
_SHOWN_FEW = 5  #: brands with too few that are drawn one by one; more of them become one line
_SHOWN_ALONE = 10  #: as many, where no brand has enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the report."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    counted: str = "posts"  #: the column with the number behind a row; too few stand last

    def count(self, row: Sequence[str]) -> int:
        return int(row[self.columns.index(self.counted)])


def draw(table: Table) -> None:
    """Draw a table for a person: intervals under their figures, many small brands as one line."""
    from rich.console import Console

    rows, folded = _folded(table)
    drawn = drawn_table(
        title="",
        columns=table.columns,
        rows=[_stacked(row, table=table) for row in rows],
        styles=_STYLES,
    )
    for column in drawn.columns:
        column.header = fill(column.header, _HEADER)
    if folded:
        brands = "brand" if folded == 1 else "brands"
        drawn.caption = (
            f"and {folded} {brands} with fewer than {ENOUGH} {table.counted} (list: --json)"
        )
        drawn.caption_justify = "left"
    Console().print(drawn)


def _folded(table: Table) -> tuple[Sequence[Sequence[str]], int]:
    """Return the rows to draw, and how many of the last ones, with too few, are left out."""
    few = sum(table.count(row) < ENOUGH for row in table.rows)
    enough = len(table.rows) - few
    kept = few if few <= _SHOWN_FEW else 0 if enough else min(few, _SHOWN_ALONE)
    return table.rows[: enough + kept], few - kept


def _stacked(row: Sequence[str], *, table: Table) -> list[Cell]:
    cells: list[Cell] = []
    for column, cell in zip(table.columns, row, strict=True):
        figure, bracket, interval = cell.partition(" (")
        if column == "brand" or not bracket:
            cells.append(cell)
        else:
            told = interval.removesuffix(")").removesuffix(f", n={table.count(row)}")
            low, to, high = told.partition(" to ")
            narrow = len(table.columns) > len(TIMES_COLUMNS) and to
            cells.append((figure, low, f"to {high}") if narrow else (figure, told))
    return cells


def tables(audited: Sequence[Told], *, from_answers: bool) -> list[Table]:
    """Return the tables of `--all`; brands are ranked only where it means something."""
    figures = [told.figures for told in audited]
    part = "follow_up" if from_answers else "first"
    counts = {told.figures.brand: counts_by_part(told)[part] for told in audited}
    measured = ranked(figures, from_answers=from_answers)
    what = "Follow-ups" if from_answers else "First posts"
    told = []
    if not from_answers or any(one.next.counted for one in figures):  # pairs end as collected
        title, rows = "Both sides of the talk", list(talk_rows(audited))
        told.append(Table(title=title, columns=TALK_COLUMNS, rows=rows, counted="talks"))
    if from_answers:
        first = {one.brand: one.first for one in figures}
        told.append(
            Table(
                title="How soon the first answers came (an archive of answers: no silence in it)",
                columns=TIMES_COLUMNS,
                rows=list(times_rows(first)),
                counted="answers",
            )
        )
    told.append(
        Table(
            title=f"{what} with a clock: answered within {RANKED_AT} (estimate that counts the "
            "ones still waiting), ranked; = : no clear difference from the one above",
            columns=CLOCK_COLUMNS,
            rows=list(clock_rows(measured, counts=counts)),
        )
    )
    told.append(
        Table(
            title=f"{what} without a clock: answered at all, by their order, ranked",
            columns=ORDER_COLUMNS,
            rows=list(order_rows(measured, counts=counts)),
        )
    )
    return told


def clock_rows(
    measured: Mapping[str, Response], *, counts: Mapping[str, Counts]
) -> Iterator[tuple[str, ...]]:
    """Yield a line for each brand that has posts with a clock, best first, too few last."""
    timed = {brand: told for brand, told in measured.items() if told.with_clock}
    placed = ranking({brand: rate_by_clock(told) for brand, told in timed.items()})
    posts = {brand: told.with_clock for brand, told in timed.items()}
    for brand, place in _in_order(placed, counts=posts):
        told, count = timed[brand], counts[brand]
        yield (
            place,
            brand,
            str(told.with_clock),
            shown(rate_by_clock(told), n=told.with_clock) if told.clocked else _few(count.answered),
            middle(told) if told.clocked else "",
            str(count.never),
            str(count.open),
        )


def order_rows(
    measured: Mapping[str, Response], *, counts: Mapping[str, Counts]
) -> Iterator[tuple[str, ...]]:
    """Yield a line for each brand that has posts without a clock, best first, too few last."""
    bare = {brand: told for brand, told in measured.items() if told.without_clock}
    placed = ranking({brand: told.answered_at_all for brand, told in bare.items()})
    posts = {brand: told.without_clock for brand, told in bare.items()}
    for brand, place in _in_order(placed, counts=posts):
        rate = bare[brand].answered_at_all
        came = _few(counts[brand].answered_untimed) if rate is None else str(rate)
        yield place, brand, str(posts[brand]), came


def _few(answered: int) -> str:
    return f"{answered} answered (too few)"


def times_rows(measured: Mapping[str, Response]) -> Iterator[tuple[str, ...]]:
    """Yield when the answers came, quickest brand first: a fair order among answers only."""
    timed = {brand: told for brand, told in measured.items() if told.with_clock}

    def order(brand: str) -> tuple[bool, float, int, str]:
        told = timed[brand]
        median = told.clocked.spread.median if told.clocked else None
        late = float("inf") if median is None else median
        return told.clocked is None, late, -told.with_clock, brand.casefold()

    for brand in sorted(timed, key=order):
        told = timed[brand]
        p90 = told.clocked.spread.p90 if told.clocked else None
        nine = "" if told.clocked is None else "not reached" if p90 is None else span(p90)
        yield brand, str(told.with_clock), middle(told), nine


def talk_rows(audited: Sequence[Told]) -> Iterator[tuple[str, ...]]:
    """Yield both sides of the talk, the brand with most conversations first."""
    names = ("brand_spoke_last", "ended_with_thanks", "abandoned")
    order = sorted(
        audited, key=lambda told: (-told.figures.conversations, told.figures.brand.casefold())
    )
    for told in order:
        one, n = told.figures, told.figures.conversations
        if one.talk is not None:
            cells = [str(getattr(one.talk, name)) for name in names]
        else:
            counts = talk_counts(told)
            cells = [f"{counts[name]} of {n}" if counts else "" for name in names]
        yield one.brand, str(one.posts), str(n), *cells


def _in_order(placed: Sequence[Placed], *, counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield each brand with its place; '=' where it does not clearly differ from the one above."""
    for place, one in enumerate(placed, start=1):
        yield one.brand, f"{place} =" if one.as_above else str(place)
    ranked = {one.brand for one in placed}
    rest = [brand for brand in counts if brand not in ranked]
    for brand in sorted(rest, key=lambda brand: (-counts[brand], brand.casefold())):
        yield brand, ""
