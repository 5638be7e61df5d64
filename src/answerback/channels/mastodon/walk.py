"""
Reading a list that grows at its top, without skipping and without trusting any clock.

Newest page first, then down page by page until what is known is met; the place is kept only
together with what was read.  Names are compared for being the same and for nothing else.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from answerback.channels.inbound import Cursor

#: Names that are remembered of the top of a list: four pages of forty.
MOST_KNOWN: Final = 160
#: Pages of one step, and of one whole walk.
MOST_PAGES: Final = 5
MOST_STEPS: Final = 60
#: Pages below the first known thing, to find what came late into the middle of the list.
_MOST_OVERLAP: Final = 6
#: A list as short as this may have lost all that was known of it by being tidied.
_FEW: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing of a list."""

    name: str
    mark: str  #: changes when the thing does
    payload: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of a list, newest first."""

    items: Sequence[Item]
    following: str | None  #: where to go on below; None: it ends here


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is known of a list, and, in the middle of a walk, how far that has come."""

    unread: bool = True  #: nothing was ever read of it
    known: Mapping[str, str] = field(default_factory=dict)  #: name to mark, newest first
    #: All that lies below the known was read, too: whatever turns up there is new.
    whole: bool = False
    below: str | None = None  #: a walk goes on here; None: at the top
    top: Mapping[str, str] = field(default_factory=dict)  #: what the walk met first
    steps: int = 0  #: that the walk has taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What one step found."""

    told: tuple[Item, ...]  #: new or changed, oldest first
    place: Place  #: the next step begins here
    more: bool = False  #: the walk is not at its end
    lost: bool = False  #: it ended without having met what was known
    #: Known things that are no longer where they were: gone, or hidden from us.
    missing: tuple[str, ...] = ()


Fetch = Callable[[str | None], Leaf]


def walk(fetch: Fetch, place: Place, *, pages: int = MOST_PAGES, thorough: bool = False) -> Walked:
    """
    Take one step down a list, and say what is new or has changed.

    A step ends where a whole page is known, where the list ends, where all that is known was
    passed, or after so many pages: then `more` says to go on from `place`.  The first step of
    all reads what is there now.  A thorough one does not end at a page that is known: it finds
    what came late into the depth of the list.
    """
    step = _Step(place=place, thorough=thorough)
    below = place.below
    for number in range(pages + _MOST_OVERLAP):
        if number >= pages and not step.met:
            return step.to_be_continued(below)
        leaf = fetch(below)
        step.take(leaf)
        if step.over:
            break
        below = leaf.following
    return step.done()


@dataclass(slots=True, kw_only=True)
class _Step:
    place: Place
    thorough: bool = False
    told: list[Item] = field(default_factory=list)
    held: list[Item] = field(default_factory=list)  #: below what is known: new, or never told
    read: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    over: bool = False
    ended: bool = False  #: the list itself did
    repeats: bool = False  #: the server gives the same page whatever is asked
    everything: bool = False  #: a whole page was known: nothing is said of what lies below

    def take(self, leaf: Leaf) -> None:
        items = [one for one in leaf.items if one.name not in self.read]
        self.repeats = bool(leaf.items) and not items
        self.read.update({one.name: one.mark for one in items})
        self.ended = leaf.following is None or not items
        if self.place.unread:
            self._first(items)
        else:
            self._next(items)

    def _first(self, items: list[Item]) -> None:
        """Take what is there now; a second page only tells whether there is one."""
        if not self.told:
            self.told += items
            self.over = self.ended
            return
        self.ended, self.over = not items, True
        for one in items:
            del self.read[one.name]

    def _next(self, items: list[Item]) -> None:
        known = self.place.known
        rows = [row for row, one in enumerate(items) if one.name in known]
        if rows:
            last = rows[-1] + 1
            self.told += self.held  # it lies between known things, so it came late
            self.told += [one for one in items[:last] if known.get(one.name) != one.mark]
            self.held = items[last:]
            self.met.update(items[row].name for row in rows)
        elif self.met:
            self.held += items
        else:
            self.told += items
        passed = bool(known) and len(self.met) == len(known) and not self.place.whole
        self.everything = bool(rows) and len(rows) == len(items) and not self.thorough
        self.over = self.ended or self.everything or passed

    def to_be_continued(self, below: str | None) -> Walked:
        steps = self.place.steps + 1
        if steps >= MOST_STEPS:
            return self.done()
        top = _trimmed({**self.place.top, **self.read})
        place = replace(self.place, below=below, top=top, steps=steps)
        return Walked(told=tuple(reversed(self.told)), place=place, more=True)

    def done(self) -> Walked:
        place = self.place
        lost = self._lost()
        if place.whole:
            self.told += self.held
        whole = (place.whole and bool(self.met)) or (self.ended and not lost)
        order = list(place.known)
        deepest = max((order.index(name) for name in self.met), default=-1)
        left = order[deepest + 1 :] if self.everything or not self.met else []
        top = {**place.top, **self.read}
        names = {**top, **{name: place.known[name] for name in left if name not in top}}
        return Walked(
            told=tuple(reversed(self.told)),
            place=Place(
                known=_trimmed(names), whole=whole and len(names) <= MOST_KNOWN, unread=False
            ),
            lost=lost,
            missing=tuple(name for name in order[: max(deepest, 0)] if name not in self.met),
        )

    def _lost(self) -> bool:
        """Say whether something may lie between what was read and what is known."""
        if not self.place.known or self.met:
            return False
        deep = self.place.steps > 0 or self.repeats or not self.ended
        return deep or len(self.read) > _FEW


def _trimmed(names: Mapping[str, str]) -> dict[str, str]:
    return dict(list(names.items())[:MOST_KNOWN])


def kept(place: Place) -> Cursor:
    """Return a place as a cursor."""
    told: dict[str, Any] = {"known": list(place.known.items()), "whole": place.whole}
    if place.below is not None:
        told |= {"below": place.below, "top": list(place.top.items()), "steps": place.steps}
    return Cursor(json.dumps(told, separators=(",", ":")))


def place_of(cursor: Cursor | None) -> Place:
    """
    Return the place that a cursor keeps; None: nothing was ever read.

    :raises ValueError: when it keeps none.
    """
    if not cursor:
        return Place()
    try:
        told = json.loads(cursor)
        return Place(
            unread=False,
            known=dict(_pairs(told["known"])),
            whole=told["whole"] is True,
            below=told.get("below"),
            top=dict(_pairs(told.get("top", []))),
            steps=int(told.get("steps", 0)),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"no place in a list: {cursor[:40]}") from wrong


def _pairs(told: object) -> Iterator[tuple[str, str]]:
    for name, mark in told if isinstance(told, list) else ():
        yield str(name), str(mark)
