"""Nothing that goes wrong with a network tells anybody a secret of its account."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import wraps
from typing import Any, Final, TypeVar
from urllib.parse import quote, quote_plus

from answerback.channels.live import Account, Network, network

Speaking = TypeVar("Speaking")

#: What stands where a secret stood.
BLOT: Final = "[secret]"
#: Shorter ones stand in any text by chance.
_SHORTEST: Final = 4
#: What a voice does that asks its network.
_SPOKEN: Final = ("send", "find", "look", "delete", "close")
#: Signs that a path or a query may hold as they are, so that only the others are written as %.
_AS_THEY_ARE: Final = ("", "/", "/:@!$&'()*+,;=", ":@!$'()*+,;=~")
_PERCENT: Final = re.compile(r"%[0-9A-F]{2}")
#: Where exceptions keep words beside their arguments.
_WORDS: Final = ("strerror", "filename", "filename2", "reason", "msg", "message")


@contextmanager
def at_network(account: Account) -> Iterator[Network]:
    """Open an account's network for one piece of work, discreetly, and close it behind it."""
    with discreet(account), closing(network(account.channel)(account)) as asked:
        yield asked


def spoken_discreetly(voice: Speaking, *, accounts: Iterable[Account]) -> Speaking:
    """Return a voice all of whose calls are discreet about these accounts."""
    told = tuple(accounts)
    for name in _SPOKEN:
        method = getattr(voice, name, None)
        if callable(method):
            setattr(voice, name, _discreetly(method, accounts=told))
    return voice


def _discreetly(method: Callable[..., Any], *, accounts: tuple[Account, ...]) -> Callable[..., Any]:
    @wraps(method)
    def call(*told: Any, **named: Any) -> Any:
        with ExitStack() as around:
            for account in accounts:
                around.enter_context(discreet(account))
            return method(*told, **named)

    return call


@contextmanager
def discreet(account: Account) -> Iterator[None]:
    """
    Let no exception leave the block that says one of the account's secrets.

    Libraries quote what they choked on: a header that is none, an address, a line.  What is
    raised stays what it was, with its traceback; only its words are changed.
    """
    try:
        yield
    except BaseException as wrong:
        _blot_chain(wrong, secrets=hidden_of(account))
        raise


def hidden_of(account: Account) -> Mapping[str, str]:
    """Return all that nobody may read of an account: its secrets, and what was made of them."""
    made = {f"made {number}": one for number, one in enumerate(account.made)}
    return {**account.secrets, **made}


def blotted(text: str, *, secrets: Mapping[str, str]) -> str:
    """Return a text without the secrets, however they are written in it."""
    for form in _forms(secrets):
        text = text.replace(form, BLOT)
    return text


def _blot_chain(wrong: BaseException, *, secrets: Mapping[str, str]) -> None:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [wrong]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__, *getattr(one, "exceptions", ())]
        _blot(one, secrets=secrets)


def _blot(one: BaseException, *, secrets: Mapping[str, str]) -> None:
    one.args = tuple(_told_safely(told, secrets=secrets) for told in one.args)
    notes = getattr(one, "__notes__", None)
    if notes:
        one.__notes__ = [blotted(note, secrets=secrets) for note in notes]
    for name in _WORDS:
        told = getattr(one, name, None)
        if isinstance(told, str) and blotted(told, secrets=secrets) != told:
            setattr(one, name, blotted(told, secrets=secrets))


def _told_safely(told: object, *, secrets: Mapping[str, str]) -> object:
    if isinstance(told, str):
        return blotted(told, secrets=secrets)
    if isinstance(told, bytes):
        text = told.decode("utf-8", "replace")
        return told if blotted(text, secrets=secrets) == text else BLOT.encode()
    shown = repr(told)
    return told if blotted(shown, secrets=secrets) == shown else BLOT


def _forms(secrets: Mapping[str, str]) -> list[str]:
    """Return every spelling that is looked for, the longest first."""
    found: set[str] = set()
    for secret in secrets.values():
        if len(secret) < _SHORTEST:
            continue
        raw = secret.encode("utf-8", "surrogatepass")
        found |= {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], quote_plus(secret)}
        found |= {quote(secret, safe=signs) for signs in _AS_THEY_ARE}
        found |= {repr(raw)[2:-1], raw.hex(), raw.hex().upper()}
        found |= _in_base64(raw)
    found |= {_PERCENT.sub(lambda code: code[0].lower(), form) for form in found}
    return sorted((form for form in found if len(form) >= _SHORTEST), key=len, reverse=True)


def _in_base64(raw: bytes) -> set[str]:
    """
    Return what stands in any base64 text that holds these bytes, at each of the three places.

    The first and the last sign may carry neighbours' bits, so they are left out.
    """
    found: set[str] = set()
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        middle = whole[(0, 2, 3)[before] : len(whole) - (0 if (before + len(raw)) % 3 == 0 else 1)]
        found |= {middle, middle.replace("+", "-").replace("/", "_")}
    return found
