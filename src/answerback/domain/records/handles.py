"""The accounts that a text addresses by @handle; and how somebody is written of."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

#: `@acme`, `@acme.bsky.social`, `@acme@m.social`; not the end of an e-mail address.  A host is
#: at most 253 letters long (RFC 1035), and nothing here can match in two ways, so it is linear.
_HANDLE = re.compile(r"(?<![\w@])@(\w[\w.-]{0,252}(?:(?<=\w)@\w[\w.-]{0,252})?)")

#: Where a handle may end and something else begin: a host, or the next word of a sentence.
_ENDS = re.compile(r"[.@-]+")


#: What stands before a handle where that is no @: mail and forms know people by their address,
#: feeds by a plain name.
_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    {"email": "", "form": "", "rss": "", "reddit": "u/"}
)


def called(handle: str, *, channel: str) -> str:
    """Return how somebody is written of on a channel: `@ada`, `ada@acme.example`, `u/ada`."""
    return f"{_SIGNS.get(channel, '@')}{handle}"


def known_by_address(channel: str) -> bool:
    """Tell whether a channel knows people by something that they do not call themselves."""
    return _SIGNS.get(channel) == ""


def handles_in(text: str) -> tuple[str, ...]:
    """
    Return the handles in a text, each once, as long as they can be, casefolded, without @.

    `"Hi @Acme.bsky.social, and @kim@m.social!"` holds `acme.bsky.social` and `kim@m.social`.
    """
    found = (handle.rstrip(".-").casefold() for handle in _HANDLE.findall(text))
    return tuple(dict.fromkeys(found))


def shorter(handle: str) -> Iterator[str]:
    """
    Yield what a handle may stand for besides itself, longest first.

    `kim@m.social` may be `kim@m`, and `kim` as a network shows its own people; `acme.please`
    may be `acme`, and a missing space.
    """
    for end in reversed(list(_ENDS.finditer(handle))):
        yield handle[: end.start()]


def known_by(accounts: Mapping[str, str]) -> dict[str, str]:
    """
    Return accounts by their handle and, where one alone has it, by the name before the host.

    `accounts` has casefolded handles.  A network that federates shows `kim@m.social` as
    `@kim` in the text of a post, and keeps the host in a link that we do not have.
    """
    names: dict[str, set[str]] = {}
    for handle, account in accounts.items():
        name, at, _ = handle.partition("@")
        if at:
            names.setdefault(name, set()).add(account)
    alone = {name: one.pop() for name, one in names.items() if len(one) == 1}
    return alone | dict(accounts)


def addressed(handles: Iterable[str], *, known: Mapping[str, str]) -> str | None:
    """
    Return the first known account among the handles of a text, or None.

    All handles are tried as they stand before any is tried shorter: whoever is named in full
    is meant, whatever else looks alike.
    """
    several = tuple(handles)
    whole = (known[handle] for handle in several if handle in known)
    parts = (known[form] for handle in several for form in shorter(handle) if form in known)
    return next(whole, None) or next(parts, None)
