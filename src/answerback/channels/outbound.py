"""The only door out.  Only `desk.operations.send` and the senders may import this."""

from importlib.metadata import entry_points
from typing import Protocol

from answerback.domain.records.refusal import Refusal


class CannotSend(Refusal):
    """The channel hears but has no voice."""


class Sender(Protocol):
    """A network we can speak on."""

    name: str

    def send(self, *, text: str, in_reply_to: str | None, key: str) -> str:
        """
        Say it once and return the network's id of what was said.

        `key` is the same for every try of one reply, so that a network with idempotency
        keys says it once however often we ask.

        :raises ChannelDown: when the network cannot be reached.
        """
        ...


def sender_for(channel: str) -> Sender:
    """
    Return the voice of a channel.

    :raises CannotSend: when the channel has none, naming those that do.
    """
    senders = {entry.name: entry for entry in entry_points(group="answerback.senders")}
    if channel not in senders:
        can = ", ".join(sorted(senders)) or "none is installed"
        raise CannotSend(f"The channel '{channel}' cannot send. Channels that can: {can}.")
    found: Sender = senders[channel].load()()
    return found
