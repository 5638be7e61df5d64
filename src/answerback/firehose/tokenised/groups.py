"""Lists of numbers, one for each of many things, end to end."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from answerback.domain.listening.places import counted
from answerback.firehose.tokenised.files import Arrays


def grouped(
    name: str, *, of: NDArray[np.int64], values: NDArray[np.int64], things: int, once: bool
) -> dict[str, NDArray[Any]]:
    """
    Return, as arrays to write, the values of each thing, ascending; `once`: each only once.

    Shapes: `values[i]` belongs to thing `of[i]`.  Both are below 2^31.
    """
    key = of << 32 | values
    key.sort()
    if once and len(key):
        key = key[np.concatenate(([True], key[1:] != key[:-1]))]
    at = np.searchsorted(key, np.arange(things + 1, dtype=np.int64) << 32)
    return {
        f"{name}.at": at.astype(np.int64),
        f"{name}.values": (key & 0xFFFFFFFF).astype(np.int32),
    }


class Groups:
    """The lists as they lie in a file."""

    def __init__(self, arrays: Arrays, name: str) -> None:
        """Look at the lists of that name."""
        self.at: NDArray[np.int64] = arrays[f"{name}.at"]
        self.values: NDArray[np.int32] = arrays[f"{name}.values"]

    def of(self, thing: int) -> NDArray[np.int32]:
        """Return the list of one thing."""
        return self.values[self.at[thing] : self.at[thing + 1]]

    def of_each(self, things: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the lists of some things end to end, and how long each is."""
        low = self.at[things]
        many = self.at[things + 1] - low
        if len(things) == 1:
            return self.of(int(things[0])), many
        return self.values[counted(low, many)], many
