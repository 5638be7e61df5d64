"""Whether two authors may be one person: traces that both have left.  Nobody is joined by it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
#: Of an order, a customer, a parcel: six digits or more, perhaps behind some letters.
_NUMBER = re.compile(r"(?<![\w@.])[A-Z]{0,4}-?[0-9]{6,20}(?![\w@])")
#: A name of one short word is anybody's.
_SHORTEST_NAME = 5
#: So much of a text is read; who writes more says it at the beginning.
_LOOKED_AT = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What an author has left to be known by."""

    channel: str
    handle: str
    name: str = ""
    mails: frozenset[str] = frozenset()  #: in small letters
    numbers: frozenset[str] = frozenset()  #: as they are written, without hyphens


def traces_of(*, channel: str, handle: str, name: str, texts: Iterable[str]) -> Traces:
    """
    Return what an author is known by: the handle, the name, and what stands in these texts.

    On a channel whose handles are addresses, the handle is one of the mails.
    """
    read = [text[:_LOOKED_AT] for text in texts]
    mails = {found.casefold() for text in (handle, *read) for found in _MAIL.findall(text)}
    numbers = {
        found.replace("-", "")
        for text in read
        for found in _NUMBER.findall(_MAIL.sub(" ", text).upper())
    }
    return Traces(
        channel=channel,
        handle=handle.casefold(),
        name=" ".join(name.casefold().split()),
        mails=frozenset(mails),
        numbers=frozenset(numbers),
    )


def reasons_for_one(one: Traces, other: Traces) -> tuple[str, ...]:
    """
    Return why two authors may be one person, the strongest first; none: nothing speaks for it.

    A reason is a sentence with what both have left.  A name or a handle alone is weak: on
    another network anybody may have it.
    """
    why = [f"Both name the e-mail address {mail}." for mail in sorted(one.mails & other.mails)]
    why += [f"Both name the number {number}." for number in sorted(one.numbers & other.numbers)]
    if one.handle == other.handle:
        if one.handle not in one.mails:
            why.append(f"Both are @{one.handle}; on another network that may be somebody else.")
    elif _local(one.handle) == _local(other.handle):
        why.append(f"@{one.handle} and @{other.handle} begin alike; that may be chance.")
    if one.name == other.name and len(one.name) >= _SHORTEST_NAME:
        why.append(f"Both are called {one.name.title()}; that may be chance.")
    return tuple(why)


def _local(handle: str) -> str:
    """Return a handle without its server: "ada" of "ada@social.example" and "ada.bsky.social"."""
    return handle.partition("@" if "@" in handle else ".")[0]
