"""Two things compared, found by rules; every sentence here is invented."""

import pytest

from answerback.domain.records.comparison import Direction
from answerback.domain.understanding.compared import compared, is_comparative


@pytest.mark.parametrize(
    ("text", "first", "second", "direction"),
    [
        ("Tamarind is better than Quill", "Tamarind", "Quill", Direction.BETTER),
        ("Tamarind is not better than Quill", "Tamarind", "Quill", Direction.WORSE),
        ("My Tamarind is far slower than the Quill", "Tamarind", "Quill", Direction.WORSE),
        ("Tamarind has better lids than Quill", "Tamarind", "Quill", Direction.BETTER),
        ("Tamarind is less comfortable than Quill", "Tamarind", "Quill", Direction.WORSE),
        ("I prefer Tamarind to Quill", "Tamarind", "Quill", Direction.BETTER),
        ("Tamarind is as good as Quill", "Tamarind", "Quill", Direction.SAME),
        ("Tamarind is not as good as Quill", "Tamarind", "Quill", Direction.WORSE),
        ("Tamarind beats Quill on price", "Tamarind", "Quill", Direction.BETTER),
        ("Tamarind is superior to Quill", "Tamarind", "Quill", Direction.BETTER),
        ("We switched from Tamarind to Quill", "Tamarind", "Quill", Direction.WORSE),
        ("Tamarind vs Quill", "Tamarind", "Quill", Direction.NONE),
        ("Unlike Quill, Tamarind answers", "Tamarind", "Quill", Direction.NONE),
        ("@tamarind is worse than #quill", "@tamarind", "#quill", Direction.WORSE),
    ],
)
def test_the_two_things_and_the_direction(
    text: str, first: str, second: str, direction: Direction
) -> None:
    found = compared(text=text)

    assert found is not None
    assert found.first is not None
    assert found.second is not None
    assert (found.first.name, found.second.name, found.direction) == (first, second, direction)
    assert text[found.first.start : found.first.end] == first


@pytest.mark.parametrize("text", ["", "The lid is blue.", "See you at five", "🙂🙂"])
def test_a_text_that_compares_nothing_gives_none(text: str) -> None:
    assert compared(text=text) is None


def test_known_names_are_found_in_small_letters() -> None:
    found = compared(
        text="honestly quill lids are nicer than those of tamarind", names=("Quill", "Tamarind")
    )

    assert found is not None
    assert found.first is not None
    assert found.second is not None
    assert (found.first.name, found.second.name) == ("quill", "tamarind")


def test_the_tags_point_at_the_things_where_capitals_mislead() -> None:
    text = "In Bristol oat milk is nicer than soy"

    found = compared(text=text, tags=[0, 0, 0.9, 0.9, 0, 0, 0, 0.8])

    assert found is not None
    assert found.first is not None
    assert found.second is not None
    assert (found.first.name, found.second.name) == ("oat milk", "soy")


def test_a_faint_comparative_is_found_and_not_counted_as_comparative() -> None:
    text = "Feeling much better today"

    assert (compared(text=text) is None, is_comparative(text=text)) == (False, False)
    assert is_comparative(text="Tamarind is better than Quill")


@pytest.mark.parametrize(
    "text", ["than " * 20_000, "a" * 100_000 + " better than b", "İ better than İ"]
)
def test_odd_texts_are_read_without_a_fault(text: str) -> None:
    compared(text=text)
