from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.domain.relevance.seeing import (
    FERRIES,
    relevance_of,
    small_day_one,
    small_filter,
    small_meanings,
)

from answerback.domain.records.correction import Correction
from answerback.domain.relevance.brand_filter import BrandFilter
from answerback.domain.relevance.state import (
    FilterDamaged,
    FilterOutdated,
    from_bytes,
    lessons_in,
    to_bytes,
)

OURS = tuple(
    f"the ferry crossing {word} was late" for word in ("one", "two", "three", "four", "five")
)
OTHERS = tuple(
    f"my wanderlust poem {word} is done" for word in ("one", "two", "three", "four", "five")
)


def said(texts: tuple[str, ...], *, relevant: bool) -> list[Correction]:
    return [Correction(text=text, relevant=relevant) for text in texts]


CORRECTIONS = [*said(OURS, relevant=True), *said(OTHERS, relevant=False)]


def taught() -> BrandFilter:
    return small_filter().teach(CORRECTIONS, meanings=small_meanings)


def test_on_the_first_day_a_post_that_names_the_brand_is_likelier_than_one_that_does_not() -> None:
    named, near, far = relevance_of(
        small_filter(),
        "@fernweh where is my cabin",
        "cabins on ships between islands",
        "my poem is done",
    )

    assert named > 0.5 > far
    assert near > far


def test_corrections_move_posts_like_them_and_each_way() -> None:
    like_ours, like_others = "ferry crossing cancelled", "another wanderlust poem"
    before = relevance_of(small_filter(), like_ours, like_others)

    after = relevance_of(taught(), like_ours, like_others)

    assert after[0] > before[0]
    assert after[1] < before[1]
    assert after[0] > 0.5 > after[1]


def test_a_filter_that_was_taught_nothing_says_what_the_first_day_says() -> None:
    empty = small_filter().teach((), meanings=small_meanings)

    assert relevance_of(empty, *OURS) == relevance_of(small_filter(), *OURS)


def test_the_brands_own_examples_teach_as_corrections_do() -> None:
    description = replace(FERRIES, examples=OURS, counter_examples=OTHERS)

    assert relevance_of(small_filter(description), *OURS) == pytest.approx(
        relevance_of(taught(), *OURS)
    )


def test_a_correction_of_a_brands_own_example_takes_its_place() -> None:
    description = replace(FERRIES, examples=OURS)
    other_way = said(OURS, relevant=False)

    brand_filter = small_filter(description).teach(other_way, meanings=small_meanings)

    assert brand_filter.taught is not None
    assert brand_filter.taught.relevant.tolist() == [False] * 5


def test_learning_step_by_step_ends_where_learning_at_once_does() -> None:
    stepwise = small_filter()
    for count in range(1, len(CORRECTIONS) + 1):
        stepwise = stepwise.teach(CORRECTIONS[:count], meanings=small_meanings)

    assert relevance_of(stepwise, *OURS, *OTHERS) == pytest.approx(
        relevance_of(taught(), *OURS, *OTHERS), abs=0.01
    )


def test_one_label_alone_moves_the_level_and_breaks_nothing() -> None:
    only = small_filter().teach(said(OURS, relevant=True), meanings=small_meanings)

    assert all(0.0 <= chance <= 1.0 for chance in relevance_of(only, *OURS, *OTHERS, ""))


def test_known_texts_are_not_read_again() -> None:
    first = taught()
    asked: list[str] = []

    def meanings(texts: Sequence[str]) -> NDArray[np.float32]:
        asked.extend(texts)
        return small_meanings(texts)

    first.teach([*CORRECTIONS, Correction(text="new", relevant=True)], meanings=meanings)

    assert asked == ["new"]


def test_a_filter_read_back_says_the_same_and_is_written_the_same() -> None:
    content = to_bytes(taught())

    again = from_bytes(content, day_one=small_day_one())

    assert relevance_of(again, *OURS, *OTHERS) == relevance_of(taught(), *OURS, *OTHERS)
    assert to_bytes(again) == content == to_bytes(taught())
    assert [(one.text, one.relevant) for one in lessons_in(content)] == [
        (one.text, one.relevant) for one in CORRECTIONS
    ]


def test_a_filter_that_was_never_taught_can_be_kept_too() -> None:
    content = to_bytes(small_filter())

    assert from_bytes(content, day_one=small_day_one()).taught is None
    assert lessons_in(content) == []


def test_damaged_bytes_are_refused() -> None:
    content = to_bytes(taught())

    for spoilt in (content[:-1], b"", content.replace(b"filter 1", b"filter 9")):
        with pytest.raises(FilterDamaged, match="damaged.*Roll back"):
            from_bytes(spoilt, day_one=small_day_one())


def test_a_filter_of_another_encoder_is_refused_but_its_lessons_can_be_read() -> None:
    content = to_bytes(taught())

    with pytest.raises(FilterOutdated, match="'?small'?.*Train it again"):
        from_bytes(content, day_one=small_day_one("newer"))
    assert len(lessons_in(content)) == 10
