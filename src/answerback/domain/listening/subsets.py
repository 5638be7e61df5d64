"""Which of many posts: a list of rows while they are few, a mask when they are many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

#: Rows of posts, each once, ascending.
Rows: TypeAlias = NDArray[np.int32]
#: For each post whether it is meant.
Mask: TypeAlias = NDArray[np.bool_]

_FEW = 16  #: rows take four bytes, a mask one: below one post in so many, rows are quicker


@dataclass(frozen=True, slots=True, eq=False)
class Subset:
    """
    Some of `posts` posts, kept as rows or as a mask.

    Neither is ever written to: a subset may be handed out any number of times.
    """

    posts: int
    count: int
    _rows: Rows | None
    _mask: Mask | None

    @classmethod
    def of_rows(cls, rows: Rows, *, posts: int) -> "Subset":
        """Return the posts in these rows; ascending, each once."""
        if len(rows) * _FEW <= posts:
            return cls(posts, len(rows), rows, None)
        mask = np.zeros(posts, dtype=np.bool_)
        mask[rows] = True
        return cls(posts, len(rows), None, mask)

    @classmethod
    def of_mask(cls, mask: Mask) -> "Subset":
        """Return the posts where the mask says so."""
        count = int(np.count_nonzero(mask))
        if count * _FEW <= len(mask):
            return cls(len(mask), count, np.flatnonzero(mask).astype(np.int32), None)
        return cls(len(mask), count, None, mask)

    @classmethod
    def none(cls, posts: int) -> "Subset":
        return cls(posts, 0, np.empty(0, dtype=np.int32), None)

    @classmethod
    def every(cls, posts: int) -> "Subset":
        return cls.of_mask(np.ones(posts, dtype=np.bool_))

    @property
    def rows(self) -> Rows:
        """Return the rows; to be read only."""
        if self._rows is not None:
            return self._rows
        return np.flatnonzero(self.mask).astype(np.int32)

    @property
    def mask(self) -> Mask:
        """Return the mask; to be read only."""
        if self._mask is not None:
            return self._mask
        mask = np.zeros(self.posts, dtype=np.bool_)
        mask[self.rows] = True
        return mask

    @property
    def few(self) -> bool:
        """Say whether rows are kept."""
        return self._rows is not None

    @property
    def bytes(self) -> int:
        """Return what it takes in memory, about."""
        return 64 + (4 * self.count if self.few else self.posts)

    def holds(self, rows: Rows) -> Mask:
        """Return for each of the rows, in any order, whether it is in here."""
        if self._mask is not None:
            return self._mask[rows]
        return _among(rows, self.rows)

    def __and__(self, other: "Subset") -> "Subset":
        few, many = sorted((self, other), key=lambda one: (not one.few, one.count))
        if few.few:
            return Subset.of_rows(few.rows[many.holds(few.rows)], posts=self.posts)
        return Subset.of_mask(self.mask & other.mask)

    def __sub__(self, other: "Subset") -> "Subset":
        if self.few:
            return Subset.of_rows(self.rows[~other.holds(self.rows)], posts=self.posts)
        if not other.few:
            return Subset.of_mask(self.mask & ~other.mask)
        left = self.mask.copy()
        left[other.rows] = False
        return Subset.of_mask(left)

    def __invert__(self) -> "Subset":
        return Subset.of_mask(~self.mask)


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """In which posts at least one of several subsets holds, and in which exactly one."""

    any: Subset
    one: Subset


def union(parts: Sequence[Subset], *, posts: int) -> Subset:
    """Return the posts that are in any of the parts."""
    if len(parts) == 1:
        return parts[0]
    if all(part.few for part in parts) and sum(part.count for part in parts) * _FEW <= posts:
        return Subset.of_rows(once_each([part.rows for part in parts]), posts=posts)
    mask = np.zeros(posts, dtype=np.bool_)
    for part in parts:
        _set(mask, part)
    return Subset.of_mask(mask)


def tally(parts: Sequence[Subset], *, posts: int) -> Tally:
    """
    Count, for each post, how many of the parts it is in: none, one or more.

    Time: as long as the parts together, not their number times the posts, while they are few.
    """
    if all(part.few for part in parts) and sum(part.count for part in parts) * _FEW <= posts:
        rows = np.concatenate([part.rows for part in parts]) if parts else _NOTHING
        found, counts = np.unique(rows, return_counts=True)
        return Tally(
            any=Subset.of_rows(found, posts=posts),
            one=Subset.of_rows(found[counts == 1], posts=posts),
        )
    once, twice = np.zeros(posts, dtype=np.bool_), np.zeros(posts, dtype=np.bool_)
    for part in parts:
        if part.few:
            rows = part.rows
            twice[rows] |= once[rows]
            once[rows] = True
        else:
            twice |= once & part.mask
            once |= part.mask
    return Tally(any=Subset.of_mask(once), one=Subset.of_mask(once & ~twice))


def once_each(lists: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Return what is in any of the lists: ascending, each once."""
    if not lists:
        return _NOTHING
    return distinct(np.concatenate(lists)) if len(lists) > 1 else lists[0]


_Number = TypeVar("_Number", np.int16, np.int32, np.int64)


def distinct(numbers: NDArray[_Number]) -> NDArray[_Number]:
    """Return the numbers ascending, each once; quick when they are so already."""
    if len(numbers) < 2:  # noqa: PLR2004 - nothing to put in order
        return numbers
    if (numbers[1:] > numbers[:-1]).all():
        return numbers
    # Not np.unique: its hash table takes ten times as long as sorting.
    ordered = np.sort(numbers)
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))]


_NOTHING: Rows = np.empty(0, dtype=np.int32)


def _set(mask: Mask, part: Subset) -> None:
    if part.few:
        mask[part.rows] = True
    else:
        mask |= part.mask


def _among(rows: Rows, known: Rows) -> Mask:
    """Say of each row whether it is one of the known ones."""
    if not len(known):
        return np.zeros(len(rows), dtype=np.bool_)
    at = np.searchsorted(known, rows)
    at[at == len(known)] = 0
    found: Mask = known[at] == rows
    return found
