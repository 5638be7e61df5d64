"""Where an account's secrets lie, for a network that is given others in their place."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol


class Vault(Protocol):
    """
    The sealed secrets of one account, shared by all processes.

    Some providers take a secret back as soon as they have given the next, and the whole grant
    when they see an old one again: so whoever redeems one is alone, reads it anew, and keeps what
    came at once.
    """

    def alone(self) -> AbstractContextManager[None]:
        """
        Be the only one, over all threads and processes, for the block.

        :raises ChannelDown: when another one does not come to an end.
        """
        ...

    def read(self) -> Mapping[str, str]:
        """Return the secrets as they are sealed now."""
        ...

    def replace(self, name: str, *, was: str, by: str) -> bool:
        """
        Seal a secret in the place of another; False: somebody put another one there meanwhile.

        What a person has told meanwhile stays.
        """
        ...
