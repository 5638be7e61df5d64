"""Locks are taken in one order, and leave a row's key free (docs/decisions/0025)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import answerback.desk.operations
from answerback.desk.operations import hold_brand

_OPERATIONS = Path(answerback.desk.operations.__file__).parent
_LOCK = ".select_for_update"


def _locks() -> Iterator[tuple[str, set[str]]]:
    for file in sorted(_OPERATIONS.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(_LOCK):
                yield file.name, {one.arg or "" for one in node.keywords}


def test_a_locked_row_can_still_be_named_by_others() -> None:
    # A plain FOR UPDATE keeps out whoever writes an event about the brand or the case; two who
    # wait for each other's are ended by PostgreSQL.  SQLite would never show it.
    closed = [file for file, told in _locks() if not told & {"no_key", "skip_locked"}]

    assert closed == []


def test_a_brand_is_locked_in_one_place() -> None:
    words = "Brand.objects.select_for_update"
    files = [file for file in _OPERATIONS.rglob("*.py") if words in file.read_text("utf-8")]

    assert [file.name for file in files] == [Path(hold_brand.__file__).name]


_LOCKING = {"lock_case", "lock_cases", "lock_open_case", "lock_conversation", "locked_reply"}
_LOGGING = {"record_events", "write_audit"}


def test_nobody_locks_a_case_after_writing_to_the_log() -> None:
    # The log has one writer until that one's end: who waits for a case then waits in a circle.
    wrong = []
    for file in sorted(_OPERATIONS.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
            named = [(ast.unparse(one.func), one.lineno) for one in calls]
            logs = [line for name, line in named if name in _LOGGING]
            locks = [line for name, line in named if name in _LOCKING]
            if logs and locks and max(locks) > min(logs):
                wrong.append(file.name)

    assert wrong == []
