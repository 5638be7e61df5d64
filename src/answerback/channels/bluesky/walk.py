"""
Reading a list that begins with its newest, so that nothing falls through.

Such a list (notices, search) is ordered by the time its authors claim, its pages are cut by that
time alone, and what shares a time with a page's last line is on neither page.  So: an hour is read
twice, a page that is not the last is cut where two neighbours differ in time, and now and then
the whole list is read, for a post that claims an old date stands far below.  Such a post is told
from the old ones around it by its record key, in which its server writes when it was made.
Measured: CHANNELS.md 1, fact 6; the service's `indexedAt` is the earlier of both times, no more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from answerback.channels.bluesky.map import moment_of
from answerback.channels.bluesky.names import key_time
from answerback.channels.bluesky.place import Place
from answerback.channels.live import Hole, HoleKind

PAGE: Final = 100  #: the most the service gives at once
#: Read again, each time: what was indexed late, or while we looked.
OVERLAP: Final = timedelta(hours=1)
DEEP_EVERY: Final = timedelta(hours=6)
#: Further back than this from what was read, what a walk meets was there before.
_NEWS: Final = DEEP_EVERY + OVERLAP
_PAGES_AT_ONCE: Final = 3
_MOST_PAGES: Final = 30
_MOST_PAGES_DEEP: Final = 60
_TRIES: Final = 3

Item = Mapping[str, Any]
#: Gives a page: how many, from where (None: the newest) to the lines and where the next begins.
Fetch = Callable[[int, str | None], tuple[Sequence[Item], str | None]]
IsLast = Callable[[Sequence[Item]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One page, and the place from which the next one misses nothing."""

    items: tuple[Item, ...]
    after: str | None  #: None: there is no more
    hole: Hole | None = None


def cut(fetch: Fetch, begin: str | None, *, is_last: IsLast = lambda _: False) -> Cut:
    """
    Return a page that is cut where nothing can fall between it and the next.

    That costs a second question, unless the page is the last that is wanted, or is one of
    records.  Where a whole page
    shares one time, it cannot be done; then the page tells of a hole.
    """
    met: dict[str, Item] = {}
    after: str | None = None
    most = PAGE
    for _ in range(_TRIES):
        items, after = fetch(most, begin)
        met.update({str(one.get("uri", place)): one for place, one in enumerate(items)})
        lines = tuple(met.values())
        if after is None or not items or (most == PAGE and is_last(items)):
            return Cut(items=lines, after=None)
        if _is_exact(items[-1]):
            return Cut(items=lines, after=after)
        if most < PAGE and _differs_from_next(items[-1], lines):
            return Cut(items=lines, after=after)
        edge = _last_edge(items)
        if edge is None:
            if len(items) < most and not fetch(PAGE, after)[0]:
                return Cut(items=lines, after=None)  # it was the end, though a place was told
            break
        most = edge
    moment = indexed_at(next(reversed(met.values())))
    hole = Hole(
        kind=HoleKind.PAGES_RAN_OUT,
        sentence="A hundred posts share one time, where the service cuts its pages: it may not "
        "show all of them. Backfill that window.",
        since=moment,
        until=moment,
    )
    return Cut(items=tuple(met.values()), after=after, hole=hole)


def indexed_at(item: Item) -> datetime | None:
    """Return when a line was indexed; of a record of ours its key tells when it was made."""
    moment = moment_of(item.get("indexedAt"))
    if moment is None and "value" in item:
        return key_time(str(item.get("uri", "")).rpartition("/")[2])
    return moment


def _key(item: Item) -> tuple[str, str]:
    """Return the times by which a service may have ordered a line."""
    record = item.get("record")
    claimed = record.get("createdAt") if isinstance(record, Mapping) else None
    return str(claimed), str(item.get("indexedAt"))


def _is_exact(item: Item) -> bool:
    """Tell whether a place in a list names just one line: records go by keys, and none is twice."""
    return "value" in item


def _last_edge(items: Sequence[Item]) -> int | None:
    """Return how many lines come before the last place where both times change."""
    for place in range(len(items) - 1, 0, -1):
        if _differ(items[place - 1], items[place]):
            return place
    return None


def _differ(one: Item, other: Item) -> bool:
    return all(mine != theirs for mine, theirs in zip(_key(one), _key(other), strict=True))


def _differs_from_next(last: Item, lines: Sequence[Item]) -> bool:
    """Tell whether the line that stood behind `last` in the longer page has other times."""
    uris = [one.get("uri") for one in lines]
    behind = uris.index(last.get("uri")) + 1
    return behind < len(lines) and _differ(last, lines[behind])


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What a walk has met so far, and where it stands."""

    items: tuple[Item, ...]
    place: Place
    more: bool
    holes: tuple[Hole, ...]


def walk(fetch: Fetch, place: Place, *, at: datetime, deep: bool = False) -> Walked:
    """
    Read on from `place`: some pages, and `more` while the walk has not ended.

    The first walk reads one page: what is there now.  A later one ends where a page ends below
    an overlap of what was read before: further down stands nothing that is new, but for old
    dates.  With `deep` it ends, now and then, at the end of the list.
    """
    if not place.walk:
        place = replace(place, walk_top=None, walk_pages=0)
    goes_deep = deep and _is_deep_due(place, at=at)
    most = _MOST_PAGES_DEEP if goes_deep else _MOST_PAGES
    known = place.read_until

    def is_last(items: Sequence[Item]) -> bool:
        return known is None or (not goes_deep and _ends_below(items, known))

    met: list[Item] = []
    holes: list[Hole] = []
    for _ in range(_PAGES_AT_ONCE):
        first = not place.walk
        found = cut(fetch, place.walk or None, is_last=is_last)
        if known is None or first or not goes_deep:
            met += found.items  # old ones, too: an edit changes no place
        else:
            met += _newer(found.items, known - _NEWS)
        holes += [found.hole] if found.hole else []
        place = replace(
            place,
            walk=found.after or "",
            walk_top=_newest(found.items, place.walk_top),
            walk_pages=place.walk_pages + 1,
        )
        ran_out = found.after is not None and place.walk_pages >= most
        if ran_out and not goes_deep:
            holes.append(_ran_out(found.items, known))
        if found.after is None or ran_out:
            place = _ended(place, at=at, deep=goes_deep)
            return Walked(items=tuple(met), place=place, more=False, holes=tuple(holes))
    return Walked(items=tuple(met), place=place, more=True, holes=tuple(holes))


def _is_deep_due(place: Place, *, at: datetime) -> bool:
    return place.walked_deep_at is None or at - place.walked_deep_at >= DEEP_EVERY


def _ends_below(items: Sequence[Item], read_until: datetime) -> bool:
    """Tell whether a page's last line was indexed before what is read twice."""
    last = next((one for one in map(indexed_at, reversed(items)) if one is not None), None)
    return last is not None and last < read_until - OVERLAP


def _newer(items: Sequence[Item], moment: datetime) -> list[Item]:
    """Return those made or indexed since a moment; one that tells neither may be, too."""
    kept = []
    for one in items:
        key = key_time(str(one.get("uri", "")).rpartition("/")[2])
        told = [time for time in (indexed_at(one), key) if time is not None]
        if not told or max(told) >= moment:
            kept.append(one)
    return kept


def _newest(items: Sequence[Item], top: datetime | None) -> datetime | None:
    return max((one for one in (*map(indexed_at, items), top) if one is not None), default=None)


def _ended(place: Place, *, at: datetime, deep: bool) -> Place:
    known = [one for one in (place.read_until, place.walk_top) if one is not None]
    return replace(
        place,
        # An empty list was read as well: what comes later than now is new.
        read_until=max(known, default=at),
        walked_deep_at=at if deep or place.walked_deep_at is None else place.walked_deep_at,
        walk="",
        walk_top=None,
        walk_pages=0,
    )


def _ran_out(items: Sequence[Item], read_until: datetime | None) -> Hole:
    oldest = min((one for one in map(indexed_at, items) if one is not None), default=None)
    return Hole(
        kind=HoleKind.PAGES_RAN_OUT,
        sentence=f"{_MOST_PAGES} pages were read without meeting what was known. Backfill the "
        "window, or narrow the search.",
        since=read_until,
        until=oldest,
    )
