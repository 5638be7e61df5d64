from collections.abc import Callable, Collection
from contextlib import AbstractContextManager

import pytest
from tests.builders import ACME, NEXT_DAY, make_post
from tests.desk.steps import imported

from answerback.channels.inbound import Failure
from answerback.desk import models
from answerback.desk.operations.open_source import Stream, open_source
from answerback.desk.queries import ledger as ledger_queries
from answerback.desk.queries.failed_rows import SetAside, failed_rows
from answerback.desk.queries.ledger import ledger

Queries = Callable[[int], AbstractContextManager[object]]
NOT_JSON = Failure(reason="not_json", sentence="Line 3 is no JSON.")
THINGS = (make_post("1"), make_post("2", text="lovely weather"), NOT_JSON)


def test_the_ledger_agrees_with_the_tables() -> None:
    imported(*THINGS, fingerprint="one", most_rows=2)
    imported(*THINGS, fingerprint="two", most_rows=2)

    one, two = ledger()

    assert (one.fetched, one.stored, one.duplicate, one.discarded, one.failed) == (3, 1, 0, 1, 1)
    assert (two.fetched, two.stored, two.duplicate, two.discarded, two.failed) == (3, 0, 2, 0, 1)
    assert (one.discarded_by, one.failed_by) == ({"not_heard": 1}, {"not_json": 1})
    assert [source.problems for source in (one, two)] == [(), ()]


def test_a_post_that_vanishes_shows() -> None:
    imported(*THINGS)
    models.Mention.objects.filter(post__external_id="2").delete()
    models.Post.objects.filter(external_id="2").delete()

    (source,) = ledger()

    assert source.problems == ("the ledger tells of 2 posts kept, but 1 are in the database",)


def test_a_ledger_line_that_vanishes_shows() -> None:
    imported(*THINGS, most_rows=1)
    models.LedgerLine.objects.filter(batch=2).delete()

    (source,) = ledger()

    assert source.problems == (
        "3 batches were taken in, but the ledger has 2 lines, the last of batch 3",
        "the ledger tells of 1 posts kept, but 2 are in the database",
    )


def test_a_source_that_was_not_read_to_its_end_is_not_finished() -> None:
    stream = Stream(channel="archive", name="posts.jsonl", fingerprint="cut")
    open_source(brand=ACME, stream=stream, at=NEXT_DAY)
    imported(*THINGS)

    assert [source.finished_at for source in ledger()] == [None, NEXT_DAY]


def test_failed_rows_can_be_read_one_by_one() -> None:
    done = imported(*THINGS)
    imported(make_post("9"), NOT_JSON, fingerprint="noise")

    assert list(failed_rows(source_id=done.source.source_id)) == [
        SetAside(line=3, reason="not_json", sentence="Line 3 is no JSON.", raw="line 3")
    ]


@pytest.mark.parametrize("sources", [1, 3])
def test_the_ledger_asks_the_same_number_of_questions(
    sources: int, django_assert_num_queries: Queries
) -> None:
    for number in range(sources):
        imported(*THINGS, fingerprint=str(number))

    with django_assert_num_queries(6):  # sources, lines, posts, tombstones, failed rows, batches
        told = ledger()

    assert len(told) == sources


def test_a_source_that_takes_posts_in_meanwhile_is_not_called_unbalanced(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    imported(make_post("1"))
    counted = ledger_queries._tombstones  # noqa: SLF001  the last but one question

    def meanwhile(only: Collection[int] | None) -> dict[int, int]:
        number = models.Post.objects.count() + 1
        imported(make_post(f"late-{number}"), fingerprint="file")
        return counted(only)

    monkeypatch.setattr(ledger_queries, "_tombstones", meanwhile)

    assert [line.problems for line in ledger()] == [()]
