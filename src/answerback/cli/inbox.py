"""`answerback inbox`: what needs a person, in order."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from answerback.cli.copies import copies_in_words, say_copies
from answerback.cli.output import Cell, first_words, on_terminal, say_json, say_table, table
from answerback.domain.records.handles import called

if TYPE_CHECKING:
    from rich.text import Text

    from answerback.desk.queries.inbox import Inbox, InboxLine

_PATH = click.Path(path_type=Path)
_COLUMNS = ("deadline", "", "priority", "kind", "queue", "author", "first words", "why", "copies")
_DRAWN = ("deadline", "priority", "kind, queue", "who, what, why")
_STYLES: dict[str, dict[str, Any]] = {
    "deadline": {"no_wrap": True},
    "priority": {"justify": "right"},
    "kind, queue": {"no_wrap": True},
}
_REDRAW_SECONDS = 2.0


@click.command("inbox")
@click.option("--data", type=_PATH, help="Folder of the database; or set ANSWERBACK_HOME.")
@click.option("--brand", help="Only this brand, by the name in its file.")
@click.option("--queue", help="Only this queue.")
@click.option("--case", type=int, help="List all copies of a case, by its number in --json.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, help="Lines; default 50.")
@click.option("--watch", is_flag=True, help="Draw it anew every two seconds, until Ctrl-C.")
@click.option("--at", help="Pretend it is this moment: 2026-11-21T09:00+00:00.")
@click.option("--json", "json", is_flag=True, help="Say it in JSON.")
def command(**told: Any) -> None:
    """Show open cases: deadline, priority, kind, author, first words, and why, in order."""
    from answerback.project import clock
    from answerback.project.start import desk

    clock.moment(told["at"])  # a wrong --at is told before anything is opened
    with desk(told["data"], create=False):
        from answerback.desk.queries.copies import list_copies
        from answerback.desk.queries.inbox import inbox
        from answerback.desk.queries.queues import check_queue

        if told["case"] is not None:
            say_copies(partial(list_copies, case_id=told["case"]), json=told["json"])
            return
        if told["queue"] is not None:
            check_queue(told["queue"])

        def look() -> tuple["Inbox", datetime]:
            at = clock.moment(told["at"])
            page = inbox(at=at, brand=told["brand"], queue=told["queue"], limit=told["limit"])
            return page, at

        if told["watch"]:
            _watch(look, json=told["json"])
        else:
            say_page(*look(), json=told["json"])


def _watch(look: Callable[[], tuple["Inbox", datetime]], *, json: bool) -> None:
    """Show it again and again; on a terminal in place, piped one after the other."""
    try:
        if json or not on_terminal():
            while True:
                say_page(*look(), json=json)
                time.sleep(_REDRAW_SECONDS)
        from rich.live import Live

        with Live(auto_refresh=False, screen=True) as live:
            while True:
                live.update(_drawn(*look()), refresh=True)
                time.sleep(_REDRAW_SECONDS)
    except KeyboardInterrupt:
        return


def say_page(page: "Inbox", at: datetime, *, json: bool) -> None:
    if json:
        say_json(page_document(page, at=at))
        return
    if not page.lines:
        click.echo("Nothing waits for an answer.")
        return
    if on_terminal():
        from rich.console import Console

        Console().print(_drawn(page, at))
    else:
        say_table(
            title=_title(page), columns=_COLUMNS, rows=[_row(one, at=at) for one in page.lines]
        )
    if page.more is not None:
        click.echo(f"{page.open - len(page.lines):,} more; --limit shows them.", err=True)


def _drawn(page: "Inbox", at: datetime) -> Any:
    """Draw each case on three lines, so that it can be read at 80 columns too."""
    rows = (_stacked(line, at=at) for line in page.lines)
    return table(title=_title(page), columns=_DRAWN, rows=rows, styles=_STYLES)


def _stacked(line: "InboxLine", *, at: datetime) -> tuple[Cell, ...]:
    who = called(line.author, channel=line.channel)
    return (
        _deadline(line.respond_by, at=at),
        f"{line.priority:.2f}",
        (line.kind, line.queue),
        (f"{who}: {first_words(line.text, width=90)}", *_telling(line)),
    )


def _deadline(by: datetime | None, *, at: datetime) -> "Text":
    from rich.text import Text

    overdue = by is not None and by < at
    told = Text(deadline_in_words(by, at=at), style="bold red" if overdue else "bold")
    return told.append(f"\n{by:%a %d %b %H:%M}Z", style="not bold dim") if by else told


def _telling(line: "InboxLine") -> tuple[str, ...]:
    """Return the reasons but for deadline and queue, which have columns of their own."""
    kept = [
        why
        for why in line.why
        if not why.startswith(("Due by ", "Queue ")) or "cannot be right" in why
    ]
    why = first_words(" ".join(kept), width=110)
    return (copies_in_words(line.copies, by=line.copied_by), why) if line.copies else (why,)


def _title(page: "Inbox") -> str:
    return f"Inbox: {page.open:,} open, {page.overdue:,} overdue"


def _row(line: "InboxLine", *, at: datetime) -> tuple[str, ...]:
    by = line.respond_by
    return (
        f"{by:%Y-%m-%d %H:%M}Z" if by else "-",
        deadline_in_words(by, at=at),
        f"{line.priority:.2f}",
        line.kind,
        line.queue,
        called(line.author, channel=line.channel),
        first_words(line.text),
        first_words(" ".join(line.why), width=100),
        copies_in_words(line.copies, by=line.copied_by),
    )


def deadline_in_words(by: datetime | None, *, at: datetime) -> str:
    """
    Return how a deadline stands: "overdue 3 h", "in 40 min", or "no clock".

    Error: rounded down to whole minutes under two hours, hours under two days, else days.
    """
    if by is None:
        return "no clock"
    left = by - at
    words = _span(abs(left))
    return f"overdue {words}" if left < timedelta(0) else f"in {words}"


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 2 * 60:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 2 * 24 else f"{hours // 24} d"


def page_document(page: "Inbox", *, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "open": page.open,
        "overdue": page.overdue,
        "lines": [
            {
                "case": line.case_id,
                "brand": line.brand,
                "channel": line.channel,
                "id": line.external_id,
                "author": line.author,
                "state": line.state,
                "owner": line.owner,
                "queue": line.queue,
                "kind": line.kind,
                "priority": line.priority,
                "respond_by": line.respond_by,
                "deadline": deadline_in_words(line.respond_by, at=at),
                "written_at": line.written_at,
                "text": line.text,
                "url": line.url,
                "why": line.why,
                "copies": line.copies,
                "copied_by": line.copied_by,
            }
            for line in page.lines
        ],
    }
