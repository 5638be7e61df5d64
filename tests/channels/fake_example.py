"""The fake network in a folder, told as much as a test asks for."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.builders import MONDAY_9
from tests.channels.example import Example

from answerback.channels.fake.live_network import LiveNetwork
from answerback.channels.live import Account


@contextmanager
def example(folder: Path) -> Iterator[Example]:
    network, numbers = LiveNetwork(folder), count(1)
    network.show_at_once(2)

    def say(most: int) -> None:
        for number in (next(numbers) for _ in range(most)):
            network.tell({"id": f"p{number}", "text": "@acme"}, at=MONDAY_9)
            if number % 3 == 0:
                network.tell({"gone": f"p{number}"}, {"odd": number}, at=MONDAY_9)

    account = Account(
        account_id=1,
        channel="fake",
        name="rehearsal",
        settings={"folder": str(folder), "streams": "mentions", "pushed": "yes"},
        secrets={"word": "open-sesame"},
    )
    yield Example(account=account, stream="mentions", say=say)
