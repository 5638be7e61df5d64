from dataclasses import replace

import numpy as np
import pytest
from tests.domain.relevance.seeing import FERRIES

from answerback.domain.records.brand import Brand
from answerback.domain.relevance.description import Description
from answerback.domain.relevance.signs import SIGNS, Face


def signs_of(text: str, description: Description = FERRIES) -> dict[str, float]:
    (row,) = Face(description).signs([text]).tolist()
    return dict(zip(SIGNS, row, strict=True))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("@Fernweh where are you", "handle"),
        ("@fernweh@sea.example hello", "handle"),
        ("the Fernweh ferries are late", "named"),
        ("FERNWEH  FERRIES", "named"),
        ("what a ferryman", "named"),
        ("what a day #fernweh", "tagged"),
        ("#FernwehFerries forever", "tagged"),
        ("my fernwehs are many", "unnamed"),
        ("@fernwehs hello", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_how_a_post_names_the_brand(text: str, sign: str) -> None:
    told = signs_of(text)

    ways = ("handle", "named", "tagged", "unnamed")
    assert [way for way in ways if told[way]] == [sign]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Lovely weather today! Yes.", "unnamed"),
        ("# and so on", "unnamed"),
        ("@acme where are you", "handle"),
        ("my acme leaks", "named"),
        ("what a day #acme", "tagged"),
        ("@acmes hello", "unnamed"),
    ],
)
def test_a_name_that_is_a_handle_is_named_by_itself_alone(text: str, sign: str) -> None:
    told = signs_of(text, Description(name="@acme"))

    ways = ("handle", "named", "tagged", "unnamed")
    assert [way for way in ways if told[way]] == [sign]


@pytest.mark.parametrize("name", ["@", "#", "@@", " "])
def test_a_name_of_no_letters_stands_in_no_text(name: str) -> None:
    assert signs_of("Well... #! @@ (Yes.) # @", Description(name=name))["unnamed"] == 1.0


def test_foreign_letters_tell_nothing_of_a_brand_that_does_not_speak_english() -> None:
    told = signs_of("wo bleibt die Fähre", replace(FERRIES, english=False))

    assert np.isnan(told["everyday"])
    assert np.isnan(told["letters"])


def test_no_texts_have_no_signs() -> None:
    assert Face(FERRIES).signs([]).shape == (0, len(SIGNS))


def test_a_hostile_text_is_read_in_no_time() -> None:
    told = signs_of("@" * 100_000 + "#" * 100_000 + "a." * 100_000)

    assert told["unnamed"] == 1.0


def test_a_brand_is_described_by_its_file() -> None:
    brand = Brand(name="Acme", handles=("acme",), about="Kettles. And pots!", languages=("de",))

    told = Description.of(brand, words=("kettle",))

    assert told.anchors() == ["Acme", "Kettles. And pots!", "Kettles.", "And pots!"]
    assert told.tells
    assert not told.english
    assert not Description.of(Brand(name="Acme")).tells
    assert Description.of(Brand(name="Acme")).anchors() == ["Acme", "Acme"]
