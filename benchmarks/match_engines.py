"""What can be measured: our engines and their peers, behind one small interface."""

import gc
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
from benchmarks.match_queries import Wish

from answerback.domain.listening.match import Engine as Kind
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.syntax import Query
from answerback.weights.frequencies import load_frequencies

Pair = tuple[int, int]  #: text row, query row


class OutOfTime(Exception):
    """The time for one cell is over."""

    def __init__(self, done: int, of: int) -> None:
        """Keep how far it came."""
        super().__init__(f"{done:,} of {of:,}")
        self.share = done / of


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which a cell has to be done, on the clock of `perf_counter`."""

    at: float

    def check(self, done: int, of: int) -> None:
        """
        Go on, or not.

        :raises OutOfTime: after the moment.
        """
        if time.perf_counter() > self.at:
            raise OutOfTime(done, of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Queries for one engine: as wishes, and parsed for those that read our language."""

    wishes: Sequence[Wish]
    parsed: Sequence[Query]
    shares: dict[str, float]  #: word → share of posts that say it, in the sample


def _nothing() -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """An engine with its queries in it.  `match` says how it is asked, `cpu` what it used."""

    match: Callable[[Sequence[str], Deadline], list[Pair]]
    column: Callable[[pa.StringArray], list[Pair]] | None = None  #: where it reads Arrow itself
    cpu: Callable[[], float] = time.process_time  #: seconds, helping processes included
    peak: Callable[[], float] = lambda: peak_mib()  # noqa: PLW0108 - defined below
    close: Callable[[], None] = _nothing


Load = Callable[[Asked, Deadline], Loaded]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One contestant, and what it can take."""

    name: str
    load: Load
    batch: int  #: posts at a time: what suits it best
    plain: bool = True  #: knows only small ASCII words
    near: bool = True  #: can say NEAR; otherwise it is asked for both words anywhere
    ours: bool = False
    missing: Callable[[], str] = str  #: what to install, or nothing


def peak_mib(process: int | str = "self") -> float:
    """Return the most memory a process had at once; `getrusage` would tell the parent's too."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def lacks(module: str, package: str) -> Callable[[], str]:
    """Return a function that names the package to install when a module is absent."""
    return lambda: "" if find_spec(module) else package


def fast_missing() -> str:
    """Say that the fast engine is not built, if so."""
    name = "answerback.domain.listening.fast"
    if find_spec(name) and import_module(name).available():
        return ""
    return "answerback, where there is a C compiler"


def ours(kind: Kind) -> Load:
    """Return how one of our own engines is loaded."""

    def load(asked: Asked, _: Deadline) -> Loaded:
        matcher = compile_queries(asked.parsed, frequencies=load_frequencies(), engine=kind)
        gc.collect()
        gc.freeze()  # the queries stay: the collector need not walk them again and again
        utf8 = getattr(matcher, "match_utf8", None)
        return Loaded(
            match=lambda texts, _: matcher.match(texts),
            column=partial(_column, utf8) if utf8 else None,
        )

    return load


def _column(match_utf8: Callable[..., list[Pair]], column: pa.StringArray) -> list[Pair]:
    """Match the bytes of a column as they lie."""
    _, offsets, data = column.buffers()
    return match_utf8(offsets.slice(4 * column.offset), data, len(column))
