"""The pages on a port: one process, a stream to every inbox, and an end that waits for nobody."""

import errno
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from answerback.domain.records.refusal import Refusal
from answerback.project import env
from answerback.web.ending import say_ending

LOOPBACK: Final = "127.0.0.1"
_LOOPBACK_NAMES: Final = (LOOPBACK, "localhost", "::1")
#: Requests under way have so long when the process ends; streams end at once.
_GRACE_SECONDS: Final = 2
_BACKLOG: Final = 256


class HostRefused(Refusal):
    """The pages may not stand where other machines reach them."""


class PortRefused(Refusal):
    """The port cannot be listened on."""


def listen(*, host: str, port: int) -> socket.socket:
    """
    Return a socket that is bound and waits; port 0 takes any free one.

    :raises HostRefused: when other machines could reach it and nobody said under which address.
    :raises PortRefused: when the port is taken, or not ours to take.
    """
    if host not in _LOOPBACK_NAMES and env.public_url() is None:
        raise HostRefused(
            f"On {host} other machines reach the pages, and nobody said under which address. "
            f"Set {env.URL} to what people type, such as https://desk.example.org, or leave "
            "--host out to serve this machine alone."
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as wrong:
        raise HostRefused(
            f"--host {host} is no address of this machine: {wrong.strerror}. Name one, such as "
            "0.0.0.0 for all of them, or leave it out."
        ) from wrong
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as wrong:
        listening.close()
        raise _refused(wrong, host=host, port=port) from wrong
    return listening


def _refused(wrong: OSError, *, host: str, port: int) -> PortRefused:
    reasons = {
        errno.EADDRINUSE: "another program listens there",
        errno.EACCES: "this system keeps it for its administrator",
        errno.EADDRNOTAVAIL: "this machine has no such address",
    }
    reason = reasons.get(wrong.errno or 0, wrong.strerror)
    return PortRefused(
        f"Port {port} on {host} cannot be used: {reason}. "
        f"Name another with --port, for example --port {_another(port)}."
    )


def _another(port: int) -> int:
    return 8001 if port < 1024 or port >= 65535 else port + 1  # noqa: PLR2004  the range of free ports


def address_of(listening: socket.socket) -> str:
    """Return what people type: the address the operator set, else this machine's own."""
    told = env.public_url()
    if told is not None:
        return f"{told}/"
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


class _Server(uvicorn.Server):
    """A server that ends when told; open streams are told first."""

    def __init__(self, config: uvicorn.Config, *, stopping: threading.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to who gave us `stopping`: it may be set before we begin."""
        yield

    async def on_tick(self, counter: int) -> bool:
        if self._stopping.is_set():
            say_ending(ending=True)
            return True
        return await super().on_tick(counter)


def serve(listening: socket.socket, *, stopping: threading.Event) -> None:
    """Answer on a socket until `stopping` is set; Django must be started."""
    say_ending(ending=False)
    config = uvicorn.Config(
        "answerback.project.asgi:application",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,  # faults are logged by Django, good answers are seen in the browser
        access_log=False,
        server_header=False,
        proxy_headers=False,  # Django believes a proxy only where the operator says so
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    _Server(config, stopping=stopping).run(sockets=[listening])
