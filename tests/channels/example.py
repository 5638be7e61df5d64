"""A live network with something to hear, for the one contract test of all networks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.builders import MONDAY_9

from answerback.channels.live import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """How to hear one network in a test."""

    account: Account
    stream: str
    say: Callable[[int], None]  #: let so many more things be there to hear in the stream
    clock: Callable[[], datetime] = lambda: MONDAY_9
