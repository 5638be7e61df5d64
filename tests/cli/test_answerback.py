"""The command as a whole: quick to start, and its refusals are sentences."""

import subprocess
import sys

import pytest

from answerback.cli import COMMANDS


def _run(*arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    call = ["-c", code] if code else ["-m", "answerback", *arguments]
    return subprocess.run(  # noqa: S603 - our own interpreter and our own words
        [sys.executable, *call], capture_output=True, text=True, check=False, timeout=60
    )


def test_help_lists_every_command_with_its_line() -> None:
    said = _run("--help")

    assert said.returncode == 0
    for name, (_, line) in COMMANDS.items():
        assert f"  {name} " in said.stdout
        assert " ".join(line.split()) in " ".join(said.stdout.split())


def test_help_imports_nothing_heavy() -> None:
    said = _run(
        code="import sys; from answerback.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'django', 'numpy', 'pyarrow', 'rich', 'py3langid'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )

    assert said.stderr.strip() == "[]"


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_answers_help(name: str) -> None:
    said = _run(name, "--help")

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("Usage: ")


def test_a_mistyped_command_exits_2_and_names_the_nearest() -> None:
    said = _run("inbx")

    assert said.returncode == 2
    assert "inbox" in said.stderr
