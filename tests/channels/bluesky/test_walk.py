"""Lists that lose ties and hide old dates, read so that nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.channels.bluesky.names import key_for
from answerback.channels.bluesky.place import Place
from answerback.channels.bluesky.walk import PAGE, Item, cut, walk
from answerback.channels.inbound import Cursor
from answerback.channels.live import HoleKind, Lapsed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Service:
    """Orders by the time that authors claim, and cuts its pages by that time alone, as theirs."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0

    def add(self, *, indexed: datetime, claimed: datetime | None = None) -> str:
        key = key_for(key=str(len(self.lines)), made_at=indexed)
        uri = f"at://did:plc:ada/app.bsky.feed.post/{key}"
        record = {"createdAt": (claimed or indexed).isoformat()}
        told = min(indexed, claimed or indexed)  # as the service tells it
        self.lines.append({"uri": uri, "indexedAt": told.isoformat(), "record": record})
        return uri

    def fetch(self, most: int, begin: str | None) -> tuple[Sequence[Item], str | None]:
        self.asked += 1
        ordered = sorted(self.lines, key=lambda one: one["record"]["createdAt"], reverse=True)
        after = [one for one in ordered if begin is None or one["record"]["createdAt"] < begin]
        page = after[:most]
        return page, page[-1]["record"]["createdAt"] if len(page) == most else None


def walk_all(
    service: Service, place: Place, *, at: datetime = NOON, deep: bool = False
) -> tuple[set[str], Place, list[HoleKind]]:
    met: set[str] = set()
    holes: list[HoleKind] = []
    for _ in range(100):
        found = walk(service.fetch, place, at=at, deep=deep)
        met |= {one["uri"] for one in found.items}
        holes += [hole.kind for hole in found.holes]
        place = Place.read(found.place.write())
        if not found.more:
            return met, place, holes
    raise AssertionError("the walk does not end")


_EVER = Place(read_until=NOON - timedelta(days=999), walked_deep_at=NOON)


@given(st.lists(st.integers(0, 120), max_size=400))
def test_posts_of_one_time_are_all_met_wherever_the_pages_are_cut(seconds: list[int]) -> None:
    service = Service()
    for number, second in enumerate(seconds):
        service.add(indexed=NOON - timedelta(seconds=second, hours=number // 60))

    met, _, holes = walk_all(service, _EVER)

    assert holes == []
    assert met == {one["uri"] for one in service.lines}


def test_read_as_others_read_it_the_same_service_loses_posts() -> None:
    service = Service()
    for number in range(150):
        tied = 95 if 95 <= number < 105 else number
        service.add(indexed=NOON - timedelta(seconds=tied))

    page, after = service.fetch(PAGE, None)
    rest, _ = service.fetch(PAGE, after)

    assert len(page) + len(rest) == 145
    assert len(walk_all(service, _EVER)[0]) == 150


def test_a_whole_page_of_one_time_is_told_as_a_hole() -> None:
    service = Service()
    for _ in range(PAGE + 20):
        service.add(indexed=NOON)

    found = cut(service.fetch, None)

    assert found.hole is not None
    assert (found.hole.kind, found.hole.since) == (HoleKind.PAGES_RAN_OUT, NOON)
    assert len(found.items) == PAGE


@pytest.mark.parametrize("records", [True, False])
@pytest.mark.parametrize("lines", [1, 2, 5, PAGE])
def test_a_short_list_whose_end_tells_a_place_behind_it_has_no_hole(
    *, lines: int, records: bool
) -> None:
    """A PDS tells a place behind whatever is on a page, be it the last there is."""
    service = Service()
    for number in range(lines):
        service.add(indexed=NOON - timedelta(seconds=0 if records else number))
    ordered = sorted(service.lines, key=lambda one: one["uri"], reverse=True)
    told = [{"uri": one["uri"], "value": one["record"]} for one in ordered] if records else ordered

    def fetch(most: int, begin: str | None) -> tuple[Sequence[Item], str | None]:
        page = [one for one in told if begin is None or str(one["uri"]) < begin][:most]
        return page, str(page[-1]["uri"]) if page else None

    found = walk(fetch, replace(_EVER, read_until=NOON), at=NOON)

    assert found.holes == ()
    assert {one["uri"] for one in found.items} == {one["uri"] for one in service.lines}
    assert not found.more


def test_the_first_walk_reads_what_is_there_now_and_the_next_what_is_new_and_an_hour_twice() -> (
    None
):
    service = Service()
    for minute in range(600):
        service.add(indexed=NOON - timedelta(minutes=minute))

    first, place, _ = walk_all(service, Place())
    newest = service.add(indexed=NOON + timedelta(minutes=1))
    second, place, holes = walk_all(service, place)

    assert (len(first), newest in second, holes) == (PAGE, True, [])
    assert len(second) <= 3 * PAGE
    assert place.read_until == NOON + timedelta(minutes=1)


def test_a_post_with_an_old_date_is_found_by_the_next_deep_walk() -> None:
    service = Service()
    for minute in range(900):
        service.add(indexed=NOON - timedelta(minutes=minute))
    _, place, _ = walk_all(service, _EVER, deep=True)
    hidden = service.add(indexed=NOON + timedelta(seconds=30), claimed=NOON - timedelta(days=400))

    shallow, place, _ = walk_all(service, place, at=NOON + timedelta(minutes=1), deep=True)
    deep, place, holes = walk_all(service, place, at=NOON + timedelta(hours=6), deep=True)

    assert (hidden in shallow, hidden in deep, holes) == (False, True, [])
    assert len(deep) < PAGE + 430  # of what was there before, no more than seven hours
    assert place.walked_deep_at == NOON + timedelta(hours=6)


def test_a_walk_that_never_meets_what_is_known_tells_of_a_hole_and_ends() -> None:
    service = Service()
    for second in range(4_000):
        service.add(indexed=NOON - timedelta(seconds=second))

    known = replace(_EVER, read_until=NOON - timedelta(days=1))
    met, place, holes = walk_all(service, known)

    assert holes == [HoleKind.PAGES_RAN_OUT]
    assert len(met) > 2_900
    assert (place.walk, place.read_until) == ("", NOON)


def test_an_empty_list_is_read_as_well() -> None:
    met, place, holes = walk_all(Service(), Place())

    assert (met, holes, place.read_until) == (set(), [], NOON)


def test_a_place_is_kept_in_a_cursor_and_one_that_is_none_of_ours_has_lapsed() -> None:
    place = Place(
        host="jet.example",
        number=7,
        moment=1_700_000_000_000_000,
        read_until=NOON,
        walked_deep_at=NOON,
        walk="their cursor",
        walk_top=NOON,
        walk_pages=3,
    )

    assert Place.read(place.write()) == place
    assert Place.read(None) == Place.read(Cursor("{}")) == Place()
    for wrong in ("17", "[", '{"read_until": "soon"}', '{"walk_pages": "many"}'):
        with pytest.raises(Lapsed, match="cannot be read"):
            Place.read(Cursor(wrong))
