"""One person's server, on this machine only."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

from answerback.domain.records.refusal import Refusal
from answerback.web.moment import PRETENDED_AT

#: There is no login yet, so no other machine may reach the pages.
LOOPBACK = "127.0.0.1"

Application = Callable[..., Any]


class PortRefused(Refusal):
    """The port cannot be listened on."""


class _Handler(WSGIRequestHandler):
    """One request; faults are logged by Django, and good answers are seen in the browser."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name it overrides
        pass


class _Server(ThreadedWSGIServer):
    daemon_threads = True  # Ctrl-C does not wait for a browser that keeps a connection open


@contextmanager
def listening(*, port: int, at: datetime | None) -> Iterator[ThreadedWSGIServer]:
    """
    Yield a server that is bound to the loopback address; `serve_forever` starts it.

    Port 0 takes any free one; `server_port` tells which.  `at` is the moment every page
    pretends it is; None: the clock's.

    :raises PortRefused: when the port is taken, or not ours to take.
    """
    server = _bound(port)
    server.set_app(_at(WSGIHandler(), at=at))
    try:
        yield server
    finally:
        server.server_close()


def _bound(port: int) -> _Server:
    try:
        return _Server((LOOPBACK, port), _Handler)
    except OSError as wrong:
        reasons = {
            errno.EADDRINUSE: "another program listens there",
            errno.EACCES: "this system keeps it for its administrator",
        }
        reason = reasons.get(wrong.errno or 0, wrong.strerror)
        raise PortRefused(
            f"Port {port} on {LOOPBACK} cannot be used: {reason}. "
            f"Name another with --port, for example --port {_another(port)}."
        ) from wrong


def _another(port: int) -> int:
    return 8001 if port < 1024 or port >= 65535 else port + 1  # noqa: PLR2004  the range of free ports


def _at(application: Application, *, at: datetime | None) -> Application:
    if at is None:
        return application

    def pretending(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        return application({**environ, PRETENDED_AT: at}, start_response)

    return pretending
