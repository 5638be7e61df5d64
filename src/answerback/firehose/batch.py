"""Sort a stream of posts in batches, in one process or many; the order stays."""

import multiprocessing
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from answerback.channels.inbound import Fetched
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.refusal import Refusal
from answerback.firehose.lines import line_of, line_of_failure

#: Builds the stages once in each process; must be picklable.
Build = Callable[[], Sequence[Stage]]

BATCH = 1_000
#: A batch of long posts ends sooner: memory holds a few batches a process, and a thousand
#: posts of the longest kind would be a gigabyte.  A thousand usual ones are a fifth of this.
MOST_CHARACTERS = 1_000_000


class WorkerLost(Refusal):
    """A sorting process died under us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedBatch:
    """The lines of one batch, in the order its rows came, and what became of them."""

    lines: tuple[str, ...]
    rows: int
    heard: int
    respond: int
    discarded: Counter[str] = field(default_factory=Counter)  #: by reason, unreadable included


def sort_batch(fetched: Sequence[Fetched], *, stages: Sequence[Stage]) -> SortedBatch:
    """
    Send one batch through the house.

    Shapes: n things fetched in, n lines out, in the order given.

    :raises RowsNotConserved: when a stage loses a post.
    """
    asked = [Dossier(post=one.post) for one in fetched if one.post is not None]
    answered = run(asked, stages=stages)
    told = iter(answered)
    lines = tuple(
        line_of_failure(one.failure, line=one.line) if one.failure else line_of(next(told))
        for one in fetched
    )
    discarded = Counter(str(one.discarded) for one in answered if one.discarded)
    discarded.update("unreadable" for one in fetched if one.failure)
    return SortedBatch(
        lines=lines,
        rows=len(fetched),
        heard=sum(1 for one in answered if one.mention is not None and one.mention.heard),
        respond=sum(1 for one in answered if one.plan is not None and one.plan.respond),
        discarded=discarded,
    )


def sort_stream(
    fetched: Iterable[Fetched], *, build: Build, processes: int, batch: int = BATCH
) -> Iterator[SortedBatch]:
    """
    Sort a stream, yielding batch after batch in the order the posts came.

    Memory holds a few batches a process, however long the stream or its posts are.  A stream
    that fits in one batch, or `processes=1`, is sorted in this process: starting others would
    cost more than it saves.

    Shapes: batches of 1 to `batch` rows, together at most `MOST_CHARACTERS` of text each; a
    longer post is a batch by itself.

    :raises WorkerLost: when the system ends a sorting process.
    """
    batches = _in_batches(map(_light, fetched), size=batch)
    first = list(islice(batches, 2))
    if processes == 1 or len(first) < 2:  # noqa: PLR2004 - two batches are worth two processes
        stages = build()
        for some in chain(first, batches):
            yield sort_batch(some, stages=stages)
        return
    yield from _in_processes((*first,), batches, build=build, processes=processes)


def _in_batches(fetched: Iterable[Fetched], *, size: int) -> Iterator[list[Fetched]]:
    batch: list[Fetched] = []
    characters = 0
    for one in fetched:
        more = len(one.post.text) if one.post else 0
        if batch and (len(batch) >= size or characters + more > MOST_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(one)
        characters += more
    if batch:
        yield batch


def _in_processes(
    first: Sequence[list[Fetched]],
    rest: Iterator[list[Fetched]],
    *,
    build: Build,
    processes: int,
) -> Iterator[SortedBatch]:
    # A fresh interpreter for each worker: a fork would copy pyarrow's threads half-way.
    context = multiprocessing.get_context("spawn")
    waiting: deque[Future[SortedBatch]] = deque()
    pool = ProcessPoolExecutor(processes, context, initializer=_start, initargs=(build,))
    try:
        for some in chain(first, rest):
            waiting.append(pool.submit(_sort_here, some))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as lost:
        raise WorkerLost(
            "A sorting process was ended by the system, most likely for want of memory. "
            "Nothing was lost from the input; try again with --processes 1."
        ) from lost
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _light(one: Fetched) -> Fetched:
    """Leave the raw text behind: sorting needs only the post."""
    return replace(one, raw="")


_stages: list[Stage] = []  # filled once in each worker, by `_start`


def _start(build: Build) -> None:
    _stages.extend(build())


def _sort_here(fetched: Sequence[Fetched]) -> SortedBatch:
    return sort_batch(fetched, stages=_stages)
