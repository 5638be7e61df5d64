"""The tables of an audit: brands side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from answerback.cli.audit_words import middle, shown, span, too_few
from answerback.domain.measure.delays import Response
from answerback.domain.measure.engaging import (
    RANKED_AT,
    Figures,
    Placed,
    ranked,
    ranking,
    rate_by_clock,
)

CLOCK_COLUMNS = ("place", "brand", "posts", f"answered at {RANKED_AT}", "median", "never", "open")
ORDER_COLUMNS = ("place", "brand", "posts", "answered at all")
TIMES_COLUMNS = ("brand", "answers", "median", "nine tenths within")
TALK_COLUMNS = ("brand", "posts", "talks", "brand spoke last", "ended with thanks", "abandoned")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the report."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def tables(figures: Sequence[Figures], *, from_answers: bool) -> list[Table]:
    """Return the tables of `--all`; brands are ranked only where it means something."""
    measured = ranked(figures, from_answers=from_answers)
    what = "Follow-ups" if from_answers else "First posts"
    told = []
    if not from_answers or any(one.next.counted for one in figures):  # pairs end as collected
        rows = list(talk_rows(figures))
        told.append(Table(title="Both sides of the talk", columns=TALK_COLUMNS, rows=rows))
    if from_answers:
        first = {one.brand: one.first for one in figures}
        told.append(
            Table(
                title="How soon the first answers came (an archive of answers: no silence in it)",
                columns=TIMES_COLUMNS,
                rows=list(times_rows(first)),
            )
        )
    told.append(
        Table(
            title=f"{what} with a clock: answered share by Kaplan-Meier, ranked; "
            "'=' cannot be told from the one above",
            columns=CLOCK_COLUMNS,
            rows=list(clock_rows(measured)),
        )
    )
    told.append(
        Table(
            title=f"{what} without a clock: answered at all, by their order, ranked",
            columns=ORDER_COLUMNS,
            rows=list(order_rows(measured)),
        )
    )
    return told


def clock_rows(measured: Mapping[str, Response]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each brand that has posts with a clock, best first, too few last."""
    timed = {brand: told for brand, told in measured.items() if told.with_clock}
    placed = ranking({brand: rate_by_clock(told) for brand, told in timed.items()})
    counts = {brand: told.with_clock for brand, told in timed.items()}
    for brand, place in _in_order(placed, counts=counts):
        told = timed[brand]
        yield (
            place,
            brand,
            str(told.with_clock),
            shown(rate_by_clock(told), n=told.with_clock),
            middle(told) if told.clocked else "",
            str(told.clocked.never) if told.clocked else "",
            str(told.clocked.open) if told.clocked else "",
        )


def order_rows(measured: Mapping[str, Response]) -> Iterator[tuple[str, ...]]:
    """Yield a line for each brand that has posts without a clock, best first, too few last."""
    bare = {brand: told for brand, told in measured.items() if told.without_clock}
    placed = ranking({brand: told.answered_at_all for brand, told in bare.items()})
    counts = {brand: told.without_clock for brand, told in bare.items()}
    for brand, place in _in_order(placed, counts=counts):
        n = bare[brand].without_clock
        yield place, brand, str(n), shown(bare[brand].answered_at_all, n=n)


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


def talk_rows(figures: Sequence[Figures]) -> Iterator[tuple[str, ...]]:
    """Yield both sides of the talk, the brand with most conversations first."""
    for one in sorted(figures, key=lambda one: (-one.conversations, one.brand.casefold())):
        talk, n = one.talk, one.conversations
        yield (
            one.brand,
            str(one.posts),
            str(n),
            too_few(n) if talk is None else str(talk.brand_spoke_last),
            "" if talk is None else str(talk.ended_with_thanks),
            "" if talk is None else str(talk.abandoned),
        )


def _in_order(placed: Sequence[Placed], *, counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield each brand with its place; '=' where it cannot be told from the one above."""
    for place, one in enumerate(placed, start=1):
        yield one.brand, f"{place} =" if one.as_above else str(place)
    ranked = {one.brand for one in placed}
    rest = [brand for brand in counts if brand not in ranked]
    for brand in sorted(rest, key=lambda brand: (-counts[brand], brand.casefold())):
        yield brand, ""
