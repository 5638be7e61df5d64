"""How a token is shown to a mail server, and what the server says when it does not like it."""

import json
from dataclasses import dataclass, field
from typing import Final

from answerback.channels.live import Account, NotAllowed
from answerback.channels.mail.providers import Mechanism, Provider

_MOST_TOLD: Final = 4_000


@dataclass(slots=True, kw_only=True)
class Shown:
    """A token on its way to a server; `told` is what the server answered to it, if it did."""

    mechanism: Mechanism
    user: str
    token: str = field(repr=False)
    host: str
    port: int
    told: str = ""
    answers: int = 0  #: that were given

    def answer(self, challenge: bytes) -> bytes:
        """Return what is said to a server: the token, and then to its error."""
        self.answers += 1
        return self.first() if self.answers == 1 else self.after(challenge)

    def first(self) -> bytes:
        """
        Return what is said first.

        Source: RFC 7628, 3.1; developers.google.com, "OAuth 2.0 Mechanism".

        :raises NotAllowed: when user or token hold what may not stand there.
        """
        if not self.user.isprintable() or not self.token.isascii() or not self.token.isprintable():
            raise NotAllowed("The user or the token of the mailbox is unusable. Check the user.")
        bearer = f"auth=Bearer {self.token}"
        if self.mechanism is Mechanism.XOAUTH2:
            return f"user={self.user}\x01{bearer}\x01\x01".encode()
        name = self.user.replace("=", "=3D").replace(",", "=2C")
        where = f"host={self.host}\x01port={self.port}\x01"
        return f"n,a={name},\x01{where}{bearer}\x01\x01".encode()

    def after(self, challenge: bytes) -> bytes:
        """Return what is said to an error that came as a challenge, so that the server says no."""
        self.told = challenge[:_MOST_TOLD].decode("utf-8", "replace")
        return b"" if self.mechanism is Mechanism.XOAUTH2 else b"\x01"

    @property
    def status(self) -> str:
        """Return the status that the server's error names: "invalid_token", "400"; "": none."""
        try:
            told = json.loads(self.told)
        except ValueError:
            return ""
        word = told.get("status") if isinstance(told, dict) else None
        return str(word)[:40] if isinstance(word, str | int) else ""


def shown_to(
    account: Account,
    provider: Provider,
    *,
    offered: frozenset[str],
    token: str,
    host: str,
    port: int,
) -> Shown:
    """
    Return a token as a server that offers these mechanisms takes it.

    :raises NotAllowed: when it takes none.
    """
    for mechanism in provider.mechanisms:
        if mechanism.value in offered:
            return Shown(
                mechanism=mechanism,
                user=account.settings.get("user", ""),
                token=token,
                host=host,
                port=port,
            )
    there = ", ".join(sorted(offered)) or "none"
    raise NotAllowed(
        f"{host} takes no tokens (XOAUTH2, OAUTHBEARER); it offers: {there}. Check the server and "
        "its port, or sign in by a password."
    )
