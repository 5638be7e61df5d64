"""Walking a list that grows, shrinks and changes while it is read: nothing is skipped."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.channels.inbound import Cursor
from answerback.channels.mastodon.walk import (
    MOST_KNOWN,
    Item,
    Leaf,
    Place,
    Walked,
    kept,
    place_of,
    walk,
)


@dataclass
class Timeline:
    """A list of a server, newest first; each thing lies at a place of its own."""

    size: int = 4
    things: dict[float, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    links: bool = True  #: it says where a list ends
    asked: int = 0

    def add(self, *, at: float | None = None) -> str:
        where = max(self.things, default=0.0) + 1 if at is None else at
        name = f"id-{len(self.marks)}"
        self.things[where] = name
        self.marks[name] = "a"
        return name

    def fetch(self, below: str | None) -> Leaf:
        self.asked += 1
        until = float("inf") if below is None else float(below)
        found = sorted((where for where in self.things if where < until), reverse=True)
        page = found[: self.size]
        items = [
            Item(name=name, mark=self.marks[name], payload=name)
            for name in (self.things[where] for where in page)
        ]
        following = str(page[-1]) if page and (len(found) > len(page) or not self.links) else None
        return Leaf(items=items, following=following)

    def names(self) -> set[str]:
        return set(self.things.values())


def _all_steps(timeline: Timeline, cursor: Cursor | None) -> tuple[list[Walked], Cursor]:
    steps = [walk(timeline.fetch, place_of(cursor), pages=2)]
    while steps[-1].more:
        steps.append(walk(timeline.fetch, place_of(kept(steps[-1].place)), pages=2))
    return steps, kept(steps[-1].place)


def _told(steps: list[Walked]) -> list[str]:
    return [one.name for step in steps for one in step.told]


def test_the_first_look_takes_what_is_there_now() -> None:
    timeline = Timeline(size=3)
    for _ in range(5):
        timeline.add()

    steps, _ = _all_steps(timeline, None)

    assert _told(steps) == ["id-2", "id-3", "id-4"]


def test_what_is_known_and_unchanged_is_not_told_again_and_costs_one_question() -> None:
    timeline = Timeline()
    for _ in range(9):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    timeline.asked = 0

    steps, again = _all_steps(timeline, cursor)

    assert _told(steps) == []
    assert again == cursor
    assert timeline.asked == 1


def test_what_changed_is_told_again() -> None:
    timeline = Timeline()
    for _ in range(3):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    timeline.marks["id-1"] = "b"

    steps, cursor = _all_steps(timeline, cursor)

    assert _told(steps) == ["id-1"]
    assert _told(_all_steps(timeline, cursor)[0]) == []


def test_an_empty_list_that_fills_quickly_is_read_to_its_end() -> None:
    timeline = Timeline(size=2)
    _, cursor = _all_steps(timeline, None)
    for _ in range(11):
        timeline.add()

    steps, _ = _all_steps(timeline, cursor)

    assert set(_told(steps)) == timeline.names()
    assert not any(step.lost for step in steps)


def test_a_long_way_is_walked_in_steps_that_can_be_resumed() -> None:
    timeline = Timeline(size=2)
    for _ in range(3):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    new = {timeline.add() for _ in range(13)}

    steps, cursor = _all_steps(timeline, cursor)

    assert len(steps) > 2
    assert set(_told(steps)) == new
    assert _told(_all_steps(timeline, cursor)[0]) == []


def test_what_grows_at_the_top_during_a_walk_is_found_by_the_next() -> None:
    timeline = Timeline(size=2)
    timeline.add()
    _, cursor = _all_steps(timeline, None)
    new = {timeline.add() for _ in range(9)}
    step = walk(timeline.fetch, place_of(cursor), pages=2)
    assert step.more
    late = {timeline.add() for _ in range(3)}

    steps, cursor = _all_steps(timeline, kept(step.place))

    assert {one.name for one in step.told} | set(_told(steps)) == new
    assert set(_told(_all_steps(timeline, cursor)[0])) == late


def test_a_post_that_comes_late_into_the_middle_is_found() -> None:
    timeline = Timeline()
    for _ in range(12):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    late = timeline.add(at=10.5)

    assert _told(_all_steps(timeline, cursor)[0]) == [late]


def test_a_post_that_comes_late_below_all_of_a_short_list_is_found() -> None:
    timeline = Timeline(size=10)
    for _ in range(3):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    late = timeline.add(at=0.5)

    assert _told(_all_steps(timeline, cursor)[0]) == [late]


def test_what_was_there_before_anybody_listened_stays_untold() -> None:
    timeline = Timeline(size=4)
    for _ in range(20):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    new = timeline.add()

    assert _told(_all_steps(timeline, cursor)[0]) == [new]


def test_a_look_at_the_top_forgets_nothing_of_the_depth() -> None:
    timeline = Timeline(size=4)
    _, cursor = _all_steps(timeline, None)
    for _ in range(20):
        timeline.add()
    _, cursor = _all_steps(timeline, cursor)
    timeline.add()

    _, cursor = _all_steps(timeline, cursor)

    assert set(place_of(cursor).known) == timeline.names()


def test_a_thorough_look_finds_what_came_late_into_the_depth() -> None:
    timeline = Timeline()
    _, cursor = _all_steps(timeline, None)
    for _ in range(20):
        timeline.add()
    _, cursor = _all_steps(timeline, cursor)
    late = timeline.add(at=3.5)

    assert _told(_all_steps(timeline, cursor)[0]) == []
    assert [one.name for one in walk(timeline.fetch, place_of(cursor), thorough=True).told] == [
        late
    ]


def test_the_loss_of_the_known_is_no_end_of_the_world() -> None:
    """All that was known is deleted: the list is read on, and that something may lack is told."""
    timeline = Timeline(size=3)
    for _ in range(30):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    for where in (28.0, 29.0, 30.0):
        del timeline.things[where]
    new = {timeline.add(at=31.0 + number) for number in range(4)}

    steps, _ = _all_steps(timeline, cursor)

    assert new <= set(_told(steps))
    assert steps[-1].lost


def test_posts_that_left_the_list_are_named() -> None:
    timeline = Timeline(size=10)
    for _ in range(6):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    del timeline.things[4.0]

    steps, cursor = _all_steps(timeline, cursor)

    assert steps[-1].missing == ("id-3",)
    assert _all_steps(timeline, cursor)[0][-1].missing == ()


def test_a_server_that_gives_the_same_page_whatever_is_asked_ends_the_walk_and_tells_of_loss() -> (
    None
):
    timeline = Timeline(size=3)
    for _ in range(3):
        timeline.add()
    _, cursor = _all_steps(timeline, None)
    for _ in range(9):
        timeline.add()

    walked = walk(lambda _: Leaf(items=timeline.fetch(None).items, following="x"), place_of(cursor))

    assert len(walked.told) == 3
    assert walked.lost


def test_only_so_much_is_remembered() -> None:
    timeline = Timeline(size=40)
    _, cursor = _all_steps(timeline, None)
    for _ in range(MOST_KNOWN + 50):
        timeline.add()

    steps, cursor = _all_steps(timeline, cursor)

    assert len(_told(steps)) == MOST_KNOWN + 50
    assert len(place_of(cursor).known) == MOST_KNOWN
    assert len(cursor) < 8_000


@pytest.mark.parametrize("broken", ["nonsense", "{}", "[]", '{"known":[1],"whole":true}'])
def test_a_place_that_cannot_be_read_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match="Expecting value|no place in a list|expected 2"):
        place_of(Cursor(broken))


def test_nothing_read_is_no_place() -> None:
    assert place_of(None) == Place()
    assert place_of(Cursor("")).unread


_ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(1, 9)),
        st.tuples(st.just("late"), st.integers(0, 2)),
        st.tuples(st.just("delete"), st.integers(0, 8)),
        st.tuples(st.just("edit"), st.integers(0, 3)),
        st.tuples(st.just("poll"), st.integers(1, 3)),
    ),
    max_size=40,
)


@given(acts=_ACTS, size=st.integers(3, 6), links=st.booleans())
def test_nothing_is_skipped_and_nothing_is_told_twice_whatever_happens(
    acts: list[tuple[str, int]], size: int, *, links: bool
) -> None:
    """
    Things come at the top, or late just below it; others go or change, also in a long walk.

    All that is on the list in the end was told, in the state that it is in.
    """
    timeline = Timeline(size=size, links=links)
    told: list[tuple[str, str]] = []
    cursor: Cursor | None = kept(walk(timeline.fetch, Place()).place)
    for act, number in acts:
        if act == "poll":
            cursor = _poll(timeline, cursor, told=told, steps=number)
        else:
            _change(timeline, act=act, number=number)
    for _ in range(40):
        cursor = _poll(timeline, cursor, told=told, steps=9)

    now = {(name, timeline.marks[name]) for name in timeline.names()}
    assert now <= set(told)
    assert len(told) == len(set(told))


def _poll(
    timeline: Timeline, cursor: Cursor | None, *, told: list[tuple[str, str]], steps: int
) -> Cursor:
    for _ in range(steps):
        walked = walk(timeline.fetch, place_of(cursor), pages=1, thorough=True)
        told += [(one.name, one.mark) for one in walked.told]
        cursor = kept(walked.place)
        if not walked.more:
            break
    assert cursor is not None
    return cursor


def _change(timeline: Timeline, *, act: str, number: int) -> None:
    newest = sorted(timeline.things, reverse=True)
    if act == "add":
        for _ in range(number):
            timeline.add()
    elif act == "late" and len(newest) > number + 1:
        timeline.add(at=(newest[number] + newest[number + 1]) / 2)
    elif act == "delete" and len(newest) > number:
        del timeline.things[newest[number]]
    elif act == "edit" and len(newest) > number:
        timeline.marks[timeline.things[newest[number]]] += "!"
