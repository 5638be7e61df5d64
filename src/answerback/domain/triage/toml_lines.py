"""Where each key of a TOML text stands; tomllib does not tell."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from typing import Final

Path = tuple[str | int, ...]
Lines = Mapping[Path, int]

_GAP: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BLANK: Final = re.compile(r"[ \t]*")
_TEXT: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")|' + r"'''.*?'{3,5}(?!')|" + r'"(?:\\.|[^"\\])*"|' + r"'[^']*'",
    re.DOTALL,
)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR: Final = re.compile(r"[^,\]}\n#]+")  # a date may hold a space


def lines_of(text: str) -> Lines:
    """
    Return the line, from 1, of every key, table and list item.

    The text must be TOML that `tomllib` has read: nothing is checked a second time.
    """
    scan = _Scan(text)
    scan.document()
    return scan.lines


class _Scan:
    """A walk over valid TOML that notes where things begin and skips what they say."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._ends = [place for place, letter in enumerate(text) if letter == "\n"]
        self._lists: dict[Path, int] = {}  # how many tables each [[list]] has so far

    def document(self) -> None:
        here: Path = ()
        self._skip(_GAP)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                here = self._header()
            else:
                self._pair(here)
            self._skip(_GAP)

    def _header(self) -> Path:
        began = self.at
        listed = self.text.startswith("[[", self.at)
        self.at += 2 if listed else 1
        parts = self._key()
        self.at += 2 if listed else 1
        path: Path = ()
        for depth, part in enumerate(parts, start=1):
            path = (*path, part)
            if listed and depth == len(parts):
                self._lists[path] = self._lists.get(path, 0) + 1
            if path in self._lists:
                path = (*path, self._lists[path] - 1)  # the last of the list is meant
            self._note(path, began)
        return path

    def _pair(self, here: Path) -> None:
        began = self.at
        path = here
        for part in self._key():
            path = (*path, part)
            self._note(path, began)
        self.at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_BLANK)
            if self.text[self.at] in "\"'":
                parts.append(str(tomllib.loads(f"key = {self._take(_TEXT)}")["key"]))
            else:
                parts.append(self._take(_BARE))
            self._skip(_BLANK)
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self._list(path)
        elif first == "{":
            self._inline(path)
        elif first in "\"'":
            self._take(_TEXT)
        else:
            self._take(_SCALAR)

    def _list(self, path: Path) -> None:
        self.at += 1
        count = 0
        self._skip(_GAP)
        while self.text[self.at] != "]":
            if self.text[self.at] == ",":
                self.at += 1
            else:
                self._note((*path, count), self.at)
                self._value((*path, count))
                count += 1
            self._skip(_GAP)
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        self._skip(_GAP)
        while self.text[self.at] != "}":
            if self.text[self.at] == ",":
                self.at += 1
            else:
                self._pair(path)
            self._skip(_GAP)
        self.at += 1

    def _note(self, path: Path, place: int) -> None:
        self.lines.setdefault(path, bisect_left(self._ends, place) + 1)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"no {pattern.pattern} at {self.at}: the text is not TOML")
        self.at = found.end()
        return found[0]
