"""The one HTTP client: guarded addresses, bounded answers, and words for what went wrong."""

import json
import re
import socket
import ssl
import time
import zlib
from collections.abc import Collection, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from answerback.channels import guard
from answerback.channels.deadline import left
from answerback.channels.inbound import ChannelDown
from answerback.channels.live import Limited, NotAllowed, Rate
from answerback.channels.strict_json import read_any, read_kindly
from answerback.channels.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

#: No answer may be larger, however small it travels.
MOST_BYTES: Final = 5 << 20
SECONDS: Final = 10.0
#: Nobody makes us wait longer than this for the next try, whatever they write.
LONGEST_WAIT: Final = timedelta(hours=1)
SHORTEST_WAIT: Final = timedelta(seconds=1)
#: Seconds, for one whole answer: somebody who drips byte by byte does not hold us.
_LONGEST_ANSWER: Final = 60.0
_WHO: Final = "Answerback (self-hosted social contact centre)"
_EPOCH_LIKE: Final = 1e9  #: a number of seconds this large is a moment, no delay
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class Unreached(ChannelDown):
    """Nobody heard us: the connection was not made."""


class BrokenOff(ChannelDown):
    """We asked, and no whole answer came: they may have heard."""

    may_have_heard = True


class ServerFault(BrokenOff):
    """They answered 5xx: they may have done what we asked, or not."""

    def __init__(self, sentence: str, *, status: int, body: bytes = b"") -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body


class AnsweredNo(ChannelDown):
    """They understood and said no: 4xx, but for 401 and 429."""

    def __init__(self, sentence: str, *, status: int, body: bytes = b"") -> None:
        super().__init__(sentence)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]  #: names in lower case
    body: bytes
    url: str  #: where it came from in the end

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """
        Return the JSON it holds; what one part of it breaks is that part's (`read_kindly`).

        :raises BrokenOff: when it holds none.
        """
        try:
            return read_kindly(self.text)
        except Unreadable as wrong:
            host = urlsplit(self.url).hostname
            raise BrokenOff(f"{host} answered with something else than JSON. {wrong}") from wrong

    def rate(self, *, at: datetime) -> Rate | None:
        """Return what it says of how often we may ask; None: nothing."""
        limit, remaining, reset = (
            self.headers.get(f"x-ratelimit-{one}") or self.headers.get(f"ratelimit-{one}")
            for one in ("limit", "remaining", "reset")
        )
        if limit is None and remaining is None:
            return None
        wait = _delay(reset or "", at=at)
        return Rate(
            limit=_whole(limit),
            remaining=_whole(remaining),
            resets_at=None if wait is None else at + wait,
        )


def patience(headers: Mapping[str, str], *, at: datetime) -> timedelta:
    """
    Return how long the network asks us to wait, in whatever way it writes it.

    `Retry-After` as seconds (a fraction, too) or as a date, else the moment of the reset, as
    ISO 8601, as seconds since 1970 or as a delay.  What is absent, in the past or unreadable is
    a minute; nothing is longer than an hour or shorter than a second.
    """
    for name in ("retry-after", "x-ratelimit-reset", "ratelimit-reset"):
        told = _delay(headers.get(name, ""), at=at)
        if told is not None:
            return min(max(told, SHORTEST_WAIT), LONGEST_WAIT)
    return timedelta(minutes=1)


def _delay(told: str, *, at: datetime) -> timedelta | None:
    told = told.strip()
    if re.fullmatch(r"\d{1,12}(?:\.\d{1,9})?", told, re.ASCII):
        seconds = float(told)
        if seconds > _EPOCH_LIKE:
            seconds -= at.timestamp()
        return timedelta(seconds=seconds) if 0 <= seconds <= _EPOCH_LIKE else None
    moment = _moment(told)
    return moment - at if moment is not None and moment >= at else None


def _moment(told: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(told)
        except (ValueError, TypeError, OverflowError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _whole(told: str | None) -> int | None:
    found = re.match(r"\s*(\d{1,12})", told or "", re.ASCII)
    return int(found[1]) if found else None


def clock_ahead(headers: Mapping[str, str], *, at: datetime) -> timedelta | None:
    """Return how far the network's clock is ahead of ours, by its Date; None: not told."""
    moment = _moment(headers.get("date", ""))
    return None if moment is None else moment - at


class Client:
    """
    Asks, on connections that it keeps open until it is closed.

    No proxy of the environment is used, no cookie kept, no redirect followed unless asked for,
    and then judged again.
    """

    def __init__(
        self,
        base_url: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        reach: Collection[str] = (),
        seconds: float = SECONDS,
        ports: Collection[int] = guard.WEB_PORTS,
    ) -> None:
        self._base = base_url if base_url.endswith("/") or not base_url else f"{base_url}/"
        self._headers = {"user-agent": _WHO, "accept-encoding": "gzip", **(headers or {})}
        self._http = httpx.Client(
            transport=_Guarded(reach=reach, ports=ports),
            timeout=httpx.Timeout(seconds),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            trust_env=False,
            follow_redirects=False,
        )

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        """Be open for a block."""
        return self

    def __exit__(self, *_told: object) -> None:
        """Close behind it."""
        self.close()

    def get(self, path: str, *, at: datetime, **told: Any) -> Answer:
        """Ask for something, and refuse all but 2xx: see `request` and `refuse`."""
        return refuse(self.request("GET", path, **told), at=at)

    def post(self, path: str, *, at: datetime, **told: Any) -> Answer:
        """Say something, and refuse all but 2xx: see `request` and `refuse`."""
        return refuse(self.request("POST", path, **told), at=at)

    def request(  # noqa: PLR0913  what a request is made of
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        json_body: object = None,
        content: bytes | None = None,
        data: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        redirects: int = 0,
        most_bytes: int = MOST_BYTES,
    ) -> Answer:
        """
        Ask, and return whatever they answered.

        :raises AddressRefused: when the address is not one we connect to.
        :raises Unreached: when no connection was made: nobody heard.
        :raises BrokenOff: when it broke off later: somebody may have heard.
        """
        url = _joined(self._base, path)
        told = {name.lower(): value for name, value in {**self._headers, **(headers or {})}.items()}
        if json_body is not None:
            content = json.dumps(json_body, ensure_ascii=False, allow_nan=False).encode()
            told.setdefault("content-type", "application/json")
        for hop in range(redirects + 1):
            self._check(url)
            with _in_words(url[:80]):
                request = self._http.build_request(
                    method,
                    url,
                    params=params,
                    headers=told,
                    content=content,
                    data=data,
                    files=files,
                )
            answer = self._sent(request, most_bytes=most_bytes)
            if answer.status not in _REDIRECTS or hop == redirects:
                return answer
            following = _joined(url, answer.headers.get("location", ""))
            if urlsplit(following)[:2] != urlsplit(url)[:2]:  # another host, or no longer sealed
                told.pop("authorization", None)
            url, params = following, None
        raise AssertionError("the last hop returns")

    def _check(self, url: str) -> None:
        with _in_words(url[:80]):
            parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise guard.AddressRefused(
                f"'{url[:80]}' is no address we fetch from. Write it like https://example.org/feed."
            )

    def _sent(self, request: httpx.Request, *, most_bytes: int) -> Answer:
        host = request.url.host
        with _in_words(host):
            response = self._http.send(request, stream=True)
            try:
                body = _bounded(
                    response.iter_raw(),
                    packed=response.headers.get("content-encoding", ""),
                    most=most_bytes,
                    host=host,
                )
            finally:
                response.close()
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            url=str(request.url),
        )


def refuse(answer: Answer, *, at: datetime) -> Answer:
    """
    Return an answer that is a yes (2xx, or 304), and say what else it is.

    :raises Limited: for 429, and 503 that says how long.
    :raises NotAllowed: for 401.
    :raises ServerFault: for 5xx.
    :raises AnsweredNo: for all other.
    """
    status, host = answer.status, urlsplit(answer.url).hostname
    if 200 <= status < 300 or status == 304:  # noqa: PLR2004  HTTP's own numbers
        return answer
    said = _what_they_said(answer)
    if status == 429 or (status == 503 and "retry-after" in answer.headers):  # noqa: PLR2004
        wait = patience(answer.headers, at=at)
        raise Limited(f"{host} asks us to wait {wait.total_seconds():.0f} s{said}.", wait=wait)
    if status == 401:  # noqa: PLR2004
        raise NotAllowed(f"{host} refuses our login{said}. Set the account's secret anew.")
    if status >= 500:  # noqa: PLR2004
        raise ServerFault(
            f"{host} has a fault of its own ({status}{said}).", status=status, body=answer.body
        )
    raise AnsweredNo(f"{host} said no ({status}{said}).", status=status, body=answer.body)


def _what_they_said(answer: Answer) -> str:
    """Return their reason in their words, cut short: JSON's usual places alone, never a page."""
    try:
        told = read_any(answer.text)
    except Unreadable:
        return ""
    if not isinstance(told, dict):
        return ""
    for name in ("error_description", "message", "error", "description", "detail"):
        word = told.get(name)
        if isinstance(word, str) and word.strip():
            return f": {' '.join(word.split())[:200]}"
    return ""


def _joined(base: str, path: str) -> str:
    with _in_words(path[:80]):
        return urljoin(base, path)


def _why(wrong: Exception) -> str:
    return str(wrong).rstrip(".") or type(wrong).__name__


@contextmanager
def _in_words(host: str) -> "Iterator[None]":
    try:
        yield
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as wrong:
        raise Unreached(f"{host} cannot be reached: {_why(wrong)}.") from wrong
    except (httpcore.UnsupportedProtocol, httpx.InvalidURL, UnicodeError, ValueError) as wrong:
        raise guard.AddressRefused(f"{host} is no address we fetch from: {wrong}.") from wrong
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        OSError,
        zlib.error,
    ) as wrong:
        raise BrokenOff(f"{host} broke off in the middle: {_why(wrong)}.") from wrong


def _bounded(parts: Iterable[bytes], *, packed: str, most: int, host: str) -> bytes:
    """Return a body, unpacked, never more than it may be: a small bomb stays small."""
    until = time.monotonic() + _LONGEST_ANSWER
    opened = zlib.decompressobj(wbits=47) if "gzip" in packed or "deflate" in packed else None
    body = bytearray()
    for part in parts:
        if time.monotonic() > until:
            raise BrokenOff(f"{host} took longer than {_LONGEST_ANSWER:.0f} s to answer.")
        left = most - len(body)
        body += part if opened is None else opened.decompress(part, max(left, 0) + 1)
        if len(body) > most:
            raise BrokenOff(f"{host} answers with more than {most >> 20} MiB; that is not read.")
    return bytes(body)


class _Guarded(httpx.BaseTransport):
    """httpx over connections that `guard.connect` made."""

    def __init__(self, *, reach: Collection[str], ports: Collection[int]) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=guard.trusted(),
            max_connections=8,
            keepalive_expiry=30.0,
            http2=False,
            network_backend=_Backend(reach=reach, ports=ports),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions={"http_version": b"HTTP/1.1"},
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> "Iterator[bytes]":
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class _Backend(httpcore.SyncBackend):
    """Connects only to where the guard lets us."""

    def __init__(self, *, reach: Collection[str], ports: Collection[int]) -> None:
        super().__init__()
        self._reach, self._ports = reach, ports

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        try:
            line = guard.connect(
                host,
                port,
                reach=self._reach,
                ports=self._ports,
                timeout=SECONDS if timeout is None else timeout,
            )
        except guard.AddressRefused:
            raise
        except ChannelDown as wrong:
            raise httpcore.ConnectError(str(wrong)) from wrong
        return _Line(line)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> httpcore.NetworkStream:
        raise guard.AddressRefused(f"{path} is no address of the open internet.")


class _Line(httpcore.NetworkStream):
    """One connection, as httpcore wants it."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _mapped(httpcore.ReadTimeout, httpcore.ReadError):
            self._line.settimeout(left(timeout))
            return self._line.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with _mapped(httpcore.WriteTimeout, httpcore.WriteError):
            self._line.settimeout(left(timeout))
            self._line.sendall(buffer)

    def close(self) -> None:
        self._line.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        with _mapped(httpcore.ConnectTimeout, httpcore.ConnectError):
            self._line.settimeout(left(timeout))
            return _Line(ssl_context.wrap_socket(self._line, server_hostname=server_hostname))

    def get_extra_info(self, info: str) -> Any:
        return self._line if info == "socket" else None


@contextmanager
def _mapped(late: type[Exception], wrong: type[Exception]) -> "Iterator[None]":
    try:
        yield
    except TimeoutError as told:
        raise late("it took too long") from told
    except OSError as told:
        raise wrong(str(told)) from told
