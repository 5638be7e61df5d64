"""Unicode's own data files, where the Debian package unicode-data has put them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

_FOLDER = Path("/usr/share/unicode")


def unicode_lines(name: str) -> list[tuple[str, str]]:
    """
    Return the lines of a file, each cut in two at its `#`; lines of comment alone are left out.

    Skips the test that asks when the file is not there.
    """
    path = _FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not here: install the package unicode-data")
    halves = [line.partition("#") for line in path.read_text().splitlines()]
    return [(data.strip(), remark.strip()) for data, _, remark in halves if data.strip()]


def unicode_version(name: str) -> str:
    """Return the version that a file says it is of: 15.0.0."""
    unicode_lines(name)
    return (_FOLDER / name).read_text().split("\n", 1)[0].rpartition("-")[2].removesuffix(".txt")


def properties(name: str) -> Iterator[tuple[str, str]]:
    """Yield each character that a file lists, with its property."""
    for data, _ in unicode_lines(name):
        span, _, value = data.partition(";")
        first, _, last = span.strip().partition("..")
        for code in range(int(first, 16), int(last or first, 16) + 1):
            yield chr(code), value.strip()
