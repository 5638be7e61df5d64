"""Speaking on the fake network."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from answerback.channels.fake.network import FakeNetwork, Fault
from answerback.channels.inbound import ChannelDown
from answerback.channels.outbound import Guarantee, Message, NoAnswer, NotTaken

_SLOW_SECONDS = 2
#: The name under which we speak there.
US = "acme"


class FakeSender:
    """The voice of the fake network; it promises what the network was told to promise."""

    name = "fake"
    found_after = timedelta(seconds=30)
    key_lives = None

    def __init__(self, folder: Path) -> None:
        self._network = FakeNetwork(folder)

    @property
    def send_guarantee(self) -> Guarantee:
        return Guarantee(self._network.promised())

    def send(self, message: Message) -> str:
        fault = self._network.next_fault()
        if fault is Fault.DOWN:
            raise ChannelDown("The fake network cannot be reached. It is tried again.")
        if fault is Fault.REFUSE:
            raise NotTaken("The fake network refused the reply: its author closed the thread.")
        if fault in (Fault.DROP_BEFORE, Fault.ERROR_BEFORE):
            raise NoAnswer("The fake network did not answer; nobody knows whether it heard.")
        if fault is Fault.SLOW:
            time.sleep(_SLOW_SECONDS)
        said_as = self._network.say(
            author=US,
            text=message.text,
            in_reply_to=message.in_reply_to,
            at=datetime.fromtimestamp(time.time(), UTC).isoformat(),
            key=message.key,
        )
        if fault in (Fault.DROP_AFTER, Fault.ERROR_AFTER):
            raise NoAnswer("The fake network did not answer; nobody knows whether it heard.")
        return said_as

    def find(self, message: Message) -> str | None:
        return self._network.find(text=message.text, in_reply_to=message.in_reply_to)
