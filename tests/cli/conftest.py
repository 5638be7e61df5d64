"""Commands run in the test's own process, on a database of its own."""

import pytest
from tests.cli.saying import Said, Say

from answerback.cli import main


@pytest.fixture
def say(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Say:
    """
    Run a command in this process, on a database of this test's own.

    Its tables are there, unless the test asks for `empty_database`.
    """
    empty = "empty_database" in request.fixturenames
    request.getfixturevalue("empty_database" if empty else "own_database")

    def command(*arguments: str) -> Said:
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        out, err = capsys.readouterr()
        return Said(code=int(exit_.value.code or 0), out=out, err=err)

    return command
