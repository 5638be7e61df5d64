"""
A disk with a cache: what was written, what has reached it, and what a power cut may leave.

Data that no sync of its file followed may be there, or not, or in part (sectors of 512 bytes),
each write for itself, in any order.  A name that was made, moved or removed may be as it was until
the folder is synced; moves of one name keep their order.  What was synced is there.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

_SECTOR: Final = 512


@dataclass(frozen=True, slots=True)
class Change:
    """A write at an offset; without data: the file is cut, or stretched, to it."""

    offset: int
    data: bytes | None


@dataclass(slots=True)
class File:
    """One file, whatever names it has."""

    synced: bytes = b""
    pending: list[Change] = field(default_factory=list)


class Disk:
    """Files of one folder and all below it, by their whole names."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.names = {name: File(synced=data) for name, data in files.items()}
        self._durable = dict(self.names)
        self._moves: list[tuple[str, File | None]] = []

    @property
    def unsure(self) -> bool:
        """Whether a power cut now could leave one thing or another."""
        return bool(self._moves) or any(file.pending for file in self._all())

    def _all(self) -> list[File]:
        known = {id(one): one for one in (*self.names.values(), *self._durable.values())}
        return [*known.values()]

    def make(self, name: str) -> File:
        if name not in self.names:
            self._name(name, File())
        return self.names[name]

    def link(self, old: str, new: str) -> None:
        self._name(new, self.names[old])

    def remove(self, name: str) -> None:
        self._moves.append((name, None))
        del self.names[name]

    def rename(self, old: str, new: str) -> None:
        self.link(old, new)
        self.remove(old)

    def _name(self, name: str, file: File) -> None:
        self._moves.append((name, file))
        self.names[name] = file

    def sync(self, file: File) -> None:
        content = bytearray(file.synced)
        for change in file.pending:
            _apply(content, change)
        file.synced, file.pending = bytes(content), []

    def sync_folder(self, folder: str) -> None:
        """Let what has happened to names right in a folder be for good."""
        left = []
        for name, file in self._moves:
            if name.rpartition("/")[0] == folder:
                _move(self._durable, name, file)
            else:
                left.append((name, file))
        self._moves = left

    def whole(self) -> dict[str, bytes]:
        """Return the files as programs see them."""
        return {name: _content(file, lambda one: [one]) for name, file in self.names.items()}

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return the files as a power cut may leave them."""
        likely = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        names = dict(self._durable)
        stopped: set[str] = set()
        for name, file in self._moves:
            if name not in stopped and chance.random() < likely:
                _move(names, name, file)
            else:
                stopped.add(name)
        torn = chance.choice((0.0, 0.3))

        def left(change: Change) -> list[Change]:
            if change.data is not None and chance.random() < torn:
                return _torn(change, chance=chance)
            return [change] if chance.random() < likely else []

        files = {id(file): _content(file, left) for file in names.values()}
        return {name: files[id(file)] for name, file in names.items()}


def _move(names: dict[str, File], name: str, file: File | None) -> None:
    if file is None:
        names.pop(name, None)
    else:
        names[name] = file


def _content(file: File, left: Callable[[Change], list[Change]]) -> bytes:
    content = bytearray(file.synced)
    for change in file.pending:
        for part in left(change):
            _apply(content, part)
    return bytes(content)


def _apply(content: bytearray, change: Change) -> None:
    end = change.offset + len(change.data or b"")
    if change.data is None:
        del content[end:]
    content.extend(bytes(max(0, end - len(content))))
    if change.data is not None:
        content[change.offset : end] = change.data


def _torn(change: Change, *, chance: random.Random) -> list[Change]:
    """Return some sectors of a write, as they lie on the disk."""
    parts, at, end = [], change.offset, change.offset + len(change.data or b"")
    while at < end:
        until = min(end, (at // _SECTOR + 1) * _SECTOR)
        if change.data is not None and chance.random() < 0.5:
            data = change.data[at - change.offset : until - change.offset]
            parts.append(Change(at, data))
        at = until
    return parts
