"""What `answerback tune` says: the table, the plot on a terminal, the document."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import first_words, on_terminal, safe, say_table
from answerback.cli.tune_view import NOW, SUGGESTED, THEN, Row, View, per_thousand, percent

if TYPE_CHECKING:
    from answerback.desk.queries.operating_point import ChosenPoint
    from answerback.domain.measure.operating_point import Label, Outlook
    from answerback.domain.measure.rate import Rate
    from answerback.domain.records.operating_point import OperatingPoint

_EXAMPLES = 5  #: posts shown for each side
_PLOT = (56, 12)  #: characters across and up
_SIGNS = {NOW: "N", SUGGESTED: "S", THEN: "X"}


def say_view(view: View) -> None:
    """Print the table, what must be known of it, and who would change side."""
    unit, drawn = view.unit, on_terminal()
    # Drawn in two lines each, so that eighty characters are enough for every interval.
    line = "\n" if drawn else " "
    columns = (
        "threshold",
        f"to read{line}{unit}",
        f"misses per{line}1,000 (95 %)",
        f"relevant of{line}those read",
        f"unsure{line}{unit}",
        f"right when{line}sure",
        *([] if drawn else ["mark"]),
    )
    title = f"{view.told.posts:,} scored posts, {len(view.told.labels):,} labels"
    styles = {column: {"justify": "right", "no_wrap": True} for column in columns}
    rows = [_row(view, row, drawn=drawn) for row in view.rows]
    say_table(title=title, columns=columns, rows=rows, styles=styles)
    for said in [*(_seen(view) if drawn else ()), *map(safe, view.sentences()), *_examples(view)]:
        # Piped, the table is for other programs, and whatever else there is begins with '#'.
        click.echo(said if drawn else f"# {said}")


def _row(view: View, row: Row, *, drawn: bool) -> tuple[str, ...]:
    told = row.outlook
    signs = "".join(_SIGNS[mark] for mark in row.marks) if drawn else ""
    return (
        f"{signs} {told.point.threshold:g}".lstrip(),
        _pace(view.told.pace(told.read)),
        per_thousand(told.misses),
        percent(told.precision),
        _pace(view.told.pace(told.unsure)),
        percent(told.right_when_sure),
        *([] if drawn else [", ".join(row.marks)]),
    )


def _pace(posts: float) -> str:
    """Return posts an hour: whole from ten on, with one decimal below."""
    return f"{posts:,.0f}" if posts >= 10 or posts == int(posts) else f"{posts:.1f}"  # noqa: PLR2004  digits


def _seen(view: View) -> Iterator[str]:
    """Yield the plot, and what the signs in it and in the table mean."""
    yield from plot(view)
    marks = [mark for row in view.rows for mark in row.marks]
    signs = [f"{sign} {mark}" for mark, sign in _SIGNS.items() if mark in marks]
    if signs:
        yield f"{'':>7}{', '.join(signs)}"


def plot(view: View) -> list[str]:
    """Return misses against posts to read as lines of characters; none without labels."""
    told = [one for one in view.curve if one.misses is not None]
    if not told:
        return []
    width, height = _PLOT
    most_read = max(view.told.pace(one.read) for one in told) or 1.0
    most_missed = max((one.misses.share for one in told if one.misses), default=0.0) or 1.0
    field = [[" "] * (width + 1) for _ in range(height + 1)]

    def put(one: "Outlook", sign: str) -> None:
        if one.misses is None:
            return
        across = round(width * view.told.pace(one.read) / most_read)
        field[height - round(height * one.misses.share / most_missed)][across] = sign

    for one in told:
        put(one, "·")
    for row in view.rows:
        for mark in row.marks:
            put(row.outlook, _SIGNS[mark])
    left = [f"{1000 * most_missed:.0f}", *[""] * (height - 1), "0"]
    lines = [f"{said:>5} ┤{''.join(cells)}" for said, cells in zip(left, field, strict=True)]
    foot = f"{'':>5} └{'─' * (width + 1)}"
    said = f"{'':>7}0{f'{_pace(most_read)} posts to read {view.unit}':>{width}}"
    return ["misses per 1,000", *lines, foot, said]


def _examples(view: View) -> Iterator[str]:
    if view.turned is None or view.then is None:
        return
    if view.every and not (view.turned.set_aside or view.turned.heard):
        yield "No labelled post would change side."
    now = "now, as all are" if view.now is None else f"at {view.now.threshold:g}"
    then = f"at {view.then.threshold:g}"
    yield from _side(view.turned.set_aside, said=f"read {now}, and set aside {then}")
    yield from _side(view.turned.heard, said=f"set aside {now}, and read {then}")


def _side(labels: "Sequence[Label]", *, said: str) -> Iterator[str]:
    if not labels:
        return
    relevant = sum(label.relevant for label in labels)
    posts = "1 labelled post is" if len(labels) == 1 else f"{len(labels):,} labelled posts are"
    yield f"{posts} {said}; {relevant:,} of them relevant."
    yield from map(_example, labels[:_EXAMPLES])
    if len(labels) > _EXAMPLES:
        yield f"  and {len(labels) - _EXAMPLES:,} more; --json tells all."


def _example(label: "Label") -> str:
    said = "relevant" if label.relevant else "irrelevant"
    words = first_words(label.text) if label.text else "(its text is not in the file)"
    return f"  {label.relevance:.3f}\t{said}\t{safe(label.id)}\t{words}"


def document(view: View) -> dict[str, Any]:
    """Return everything that is shown, and all who change side."""
    return {
        "posts": view.told.posts,
        "hours": view.told.hours,
        "labels": len(view.told.labels),
        "relevant": view.told.relevant,
        "drawn": view.told.drawn,
        "corrections_left_out": view.told.left_out,
        "rows": [_told(view, row) for row in view.rows],
        "now": _point(view.now),
        "suggested": _point(view.suggested),
        "looked_at": _point(view.then),
        "set_aside": _labels(view.turned.set_aside) if view.turned else None,
        "heard": _labels(view.turned.heard) if view.turned else None,
        "cautions": view.sentences(),
    }


def _point(point: "OperatingPoint | None") -> float | None:
    return None if point is None else point.threshold


def _told(view: View, row: Row) -> dict[str, Any]:
    told = row.outlook
    return {
        "threshold": told.point.threshold,
        "band": told.point.band,
        "read": told.read,
        "read_per_hour": view.told.pace(told.read) if view.told.hours else None,
        "misses": _rate(told.misses),
        "precision": _rate(told.precision),
        "unsure": told.unsure,
        "unsure_per_hour": view.told.pace(told.unsure) if view.told.hours else None,
        "right_when_sure": _rate(told.right_when_sure),
        "marks": row.marks,
    }


def _rate(rate: "Rate | None") -> dict[str, Any] | None:
    return None if rate is None else asdict(rate)


def _labels(labels: "Sequence[Label]") -> list[dict[str, Any]]:
    return [
        {
            "id": label.id,
            "relevance": label.relevance,
            "label": "relevant" if label.relevant else "irrelevant",
            "text": label.text or None,
        }
        for label in labels
    ]


def say_history(points: "Sequence[ChosenPoint]", *, brand: str) -> None:
    """Print every choice, the latest first."""
    if not points:
        click.echo(
            safe(f"Nobody has chosen an operating point for {brand}: all that is heard is read.")
        )
        return
    columns = ("chosen at", "by", "threshold", "misses per 1,000", "to read an hour", "reason", "")
    say_table(title=f"Operating points of {brand}", columns=columns, rows=map(_choice, points))


def _choice(one: "ChosenPoint") -> tuple[str, ...]:
    misses = "-"
    if one.misses_per_1000 is not None:
        misses = f"{one.misses_per_1000:.0f} ({one.misses_low:.0f}-{one.misses_high:.0f})"
        misses += "" if one.drawn else ", by corrections"
    return (
        f"{one.at:%Y-%m-%d %H:%M}Z",
        one.by,
        f"{one.point.threshold:g}",
        misses,
        "-" if one.reads_per_hour is None else _pace(one.reads_per_hour),
        one.reason,
        "holds" if one.holds else "",
    )


def history_document(points: "Sequence[ChosenPoint]") -> dict[str, Any]:
    def told(one: "ChosenPoint") -> dict[str, Any]:
        columns = asdict(one)
        return {**columns.pop("point"), **columns}

    return {"choices": [told(one) for one in points]}
