"""Streams that a network holds open to us, over the same guarded connections."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import SplitResult, urlsplit

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection
from websockets.sync.client import connect as open_websocket
from websockets.typing import Subprotocol

from answerback.channels import guard
from answerback.channels.http import BrokenOff, Unreached
from answerback.channels.live import NotAllowed

#: Bytes of one message, at most.
_MOST: Final = 5 << 20
#: The other side is asked so often whether it is there, and has as long to say so.
_PING_SECONDS: Final = 15.0
_LOOK_SECONDS: Final = 1.0
#: Bytes of an answer that is no stream.
_MOST_SAID: Final = 4_096
_UNAUTHORISED: Final = frozenset({401, 403})


class NotOpened(Unreached):
    """They answered, and opened no stream: their own words may say why."""

    def __init__(self, sentence: str, *, status: int, body: bytes = b"") -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body[:_MOST_SAID]


def messages(
    url: str,
    *,
    reach: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
    protocols: Sequence[str] = (),
    stopping: Callable[[], bool],
    ping_seconds: float = _PING_SECONDS,
) -> Iterator[str | bytes | None]:
    """
    Yield what comes; None about once a second while nothing does.

    A line that is cut without a word is noticed within two pings.

    :raises AddressRefused: when the address is not one we connect to.
    :raises NotAllowed: when our login is refused.
    :raises Unreached: when no stream could be opened (`NotOpened`: and they said why).
    :raises BrokenOff: when it ended, or the other side is no longer there.
    """
    scheme, host, port = _parts(url)
    line = guard.connect(host, port, reach=reach)
    try:
        opened = open_websocket(
            url,
            sock=line,
            ssl=guard.trusted() if scheme == "wss" else None,
            additional_headers=dict(headers or {}),
            subprotocols=[Subprotocol(one) for one in protocols] or None,
            compression=None,  # a bomb would be unpacked before it is measured
            open_timeout=10,
            ping_interval=ping_seconds,
            ping_timeout=ping_seconds,
            close_timeout=2,
            max_size=_MOST,
            proxy=None,
        )
    except InvalidStatus as wrong:
        line.close()
        status = wrong.response.status_code
        if status in _UNAUTHORISED:
            raise NotAllowed(f"{host} refuses our login to its stream ({status}).") from wrong
        raise NotOpened(
            f"{host} opens no stream ({status}).",
            status=status,
            body=bytes(wrong.response.body or b""),
        ) from wrong
    except (WebSocketException, OSError) as wrong:
        line.close()
        raise Unreached(f"{host} opens no stream: {wrong}.") from wrong
    with opened:
        yield from _heard(opened, host=host, stopping=stopping)


def split(url: str) -> SplitResult:
    """
    Return the parts of an address of a stream.

    :raises AddressRefused: when it cannot be taken apart.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  a port that is no number shows itself here
    except ValueError as wrong:
        raise guard.AddressRefused(f"'{url[:80]}' is no address of a stream: {wrong}.") from wrong
    return parts


def _parts(url: str) -> tuple[str, str, int]:
    parts = split(url)
    if parts.scheme not in {"ws", "wss"} or not parts.hostname or parts.username is not None:
        raise guard.AddressRefused(
            f"'{url[:80]}' is no address of a stream. Write it like wss://stream.example/."
        )
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "wss" else 80)


def _heard(
    opened: ClientConnection, *, host: str, stopping: Callable[[], bool]
) -> Iterator[str | bytes | None]:
    while not stopping():
        try:
            yield opened.recv(timeout=_LOOK_SECONDS)
        except TimeoutError:
            yield None
        except (WebSocketException, OSError) as wrong:
            raise BrokenOff(f"The stream of {host} ended: {wrong}.") from wrong
