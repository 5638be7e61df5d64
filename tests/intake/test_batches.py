from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import fetched, make_post

from answerback.channels.inbound import ChannelDown, Cursor, Fetched
from answerback.intake.batches import MOST_CHARACTERS, batches
from answerback.intake.pressure import BREATH_SECONDS, breathe


@given(count=st.integers(0, 60), most=st.integers(1, 20))
def test_batches_hold_the_same_things_in_the_same_order(count: int, most: int) -> None:
    things = fetched(*(make_post(str(number)) for number in range(count)))

    cut = list(batches(things, most_rows=most))

    assert [one for batch in cut for one in batch] == things
    assert [len(batch) for batch in cut] == [most] * (count // most) + [count % most] * bool(
        count % most
    )


def test_a_batch_of_very_long_posts_ends_sooner() -> None:
    raw = "x" * (MOST_CHARACTERS // 2)
    things = [Fetched(cursor=Cursor(str(n)), raw=raw, post=make_post(str(n))) for n in range(5)]

    assert [len(batch) for batch in batches(things)] == [2, 2, 1]


def test_what_came_before_a_channel_broke_off_is_not_lost() -> None:
    def breaks_off() -> Iterator[Fetched]:
        yield from fetched(make_post("1"), make_post("2"), make_post("3"))
        raise ChannelDown("The file breaks off after line 3.")

    seen: list[int] = []
    with pytest.raises(ChannelDown, match="breaks off after line 3"):
        seen.extend(len(batch) for batch in batches(breaks_off(), most_rows=2))

    assert seen == [2, 1]


def test_a_breath_is_at_least_five_milliseconds() -> None:
    slept: list[float] = []

    breathe(sleep=slept.append)

    assert slept == [BREATH_SECONDS]
    assert BREATH_SECONDS >= 0.005
