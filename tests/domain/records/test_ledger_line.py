from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.records.ledger import LedgerLine, LedgerOutOfBalance

MONDAY_9 = datetime(2026, 3, 2, 9, tzinfo=UTC)
counts = st.integers(min_value=0, max_value=10_000)


def _line(*, fetched: int, parts: tuple[int, int, int, int]) -> LedgerLine:
    stored, duplicate, discarded, failed = parts
    return LedgerLine(
        source="archive:posts.jsonl",
        batch=3,
        at=MONDAY_9,
        fetched=fetched,
        stored=stored,
        duplicate=duplicate,
        discarded=discarded,
        failed=failed,
    )


@given(parts=st.tuples(counts, counts, counts, counts))
def test_a_line_whose_parts_sum_to_what_was_fetched_can_be_made(
    parts: tuple[int, int, int, int],
) -> None:
    line = _line(fetched=sum(parts), parts=parts)

    assert line.fetched == line.stored + line.duplicate + line.discarded + line.failed


@given(parts=st.tuples(counts, counts, counts, counts), off_by=st.integers(-50, 50))
def test_a_line_that_is_off_by_anything_cannot_be_made(
    parts: tuple[int, int, int, int], off_by: int
) -> None:
    if off_by == 0:
        return
    with pytest.raises(LedgerOutOfBalance):
        _line(fetched=sum(parts) + off_by, parts=parts)


def test_the_refusal_names_the_batch_and_shows_the_sum() -> None:
    with pytest.raises(
        LedgerOutOfBalance, match=r"Batch 3 of 'archive:posts.jsonl' fetched 10, .* failed 1 = 9\."
    ):
        _line(fetched=10, parts=(5, 2, 1, 1))


def test_a_negative_part_cannot_balance_another() -> None:
    with pytest.raises(LedgerOutOfBalance):
        _line(fetched=1, parts=(2, -1, 0, 0))
