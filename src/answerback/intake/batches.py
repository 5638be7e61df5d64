"""Cut what a channel gives into batches that one short transaction can take."""

from collections.abc import Iterable, Iterator

from answerback.channels.inbound import ChannelDown, Fetched

#: More rows than this hold the write lock so long that an agent's click waits (ADR 0005).
MOST_ROWS = 500
#: A batch of very long posts ends sooner, so that memory stays bounded whatever comes.
MOST_CHARACTERS = 4_000_000


def batches(
    fetched: Iterable[Fetched], *, most_rows: int = MOST_ROWS
) -> Iterator[tuple[Fetched, ...]]:
    """
    Yield the same things in the same order, in batches; none is empty.

    The cuts depend only on what comes, so reading the same file again cuts it the same.

    Shapes: n things in, batches of 1 to `most_rows` out, n in all.

    :raises ChannelDown: when the channel breaks off, after what came before was yielded.
    """
    batch: list[Fetched] = []
    characters = 0
    broken: ChannelDown | None = None
    coming = iter(fetched)
    while True:
        try:
            one = next(coming, None)
        except ChannelDown as wrong:
            one, broken = None, wrong
        if one is None:
            break
        batch.append(one)
        characters += len(one.raw)
        if len(batch) >= most_rows or characters >= MOST_CHARACTERS:
            yield tuple(batch)
            batch, characters = [], 0
    if batch:
        yield tuple(batch)
    if broken is not None:
        raise broken
