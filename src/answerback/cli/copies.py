"""What `answerback inbox` says of copies: how many a case has, and all of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol

import click

from answerback.cli.output import first_words, say_json, say_table
from answerback.domain.records.handles import called

if TYPE_CHECKING:
    from answerback.desk.queries.copies import CopyLine, CopyList

_COLUMNS = ("written", "author", "id", "answered", "first words")
_AT_ONCE = 1_000


class Pages(Protocol):
    """Asked for one page of copies after another."""

    def __call__(self, *, limit: int, after: int) -> "CopyList": ...


def copies_in_words(copies: int, *, by: int) -> str:
    """Return "×4,999 copies by 4,870 people"; nothing for none."""  # noqa: RUF002 - times
    if not copies:
        return ""
    people = "1 person" if by == 1 else f"{by:,} people"
    return f"×{copies:,} {'copy' if copies == 1 else 'copies'} by {people}"  # noqa: RUF001 - times


def say_copies(pages: Pages, *, json: bool) -> None:
    """Say all copies of a case, in the order in which they came."""
    first = pages(limit=_AT_ONCE, after=0)
    lines = _lines(first, pages=pages)
    if json:
        say_json(_document(first, lines=list(lines)))
        return
    who = called(first.author, channel=first.channel)
    click.echo(f"Case {first.case_id}, {who}: {first_words(first.text)}", err=True)
    count = copies_in_words(first.count.posts, by=first.count.authors)
    if not count:
        click.echo("Nobody else says the same.", err=True)
        return
    say_table(
        title=count, columns=_COLUMNS, rows=(_row(line, channel=first.channel) for line in lines)
    )
    click.echo(count, err=True)


def _lines(page: "CopyList", *, pages: Pages) -> Iterator["CopyLine"]:
    yield from page.lines
    while page.more is not None:
        page = pages(limit=_AT_ONCE, after=page.more)
        yield from page.lines


def _row(line: "CopyLine", *, channel: str) -> tuple[str, ...]:
    return (
        f"{line.written_at:%Y-%m-%d %H:%M}Z",
        called(line.author, channel=channel),
        line.external_id,
        "yes" if line.answered else "no",
        first_words(line.text),
    )


def _document(page: "CopyList", *, lines: list["CopyLine"]) -> dict[str, Any]:
    return {
        "case": page.case_id,
        "author": page.author,
        "text": page.text,
        "copies": page.count.posts,
        "copied_by": page.count.authors,
        "lines": [
            {
                "id": line.external_id,
                "author": line.author,
                "written_at": line.written_at,
                "answered": line.answered,
                "text": line.text,
                "url": line.url,
            }
            for line in lines
        ],
    }
