import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerback.domain.measure.operating_point import (
    Label,
    Tradeoff,
    cautions,
    turned,
)
from answerback.domain.measure.rate import Rate
from answerback.domain.records.operating_point import NoOperatingPoint, OperatingPoint

SHARES = st.floats(0, 1, allow_nan=False).map(lambda share: round(share, 3))


def label(relevance: float, *, relevant: bool = True, chance: float | None = None) -> Label:
    return Label(id="1", relevance=relevance, relevant=relevant, chance=chance)


def at(threshold: float, *, band: float = 0.0) -> OperatingPoint:
    return OperatingPoint(threshold=threshold, band=band)


LABELS = st.lists(
    st.builds(
        Label,
        id=st.just("1"),
        relevance=SHARES,
        relevant=st.booleans(),
        chance=st.sampled_from([0.005, 0.1, 1.0]),
    ),
    max_size=30,
)


@given(st.lists(SHARES, min_size=1, max_size=40), LABELS, SHARES, SHARES)
def test_a_lower_threshold_misses_no_more_and_reads_no_less(
    scores: list[float], labels: list[Label], one: float, other: float
) -> None:
    told = Tradeoff(scores=scores, labels=labels)

    low, high = (told.outlook(at(threshold)) for threshold in sorted((one, other)))

    assert low.read >= high.read
    if low.misses and high.misses:
        assert low.misses.share <= high.misses.share + 1e-12


@given(st.lists(SHARES, min_size=1, max_size=40), LABELS, SHARES)
def test_every_interval_holds_its_share_and_lies_within_0_and_1(
    scores: list[float], labels: list[Label], threshold: float
) -> None:
    told = Tradeoff(scores=scores, labels=labels).outlook(at(threshold, band=0.1))

    for rate in (told.misses, told.precision, told.right_when_sure):
        assert rate is None or 0 <= rate.low <= rate.share <= rate.high <= 1


def test_at_zero_everything_is_read_and_nothing_missed() -> None:
    told = Tradeoff(scores=[0.0, 0.5, 1.0], labels=[label(0.0), label(1.0)]).outlook(at(0.0))

    assert told.read == 3
    assert told.misses == Rate.of(0, 2)


def test_a_rare_find_far_below_stands_for_all_the_posts_it_was_drawn_for() -> None:
    high = [label(0.9, chance=1.0)] * 100
    far = [label(0.1, chance=0.01), *[label(0.1, relevant=False, chance=0.01)] * 99]
    scores = [0.9] * 100 + [0.1] * 10_000

    told = Tradeoff(scores=scores, labels=[*high, *far]).outlook(at(0.5))

    assert told.misses is not None
    assert told.misses.share == pytest.approx(0.5)  # one stands for 100, beside 100 kept
    assert told.misses.low == pytest.approx(0.151, abs=0.01)
    assert told.misses.high == pytest.approx(0.85, abs=0.01)


def test_with_no_label_below_all_posts_there_may_be_relevant() -> None:
    labels = [label(0.9, chance=0.5)] * 50
    told = Tradeoff(scores=[0.9] * 100 + [0.1] * 300, labels=labels).outlook(at(0.5))

    assert told.misses is not None
    assert told.misses.share == 0
    assert told.misses.high == pytest.approx(0.75)


def test_beside_an_audit_sample_corrections_do_not_count() -> None:
    drawn, corrected = label(0.9, chance=0.5), label(0.1)
    told = Tradeoff(scores=[0.9, 0.1], labels=[drawn, corrected])

    assert (told.labels, told.left_out) == ([drawn], 1)
    assert "1 corrections were left out" in " ".join(cautions(told))


def test_the_precision_of_what_is_read_is_weighted_too() -> None:
    labels = [label(0.9, chance=1.0), label(0.6, relevant=False, chance=0.25)]

    told = Tradeoff(scores=[0.9, 0.6], labels=labels).outlook(at(0.5))

    assert told.precision is not None
    assert told.precision.share == pytest.approx(1 / 5)


def test_what_is_unsure_is_counted_and_left_out_of_what_is_sure() -> None:
    labels = [label(0.9), label(0.52, relevant=False), label(0.2, relevant=False)]
    scores = [0.9, 0.55, 0.52, 0.5, 0.44, 0.2]

    told = Tradeoff(scores=scores, labels=labels).outlook(at(0.5, band=0.05))

    assert told.unsure == 2  # 0.52 and 0.5; 0.55 and 0.44 are sure
    assert told.right_when_sure == Rate.of(2, 2)


@given(st.lists(SHARES | st.floats(0, 1), max_size=40), SHARES, SHARES, st.data())
def test_the_unsure_are_those_that_the_point_calls_unsure(
    scores: list[float], threshold: float, band: float, data: st.DataObject
) -> None:
    edges = [threshold, threshold - band, threshold + band]
    ties = data.draw(st.lists(st.sampled_from([e for e in edges if 0 <= e <= 1]), max_size=8))
    point = at(threshold, band=data.draw(st.sampled_from([band, 0.0, 0.05, 1.0])))

    told = Tradeoff(scores=[*scores, *ties], labels=[]).outlook(point)

    assert told.unsure == sum(point.unsure(score) for score in [*scores, *ties])


def test_a_band_of_nothing_leaves_nobody_unsure() -> None:
    told = Tradeoff(scores=[0.1, 0.5, 0.5, 0.9], labels=[]).outlook(at(0.5, band=0.0))

    assert told.unsure == 0


def test_the_suggestion_is_the_highest_threshold_with_few_enough_misses() -> None:
    labels = [label(0.2), *[label(0.5)] * 10, *[label(0.8)] * 89]
    told = Tradeoff(scores=[0.2, 0.5, 0.8], labels=labels)

    points = [told.suggested(most_misses=most, band=0.0) for most in (0, 10, 50, 110, 1000)]

    assert [point and point.threshold for point in points] == [0.2, 0.5, 0.5, 0.8, 1.0]


def test_without_a_relevant_label_nothing_is_suggested_and_a_sentence_says_why() -> None:
    told = Tradeoff(scores=[0.1, 0.9], labels=[label(0.9, relevant=False)])

    assert told.outlook(at(0.5)).misses is None
    assert told.suggested(most_misses=50, band=0.0) is None
    assert "None of the 1 labels is relevant" in cautions(told)[-1]


def test_corrections_are_said_to_be_biased_and_few_labels_to_be_few() -> None:
    told = Tradeoff(scores=list(np.linspace(0, 1, 50)), labels=[label(0.9)] * 5)

    first, second = cautions(told)
    assert first.startswith("The 5 labels are corrections, not an audit sample: people correct")
    assert second.startswith("Only 5 of the 5 labels are relevant")


def test_a_handful_of_scores_is_said_to_jump_and_no_row_is_shown_twice() -> None:
    told = Tradeoff(scores=[0.2] * 50 + [0.8] * 50, labels=[])

    assert cautions(told)[0].startswith("The 100 posts have only 2 different scores")
    assert [told.outlook(at(one)).read for one in told.thresholds(rows=12)] == [100, 50]


def test_crowded_scores_are_told_apart_by_a_third_decimal() -> None:
    scores = list(np.linspace(0.98, 0.99, 200))
    told = Tradeoff(scores=scores, labels=[])

    assert len(told.thresholds(rows=12)) >= 5


def test_a_pace_is_told_by_the_hour_or_of_a_thousand_posts() -> None:
    posts = [0.5] * 200

    assert Tradeoff(scores=posts, labels=[], hours=4).pace(100) == 25
    assert Tradeoff(scores=posts, labels=[]).pace(100) == 500


def test_who_changes_side_is_shown_with_the_relevant_ones_first() -> None:
    labels = [label(0.3, relevant=False), label(0.35), label(0.9)]

    raised = turned(labels, now=at(0.2), then=at(0.5))
    lowered = turned(labels, now=at(0.5), then=at(0.2))
    first = turned(labels, now=None, then=at(0.5))

    assert ([one.relevance for one in raised.set_aside], raised.heard) == ([0.35, 0.3], [])
    assert ([one.relevance for one in lowered.heard], lowered.set_aside) == ([0.35, 0.3], [])
    assert first == raised


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_a_threshold_outside_of_0_and_1_is_refused(wrong: float) -> None:
    with pytest.raises(NoOperatingPoint, match="lies outside 0 to 1. Relevance is a probability"):
        at(wrong)


def test_the_interval_of_the_misses_holds_the_truth_in_95_of_100_audits() -> None:
    dice = np.random.default_rng(20)
    relevance = np.concatenate([dice.beta(5, 2, 1_500), dice.beta(1.2, 9, 18_500)])
    relevant = dice.random(20_000) < relevance**1.5
    truth = float((relevance[relevant] < 0.4).mean())
    held = [
        low <= truth <= high
        for low, high in (_audit(dice, relevance, relevant) for _ in range(400))
    ]

    assert np.mean(held) >= 0.93


def _audit(
    dice: np.random.Generator,
    relevance: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    relevant: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
) -> tuple[float, float]:
    labels: list[Label] = []
    for low, high, size in ((0.0, 0.1, 160), (0.1, 0.3, 80), (0.3, 0.6, 80), (0.6, 1.1, 80)):
        there = np.flatnonzero((relevance >= low) & (relevance < high))
        drawn = dice.choice(there, size, replace=False)
        labels += [
            label(float(relevance[at_]), relevant=bool(relevant[at_]), chance=size / len(there))
            for at_ in drawn
        ]
    misses = Tradeoff(scores=list(relevance), labels=labels).outlook(at(0.4)).misses
    assert misses is not None
    return misses.low, misses.high
