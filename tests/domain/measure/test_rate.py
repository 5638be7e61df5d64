"""A share with its interval, against an independent library."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from answerback.domain.measure.rate import Rate


def test_a_rate_prints_its_interval_and_its_count() -> None:
    assert str(Rate.of(8, 10)) == "80.0% (49.0%-94.3%, n=10)"


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_the_wilson_interval_of_scipy(case: tuple[int, int]) -> None:
    k, n = case
    theirs = binomtest(k, n).proportion_ci(confidence_level=0.95, method="wilson")

    ours = Rate.of(k, n)

    assert (ours.share, ours.n) == (k / n, n)
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert 0 <= ours.low <= ours.share <= ours.high <= 1


def test_none_of_many_touches_zero_and_all_of_many_touches_one() -> None:
    assert (Rate.of(0, 7).low, Rate.of(7, 7).high) == (0.0, 1.0)


def test_no_case_is_an_error_and_not_zero_percent() -> None:
    with pytest.raises(ValueError, match="A rate needs at least one case; got n=0."):
        Rate.of(0, 0)


@pytest.mark.parametrize("k", [-1, 4])
def test_more_cases_than_there_are_is_an_error(k: int) -> None:
    with pytest.raises(ValueError, match=f"got {k} of 3"):
        Rate.of(k, 3)


def test_overlap_is_mutual_and_distant_rates_do_not_touch() -> None:
    low, middle, high = Rate.of(10, 100), Rate.of(15, 100), Rate.of(80, 100)

    assert low.overlaps(middle)
    assert middle.overlaps(low)
    assert not low.overlaps(high)
    assert not high.overlaps(low)
