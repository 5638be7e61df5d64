"""
A small piece of work that is killed at one line of our code after another, and started again.

Run as a program by `test_kill.py`: it forks, and a forked test runner would be no test.
Death is `os._exit` in the middle of a line: nothing is flushed, closed or rolled back by us.
The work is an import, or what `tests/desk/dying_live.py` hears of a live network.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from tests.desk.shelves import shelf_in

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


def main(work: Work, folder: Path, points: int, *, part: str = "0/1") -> None:
    """
    Print, as JSON, how many points were tried, died at, and what differed afterwards.

    Points are spread evenly over all that is run; none: each line of our code, once.  `part`
    "1/3" takes every third of them, from the second on: others may try the rest beside it.
    """
    shelf = shelf_in(folder)
    fresh = shelf.new()
    work.prepare(fresh)
    should = work.run(shelf.copy(fresh))
    total, firsts = lines_run(work, shelf.copy(fresh))
    chosen = [point * total // points for point in range(points)] or firsts
    first, step = map(int, part.split("/"))
    tried = chosen[first::step]
    told: Counter[str] = Counter(points=len(firsts), lines=total, tried=len(tried))
    differ: dict[int, Any] = {}
    for line in tried:
        again = shelf.copy(fresh)
        told["died"] += die_at(work, again, line)
        now = work.run(again)
        told.update(harm(now, should=should))
        if now != should:
            differ[line] = now
    shelf.clear()
    print(json.dumps({**told, "whole": should, "differ": differ}, default=str))  # noqa: T201  a program


def harm(now: Any, *, should: Any) -> dict[str, int]:
    """
    Return how many posts and failed rows are lost and how many twice, of what should be there.

    Also whether the ledger does not balance, and whether anything at all is otherwise.
    """
    rows, right = ([*map(str, one["posts"] + one["failed"])] for one in (now, should))
    return {
        "lost": (Counter(right) - Counter(rows)).total(),
        "doubled": (Counter(rows) - Counter(right)).total(),
        "unbalanced": any(problems for *_, problems in now["ledger"]),
        "otherwise": now != should,
    }


if __name__ == "__main__":
    main(IMPORT, Path(sys.argv[1]), int(sys.argv[2]), part=(sys.argv[3:] or ["0/1"])[0])
