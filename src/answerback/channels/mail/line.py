"""Lines to mail servers: guarded, safe, and every answer bounded."""

import imaplib
import select
import socket
import ssl
import time
from contextlib import suppress
from typing import Final

from answerback.channels import guard
from answerback.channels.deadline import left
from answerback.channels.field_checks import no_port
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Account, NotAllowed

SECONDS: Final = 15.0
#: One answer may take so long, however it drips.
_LONGEST_ANSWER: Final = 60.0
#: Bytes: a line (a search for all of a large mailbox is one), and one literal: servers there are
#: that do not heed how much was asked for.
_LONGEST_LINE: Final = 16 << 20
_LARGEST_LITERAL: Final = 32 << 20
_CHUNK: Final = 64 << 10
#: What comes of TLS with somebody who speaks in the clear.
_NO_TLS: Final = frozenset({"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST"})


def connected(account: Account, *, host: str, port: int, security: str) -> socket.socket:
    """
    Return a guarded line to a mail server, over TLS where that comes first.

    :raises AddressRefused: when it may not be connected to.
    :raises ChannelDown: when nobody answers, or without TLS where that comes first.
    """
    seconds = left(SECONDS) or SECONDS
    line = guard.connect(host, port, reach=account.reach, ports=guard.MAIL_PORTS, timeout=seconds)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if security != "tls":
        return line
    try:
        return guard.trusted().wrap_socket(line, server_hostname=host)
    except ssl.SSLError as wrong:
        line.close()
        if wrong.reason not in _NO_TLS:
            raise
        raise ChannelDown(
            f"{host} does not begin with TLS on port {port}. Choose starttls as the line, or the "
            "port on which it does (993 to read, 465 to send)."
        ) from wrong


class ImapLine(imaplib.IMAP4):
    """The standard library's IMAP, speaking over our own socket with bounds of our own."""

    def __init__(self, account: Account, *, host: str, port: int, security: str) -> None:
        self._account = account
        self._security = security
        self._have = bytearray()
        super().__init__(host, port, SECONDS)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """Connect through the guard."""
        self.host, self.port = host, port
        self.sock = connected(self._account, host=host, port=port, security=self._security)

    def begin_tls(self) -> None:
        """Go over to TLS; what was said before it, unasked, is an attack."""
        self.starttls(guard.trusted())
        for name in ("file", "_file"):  # the parent's own reader: it would keep the socket open
            if (reader := self.__dict__.pop(name, None)) is not None:
                reader.close()
        if self._have:
            raise ChannelDown(
                f"{self.host} spoke before the line was safe. Somebody is in between."
            )

    def shutdown(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def read(self, size: int) -> bytes:
        if size > _LARGEST_LITERAL:
            raise self.abort(f"an answer of {size:,} bytes is too large")
        end = time.monotonic() + _LONGEST_ANSWER
        while len(self._have) < size:
            self._receive(end)
        return self._take(size)

    def readline(self) -> bytes:
        end = time.monotonic() + _LONGEST_ANSWER
        looked = 0
        while (found := self._have.find(b"\n", looked)) < 0:
            looked = len(self._have)
            if looked > _LONGEST_LINE:
                raise self.abort("a line of an answer is too long")
            self._receive(end)
        return self._take(found + 1)

    def _take(self, size: int) -> bytes:
        taken = bytes(self._have[:size])
        del self._have[:size]
        return taken

    def _receive(self, end: float) -> None:
        rest = end - time.monotonic()
        if rest <= 0:
            raise TimeoutError("the answer takes too long")
        self.sock.settimeout(left(min(SECONDS, rest)))
        came = self.sock.recv(_CHUNK)
        if not came:
            raise self.abort("the server hung up")
        self._have += came

    def something_came(self, seconds: float) -> bool:
        """Wait until the server says something, so long at most."""
        pending = self.sock.pending() if isinstance(self.sock, ssl.SSLSocket) else 0
        if self._have or pending:
            return True
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        return bool(poller.poll(seconds * 1000))


def check_security(account: Account, *, host: str, port: int, security: str) -> None:
    if security not in ("tls", "starttls", "none"):
        raise NotAllowed(f"'{security}' is no kind of line. There are: tls, starttls, none.")
    if security == "none" and f"{host.casefold()}:{port}" not in account.reach:
        raise NotAllowed(
            f"No password goes to {host} in the clear. Choose tls or starttls; or, for a server of "
            f"your own, let it through: {guard.how_to_reach(host, port)}"
        )


def port_of(told: str, *, default: int) -> int:
    """
    Return a port as a person wrote it.

    :raises NotAllowed: when it is none.
    """
    if not told.strip():
        return default
    if wrong := no_port(told.strip()):
        raise NotAllowed(wrong)
    return int(told)
