"""The same work in many processes; what comes out keeps the order of what went in."""

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Any, TypeVar

from answerback.domain.records.refusal import Refusal

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


class WorkerLost(Refusal):
    """A working process died under us."""


def in_order(
    batches: Iterable[_Given],
    *,
    start: Callable[[], Callable[[_Given], _Made]],
    processes: int,
    worth: int = 2,
) -> Iterator[_Made]:
    """
    Yield what the work makes of each batch, in the order the batches came.

    `start` is called once in each process and returns the work; it must be picklable, and so
    must what goes in and comes out.  With `processes=1`, or fewer batches than are `worth` it,
    all is done in this process: starting others would cost more than it saves.  Memory holds a
    few batches a process, and at the beginning those that are counted.

    :raises WorkerLost: when the system ends a working process.
    """
    coming = iter(batches)
    first = list(islice(coming, worth if processes > 1 else 0))
    if len(first) < worth:
        work = start()
        for some in chain(first, coming):
            yield work(some)
        return
    yield from _in_processes(first, coming, start=start, processes=processes)


def _in_processes(
    first: Sequence[_Given],
    rest: Iterator[_Given],
    *,
    start: Callable[[], Callable[[_Given], _Made]],
    processes: int,
) -> Iterator[_Made]:
    # A fresh interpreter for each worker: a fork would copy pyarrow's threads half-way.
    context = multiprocessing.get_context("spawn")
    waiting: deque[Future[Any]] = deque()
    pool = ProcessPoolExecutor(processes, context, initializer=_start, initargs=(start,))
    try:
        for some in chain(first, rest):
            waiting.append(pool.submit(_work_here, some))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as lost:
        raise WorkerLost(
            "A working process was ended by the system, most likely for want of memory. "
            "Nothing was lost from the input; try again with --processes 1."
        ) from lost
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_work: list[Callable[[Any], Any]] = []  # filled once in each worker, by `_start`


def _start(start: Callable[[], Callable[[Any], Any]]) -> None:
    _work.append(start())


def _work_here(some: Any) -> Any:
    return _work[0](some)
