"""
A small import that is killed at one line of our code after another, and started again.

Run as a program by `test_kill.py`: it forks, and a forked test runner would be no test.
Death is `os._exit` in the middle of a line: nothing is flushed, closed or rolled back by us.
"""

import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from tests.databases import SERVER, ask, url_of

from answerback.project import env
from answerback.project.start import desk

_OURS = tuple(
    str(Path(sys.modules["answerback"].__path__[0]) / part) for part in ("desk", "intake")
)
_DIED = 9
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


def lines_run(folder: Path) -> int:
    """Return how many lines of our code one import runs."""
    seen: Counter[str] = Counter()

    def each_line(_frame: FrameType, event: str, _told: object) -> Any:
        if event == "line":
            seen["lines"] += 1
        return each_line

    _traced(folder, each_line)
    return seen["lines"]


def die_at(folder: Path, line: int) -> bool:
    """Run the import in a child that dies at that line; say whether it did."""
    child = os.fork()
    if child == 0:
        left = line

        def each_line(_frame: FrameType, event: str, _told: object) -> Any:
            nonlocal left
            left -= event == "line"
            if left < 0:
                os._exit(_DIED)
            return each_line

        _traced(folder, each_line)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == _DIED


def _traced(folder: Path, each_line: Any) -> None:
    def each_call(frame: FrameType, _event: str, _told: object) -> Any:
        return each_line if frame.f_code.co_filename.startswith(_OURS) else None

    sys.settrace(each_call)
    try:
        run_import(folder)
    finally:
        sys.settrace(None)


def main(folder: Path, points: int) -> None:
    """Print, as JSON, how many points were tried, died at, and differed afterwards."""
    shelf = _Files(folder) if SERVER is None else _OnServer()
    fresh = shelf.new()
    with desk(fresh, create=True):
        pass
    should = run_import(shelf.copy(fresh))
    total = lines_run(shelf.copy(fresh))
    told: Counter[str] = Counter(lines=total)
    differ: dict[int, Any] = {}
    for point in range(points):
        line = point * total // points
        again = shelf.copy(fresh)
        told["died"] += die_at(again, line)
        now = run_import(again)
        if now != should:
            differ[line] = now
    shelf.clear()
    print(json.dumps({**told, "whole": should, "differ": differ}, default=str))  # noqa: T201  a program


class _Files:
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
    main(Path(sys.argv[1]), int(sys.argv[2]))
