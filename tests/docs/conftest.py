"""Runs the console examples of a page: what the page shows is what the program prints."""

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from answerback.project import env

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```(?:toml|text|jsonl) file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One command of a page and what the page says it prints."""

    typed: str
    printed: str


def examples_in(page: str) -> list[Example]:
    """Return the commands of a page's console blocks, in order."""
    found = []
    for block in _BLOCK.findall(page):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            typed, _, printed = part.partition("\n")
            found.append(Example(typed=typed, printed=printed))
    return found


RunPage = Callable[[str], list[str]]


@pytest.fixture
def run_page(tmp_path: Path) -> RunPage:
    """Return a function that runs a page in an empty folder and tells where it differs."""

    def run(name: str) -> list[str]:
        page = (DOCS / name).read_text(encoding="utf-8")
        for file, content in _FILE.findall(page):
            (tmp_path / file).write_text(content, encoding="utf-8")
        examples = examples_in(page)
        assert examples, f"{name} has no console examples"
        return [
            f"{name}: $ {example.typed}\n--- the page says\n{example.printed}--- it prints\n{said}"
            for example in examples
            if not _same(example.printed, said := _said(example.typed, folder=tmp_path))
        ]

    return run


def _same(expected: str, said: str) -> bool:
    rules = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(expected, said, rules)


def _said(typed: str, *, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # The pages show the embedded database, whichever this run of the suite uses.
    embedded = {name: told for name, told in os.environ.items() if name != env.DATABASE_URL}
    done = subprocess.run(  # noqa: S603 - the commands of our own pages
        ["bash", "-c", typed],  # noqa: S607 - whichever bash the reader has
        cwd=folder,
        env={**embedded, "PATH": path, "ANSWERBACK_HOME": str(folder / "home"), "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.stdout
