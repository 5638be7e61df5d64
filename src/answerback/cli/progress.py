"""A progress bar on a terminal, nothing when piped."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Advance(Protocol):
    """Told how far we are."""

    def __call__(self, *, done: int) -> None:
        """Show that `done` of the total (bytes or rows) lie behind us."""


def _silent(*, done: int) -> None:
    """Nobody looks."""


@contextmanager
def progress(*, title: str, total: int | None) -> Iterator[Advance]:
    """
    Show a bar on standard error while the block runs, if a person is looking at it.

    Units: `total` and `done` share one unit, bytes read or rows; None: length not known.
    """
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda *, done: bar.update(task, completed=done)
