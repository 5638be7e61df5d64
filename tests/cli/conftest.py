"""Commands run in the test's own process, on a data folder of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cli.saying import Said, Say

from answerback.cli import main


@pytest.fixture
def say(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: Any,
) -> Iterator[Say]:
    """Run a command in this process, on a data folder of this test's own."""
    monkeypatch.setenv("ANSWERBACK_HOME", str(tmp_path / "data"))
    tests_own = connection.settings_dict["NAME"]

    def command(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        out, err = capsys.readouterr()
        return Said(code=int(exit_.value.code or 0), out=out, err=err)

    with django_db_blocker.unblock():
        yield command
    connection.close()
    connection.settings_dict["NAME"] = tests_own
