"""What is told on the fake network, in a file: it outlives every process that hears it."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

#: In the network's folder.
FILE = "fake-live.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS told (
  number INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, at TEXT NOT NULL,
  told TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS fault (
  number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, seconds REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS rule (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
_PAGE_SIZE = 40
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveFault:
    """
    What goes wrong with one call.

    A closed list: none, down, error, limited, not_allowed, lapsed, slow, bug, duplicate, reorder.
    """

    kind: str = "none"
    seconds: float = 0.0  #: of `limited` and `slow`


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that was told."""

    number: int
    at: datetime
    told: dict[str, Any]


class LiveNetwork:
    """All that was told, in order, each in one stream."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def tell(self, *things: dict[str, Any], at: datetime, stream: str = "mentions") -> None:
        """Tell things: posts (`id`, `text`, `revision`), `gone` ids, or anything at all."""
        with self._opened() as network:
            network.executemany(
                "INSERT INTO told (stream, at, told) VALUES (?, ?, ?)",
                [
                    (stream, at.isoformat(), json.dumps({"at": at.isoformat(), **thing}))
                    for thing in things
                ],
            )

    def told(self, *, stream: str | None, after: int) -> list[Told]:
        """Return what was told in a stream (None: in all) after a number, oldest first."""
        with self._opened() as network:
            rows = network.execute(
                "SELECT number, at, told FROM told WHERE number > ? AND ? IN (stream, '') "
                "ORDER BY number LIMIT ?",
                [after, stream or "", _MOST],
            ).fetchall()
        return [
            Told(number=number, at=datetime.fromisoformat(at), told=json.loads(told))
            for number, at, told in rows
        ]

    def last(self) -> int:
        """Return the number of what was told last."""
        with self._opened() as network:
            return int(network.execute("SELECT coalesce(max(number), 0) FROM told").fetchone()[0])

    def plan_faults(self, faults: Sequence[LiveFault]) -> None:
        """Let the next calls go wrong so, one each."""
        with self._opened() as network:
            rows = [(one.kind, one.seconds) for one in faults]
            network.executemany("INSERT INTO fault (kind, seconds) VALUES (?, ?)", rows)

    def next_fault(self) -> LiveFault:
        """Return what goes wrong with this call, and forget it."""
        with self._opened() as network:
            rows = network.execute("SELECT number, kind, seconds FROM fault ORDER BY number")
            found = rows.fetchone()
            if found is None:
                return LiveFault()
            network.execute("DELETE FROM fault WHERE number = ?", [found[0]])
            return LiveFault(kind=found[1], seconds=found[2])

    def forget(self, *, before: int) -> None:
        """Let cursors below this be of no use any more."""
        self._rule("forgotten", before)

    def forgotten(self) -> int:
        return self._ruled("forgotten", 0)

    def show_at_once(self, most: int) -> None:
        """Let a page hold so many things."""
        self._rule("page", most)

    def page_size(self) -> int:
        return self._ruled("page", _PAGE_SIZE)

    def _rule(self, name: str, value: int) -> None:
        with self._opened() as network:
            network.execute("REPLACE INTO rule VALUES (?, ?)", [name, value])

    def _ruled(self, name: str, otherwise: int) -> int:
        with self._opened() as network:
            row = network.execute("SELECT value FROM rule WHERE name = ?", [name]).fetchone()
        return otherwise if row is None else int(row[0])

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as network:
            network.execute("PRAGMA synchronous=OFF")
            network.executescript(_TABLES)
            network.execute("BEGIN IMMEDIATE")
            yield network
            network.execute("COMMIT")
