"""A door on this machine to which a browser is sent back (RFC 8252, 7.3)."""

import os
import select
import socket
import sys
import time
from typing import Final, Self

_MOST_BYTES: Final = 64 << 10
_SECONDS: Final = 5.0
_PAGE: Final = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Answerback</title>"
    "<p>You can close this window and go back to the terminal.</p></html>"
)


class Loopback:
    """Listens on a port of its own, on the loopback address alone."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}/"

    def __enter__(self) -> Self:
        """Be open for a block."""
        return self

    def __exit__(self, *_told: object) -> None:
        """Close behind it."""
        self._door.close()

    def wait(self, *, seconds: float, typed: bool) -> str | None:
        """
        Return the address that a browser was sent to, or a line that somebody typed.

        None: neither came in time.  `typed`: somebody may type.
        """
        until = time.monotonic() + seconds
        watched = [self._door.fileno(), *([sys.stdin.fileno()] if typed else [])]
        while (rest := until - time.monotonic()) > 0:
            ready, _, _ = select.select(watched, [], [], rest)
            if self._door.fileno() in ready:
                found = self._asked_for()
                if found:
                    return found
            elif ready:
                line = os.read(watched[1], _MOST_BYTES).decode("utf-8", "replace").strip()
                if line:
                    return line
                watched = watched[:1]  # the end of what is typed
        return None

    def _asked_for(self) -> str:
        """Return the address that a browser asks for; "": it is none with an answer in it."""
        line, _ = self._door.accept()
        with line:
            line.settimeout(_SECONDS)
            try:
                head = line.recv(_MOST_BYTES).split(b"\r\n")[0].decode("latin-1").split(" ")
                path = head[1] if head[0] == "GET" and len(head) > 1 else ""
                good = "state=" in path
                status = "200 OK" if good else "404 Not Found"
                line.sendall(
                    f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                    f"Content-Length: {len(_PAGE) if good else 0}\r\nCache-Control: no-store\r\n"
                    f"Connection: close\r\n\r\n{_PAGE if good else ''}".encode()
                )
            except OSError:
                return ""
        return f"{self.address.rstrip('/')}{path}" if good else ""
