"""A threshold, and what is said of the two sides of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.records.operating_point import OperatingPoint

SHARES = st.floats(0, 1).map(lambda share: round(share, 2))


@pytest.mark.parametrize(
    ("threshold", "relevance", "said"),
    [
        (0.5, 0.7, "its relevance 0.7 is not below the threshold of 0.5"),
        (0.5, 0.3, "its relevance 0.3 lies below the threshold of 0.5"),
        (
            0.02,
            0.4512,
            (
                "its relevance 0.4512 is not below the threshold of 0.02, although more speaks "
                "against it than for it"
            ),
        ),
        (
            0.9,
            0.7,
            (
                "its relevance 0.7 lies below the threshold of 0.9, although more speaks for it "
                "than against it"
            ),
        ),
        (
            0.9,
            0.5,
            (
                "its relevance 0.5 lies below the threshold of 0.9, although as much speaks for it "
                "as against it"
            ),
        ),
    ],
)
def test_a_verdict_is_said_with_what_speaks_against_it(
    threshold: float, relevance: float, said: str
) -> None:
    assert OperatingPoint(threshold=threshold).in_words(relevance) == said


@given(SHARES, SHARES)
def test_only_between_the_threshold_and_one_half_a_verdict_is_against_the_odds(
    threshold: float, relevance: float
) -> None:
    low, high = sorted((threshold, 0.5))

    told = OperatingPoint(threshold=threshold).against_the_odds(relevance)

    assert told is (low <= relevance < high)
