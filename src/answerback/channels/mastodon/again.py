"""What a server of the Mastodon API told once, in whatever dress it was kept."""

from collections.abc import Iterator, Mapping

from answerback.channels.inbound import Fetched
from answerback.channels.mastodon.map import Reader
from answerback.channels.mastodon.streaming import read_event, read_notification


def read_kept(told: object, *, raw: str, reader: Reader) -> Iterator[Fetched]:
    """Yield what is told by a message of a stream, a notification or a status of a list."""
    if isinstance(told, Mapping) and "event" in told:
        yield from read_event(raw, reader=reader, belongs=lambda _: True)
    elif isinstance(told, Mapping) and "type" in told and "content" not in told:
        yield from read_notification(told, reader=reader, raw=raw)
    else:
        yield reader.status(told, raw=raw)
