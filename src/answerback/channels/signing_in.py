"""What a network offers whose account a person signs in to, at its provider and not here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from answerback.channels.inbound import ChannelDown


class NotYet(ChannelDown):
    """The person has not signed in yet: ask again in a while."""

    def __init__(self, sentence: str, *, slower: bool = False) -> None:
        super().__init__(sentence)
        self.slower = slower  #: they want to be asked more seldom


@dataclass(frozen=True, slots=True, kw_only=True)
class ByCode:
    """A sign-in that a person does anywhere, by typing a code on a page (RFC 8628)."""

    page: str  #: where the code is typed
    code: str
    device: str = field(repr=False)  #: what we ask with; nobody else may read it
    every: float  #: seconds between two questions
    seconds: float  #: that the code is good


@dataclass(frozen=True, slots=True, kw_only=True)
class ByBrowser:
    """A sign-in in a browser, which is then sent back to us (RFC 8252, with PKCE of RFC 7636)."""

    page: str
    back: str  #: where it is sent to
    state: str  #: by which we know that it is our sign-in that comes back
    verifier: str = field(repr=False)


@runtime_checkable
class SignsPersonsIn(Protocol):
    """A network one of whose ways to sign in is a person's."""

    def begin_sign_in(self, *, back: str) -> ByCode | ByBrowser:
        """
        Begin a sign-in; `back` is an address of this machine that a browser may be sent to.

        :raises NotAllowed: when nobody signs in there, or the provider refuses.
        """
        ...

    def look_at_code(self, begun: ByCode) -> Mapping[str, str]:
        """
        Return the secrets that the sign-in brought.

        :raises NotYet: as long as the person has not typed the code.
        :raises NotAllowed: when the person said no, or the code is too old.
        """
        ...

    def come_back(self, begun: ByBrowser, *, address: str) -> Mapping[str, str]:
        """
        Return the secrets that the sign-in brought; `address` is where the browser was sent.

        :raises NotAllowed: when it is not our sign-in, or the person said no.
        """
        ...
