import json
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from answerback.channels.inbound import Cursor, Failure, Fetched
from answerback.domain.pipeline import RowsNotConserved, Stage
from answerback.domain.records.discard import DiscardReason
from answerback.domain.records.dossier import Dossier
from answerback.domain.records.mention import Mention
from answerback.domain.records.post import Author, Post
from answerback.firehose.batch import MOST_CHARACTERS, sort_batch, sort_stream

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _fetched(name: str, text: str = "hello") -> Fetched:
    post = Post(
        channel="archive",
        source="archive:test",
        external_id=name,
        author=Author(handle="ada"),
        text=text,
        heard_at=MONDAY_9,
    )
    return Fetched(cursor=Cursor(name), raw=text, post=post)


class _Watched(Fetched):
    """A row that tells, unlike one with slots alone, whether anybody still holds it."""


def _unreadable(line: int) -> Fetched:
    failure = Failure(reason="not_json", sentence=f"Line {line} is not JSON.")
    return Fetched(cursor=Cursor(str(line)), raw="{", line=line, failure=failure)


def _hears_bees(dossiers: Sequence[Dossier]) -> Sequence[Dossier]:
    return [
        replace(
            dossier,
            mention=Mention(heard="b" in dossier.post.text, addressed=False, relevance=1.0),
            discarded=None if "b" in dossier.post.text else DiscardReason.NOT_HEARD,
        )
        for dossier in dossiers
    ]


def _build() -> Sequence[Stage]:
    return [Stage(name="listening", step=_hears_bees)]


def test_a_batch_gives_a_line_for_each_row_in_order_and_counts_them() -> None:
    rows = [_fetched("1", "bee"), _unreadable(2), _fetched("3", "owl")]

    done = sort_batch(rows, stages=_build())

    lines = [json.loads(line) for line in done.lines]
    assert [line["id"] for line in lines] == ["1", None, "3"]
    assert [line["discarded"] for line in lines] == [None, "unreadable", "not_heard"]
    assert lines[1]["why"] == ["Line 2 is not JSON."]
    assert (done.rows, done.heard) == (3, 1)
    assert done.discarded == {"unreadable": 1, "not_heard": 1}


def test_every_line_has_the_same_keys_whatever_became_of_the_post() -> None:
    rows = [_fetched("1", "bee"), _unreadable(2)]

    first, second = (json.loads(line) for line in sort_batch(rows, stages=_build()).lines)

    assert set(second) - set(first) == {"line"}
    assert set(first) - set(second) == set()


@pytest.mark.parametrize("processes", [1, 2])
def test_many_processes_give_the_lines_that_one_gives_in_the_same_order(processes: int) -> None:
    rows = [_fetched(str(number), "bee" if number % 3 else "owl") for number in range(50)]

    batches = list(sort_stream(rows, build=_build, processes=processes, batch=7))

    lines = [line for batch in batches for line in batch.lines]
    assert [json.loads(line)["id"] for line in lines] == [str(number) for number in range(50)]
    assert sum(batch.heard for batch in batches) == sum(1 for n in range(50) if n % 3)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("batch", [1, 7, 100])
def test_whose_copy_a_post_is_depends_on_no_cut_and_no_number_of_processes(
    processes: int, batch: int
) -> None:
    said = "the bee at the window says that the honey is ready and the jar is not"
    rows = [_fetched(str(n), f"{said} for Kim{n % 3}") for n in range(20)]

    done = list(sort_stream(rows, build=_build, processes=processes, batch=batch))

    lines = [json.loads(line) for some in done for line in some.lines]
    assert [line["copy_of"] for line in lines] == [None] * 3 + [str(n % 3) for n in range(3, 20)]
    assert [line["copies"] for line in lines] == [n // 3 + 1 for n in range(20)]
    assert (sum(one.copies for one in done), sum(one.copied for one in done)) == (17, 3)


def test_a_stage_that_loses_a_row_is_caught_and_named() -> None:
    loses = Stage(name="listening", step=lambda dossiers: dossiers[1:])

    with pytest.raises(RowsNotConserved, match="'listening' took 2 posts and gave back 1"):
        sort_batch([_fetched("1"), _fetched("2")], stages=[loses])


def test_a_stage_that_swaps_rows_is_caught() -> None:
    swaps = Stage(name="triage", step=lambda dossiers: dossiers[::-1])

    with pytest.raises(RowsNotConserved, match="'triage' gave back another post in row 0"):
        sort_batch([_fetched("1"), _fetched("2")], stages=[swaps])


@pytest.mark.parametrize("processes", [1, 2])
def test_a_batch_of_long_posts_ends_before_it_holds_too_many_characters(processes: int) -> None:
    third = MOST_CHARACTERS // 3
    sizes = [third, third, third, 1, 2 * MOST_CHARACTERS, third, 5, 6, 7]
    rows = [_fetched(str(place), "b" * size) for place, size in enumerate(sizes)]

    batches = list(sort_stream(rows, build=_build, processes=processes, batch=3))

    ids = [[json.loads(line)["id"] for line in batch.lines] for batch in batches]
    assert ids == [["0", "1", "2"], ["3"], ["4"], ["5", "6", "7"], ["8"]]


def test_a_post_that_would_overflow_a_batch_begins_the_next() -> None:
    half = MOST_CHARACTERS // 2
    rows = [_fetched(str(place), "b" * size) for place, size in enumerate([half, half, 1, half])]

    batches = list(sort_stream(rows, build=_build, processes=1))

    assert [batch.rows for batch in batches] == [2, 2]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_stream_is_read_a_few_batches_ahead_and_no_raw_text_is_kept(processes: int) -> None:
    taken: list[weakref.ref[Fetched]] = []

    def rows() -> Iterator[Fetched]:
        for number in range(100):
            one = _Watched(cursor=Cursor("1"), raw="r", post=_fetched(str(number), "bee").post)
            taken.append(weakref.ref(one))
            yield one

    ahead, kept = [], []
    for done, _ in enumerate(sort_stream(rows(), build=_build, processes=processes, batch=5), 1):
        ahead.append(len(taken) - 5 * done)
        kept.append(sum(1 for one in taken if one() is not None))

    assert len(ahead) == 20
    assert max(ahead) <= 5 * (2 * processes + 1) + 1
    assert max(kept) <= 1  # the row that `rows` has just yielded


def test_an_empty_stream_gives_nothing() -> None:
    assert list(sort_stream([], build=_build, processes=2)) == []
