"""Bluesky with an app view and a Jetstream of the test's own, both told the same mentions."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

from tests.builders import MONDAY_9
from tests.channels.example import Example
from tests.servers.appview import ADA, PASSWORD, US, app_view
from tests.servers.jetstream import jetstream

from answerback.channels.live import Account

_TO_US = [
    {
        "index": {"byteStart": 0, "byteEnd": 5},
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": US}],
    }
]


@contextmanager
def example(_folder: Path) -> Iterator[Example]:
    with app_view() as view, jetstream() as stream:
        view.now = MONDAY_9
        stream.begins = MONDAY_9 - timedelta(seconds=30)
        numbers = count(1)

        def say(most: int) -> None:
            for number in (next(numbers) for _ in range(most)):
                at = stream.begins + timedelta(seconds=number)
                text = f"@acme my kettle no. {number} leaks"
                uri = view.add(text, indexed=at, facets=_TO_US)
                stream.post(ADA, text, key=uri.rpartition("/")[2], facets=_TO_US)

        account = Account(
            account_id=1,
            channel="bluesky",
            name="Bluesky",
            settings={
                "server": f"http://{view.host}",
                "handle": "acme.example",
                "jetstream": stream.url(newer=True),
            },
            secrets={"password": PASSWORD},
            reach=frozenset({view.host, stream.host}),
        )
        yield Example(account=account, stream="mentions", say=say)
