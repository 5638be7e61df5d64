"""Sort a stream of posts in batches, in one process or many; the order stays."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import NamedTuple

from answerback.channels.inbound import Fetched
from answerback.domain.listening.duplicates import Copies
from answerback.domain.listening.gist import Gist, gist
from answerback.domain.pipeline import Stage, run
from answerback.domain.records.dossier import Dossier
from answerback.firehose.lines import is_heard, line_of, line_of_failure, line_with_copy
from answerback.firehose.pool import in_order

#: Builds the stages once in each process; must be picklable.
Build = Callable[[], Sequence[Stage]]

BATCH = 1_000
#: A batch of long posts ends sooner: memory holds a few batches a process, and a thousand
#: posts of the longest kind would be a gigabyte.  A thousand usual ones are a fifth of this.
MOST_CHARACTERS = 1_000_000


#: How a post is known in a file: its channel and the network's own id.
PostId = tuple[str, str]


class Said(NamedTuple):
    """What is asked of a post to tell whose copy it is."""

    post_id: PostId
    gist: Gist | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedBatch:
    """The lines of one batch, in the order its rows came, and what became of them."""

    lines: tuple[str, ...]
    rows: int
    heard: int
    respond: int
    discarded: Counter[str] = field(default_factory=Counter)  #: by reason, unreadable included
    said: tuple[Said | None, ...] = ()  #: for each row not set aside, until copies are told
    copies: int = 0  #: rows that are copies of an earlier one
    copied: int = 0  #: posts whose first copy is among the rows


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
        heard=sum(map(is_heard, answered)),
        respond=sum(1 for one in answered if one.plan is not None and one.plan.respond),
        discarded=discarded,
        said=_said(fetched, answered),
    )


def _said(fetched: Sequence[Fetched], answered: Sequence[Dossier]) -> tuple[Said | None, ...]:
    told = iter(answered)
    return tuple(
        None if one.failure or (dossier := next(told)).discarded else _gist_of(dossier)
        for one in fetched
    )


def _gist_of(dossier: Dossier) -> Said:
    post = dossier.post
    return Said((post.channel, post.external_id), gist(post), post.created_at)


def tell_copies(batch: SortedBatch, *, copies: Copies[PostId]) -> SortedBatch:
    """
    Return a batch whose lines say whose copies its posts are, as far as the stream has come.

    Batches must be told in the order of the stream, and by one `copies`: so the groups do not
    depend on the cut into batches, nor on how many processes sorted them.
    """
    lines, many, first_ones = list(batch.lines), 0, 0
    for row, said in enumerate(batch.said):
        if said is None:
            continue
        judged = copies.judge(said.post_id, said.gist, at=said.at)
        lines[row] = line_with_copy(lines[row], judged=judged)
        if judged.copy_of is not None:
            many += 1
            first_ones += judged.number == _FIRST_COPY
    return replace(batch, lines=tuple(lines), said=(), copies=many, copied=first_ones)


_FIRST_COPY = 2  # the number of a group's second post


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

    :raises WorkerLost: when the system ends a working process.
    """
    batches = in_batches(map(_light, fetched), size=batch)
    copies: Copies[PostId] = Copies()
    for done in in_order(batches, start=partial(_sorting, build), processes=processes):
        yield tell_copies(done, copies=copies)


def in_batches(fetched: Iterable[Fetched], *, size: int = BATCH) -> Iterator[list[Fetched]]:
    """Cut a stream into batches of 1 to `size` rows and `MOST_CHARACTERS` of text, see above."""
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


def _light(one: Fetched) -> Fetched:
    """Leave the raw text behind: sorting needs only the post."""
    return replace(one, raw="")


def _sorting(build: Build) -> Callable[[Sequence[Fetched]], SortedBatch]:
    return partial(sort_batch, stages=build())
