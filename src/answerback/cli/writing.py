"""Where the commands write: a file that is whole or not there, or standard output."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from answerback.domain.records.refusal import Refusal


class CannotWrite(Refusal):
    """The file to write to cannot be opened, or is one that is being read."""


@contextmanager
def lines_to(path: Path | None, *, sources: Sequence[Path]) -> Iterator[IO[str]]:
    """
    Lend a file to write to, or standard output for None.

    It is written beside its name and renamed at the end: a half-written one is never taken
    for a whole one, and an error leaves what was there before.

    :raises CannotWrite: when it cannot be opened, or is one of `sources`.
    """
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    if path.exists() and any(path.samefile(source) for source in sources):
        raise CannotWrite(f"--out {path} is a file that is being read. Name another one.")
    part = path.with_name(f"{path.name}.part")
    try:
        out = part.open("w", encoding="utf-8", newline="\n")
    except OSError as wrong:
        raise CannotWrite(
            f"{path} cannot be written: {wrong.strerror}. Name another file."
        ) from wrong
    with out:
        yield out
    part.replace(path)
