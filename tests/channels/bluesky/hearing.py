"""Listening to a stream in a test until something was heard."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.channels.bluesky.conftest import now

from answerback.channels.bluesky.hear import Bluesky
from answerback.channels.inbound import Cursor, Fetched
from answerback.channels.live import Hole, Page
from answerback.domain.records.post import Post

_SECONDS = 20.0


@dataclass(slots=True)
class Heard:
    """What a stream has told so far."""

    pages: list[Page] = field(default_factory=list)

    @property
    def things(self) -> list[Fetched]:
        return [thing for page in self.pages for thing in page.things]

    @property
    def posts(self) -> list[Post]:
        return [thing.post for thing in self.things if thing.post is not None]

    @property
    def texts(self) -> list[str]:
        return [post.text for post in self.posts]

    @property
    def gone(self) -> list[tuple[str | None, str | None]]:
        told = [thing.gone for thing in self.things if thing.gone is not None]
        return [(one.external_id, one.author_id) for one in told]

    @property
    def holes(self) -> list[Hole]:
        return [hole for page in self.pages for hole in page.holes]

    @property
    def cursor(self) -> Cursor | None:
        return next((page.cursor for page in reversed(self.pages) if page.cursor), None)


def listen(
    network: Bluesky,
    *,
    until: Callable[[Heard], bool],
    stream: str = "mentions",
    since: Cursor | None = None,
) -> Heard:
    """Listen until something was heard, or fail after twenty seconds."""
    heard = Heard()
    end = time.monotonic() + _SECONDS
    for page in network.listen(
        stream, since, stopping=lambda: time.monotonic() > end or until(heard), clock=now
    ):
        heard.pages.append(page)
        if until(heard):
            break
    assert until(heard), f"heard only {heard.texts} and {heard.gone}"
    return heard
