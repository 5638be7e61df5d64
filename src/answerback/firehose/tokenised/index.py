"""
A folder of tokenised posts: what a query can be replayed on while it is typed.

The manifest says which segments count.  It is replaced in one step, after the segments it names
are on the disk: whoever is killed leaves the index as it was after the last whole segment.
"""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from answerback.domain.listening.clauses import Spread, count
from answerback.domain.listening.syntax import Query, Term, Word
from answerback.domain.records.mention import Span
from answerback.domain.records.refusal import Refusal
from answerback.firehose.tokenised.files import Damaged
from answerback.firehose.tokenised.reading import reading
from answerback.firehose.tokenised.segment import Entry, Segment, Writing, fit_in_one

MANIFEST = "manifest.json"
_LOCK = "writing.lock"
_PATIENCE_SECONDS = 60
_ENDING = ".columns"
_FORMAT = 2


class NoIndex(Refusal):
    """The folder holds no tokenised posts."""


class OtherReading(NoIndex):
    """The posts were tokenised by another version, which may have cut words otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """
    Where the posts went, over all times that posts were taken in.

    posts_in = indexed + duplicate + older + unreadable.
    """

    posts_in: int = 0
    indexed: int = 0
    duplicate: int = 0  #: the same post was there
    older: int = 0  #: a newer version of it was there
    unreadable: int = 0  #: a row that is no post
    replaced: int = 0  #: of those indexed: a newer version came later

    @property
    def balances(self) -> bool:
        return self.posts_in == self.indexed + self.duplicate + self.older + self.unreadable

    @property
    def counted(self) -> int:
        """Return how many posts count now."""
        return self.indexed - self.replaced

    def more(self, by: Mapping[str, int]) -> "Ledger":
        return Ledger(**{name: n + by.get(name, 0) for name, n in asdict(self).items()})

    def less(self, other: "Ledger") -> "Ledger":
        return Ledger(**{name: getattr(self, name) - n for name, n in asdict(other).items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a folder holds."""

    segments: tuple[tuple[str, tuple[int, ...]], ...] = ()  #: file, rows that are gone
    ledger: Ledger = field(default_factory=Ledger)
    mark: str = ""  #: where whoever fills the index goes on; theirs to understand


class Index:
    """Tokenised posts, open to be asked."""

    def __init__(self, folder: Path) -> None:
        """
        Open a folder.

        :raises NoIndex: when it holds no tokenised posts, or another version made it.
        :raises Damaged: when a file is missing or is not as it was written.
        """
        self.folder = folder
        self._manifest = _read(folder)
        try:
            self.segments = self._opened()
        except Damaged:
            again = _read(folder)  # somebody may have merged segments under us
            if again == self._manifest:
                raise
            self._manifest = again
            self.segments = self._opened()

    def _opened(self) -> list[Segment]:
        found = [
            Segment(self.folder / name, gone=np.array(gone, dtype=np.int32))
            for name, gone in self._manifest.segments
        ]
        if sum(one.counted.count for one in found) != self.ledger.counted:
            raise Damaged(
                f"The index {self.folder} does not balance: its manifest tells of "
                f"{self.ledger.counted:,} posts. Delete the folder and index the posts again."
            )
        return found

    @property
    def ledger(self) -> Ledger:
        return self._manifest.ledger

    @property
    def mark(self) -> str:
        return self._manifest.mark

    @property
    def posts(self) -> int:
        """Count the posts that count."""
        return self.ledger.counted

    def share(self, word: Word) -> float | None:
        """Return the share of posts with a word in their own text; None without any post."""
        if not self.posts:
            return None
        # A term's place does not count, so that what a report found is remembered here.
        term = Term((word,), place=Span(start=0, end=0), typed=word.form)
        found = count(Query(root=term, text=""), shelves=self.segments, spread=self.spread)
        return found / self.posts

    @cached_property
    def spread(self) -> Spread:
        """Return what asks several segments at once: numpy lets other threads work meanwhile."""
        return ThreadPoolExecutor(os.cpu_count()).map

    def check(self) -> None:
        """
        Read everything.

        :raises Damaged: naming the first file that is not as it was written.
        """
        for segment in self.segments:
            segment.check()


def take_in(folder: Path, entries: Iterable[Entry | None], *, mark: str | None = None) -> Ledger:
    """
    Add posts to the index in a folder, which is made when it is not there; None: unreadable.

    A post that is there is not added again, so a build that was killed is typed again.  Of the
    versions of one post the newest counts.  `mark` is kept with the last of the posts.  Returns
    what became of these posts.  Memory holds one segment.

    :raises NoIndex: when the folder holds something else.
    :raises Damaged: when what is there is not as it was written.
    """
    _make(folder)
    with _alone(folder):
        if not (folder / MANIFEST).exists():
            write_manifest(folder, Manifest())
        adding = _Adding(folder)
        before = adding.ledger
        for entry in entries:
            adding.add(entry)
        adding.finish(mark=mark)
        return adding.ledger.less(before)


class _Adding:
    """An index while posts are added: the only writer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest = _read(folder)
        _tidy(folder, self._manifest)
        self._segments = [
            Segment(folder / name, gone=np.array(gone, dtype=np.int32))
            for name, gone in self._manifest.segments
        ]
        self.ledger = self._manifest.ledger
        self._begin()

    def _begin(self) -> None:
        self._writing = Writing()
        self._became: Counter[str] = Counter()  #: by the names of the ledger
        self._here: dict[tuple[str, str], tuple[int, int]] = {}  #: name → row, version
        self._gone: dict[int, list[int]] = {}  #: segment → rows; -1 is the one being written

    def add(self, entry: Entry | None) -> None:
        if entry is None:
            self._became.update(("posts_in", "unreadable"))
            return
        known = self._known(entry)
        if known is not None and known[2] >= entry.version:
            what = "duplicate" if known[2] == entry.version else "older"
            self._became.update(("posts_in", what))
            return
        if known is not None:
            self._gone.setdefault(known[0], []).append(known[1])
            self._became["replaced"] += 1
        self._here[entry.channel, entry.external_id] = self._writing.posts, entry.version
        self._writing.add(entry)
        self._became["posts_in"] += 1
        self._became["indexed"] += 1
        if self._writing.full:
            self._flush()

    def _known(self, entry: Entry) -> tuple[int, int, int] | None:
        """Return segment, row and version of the newest post of that name."""
        here = self._here.get((entry.channel, entry.external_id))
        if here is not None:
            return (-1, *here)
        found = [
            (at, row, version)
            for at, segment in enumerate(self._segments)
            if segment.may_have(entry.key)
            for row, version in segment.versions(entry)
        ]
        return max(found, key=lambda one: one[2], default=None)

    def _flush(self, *, mark: str | None = None) -> None:
        """Write the posts at hand as a segment, and then the manifest that names it."""
        for at, rows in self._gone.items():
            if at >= 0:
                segment = self._segments[at]
                gone = np.union1d(segment.gone, np.array(rows, dtype=np.int32))
                self._segments[at] = Segment(segment.path, gone=gone.astype(np.int32))
        if self._writing.posts:
            path = self._folder / self._next_name()
            self._writing.write(path)
            gone = np.array(sorted(self._gone.get(-1, [])), dtype=np.int32)
            self._segments.append(Segment(path, gone=gone))
        self.ledger = self.ledger.more(self._became)
        self._commit(mark=mark)
        self._begin()

    def finish(self, *, mark: str | None) -> None:
        self._flush(mark=mark)
        while self._last_two_are_alike():
            self._merge()
        _tidy(self._folder, self._manifest)

    def _last_two_are_alike(self) -> bool:
        """Say whether to make one segment of the last two, so that there are always few."""
        if len(self._segments) < 2:  # noqa: PLR2004 - two are merged
            return False
        before, last = self._segments[-2:]
        return 2 * last.posts >= before.posts and fit_in_one(before, last)

    def _merge(self) -> None:
        merged = Writing()
        for segment in self._segments[-2:]:
            for entry in segment.entries():
                merged.add(entry)
        path = self._folder / self._next_name()
        merged.write(path)
        self._segments[-2:] = [Segment(path, gone=np.empty(0, dtype=np.int32))]
        self._commit(mark=None)

    def _next_name(self) -> str:
        last = max((int(one.path.stem) for one in self._segments), default=0)
        return f"{last + 1:06}{_ENDING}"

    def _commit(self, *, mark: str | None) -> None:
        self._manifest = Manifest(
            segments=tuple((one.path.name, tuple(one.gone.tolist())) for one in self._segments),
            ledger=self.ledger,
            mark=self._manifest.mark if mark is None else mark,
        )
        write_manifest(self._folder, self._manifest)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = {path.name for path in folder.iterdir()}
        if MANIFEST not in there and not all(map(_ours, there)):
            raise NoIndex(
                f"{folder} holds other things than an index. Name an empty folder, or one "
                "that does not exist yet."
            )
    except OSError as wrong:
        raise NoIndex(
            f"The folder {folder} cannot be used: {wrong.strerror}. Name another."
        ) from wrong


def _ours(name: str) -> bool:
    """Say whether somebody who was killed while the index was made may have left this."""
    return name.startswith((_LOCK, f".{MANIFEST}."))


def _tidy(folder: Path, manifest: Manifest) -> None:
    """Delete what somebody who was killed, or a merge, left behind."""
    kept = {name for name, _ in manifest.segments}
    for path in folder.iterdir():
        if path.name.endswith((".part", _ENDING)) and path.name not in kept:
            path.unlink(missing_ok=True)


def _read(folder: Path) -> Manifest:
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        if told["format"] != _FORMAT or told["reading"] != reading():
            raise OtherReading(
                f"The index {folder} was written by another version of Answerback. Delete the "
                "folder and index the posts again."
            )
        return Manifest(
            segments=tuple((name, tuple(gone)) for name, gone in told["segments"]),
            ledger=Ledger(**told["ledger"]),
            mark=told["mark"],
        )
    except FileNotFoundError as wrong:
        raise NoIndex(
            f"There is no index in {folder}. Type: answerback query index POSTS.jsonl "
            f"--out {folder}"
        ) from wrong
    except OSError as wrong:
        raise NoIndex(f"{folder} is no index: {wrong.strerror}. Name its folder.") from wrong
    except (ValueError, KeyError, TypeError) as wrong:
        raise Damaged(
            f"The manifest of the index {folder} is damaged. Delete the folder and index the "
            "posts again."
        ) from wrong


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say, in one step, what a folder holds from now on."""
    told = {
        "format": _FORMAT,
        "reading": reading(),
        "segments": manifest.segments,
        "ledger": asdict(manifest.ledger),
        "mark": manifest.mark,
    }
    part = folder / f".{MANIFEST}.{os.getpid()}.part"
    with part.open("w", encoding="utf-8") as out:
        json.dump(told, out)
        out.flush()
        os.fsync(out.fileno())
    part.replace(folder / MANIFEST)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """
    Keep other processes from writing to the same index.

    :raises NoIndex: when another one still writes after a minute.
    """
    with closing(
        sqlite3.connect(folder / _LOCK, timeout=_PATIENCE_SECONDS, isolation_level=None)
    ) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as wrong:
            raise NoIndex(
                f"Another program writes to the index {folder}. Wait for it to end."
            ) from wrong
        yield
