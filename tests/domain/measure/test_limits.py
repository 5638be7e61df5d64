"""Limits of shares against an independent library, and what each kind promises."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest

from answerback.domain.measure.beta import beta_quantile, beta_share_below
from answerback.domain.measure.limits import IntervalKind, limits_of, of_a_finite_heap

COUNTS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SHAPES = st.floats(0.1, 20_000)


@settings(deadline=None)
@given(st.floats(0, 1), SHAPES, SHAPES)
def test_the_share_below_is_the_one_of_scipy(x: float, a: float, b: float) -> None:
    assert beta_share_below(x, a=a, b=b) == pytest.approx(beta.cdf(x, a, b), abs=1e-9)


@settings(deadline=None)
@given(st.floats(0.001, 0.999), SHAPES, SHAPES)
def test_the_quantile_is_the_one_of_scipy(share: float, a: float, b: float) -> None:
    assert beta_quantile(share, a=a, b=b) == pytest.approx(beta.ppf(share, a, b), abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(COUNTS)
def test_exact_limits_are_those_of_scipy(case: tuple[int, int]) -> None:
    k, n = case
    theirs = binomtest(k, n).proportion_ci(confidence_level=0.95, method="exact")

    assert limits_of(k, n, kind=IntervalKind.CLOPPER_PEARSON) == pytest.approx(
        (theirs.low, theirs.high), abs=1e-8
    )


@settings(deadline=None, max_examples=50)
@given(COUNTS)
def test_jeffreys_limits_are_quantiles_of_a_beta_and_touch_the_ends(case: tuple[int, int]) -> None:
    k, n = case

    low, high = limits_of(k, n, kind=IntervalKind.JEFFREYS)

    assert low == pytest.approx(beta.ppf(0.025, k + 0.5, n - k + 0.5) if k else 0, abs=1e-8)
    assert high == pytest.approx(beta.ppf(0.975, k + 0.5, n - k + 0.5) if k < n else 1, abs=1e-8)


@settings(deadline=None, max_examples=50)
@given(COUNTS)
def test_mid_p_counts_what_was_seen_half(case: tuple[int, int]) -> None:
    k, n = case

    low, _ = limits_of(k, n, kind=IntervalKind.MID_P)

    if k:
        tail = binom.sf(k, n, low) + binom.pmf(k, n, low) / 2
        assert tail == pytest.approx(0.025, abs=1e-5)


@settings(deadline=None, max_examples=50)
@given(COUNTS)
def test_whoever_may_look_every_day_pays_with_width(case: tuple[int, int]) -> None:
    k, n = case

    exact = limits_of(k, n, kind=IntervalKind.CLOPPER_PEARSON)
    always = limits_of(k, n, kind=IntervalKind.SEQUENCE)

    assert always[0] <= exact[0] <= k / n <= exact[1] <= always[1]


def test_no_draw_says_nothing() -> None:
    assert limits_of(0, 0, kind=IntervalKind.JEFFREYS) == (0.0, 1.0)


def test_more_hits_than_draws_is_an_error() -> None:
    with pytest.raises(ValueError, match="got 3 of 2"):
        limits_of(3, 2, kind=IntervalKind.JEFFREYS)


def test_a_heap_that_was_drawn_whole_is_known() -> None:
    assert of_a_finite_heap((0.1, 0.4), share=0.2, drawn=50, heap=50) == (0.2, 0.2)


def test_a_heap_of_which_half_was_drawn_is_known_better() -> None:
    low, high = of_a_finite_heap((0.1, 0.4), share=0.2, drawn=50, heap=100)

    assert 0.1 < low < 0.2 < high < 0.4


def test_a_beta_without_a_shape_is_an_error() -> None:
    with pytest.raises(ValueError, match="needs positive a and b; got 0 and 1"):
        beta_share_below(0.5, a=0, b=1)


def test_a_quantile_of_more_than_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="a share in"):
        beta_quantile(1.5, a=1, b=1)
