"""Remember for some seconds what many pages ask and no page needs to the second."""

from collections.abc import Callable, Hashable
from threading import Lock
from time import monotonic
from typing import TypeVar

Told = TypeVar("Told")

_MOST_KEPT = 1000
#: So many times as long as it should be kept.
_MUCH_TOO_OLD = 2.0
_kept: dict[Hashable, tuple[float, object]] = {}
_asking: dict[Hashable, Lock] = {}


def briefly(key: Hashable, *, seconds: float, ask: Callable[[], Told]) -> Told:
    """
    Return what `ask` said within the last seconds for this key, or ask it now.

    In this process only.  Of many who ask at once one asks: thirty agents whose minute ends
    together would be thirty slow questions.  The others take what was kept before, if it is not
    much too old, and else wait for the answer.
    """
    ends, told = _kept.get(key, (0.0, None))
    late = monotonic() - ends
    if late < 0:
        return told  # type: ignore[return-value]  # the key names its kind
    asking = _asking.setdefault(key, Lock())
    if not asking.acquire(blocking=late > _MUCH_TOO_OLD * seconds):
        return told  # type: ignore[return-value]  # as above
    try:
        ends, told = _kept.get(key, (0.0, None))
        if ends > monotonic():
            return told  # type: ignore[return-value]  # as above: who was first has asked
        fresh = ask()
        if len(_kept) >= _MOST_KEPT:
            forget_all()
        _kept[key] = (monotonic() + seconds, fresh)
    finally:
        _asking.pop(key, None)
        asking.release()
    return fresh


def forget(*, beginning: str) -> None:
    """Forget what is kept under keys that are tuples beginning with this word."""
    for key in [key for key in _kept if isinstance(key, tuple) and key[:1] == (beginning,)]:
        _kept.pop(key, None)


def forget_all() -> None:
    """Forget everything."""
    _kept.clear()
    _asking.clear()
