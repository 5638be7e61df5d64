"""Reading again what came once and could not be understood then."""

from collections.abc import Callable, Iterable

from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.channels.live import Kept
from answerback.channels.strict_json import read_kindly
from answerback.channels.unreadable import Unreadable


def from_json(kept: Kept, *, read: Callable[[object], Iterable[Fetched]]) -> tuple[Fetched, ...]:
    """Return what `read` makes of the JSON that is kept; what is none is a failure once more."""
    try:
        told = read_kindly(kept.raw)
    except Unreadable as wrong:
        failure = Failure(reason=wrong.reason, sentence=wrong.sentence)
        return (Fetched(cursor=Cursor(kept.named), raw=kept.raw, failure=failure),)
    return tuple(read(told))
