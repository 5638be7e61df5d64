"""Names in a text; every name and sentence here is invented."""

import re
import sys
from string import ascii_lowercase

import pytest

from answerback.domain.records.name import Naming
from answerback.domain.understanding.mentions import cleared, names_in

#: Every character that a pattern without case takes for an ASCII letter: the Kelvin sign too.
LETTERS = re.findall("[a-z]", "".join(map(chr, range(sys.maxunicode + 1))), re.IGNORECASE)


@pytest.mark.parametrize(
    "text",
    ["I like blue kettle", "I like #BlueKettle", "@blue_kettle hello", "I like $bluekettle now"],
)
def test_our_name_is_found_in_every_form(text: str) -> None:
    (name,) = names_in(text=text, ours=("Blue Kettle",))

    assert (name.whose, name.known) == (Naming.OURS, "Blue Kettle")
    assert text[name.start : name.end] == name.name


@pytest.mark.parametrize(
    ("text", "brand"),
    [
        ("MİGROS bugün yine", "Migros"),
        ("m\N{LATIN SMALL LETTER DOTLESS I}gros", "Migros"),
        ("\N{LATIN SMALL LETTER LONG S}wiss", "Swiss"),
        ("migros bugün", "MİGROS"),
        ("MİGROS bugün", "MİGROS"),
    ],
)
def test_a_name_in_foreign_letters_is_the_name(text: str, brand: str) -> None:
    (name,) = names_in(text=text, ours=(brand,))

    assert (name.name, name.known) == (text.split(maxsplit=1)[0], brand)


@pytest.mark.parametrize("letter", LETTERS)
def test_whatever_letter_a_pattern_takes_for_another_a_name_is_found(letter: str) -> None:
    text = f"at qu{letter}ll now"
    alike = [plain for plain in ascii_lowercase if re.match(letter, plain, re.IGNORECASE)]

    found = [names_in(text=text, ours=(f"Qu{plain}ll",), rivals=("Qu",)) for plain in alike]

    assert alike
    assert [[(name.name, name.whose) for name in one] for one in found] == [
        [(f"qu{letter}ll", Naming.OURS)]
    ] * len(alike)


def test_of_two_names_that_differ_by_such_a_letter_each_is_its_own() -> None:
    dotless = "q\N{LATIN SMALL LETTER DOTLESS I}l"

    found = names_in(text=f"{dotless} or qil", ours=("Qil",), rivals=(dotless,))

    assert [name.whose for name in found] == [Naming.RIVAL, Naming.OURS]


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
