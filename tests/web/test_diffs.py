"""Two texts as one."""

from hypothesis import given
from hypothesis import strategies as some

from answerback.web.diffs import Piece, diff

_TEXTS = some.text(alphabet="ab \n,", max_size=60)


def test_a_word_that_was_changed_stands_beside_the_new_one() -> None:
    assert diff("We are sorry.", "We are very sorry.") == [
        Piece(how="same", text="We are "),
        Piece(how="in", text="very "),
        Piece(how="same", text="sorry."),
    ]


@given(_TEXTS, _TEXTS)
def test_both_texts_can_be_read_out_of_it(before: str, after: str) -> None:
    pieces = diff(before, after)

    assert "".join(one.text for one in pieces if one.how != "in") == before
    assert "".join(one.text for one in pieces if one.how != "out") == after


def test_a_very_long_text_is_shown_whole_and_quickly() -> None:
    assert [one.how for one in diff("a " * 3_000, "b " * 3_000)] == ["out", "in"]
