"""A network in one file, for rehearsals and tests: it hears, it speaks, and it fails on demand."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

#: What a network promises where nothing else was said; the words are those of `outbound`.
KNOWS_KEYS = "idempotent"
#: In the data folder.
FILE = "fake-network.sqlite3"
_TABLES = """
CREATE TABLE IF NOT EXISTS post (
  number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT, author TEXT NOT NULL, text TEXT NOT NULL,
  in_reply_to TEXT, at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS post_key ON post (key);
CREATE TABLE IF NOT EXISTS fault (number INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS rule (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Fault(StrEnum):
    """What goes wrong with one call."""

    NONE = "none"
    DOWN = "down"  #: it cannot be reached at all
    DROP_BEFORE = "drop_before"  #: the line breaks before it has heard
    DROP_AFTER = "drop_after"  #: it has heard, and the line breaks before it answers
    ERROR_BEFORE = "error_before"  #: 500, and nothing was said
    ERROR_AFTER = "error_after"  #: 504, and it was said
    SLOW = "slow"
    REFUSE = "refuse"  #: no, for good


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One post of the network."""

    number: int
    key: str | None
    author: str
    text: str
    in_reply_to: str | None
    at: str  #: ISO 8601

    @property
    def external_id(self) -> str:
        return f"fake-{self.number}"


class FakeNetwork:
    """All that was said on it, in the order it was said."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def say(
        self, *, author: str, text: str, at: str, in_reply_to: str | None = None, key: str = ""
    ) -> str:
        """Say something and return its id; under a key that it promised to know, once."""
        with self._opened() as network:
            if key and (_rule(network, "guarantee") or KNOWS_KEYS) == KNOWS_KEYS:
                known = network.execute("SELECT number FROM post WHERE key = ?", [key]).fetchone()
                if known is not None:
                    return f"fake-{known[0]}"
            row = network.execute(
                "INSERT INTO post (key, author, text, in_reply_to, at) VALUES (?, ?, ?, ?, ?)",
                [key or None, author, text, in_reply_to, at],
            )
            return f"fake-{row.lastrowid}"

    def said(self, *, after: int = 0, most: int = 10_000) -> list[Said]:
        """Return what was said after a number, oldest first."""
        with self._opened() as network:
            rows = network.execute(
                "SELECT number, key, author, text, in_reply_to, at FROM post "
                "WHERE number > ? ORDER BY number LIMIT ?",
                [after, most],
            ).fetchall()
        names = ("number", "key", "author", "text", "in_reply_to", "at")
        return [Said(**dict(zip(names, row, strict=True))) for row in rows]

    def find(self, *, text: str, in_reply_to: str | None) -> str | None:
        """Return the newest post of these words that answers that post."""
        with self._opened() as network:
            row = network.execute(
                "SELECT number FROM post WHERE text = ? AND in_reply_to IS ? AND key IS NOT NULL "
                "ORDER BY number DESC LIMIT 1",
                [text, in_reply_to],
            ).fetchone()
        return None if row is None else f"fake-{row[0]}"

    def promise(self, guarantee: str) -> None:
        """Choose what the network promises to those who do not know whether they were heard."""
        with self._opened() as network:
            network.execute("REPLACE INTO rule VALUES ('guarantee', ?)", [guarantee])

    def promised(self) -> str:
        """Return what it promises; it knows keys unless told otherwise."""
        with self._opened() as network:
            return _rule(network, "guarantee") or KNOWS_KEYS

    def plan_faults(self, faults: Sequence[Fault]) -> None:
        """Let the next calls go wrong so, one each."""
        with self._opened() as network:
            rows = [(str(one),) for one in faults]
            network.executemany("INSERT INTO fault (what) VALUES (?)", rows)

    def next_fault(self) -> Fault:
        """Return what goes wrong with this call, and forget it."""
        with self._opened() as network:
            row = network.execute("SELECT number, what FROM fault ORDER BY number LIMIT 1")
            found = row.fetchone()
            if found is None:
                return Fault.NONE
            network.execute("DELETE FROM fault WHERE number = ?", [found[0]])
            return Fault(found[1])

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as network:
            network.executescript(_TABLES)
            network.execute("BEGIN IMMEDIATE")
            yield network
            network.execute("COMMIT")


def _rule(network: sqlite3.Connection, name: str) -> str:
    row = network.execute("SELECT value FROM rule WHERE name = ?", [name]).fetchone()
    return "" if row is None else str(row[0])
