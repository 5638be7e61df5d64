"""Where we may connect to: judged after looking a name up once, by the address itself."""

import ipaddress
import socket
import ssl
from collections.abc import Collection
from functools import cache
from typing import Final

from answerback.channels.deadline import left
from answerback.channels.inbound import ChannelDown

WEB_PORTS: Final = frozenset({80, 443})
MAIL_PORTS: Final = frozenset({25, 143, 465, 587, 993})

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: Of the sixth version only global unicast is public, and of that not what carries another
#: address inside (6to4, Teredo), is a benchmark or an example.
_PUBLIC_6 = ipaddress.ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(
    ipaddress.ip_network(one) for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
#: What Python of 3.11 still takes for public.
_NOT_PUBLIC_4 = tuple(
    ipaddress.ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3")
)


class AddressRefused(ChannelDown):
    """The address lies inside somebody's network, or the port is not the web's."""


def is_public(address: str) -> bool:
    """
    Say whether a numeric address is one of the open internet.

    An allow-list: what no rule names is not public.
    Source: IANA's special-purpose registries; RELIABILITY.md 2, "SSRF spellings".
    """
    try:
        one: _Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv6Address):
        if one.ipv4_mapped is not None or one not in _PUBLIC_6:
            return False
        return not any(one in part for part in _NOT_PUBLIC_6)
    return one.is_global and not any(one in part for part in _NOT_PUBLIC_4)


def connect(
    host: str,
    port: int,
    *,
    reach: Collection[str] = (),
    ports: Collection[int] = WEB_PORTS,
    timeout: float = 10.0,
) -> socket.socket:
    """
    Return a connected socket to a public address, or to one that the operator let through.

    The name is looked up once, every address found must be public, and the connection goes to
    the very address that was judged: a name that changes its mind meanwhile changes nothing.

    `reach` holds "host:port" as the operator wrote them (ANSWERBACK_REACH).

    Units: `timeout` in seconds, for each address.

    :raises AddressRefused: when it may not be connected to.
    :raises ChannelDown: when there is no such name, or nobody answers.
    """
    let_through = f"{host.casefold()}:{port}" in {one.casefold() for one in reach}
    if not let_through and port not in ports:
        there = ", ".join(map(str, sorted(ports)))
        raise AddressRefused(
            f"{host} is asked for on port {port}; only {there} are. {_let(host, port)}"
        )
    addresses = _look_up(host, port)
    inside = [one for *_, (one, *_) in addresses if not is_public(str(one))]
    if inside and not let_through:
        raise AddressRefused(
            f"{host} leads to {inside[0]}, which is no address of the open internet. "
            f"{_let(host, port)}"
        )
    return _first_that_answers(host, port, addresses=addresses, timeout=timeout)


def _let(host: str, port: int) -> str:
    return f"If it is yours, let it through: {how_to_reach(host, port)}"


def how_to_reach(host: str, port: int) -> str:
    """Return what an operator does so that an address inside the house may be connected to."""
    return f"start Answerback with ANSWERBACK_REACH={host}:{port} (several with commas)."


_Found = list[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]]]


def _look_up(host: str, port: int) -> _Found:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as wrong:
        raise ChannelDown(f"The name {host} cannot be looked up: {wrong}.") from wrong
    return [(family, kind, proto, name, tuple(where)) for family, kind, proto, name, where in found]


def _first_that_answers(
    host: str, port: int, *, addresses: _Found, timeout: float
) -> socket.socket:
    told: OSError | None = None
    for family, kind, protocol, _, where in addresses:
        try:
            line = socket.socket(family, kind, protocol)
        except OSError as wrong:
            told = wrong
            continue
        try:
            line.settimeout(left(timeout))
            line.connect(where)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as wrong:
            line.close()
            told = wrong
        else:
            return line
    raise ChannelDown(f"Nobody answers at {host}, port {port}: {told}.")


@cache
def trusted() -> ssl.SSLContext:
    """Return how certificates are checked: by what the system trusts."""
    return ssl.create_default_context()
