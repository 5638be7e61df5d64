"""The queries that benchmarks are made with: always the same, as long as promised, and readable."""

from itertools import product

import pytest
from benchmarks.match_queries import (
    FEWEST,
    MOST,
    TEMPLATES,
    Wish,
    described,
    plain_text,
    wishes,
)

from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse

SYLLABLES = ("bar", "dil", "fen", "gop", "hum", "jek", "lor", "mip", "nas", "rud")


@pytest.fixture(scope="module")
def sample() -> list[str]:
    """Invented posts in which some words are rare, some are not, and some are common."""
    words = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]
    said = words[:300] + words[300:450] * 5 + words[450:510] * 20
    return said + ["no"] * (20_000 - len(said))


@pytest.fixture(scope="module")
def made(sample: list[str]) -> list[Wish]:
    return list(wishes(sample, number=400))


def test_the_same_seed_makes_the_same_queries_and_another_seed_others(
    sample: list[str], made: list[Wish]
) -> None:
    again = list(wishes(sample, number=400))
    others = list(wishes(sample, number=400, seed=1))

    assert again == made
    assert others != made


def test_a_shorter_series_is_the_beginning_of_a_longer_one(
    sample: list[str], made: list[Wish]
) -> None:
    assert list(wishes(sample, number=50)) == made[:50]


def test_every_query_has_five_to_forty_terms(made: list[Wish]) -> None:
    outside = [wish.written() for wish in made if not FEWEST <= wish.terms <= MOST]

    assert outside == []
    assert 15 <= described(made)["terms_mean"] <= 22


def test_near_and_not_are_as_frequent_as_the_templates_say(made: list[Wish]) -> None:
    told = described(made)
    with_near = (TEMPLATES["near"] + TEMPLATES["need"]) / 100
    with_not = (TEMPLATES["spellings"] + TEMPLATES["context"] + TEMPLATES["need"]) / 100

    assert told["with_near"] == pytest.approx(with_near, abs=0.06)
    assert told["with_not"] == pytest.approx(with_not, abs=0.06)


def test_every_query_can_be_read_as_written_and_in_plain_words(made: list[Wish]) -> None:
    for wish in made:
        for told in (wish, wish.plain(), wish.plain().anywhere()):
            assert parse(told.written()).root is not None


def test_plain_words_have_no_signs_and_leave_out_nothing_that_they_ask_for() -> None:
    wish = Wish(required=(("acme", "@acme", "#acme", "acme shop"),), excluded=("#acme", "lid"))

    assert wish.plain().required == (("acme", "acme shop"),)
    assert wish.plain().excluded == ("lid",)


def test_a_plain_text_is_small_ascii_words_with_one_space_between() -> None:
    assert plain_text("Late AGAIN, @Acme_Help!! 😀 #7am") == "late again acme help 7am"


def test_a_wish_written_down_finds_what_it_says() -> None:
    wish = Wish(required=(("acme", "acme shop"), ("late",)), near=2, excluded=("lid",))
    posts = ["late at acme", "acme is never ever late", "acme late, lid", "the acme shop was late"]

    found = compile_queries([parse(wish.written())]).match(posts)

    assert found == [(0, 0), (3, 0)]
