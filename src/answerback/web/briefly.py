"""Remember for some seconds what many pages ask and no page needs to the second."""

from collections.abc import Callable, Hashable
from time import monotonic
from typing import TypeVar

Told = TypeVar("Told")

_MOST_KEPT = 1000
_kept: dict[Hashable, tuple[float, object]] = {}


def briefly(key: Hashable, *, seconds: float, ask: Callable[[], Told]) -> Told:
    """
    Return what `ask` said within the last seconds for this key, or ask it now.

    In this process only.  Two who ask at once may both ask; neither waits for the other.
    """
    now = monotonic()
    ends, told = _kept.get(key, (0.0, None))
    if ends > now:
        return told  # type: ignore[return-value]  # the key names its kind
    fresh = ask()
    if len(_kept) >= _MOST_KEPT:
        forget_all()
    _kept[key] = (now + seconds, fresh)
    return fresh


def forget(*, beginning: str) -> None:
    """Forget what is kept under keys that are tuples beginning with this word."""
    for key in [key for key in _kept if isinstance(key, tuple) and key[:1] == (beginning,)]:
        _kept.pop(key, None)


def forget_all() -> None:
    """Forget everything."""
    _kept.clear()
