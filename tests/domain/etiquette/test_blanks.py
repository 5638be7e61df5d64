"""The blanks of saved replies."""

import pytest

from answerback.domain.etiquette.blanks import (
    BlankRefused,
    blanks_in,
    check_blanks,
    fill_blanks,
    own_blanks,
)


def test_blanks_are_named_once_in_the_order_they_stand() -> None:
    text = "Dear {name}, {name}: parcel {tracking number} of {brand}"

    assert blanks_in(text) == ("name", "tracking number", "brand")
    assert own_blanks(text) == ("tracking number",)


def test_what_nobody_told_of_stays_a_blank() -> None:
    assert fill_blanks("{name}, {size}", told={"name": "Ada", "size": ""}) == "Ada, {size}"


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    assert fill_blanks("{name}", told={"name": "{brand}", "brand": "Acme"}) == "{brand}"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("{}", "'{}' is no blank"),
        ("{Name}", "'{Name}' is no blank"),
        ("{a b c d e f g h i j k l m n o p q r s t u v}", "is no blank"),
        ("{br and}", "Did you mean '{brand}'?"),
        ("} {name}", "A brace stands alone"),
        ("{name", "A brace stands alone"),
    ],
)
def test_a_blank_that_nobody_can_fill_is_refused(text: str, refusal: str) -> None:
    with pytest.raises(BlankRefused, match=refusal.replace("{", r"\{").replace("?", r"\?")):
        check_blanks(text)


@pytest.mark.parametrize("text", ["", "plain", "{name} {tracking number}", "{order-id} {size_2}"])
def test_other_texts_do(text: str) -> None:
    check_blanks(text)
