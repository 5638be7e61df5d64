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

from answerback.project.databases import DATABASE
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
    return {
        "posts": list(models.Post.objects.order_by("pk").values_list(*post)),
        "cases": list(models.Case.objects.order_by("pk").values_list(*case)),
        "events": list(models.Event.objects.order_by("pk").values_list("what", "case", "post")),
        "failed": list(models.FailedRow.objects.order_by("pk").values_list("line", "reason")),
        "raw": list(models.RawInput.objects.order_by("pk").values_list("after", "rows")),
        "keys": list(models.GistKey.objects.order_by("pk").values_list("key", "post")),
        "read": [models.Reading.objects.count(), models.Plan.objects.count()],
        "ledger": [
            [one.fetched, one.stored, one.duplicate, one.discarded, one.failed, one.problems]
            for one in ledger()
        ],
    }


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
    fresh, whole, again = folder / "fresh", folder / "whole", folder / "again"
    with desk(fresh, create=True):
        pass
    shutil.copytree(fresh, whole)
    should = run_import(whole)
    shutil.copytree(fresh, again)
    total = lines_run(again)
    told: Counter[str] = Counter(lines=total)
    differ: dict[int, Any] = {}
    for point in range(points):
        line = point * total // points
        shutil.rmtree(again)
        shutil.copytree(fresh, again)
        told["died"] += die_at(again, line)
        told["half_done"] += (again / f"{DATABASE}-wal").exists()
        now = run_import(again)
        if now != should:
            differ[line] = now
    print(json.dumps({**told, "whole": should, "differ": differ}, default=str))  # noqa: T201  a program


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
