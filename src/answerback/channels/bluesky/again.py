"""What the network told once, in whatever dress it was kept: a view, or a message of a stream."""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from answerback.channels.again import from_json
from answerback.channels.bluesky import firehose, jetstream
from answerback.channels.bluesky.map import Ear, thing_of
from answerback.channels.bluesky.pages import told_thing
from answerback.channels.bluesky.told import Told, What
from answerback.channels.inbound import Fetched
from answerback.channels.live import Kept

#: Says of a DID who that is, as far as somebody knows.
Author = Callable[[str], object]


def read_kept(kept: Kept, *, ear: Ear, author: Author, at: datetime) -> tuple[Fetched, ...]:
    """Return what is kept as things of today."""
    frame = _frame(kept.raw)
    if frame is not None:
        told = firehose.read(frame, host="")
        return tuple(_things(told, ear=ear, author=author))

    def read(whole: object) -> Iterator[Fetched]:
        if not isinstance(whole, Mapping) or not _is_message(whole):
            yield thing_of(whole, ear=ear, raw=kept.raw)
            return
        asked = jetstream.Asked(
            url="", host="", newer="$type" in whole, at=at, since=at, by_number=False
        )
        yield from _things([jetstream.read(kept.raw, asked=asked)], ear=ear, author=author)

    return from_json(kept, read=read)


def _is_message(whole: Mapping[str, object]) -> bool:
    return "uri" not in whole and bool({"kind", "payload", "time_us"} & whole.keys())


def _things(told: Iterable[object], *, ear: Ear, author: Author) -> Iterator[Fetched]:
    for one in told:
        if isinstance(one, Told) and one.what in _OF_POSTS:
            yield told_thing(one, ear=ear, author=author(one.did))


_OF_POSTS = frozenset({What.WRITTEN, What.DELETED, What.ACCOUNT_GONE, What.BROKEN})


def _frame(raw: str) -> bytes | None:
    """Return the bytes of a firehose's message; None: it is text of another kind."""
    if raw[:1] in {"{", "[", ""}:
        return None
    try:
        return base64.b64decode(raw, validate=True)
    except (binascii.Error, ValueError):
        return None
