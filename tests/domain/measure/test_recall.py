"""Precision, elusion and recall from a stratified sample, worked by hand where that is possible."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerback.domain.measure.limits import IntervalKind, limits_of
from answerback.domain.measure.recall import Estimate, recall_of, relevant_posts, share_relevant
from answerback.domain.measure.retrieval import captured_twice, share_heard
from answerback.domain.measure.sampled import Side, Tally

MID_P = IntervalKind.MID_P


def told(stratum: str, relevant: int, irrelevant: int, *, posts: int, unsure: int = 0) -> Tally:
    side = {"kept": Side.KEPT, "not_heard": Side.NOT_HEARD}.get(stratum, Side.SET_ASIDE)
    return Tally(
        stratum=stratum,
        side=side,
        population=posts,
        relevant=relevant,
        irrelevant=irrelevant,
        unsure=unsure,
    )


KEPT = told("kept", 40, 10, posts=1_000)  # about 800 relevant
NEAR = told("near", 10, 40, posts=500)  # about 100
FAR = told("far", 1, 99, posts=10_000)  # about 100


def test_each_stratum_counts_by_its_posts_and_not_by_its_labels() -> None:
    assert recall_of([KEPT, NEAR, FAR], kind=MID_P).share == pytest.approx(0.8)
    assert share_relevant([KEPT, NEAR, FAR], side=Side.KEPT, kind=MID_P).share == 0.8
    elusion = share_relevant([KEPT, NEAR, FAR], side=Side.SET_ASIDE, kind=MID_P)
    assert elusion.share == pytest.approx(200 / 10_500)
    assert (elusion.n, relevant_posts([KEPT, FAR], sides=(Side.KEPT,))) == (150, 800)


def test_a_side_of_one_stratum_has_that_strata_s_own_limits() -> None:
    precision = share_relevant([told("kept", 4, 6, posts=10**9)], side=Side.KEPT, kind=MID_P)

    assert (precision.low, precision.high) == pytest.approx(limits_of(4, 10, kind=MID_P))


def test_what_was_labelled_whole_is_known_for_certain() -> None:
    whole = [told("kept", 8, 2, posts=10), told("near", 2, 8, posts=10)]

    assert str(recall_of(whole, kind=MID_P)) == "80.0% (80.0%-80.0%, n=20)"


def test_unsure_posts_widen_the_interval_both_ways_and_leave_the_share() -> None:
    sure = recall_of([KEPT, NEAR], kind=MID_P)
    unsure = recall_of(
        [told("kept", 40, 10, posts=1_000, unsure=3), told("near", 10, 40, posts=500, unsure=3)],
        kind=MID_P,
    )

    assert unsure.share == sure.share
    assert unsure.low < sure.low < sure.high < unsure.high


def test_without_a_relevant_post_recall_is_not_known() -> None:
    none = recall_of([told("kept", 0, 5, posts=50), told("far", 0, 5, posts=50)], kind=MID_P)

    assert (none.share, none.low, none.high) == (None, 0.0, 1.0)
    assert str(none) == "not known (0.0%-100.0%, n=10)"


def test_posts_that_were_not_heard_are_no_part_of_filter_recall() -> None:
    deaf = told("not_heard", 50, 0, posts=90_000)

    assert recall_of([KEPT, NEAR, deaf], kind=MID_P) == recall_of([KEPT, NEAR], kind=MID_P)


def test_four_weeks_pooled_say_more_than_one() -> None:
    one = recall_of([KEPT, NEAR, FAR], kind=MID_P)
    four = recall_of([KEPT, NEAR, FAR] * 4, kind=MID_P)

    assert four.share == pytest.approx(one.share)
    assert four.high - four.low < 0.6 * (one.high - one.low)


def test_a_large_week_weighs_more_in_a_pool() -> None:
    weeks = [told("kept", 10, 0, posts=300), told("kept", 0, 10, posts=100)]

    assert share_relevant(weeks, side=Side.KEPT, kind=MID_P).share == pytest.approx(0.75)


def test_a_stratum_without_a_label_is_an_error() -> None:
    with pytest.raises(ValueError, match="Of stratum 'far' nothing is labelled"):
        recall_of([KEPT, told("far", 0, 0, posts=5)], kind=MID_P)


def test_an_empty_side_is_an_error() -> None:
    with pytest.raises(ValueError, match="no post on the side 'set_aside'"):
        share_relevant([KEPT], side=Side.SET_ASIDE, kind=MID_P)


COUNT = st.integers(0, 40)


@settings(deadline=None, max_examples=60)
@given(COUNT, COUNT, COUNT, COUNT, COUNT, st.sampled_from(list(IntervalKind)))
def test_the_interval_holds_its_share_and_lies_between_nothing_and_all(
    a: int, b: int, c: int, d: int, unsure: int, kind: IntervalKind
) -> None:
    tallies = [
        told("kept", a, b + 1, posts=400, unsure=unsure),
        told("far", c, d + 1, posts=5_000),
    ]

    estimate = recall_of(tallies, kind=kind)

    assert 0 <= estimate.low <= estimate.high <= 1
    if estimate.share is not None:
        assert estimate.low - 1e-9 <= estimate.share <= estimate.high + 1e-9


def test_what_another_way_found_and_we_heard_is_retrieval_recall() -> None:
    heard = share_heard(heard=8, of=10)

    assert heard == Estimate(share=0.8, low=heard.low, high=heard.high, n=10)
    assert (round(heard.low, 4), round(heard.high, 4)) == (0.4439, 0.9748)  # Clopper and Pearson


def test_nothing_found_another_way_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one relevant post"):
        share_heard(heard=0, of=0)


def test_two_retrievers_tell_how_many_there_are() -> None:
    number = captured_twice(ours=80, theirs=50, both=40)

    assert number.posts == pytest.approx(81 * 51 / 41 - 1)
    assert 90 < number.low < number.posts < number.high


def test_retrievers_that_find_the_same_have_found_all() -> None:
    assert captured_twice(ours=9, theirs=9, both=9).high == 9


def test_more_in_both_than_in_one_is_an_error() -> None:
    with pytest.raises(ValueError, match="got 5 of 4 and 9"):
        captured_twice(ours=4, theirs=9, both=5)
