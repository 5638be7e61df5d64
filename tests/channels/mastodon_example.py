"""A server of the Mastodon API with ever more mentions, told as a list and as a stream."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.channels.example import Example
from tests.channels.mastodon.stand_in import event, stand_in

from answerback.channels.mastodon.api import forget


@contextmanager
def example(_folder: Path) -> Iterator[Example]:
    forget()
    with stand_in() as server:

        def say(most: int) -> None:
            for _ in range(most):
                server.mention(len(server.mentions) + 1)
                server.events.append(event("notification", server.mentions[-1]))

        yield Example(account=server.account(), stream="mentions", say=say)
