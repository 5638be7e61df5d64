"""
A small piece of work that is killed at one line of our code after another, and started again.

Run as a program by `test_kill.py`: it forks, and a forked test runner would be no test.
Death is `os._exit` in the middle of a line: nothing is flushed, closed or rolled back by us.
The work is an import, or what `tests/desk/dying_live.py` hears of a live network.
"""

import json
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from tests.databases import SERVER, ask, url_of

from answerback.project import env
from answerback.project.start import desk

_DIED = 9


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is killed: `run` does it and returns all that the tables hold of it."""

    run: Callable[[Path], Any]
    rooms: tuple[str, ...]  #: of our code, at whose lines it dies
    prepare: Callable[[Path], None]  #: make a fresh database ready

    def is_ours(self, file: str) -> bool:
        house = Path(sys.modules["answerback"].__path__[0])
        return file.startswith(tuple(str(house / room) for room in self.rooms))


_COPIED = "@acme your kettle leaks all over the hob and nobody at the desk will say why"


def run_import(folder: Path) -> dict[str, Any]:
    """Import the same small file and return all that the tables hold of it."""
    with desk(folder, create=True):
        from tests.builders import make_post  # noqa: PLC0415
        from tests.desk.steps import imported  # noqa: PLC0415

        from answerback.channels.inbound import Failure  # noqa: PLC0415  Django must be up

        imported(
            make_post("1"),
            make_post("2", author="acme", text="@ada sorry", in_reply_to="1"),
            Failure(reason="not_json", sentence="Line 3 is no JSON."),
            make_post("3", author="bob", text="@acme it burns"),
            make_post("1"),
            make_post("3", author="bob", text="@acme other words"),
            make_post("4", author="cleo", text=_COPIED),
            make_post("5", author="dan", text=f"RT @cleo: {_COPIED}"),
            most_rows=3,
        )
        sys.settrace(None)
        return _snapshot()


def _snapshot() -> dict[str, Any]:
    from answerback.desk import models  # noqa: PLC0415  Django must be up
    from answerback.desk.queries.ledger import ledger  # noqa: PLC0415

    post = (
        *("id", "external_id", "discard_reason", "sorted_at", "conversation"),
        *("case", "answer", "copy_of"),
    )
    case = ("id", "author_key", "state", "close_reason", "leading", "priority")
    posts = _numbers(models.Post)
    cases = _numbers(models.Case)
    return {
        "posts": [
            [posts[pk], *told, cases[of], posts[answer], posts[first]]
            for pk, *told, of, answer, first in _rows(models.Post, *post)
        ],
        "cases": [
            [cases[pk], *told, posts[leading], priority]
            for pk, *told, leading, priority in _rows(models.Case, *case)
        ],
        "events": [
            [what, cases[of], posts[about]]
            for what, of, about in _rows(models.Event, "what", "case", "post")
        ],
        "failed": _rows(models.FailedRow, "line", "reason"),
        "raw": _rows(models.RawInput, "after", "rows"),
        "keys": [[key, posts[of]] for key, of in _rows(models.GistKey, "key", "post")],
        "read": [models.Reading.objects.count(), models.Plan.objects.count()],
        "ledger": [
            [one.fetched, one.stored, one.duplicate, one.discarded, one.failed, one.problems]
            for one in ledger()
        ],
    }


def _rows(model: Any, *names: str) -> list[Any]:
    return list(model.objects.order_by("pk").values_list(*names))


def _numbers(model: Any) -> dict[int | None, int | None]:
    """Return the rows' places: on a server a death burns numbers, and rows of ours none."""
    return {None: None, **{pk: n for n, (pk,) in enumerate(_rows(model, "pk"), start=1)}}


def lines_run(work: Work, folder: Path) -> tuple[int, list[int]]:
    """Return how many lines of our code the work runs, and when it runs each for the first time."""
    first: dict[tuple[str, int], int] = {}
    total = 0

    def each_line(frame: FrameType, event: str, _told: object) -> Any:
        nonlocal total
        if event == "line":
            first.setdefault((frame.f_code.co_filename, frame.f_lineno), total)
            total += 1
        return each_line

    _traced(work, folder, each_line)
    return total, sorted(first.values())


def die_at(work: Work, folder: Path, line: int) -> bool:
    """Do the work in a child that dies at that line; say whether it did."""
    child = os.fork()
    if child == 0:
        left = line

        def each_line(_frame: FrameType, event: str, _told: object) -> Any:
            nonlocal left
            left -= event == "line"
            if left < 0:
                os._exit(_DIED)
            return each_line

        _traced(work, folder, each_line)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == _DIED


def _traced(work: Work, folder: Path, each_line: Any) -> None:
    def each_call(frame: FrameType, _event: str, _told: object) -> Any:
        return each_line if work.is_ours(frame.f_code.co_filename) else None

    sys.settrace(each_call)
    try:
        work.run(folder)
    finally:
        sys.settrace(None)


def _make_tables(fresh: Path) -> None:
    with desk(fresh, create=True):
        pass


IMPORT = Work(run=run_import, rooms=("desk", "intake"), prepare=_make_tables)


def main(work: Work, folder: Path, points: int) -> None:
    """
    Print, as JSON, how many points were tried, died at, and differed afterwards.

    Points are spread evenly over all that is run; none: each line of our code, once.
    """
    shelf = Files(folder) if SERVER is None else _OnServer()
    fresh = shelf.new()
    work.prepare(fresh)
    should = work.run(shelf.copy(fresh))
    total, firsts = lines_run(work, shelf.copy(fresh))
    tried = [point * total // points for point in range(points)] or firsts
    told: Counter[str] = Counter(lines=total, tried=len(tried))
    differ: dict[int, Any] = {}
    for line in tried:
        again = shelf.copy(fresh)
        told["died"] += die_at(work, again, line)
        now = work.run(again)
        if now != should:
            differ[line] = now
    shelf.clear()
    print(json.dumps({**told, "whole": should, "differ": differ}, default=str))  # noqa: T201  a program


class Files:
    """Databases in folders."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self) -> Path:
        return self.folder / "fresh"

    def copy(self, fresh: Path) -> Path:
        """Return a copy of a database, in the place of the one before."""
        self.clear()
        shutil.copytree(fresh, self.folder / "again")
        return self.folder / "again"

    def clear(self) -> None:
        shutil.rmtree(self.folder / "again", ignore_errors=True)


class _OnServer:
    """Databases on a server; which one commands use stands in the environment."""

    def __init__(self) -> None:
        self.name = f"answerback_dying_{os.getpid()}"
        self.now = f"{self.name}_again"

    def new(self) -> Path:
        ask(f"CREATE DATABASE {self.name}")
        os.environ[env.DATABASE_URL] = url_of(self.name)
        return Path("unused")

    def copy(self, fresh: Path) -> Path:
        ask(f"DROP DATABASE IF EXISTS {self.now} WITH (FORCE)")  # the dead one may hold it yet
        ask(f"CREATE DATABASE {self.now} TEMPLATE {self.name} STRATEGY file_copy")
        os.environ[env.DATABASE_URL] = url_of(self.now)
        return fresh

    def clear(self) -> None:
        for name in (self.now, self.name):
            ask(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main(IMPORT, Path(sys.argv[1]), int(sys.argv[2]))
