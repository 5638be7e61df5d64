"""The clause report in words, in tables and in JSON."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.output import on_terminal, safe, say_safely, say_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from answerback.domain.listening.clauses import (
        Alternative,
        ClauseReport,
        Curve,
        Example,
        Exclusion,
    )
    from answerback.domain.listening.expected import PerDay
    from answerback.domain.listening.syntax import Node, Problem
    from answerback.domain.records.mention import Span

_AROUND = 60  #: characters shown to either side of the first marked word
_LONGEST_CLAUSE = 40


def document(report: "ClauseReport", *, warnings: "Sequence[Problem]") -> dict[str, Any]:
    """Return the report as it is told in JSON."""
    from answerback.domain.listening.query import normalised

    return {
        "query": report.query.text,
        "normalised": normalised(report.query),
        "warnings": [{**asdict(one), "shown": str(one)} for one in warnings],
        "posts": report.posts,
        "matches": report.matches,
        "per_day": asdict(report.per_day) if report.per_day else None,
        "examples": [_example(one) for one in report.examples],
        "alternatives": [_alternative(one) for one in report.alternatives],
        "exclusions": [_exclusion(one) for one in report.exclusions],
        "nears": [_curve(one) for one in report.curves],
        "spellings": {
            word: [{"form": form, "posts": posts} for form, posts in seen]
            for word, seen in report.spellings.items()
        },
    }


def _where(one: "Alternative | Exclusion | Curve") -> dict[str, Any]:
    return {"clause": written(one.node), "start": one.place.start, "end": one.place.end}


def _alternative(one: "Alternative") -> dict[str, Any]:
    return {
        **_where(one),
        "inside_near": one.inside_near,
        "found": one.found,
        "share": one.share,
        "matched": one.matched,
        "alone": one.alone,
        "examples": [_example(example) for example in one.examples],
    }


def _exclusion(one: "Exclusion") -> dict[str, Any]:
    return {
        **_where(one),
        "part": one.part,
        "found": one.found,
        "removes": one.removes,
        "examples": [_example(example) for example in one.examples],
    }


def _curve(one: "Curve") -> dict[str, Any]:
    return {
        **_where(one),
        "within": one.node.within,
        "matches": [{"within": within, "matches": count} for within, count in one.matches],
        "anywhere": one.anywhere,
    }


def _example(one: "Example") -> dict[str, Any]:
    return {
        "id": one.post.external_id,
        "channel": one.post.channel,
        "author": one.post.author,
        "created_at": one.post.created_at,
        "text": one.post.text,
        "spans": [[span.start, span.end] for span in one.spans],
    }


def say_report(report: "ClauseReport", *, warnings: "Sequence[Problem]") -> None:
    """Print the report for people: tables on a terminal, tab-separated lines when piped."""
    from answerback.domain.listening.query import normalised

    click.echo(safe(normalised(report.query)))
    for warning in warnings:
        say_safely(str(warning))
    click.echo(in_words(report))
    _say_examples("", report.examples)
    if report.alternatives:
        _say_alternatives(report)
    if report.exclusions:
        _say_exclusions(report)
    for curve in report.curves:
        _say_curve(curve)
    for word, seen in report.spellings.items():
        told = ", ".join(f"{safe(form)} {posts:,}" for form, posts in seen)
        click.echo(f"Also seen, one letter from '{safe(word)}': {told}.")


def in_words(report: "ClauseReport") -> str:
    """Return how much the query finds, and how much of it to expect."""
    share = f" ({_percent(report.matches, report.posts)})" if report.posts else ""
    found = f"{report.matches:,} of {report.posts:,} posts match{share}."
    return f"{found} {_per_day(report.per_day)}"


def _per_day(told: "PerDay | None") -> str:
    if told is None:
        return "Matches a day: not told, for the posts tell no times, or all the same one."
    untimed = f", leaving out {told.untimed:,} without a time" if told.untimed else ""
    return (
        f"Matches a day: {_number(told.expected)} (95 %: {_number(told.low)}-"
        f"{_number(told.high)}), from {told.posts:,} posts over {_number(told.days)} days, "
        f"{told.first:%Y-%m-%d} to {told.last:%Y-%m-%d}{untimed}."
    )


def _number(value: float) -> str:
    """Return a figure with as many digits as it deserves: three."""
    if value >= 100:  # noqa: PLR2004 - three digits before the point
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004 - likewise


def _percent(some: int, of: int) -> str:
    return f"{100 * some / of:.3g} %"


def _say_alternatives(report: "ClauseReport") -> None:
    rows = [
        (
            short(one.node),
            f"{one.found:,}",
            _percent(one.found, report.posts) if report.posts else "-",
            f"{one.matched:,}",
            f"{one.alone:,}",
        )
        for one in report.alternatives
    ]
    columns = ("alternative", "in posts", "of all", "in matches", "it alone brings")
    say_table(title="What each alternative brings", columns=columns, rows=rows, styles=_RIGHT)
    for one in report.alternatives:
        _say_examples(f"Only {short(one.node)} brings:", one.examples)


def _say_exclusions(report: "ClauseReport") -> None:
    rows = [
        (
            ("  " if one.part else "NOT ") + short(one.node),
            f"{one.found:,}",
            f"{one.removes:,}",
        )
        for one in report.exclusions
    ]
    columns = ("excluded", "in posts", "it removes")
    say_table(title="What each NOT removes", columns=columns, rows=rows, styles=_RIGHT)
    parted = {id(one.node) for one in report.exclusions if one.part}
    for at, one in enumerate(report.exclusions):
        following = report.exclusions[at + 1] if at + 1 < len(report.exclusions) else None
        if not one.part and following is not None and id(following.node) in parted:
            continue  # its alternatives show the same posts
        _say_examples(f"NOT {short(one.node)} removes:", one.examples)


def _say_curve(curve: "Curve") -> None:
    last = curve.matches[-1][1]
    rows = [
        (f"{within}{' (as now)' if within == curve.node.within else ''}", f"{count:,}")
        for at, (within, count) in enumerate(curve.matches)
        # The distances from which on nothing changes are one line.
        if within == curve.node.within or not at or curve.matches[at - 1][1] != last
    ]
    rows.append(("anywhere", f"{curve.anywhere:,}"))
    title = f"Matches, by the words between the sides of {short(curve.node)}"
    if not on_terminal():
        click.echo(title)
    say_table(title=title, columns=("words between", "matches"), rows=rows, styles=_RIGHT)


_RIGHT: dict[str, dict[str, Any]] = {
    name: {"justify": "right", "no_wrap": True}
    for name in (
        *("in posts", "of all", "in matches", "it alone brings", "it removes"),
        *("words between", "matches"),
    )
}


def _say_examples(title: str, examples: "Sequence[Example]") -> None:
    if not examples:
        return
    if title:
        click.echo(title)
    for one in examples:
        click.echo(f"  @{safe(one.post.author)}: {_marked(one)}")


def _marked(one: "Example") -> str:
    """Return a text on one line with the found words marked: bold, or in [brackets] when piped."""
    text, spans = one.post.text, _apart(one.spans)
    start = max(0, spans[0].start - _AROUND) if spans else 0
    end = min(len(text), (spans[0].end if spans else 0) + 2 * _AROUND)
    shown, at = "…" if start else "", start
    for span in spans:
        if span.end > end:
            break
        shown += safe(text[at : span.start]) + _mark(safe(text[span.start : span.end]))
        at = span.end
    return shown + safe(text[at:end]) + ("…" if end < len(text) else "")


def _apart(spans: "Sequence[Span]") -> "list[Span]":
    """Return spans without those that overlap one before."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _mark(words: str) -> str:
    return click.style(words, bold=True, fg="yellow") if on_terminal() else f"[{words}]"


def written(node: "Node") -> str:
    """Return a clause as it is understood."""
    from answerback.domain.listening.query import Query, normalised

    return normalised(Query(root=node, text=""))


def short(node: "Node") -> str:
    """Return a clause on one safe line, cut for a table."""
    text = safe(written(node))
    return text if len(text) <= _LONGEST_CLAUSE else f"{text[: _LONGEST_CLAUSE - 1]}…"
