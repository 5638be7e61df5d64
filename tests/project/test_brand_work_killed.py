"""A worker that is killed in the middle of a file: the next one goes on, and nothing is lost."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

_ROWS = 600
_HAND_IN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from answerback.project.start import desk

folder, rows = Path(sys.argv[1]), int(sys.argv[2])
with desk(folder, create=True):
    from answerback.desk import models
    from answerback.desk.operations.found_brand import found_brand
    from answerback.desk.operations.hand_in_file import HandedIn, hand_in_file

    at = datetime.now(UTC)
    models.User.objects.create(handle="olga", name="Olga", joined_at=at)
    brand = found_brand(text='name = "Acme"\\nhandles = ["acme"]\\n', by="olga", at=at)
    said = "@acme kettle {0} leaks,2026-03-02T09:00:00Z"
    lines = "".join(f"{n},ada{n},{said.format(n)}\\n" for n in range(rows))
    content = f"id,author,text,created_at\\n{lines}".encode()
    file = HandedIn(name="march.csv", size=len(content), chunks=[content])
    hand_in_file(brand_id=brand, file=file, by="olga", at=at)
"""


def ask(folder: Path, question: str) -> tuple[object, ...]:
    with closing(sqlite3.connect(folder / "answerback.sqlite3", timeout=20)) as database:
        row: tuple[object, ...] = database.execute(question).fetchone()
        return row


def wait_for(folder: Path, question: str, *, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ask(folder, question)[0]:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.slow  # two processes with the models of a desk, one of them killed
def test_a_killed_worker_is_followed_by_one_that_reads_the_file_to_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    home = {
        **{name: value for name, value in os.environ.items() if name != "ANSWERBACK_DATABASE_URL"},
        "ANSWERBACK_HOME": str(folder),
    }
    hand_in = [sys.executable, "-c", _HAND_IN, str(folder), str(_ROWS)]
    subprocess.run(hand_in, env=home, check=True)  # noqa: S603  our own program
    work = [sys.executable, "-m", "answerback", "work", "--data", str(folder)]

    with subprocess.Popen(work, env=home, stdout=subprocess.DEVNULL) as killed:  # noqa: S603  likewise
        began = wait_for(folder, "SELECT count(*) FROM desk_post", seconds=120)
        killed.send_signal(signal.SIGKILL)
    left = ask(folder, "SELECT state FROM desk_upload")
    with closing(sqlite3.connect(folder / "answerback.sqlite3", timeout=20)) as database:
        database.execute("UPDATE desk_lease SET until = '2026-01-01 00:00:00'")  # a minute later
        database.commit()
    with subprocess.Popen(work, env=home, stdout=subprocess.DEVNULL) as second:  # noqa: S603  likewise
        done = wait_for(folder, "SELECT ended_at FROM desk_upload", seconds=180)
        second.terminate()

    assert (began, left[0] in ("waiting", "reading", "sorting"), done) == (True, True, True)
    assert ask(folder, "SELECT state, sentence FROM desk_upload") == ("done", "")
    assert ask(folder, "SELECT count(*), count(DISTINCT external_id) FROM desk_post") == (
        _ROWS,
        _ROWS,
    )
    assert ask(folder, "SELECT count(*) FROM desk_case") == (_ROWS,)
    assert list((folder / "uploads").rglob("*.csv")) == []
