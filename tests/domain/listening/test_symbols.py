"""What strangers write costs no more time than it has letters, whatever a query asks."""

import re
from itertools import product
from time import process_time

import pytest

from answerback.domain.listening.fields import Facts
from answerback.domain.listening.match import compile_queries
from answerback.domain.listening.query import parse
from answerback.domain.listening.symbols import stars_hold, wildcard_holds


def spelled(letters: str, *, most: int) -> list[str]:
    return ["".join(word) for length in range(most + 1) for word in product(letters, repeat=length)]


def test_a_star_stands_for_any_letters_and_for_none() -> None:
    for pattern in spelled("ab*", most=4):
        fits = re.compile(pattern.replace("*", ".*"))
        for form in spelled("ab", most=5):
            wanted = fits.fullmatch(form) is not None
            if "*" in pattern:
                assert stars_hold(pattern, form) is wanted, (pattern, form)
                assert wildcard_holds(pattern, form) is wanted, (pattern, form)


@pytest.mark.parametrize(
    ("query", "text", "facts"),
    [
        ("domain:x.example OR tld:fr", "http://" + "a." * 300_000, {}),
        ("tag:aa*a*a*a*a*a*b", "x", {"tag": ("a" * 2_000,)}),
        ("aa*aaaaaaaaab", "a" * 1_000_000, {}),
    ],
)
def test_a_long_link_label_or_word_is_looked_at_once(query: str, text: str, facts: Facts) -> None:
    matcher = compile_queries([parse(query)])
    begun = process_time()

    assert matcher.match([text], [facts]) == []

    assert process_time() - begun < 2  # going back for every star took minutes
