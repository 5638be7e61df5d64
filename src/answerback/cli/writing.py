"""Where the commands write: a file that is whole or not there, or standard output."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from answerback.domain.records.refusal import Refusal


class CannotWrite(Refusal):
    """The file to write to cannot be written, or is one that is being used."""


def check_outputs(outputs: dict[str, Path | None], *, inputs: Iterable[Path | None]) -> None:
    """
    Do nothing when every output is a place of its own, and refuse when one is not.

    `outputs` are told by the option that names them: "--out".

    :raises CannotWrite: when an output is a folder, one of the `inputs`, or another output.
    """
    taken = dict.fromkeys(
        (_real(path) for path in inputs if path is not None), "a file that is being read"
    )
    for option, path in outputs.items():
        if path is None:
            continue
        if _is_folder(path):
            raise CannotWrite(f"{option} {path} is a folder. Name a file.")
        if _real(path) in taken:
            raise CannotWrite(f"{option} {path} is {taken[_real(path)]}. Name another file.")
        taken[_real(path)] = f"written by {option} too"


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name too long, say: opening it will tell
        return False


def _real(path: Path) -> Path:
    return path.resolve()


@contextmanager
def lines_to(path: Path | None) -> Iterator[IO[str]]:
    r"""
    Lend a file to write lines to, or standard output for None.

    A file is written beside its place and renamed at the end: a half-written one is never
    taken for a whole one, and an error leaves what was there before.  A link is followed;
    a pipe or a device is written to as it is.  Lone surrogates come out as \\udcNN.

    :raises CannotWrite: when it cannot be opened, or the disk is full.
    """
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    with _opened(path, encoding="utf-8", errors="backslashreplace", newline="\n") as out:
        yield out


@contextmanager
def bytes_to(path: Path) -> Iterator[IO[bytes]]:
    """
    Lend a file to write bytes to, whole or not there like those of `lines_to`.

    :raises CannotWrite: when it cannot be opened, or the disk is full.
    """
    with _opened(path, binary=True) as out:
        yield out


@contextmanager
def _opened(path: Path, *, binary: bool = False, **how: Any) -> Iterator[IO[Any]]:
    place = path.resolve()
    # Asked of `path` itself: a pipe's link, such as /dev/stdout, leads to no name on disk.
    special = os.path.exists(path) and not os.path.isfile(path)  # noqa: PTH110, PTH113  never raise
    # A name of this process's own, made anew: a file that was there before is never touched.
    part = path if special else place.with_name(f".{place.name}.{os.getpid()}.part")
    mode = ("w" if special else "x") + ("b" if binary else "")
    try:
        with part.open(mode, **how) as out:
            yield out
        if not special:
            part.replace(place)
    except OSError as wrong:
        raise CannotWrite(
            f"{path} cannot be written: {wrong.strerror}. Name another file, or make room."
        ) from wrong
    finally:
        if not special:
            with suppress(OSError):
                part.unlink(missing_ok=True)
