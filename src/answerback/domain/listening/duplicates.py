"""
Which posts of a stream say again what an earlier one said: reposts and pasted texts.

A post is compared with the first of its group, never with another copy, so that a chain of
small changes does not end at another matter.  Exact copies are found by one key of all words;
near ones by the smallest hashes of their shingles (a bottom-k sketch: Broder 1997), and each
candidate is then compared word for word.  Thresholds were chosen by reading real pairs; ADR 0014.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from answerback.domain.listening.gist import Gist, shingles

#: How long a matter is the same matter: a text that comes back later is a new one.
WITHIN: Final = timedelta(days=7)
#: First posts that are remembered, the latest ones.
MOST_FIRSTS: Final = 50_000
#: First posts under one key, the latest ones: whatever a text begins with, a post is compared
#: with few others.
MOST_ALIKE: Final = 8
#: Shared shingles of three words among all: below, two people who met the same fault.
ALIKE: Final = 0.7
#: The same for a post that adds no word at all, and so nothing of its author's own.
LEFT_OUT: Final = 0.5
#: Shared shingles among those of a repost, which may leave out an end.
HELD: Final = 0.8
#: Words a copy may add: more is something of its author's own.
MOST_ADDED: Final = 3

Id = TypeVar("Id", bound=Hashable)


@dataclass(slots=True)
class First(Generic[Id]):
    """The first post of a group, and how many of the group were met."""

    post_id: Id
    gist: Gist
    at: datetime | None  #: when it was written; None: not told
    keys: tuple[int, ...]  #: what it is remembered under, the exact key first
    posts: int = 1


@dataclass(frozen=True, slots=True)
class Judged(Generic[Id]):
    """What a post is to its group."""

    copy_of: Id | None  #: the group's first post; None: it is itself the first
    number: int  #: of the group's posts so far, this one included


@dataclass(kw_only=True)
class Copies(Generic[Id]):
    """
    The groups of a stream, judged post by post in its order.

    Memory is bounded by `most` first posts; the work for a post by the keys it has and by
    `MOST_ALIKE`, whatever the others are.
    """

    within: timedelta = WITHIN
    most: int = MOST_FIRSTS
    _firsts: dict[Id, First[Id]] = field(default_factory=dict)
    _under: dict[int, tuple[Id, ...]] = field(default_factory=dict)

    def judge(self, post_id: Id, gist: Gist | None, *, at: datetime | None) -> Judged[Id]:
        """
        Say whose copy a post is, and remember it if it is nobody's.

        `at` is its author's time, by which the window is reckoned; a post without a time is
        within every window.  A post that is judged again is what it was.
        """
        if post_id in self._firsts:
            return Judged(None, self._firsts[post_id].posts)
        if gist is None:
            return Judged(None, 1)
        keys = gist.keys()
        found = None if gist.original else self._first_of(gist, keys=keys, at=at)
        if found is None:
            self._remember(First(post_id, gist, at, keys))
            return Judged(None, 1)
        found.posts += 1
        return Judged(found.post_id, found.posts)

    def recall(self, under: Mapping[int, Sequence[Id]]) -> None:
        """Take in which first posts lie under which keys, the oldest first."""
        for key, post_ids in under.items():
            self._under[key] = tuple(post_ids)[-MOST_ALIKE:]

    def bring(self, first: First[Id]) -> None:
        """Take in a first post whose keys were recalled."""
        self._firsts[first.post_id] = first

    def under(self, key: int) -> tuple[Id, ...]:
        """Return the first posts under a key, the oldest first, `MOST_ALIKE` at most."""
        return self._under.get(key, ())

    def firsts(self, post_ids: Iterable[Id]) -> list[First[Id]]:
        """Return those of the posts that are first ones and remembered."""
        return [self._firsts[one] for one in post_ids if one in self._firsts]

    def _remember(self, first: First[Id]) -> None:
        """Take a first post in; the oldest is forgotten when there are too many."""
        self._firsts[first.post_id] = first
        for key in first.keys:
            # Tuples: the garbage collector leaves them alone, lists it would walk for ever.
            self._under[key] = (*self._under.get(key, ()), first.post_id)[-MOST_ALIKE:]
        if len(self._firsts) > self.most:
            self._forget(next(iter(self._firsts)))

    def _forget(self, post_id: Id) -> None:
        for key in self._firsts.pop(post_id).keys:
            left = tuple(one for one in self._under.pop(key, ()) if one != post_id)
            if left:
                self._under[key] = left

    def _first_of(
        self, gist: Gist, *, keys: Sequence[int], at: datetime | None
    ) -> First[Id] | None:
        for post_id in self.candidates(keys):
            first = self._firsts.get(post_id)
            if first and self._same_time(first.at, at) and is_copy(gist, of=first.gist):
                return first
        return None

    def candidates(self, keys: Sequence[int]) -> list[Id]:
        """Return who may be the first: who has the same words, then who shares most keys."""
        under = self._under
        same = [*under.get(keys[0], ())]
        alike = [under[key] for key in keys[1:] if key in under]
        if not alike:
            return same
        shared: dict[Id, int] = {}
        for some in alike:
            # A shingle that few posts have tells more.
            weight = _RARE if len(some) <= _FEW else 1
            for post_id in some:
                shared[post_id] = shared.get(post_id, 0) + weight
        close = [one for one in shared if shared[one] > 1]
        close.sort(key=shared.__getitem__, reverse=True)
        return same + close[:MOST_ALIKE]

    def _same_time(self, one: datetime | None, other: datetime | None) -> bool:
        return one is None or other is None or abs(other - one) <= self.within


_FEW: Final = 2
_RARE: Final = 2


def is_copy(gist: Gist, *, of: Gist) -> bool:
    """
    Say whether a post says nothing but what another one says.

    It does not when it brings a number or a name of its own, asks more than the other
    does, or adds more than `MOST_ADDED` words.  Who wrote a text is no copy of who repeated it.
    """
    if of.repost and not gist.repost:
        return False
    if gist.exact == of.exact:
        return True
    if not gist.words or not of.words or gist.asks > of.asks:
        return False
    mine, theirs = set(gist.words), set(of.words)
    added = len(mine - theirs)
    if added > MOST_ADDED or not theirs.issuperset(gist.own):
        return False
    if not gist.cut and not mine.issuperset(of.own):
        return False
    return _alike(gist, of, added=added)


def _alike(gist: Gist, of: Gist, *, added: int) -> bool:
    here, there = shingles(gist.words), shingles(of.words)
    both = len(here & there)
    if (gist.repost or gist.cut) and both >= HELD * len(here):
        return True
    return both >= (ALIKE if added else LEFT_OUT) * len(here | there)
