"""Names in a text; every name and sentence here is invented."""

import pytest

from answerback.domain.records.name import Naming
from answerback.domain.understanding.mentions import cleared, names_in


@pytest.mark.parametrize(
    "text",
    ["I like blue kettle", "I like #BlueKettle", "@blue_kettle hello", "I like $bluekettle now"],
)
def test_our_name_is_found_in_every_form(text: str) -> None:
    (name,) = names_in(text=text, ours=("Blue Kettle",))

    assert (name.whose, name.known) == (Naming.OURS, "Blue Kettle")
    assert text[name.start : name.end] == name.name


def test_a_name_inside_a_word_is_none() -> None:
    assert names_in(text="pinecones and pined", ours=("Pine",)) == ()


def test_rivals_and_unknown_names_are_told_apart() -> None:
    found = names_in(
        text="Left Tamarind for Quill last week, and Old Mill Bakery too",
        ours=("Tamarind",),
        rivals=("Quill",),
    )

    assert [(name.name, name.whose) for name in found] == [
        ("Tamarind", Naming.OURS),
        ("Quill", Naming.RIVAL),
        ("Old Mill Bakery", Naming.OTHER),
    ]


@pytest.mark.parametrize("text", ["", "The lid is blue. Why?", "I LOVE THE LID", "Thanks so much"])
def test_words_that_only_begin_a_sentence_are_no_names(text: str) -> None:
    assert names_in(text=text) == ()


def test_with_tags_the_encoder_decides() -> None:
    found = names_in(text="My Sister bought oat barista, nice", tags=[0, 0.01, 0, 0.9, 0.8, 0])

    assert [name.name for name in found] == ["oat barista"]


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("the rain is not @acme's fault", True),
        ("don't blame @acme for the storm", True),
        ("it's not the fault of @acme", True),
        ("this is @acme's fault", False),
        ("@acme lost my parcel", False),
        ("not @acme's best soup", False),
        ("don't blame acme customers for hating this app", False),
        ("whoever says it's not acme's fault is wrong, my kettle exploded", False),
    ],
)
def test_a_text_may_take_the_blame_off_a_name(text: str, *, free: bool) -> None:
    (name,) = names_in(text=text, ours=("acme",))

    assert cleared(text=text, name=name) is free
