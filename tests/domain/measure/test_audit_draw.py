"""Which posts an audit draws, and with which chance."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answerback.domain.measure.audit_draw import (
    Candidate,
    draw,
    in_blind_order,
    labels_for,
    places_by_rank,
    sketch,
)
from answerback.domain.measure.sampled import Side


def posts(kept: int, set_aside: int, not_heard: int = 0) -> list[Candidate]:
    sides = [Side.KEPT] * kept + [Side.SET_ASIDE] * set_aside + [Side.NOT_HEARD] * not_heard
    return [
        Candidate(id=str(place), relevance=1 - place / len(sides), side=side)
        for place, side in enumerate(sides)
    ]


def test_the_far_tail_gets_half_of_the_labels() -> None:
    strata = {one.name: one for one in draw(posts(1_000, 9_000), size=400, seed=1)}

    assert {name: (one.population, len(one.drawn)) for name, one in strata.items()} == {
        "kept": (1_000, 60),
        "near": (450, 60),
        "middle": (1_350, 80),
        "far": (7_200, 200),
    }
    assert strata["far"].chance == 200 / 7_200


def test_strata_lie_one_behind_the_other_by_score() -> None:
    strata = {one.name: one for one in draw(posts(0, 100), size=100, seed=1)}

    near, far = ({int(id_) for id_ in strata[name].drawn} for name in ("near", "far"))
    assert max(near) < min(far)


def test_the_same_seed_draws_the_same_in_any_order_and_another_seed_other_posts() -> None:
    there = posts(50, 500)
    first, again, other = (
        draw(some, size=50, seed=seed) for some, seed in ((there, 7), (there[::-1], 7), (there, 8))
    )

    assert first == again
    assert first != other


def test_every_post_of_a_stratum_has_the_same_chance() -> None:
    there = posts(0, 40)

    times = Counter(
        id_
        for seed in range(2_000)
        for one in draw(there, size=20, seed=seed)
        if one.name == "far"
        for id_ in one.drawn
    )

    chance = len(draw(there, size=20, seed=0)[-1].drawn) / 32
    assert len(times) == 32
    assert all(abs(count / 2_000 - chance) < 0.06 for count in times.values())  # 5 sigma


def test_the_order_of_questions_tells_nothing_of_the_strata() -> None:
    order = in_blind_order(draw(posts(200, 2_000), size=200, seed=3), seed=3)

    names = [one.name for _, one in order]
    assert 35 < names[:100].count("far") < 65


def test_a_small_stratum_is_drawn_whole_and_leaves_its_labels_to_others() -> None:
    assert labels_for({"kept": 10, "near": 500, "middle": 500, "far": 5_000}, size=400) == {
        "kept": 10,
        "near": 69,
        "middle": 92,
        "far": 229,
    }


def test_posts_that_were_not_heard_get_a_quarter() -> None:
    strata = {one.name: len(one.drawn) for one in draw(posts(900, 9_000, 9_000), size=400, seed=1)}

    assert (strata["not_heard"], sum(strata.values())) == (100, 400)


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 300), st.integers(0, 60), st.integers(1, 200))
def test_no_post_is_lost_or_drawn_twice(kept: int, away: int, deaf: int, size: int) -> None:
    strata = draw(posts(kept, away, deaf), size=size, seed=1)

    drawn = [id_ for one in strata for id_ in one.drawn]
    assert sum(one.population for one in strata) == kept + away + deaf
    assert len(set(drawn)) == len(drawn)
    assert min(size, kept + away + deaf) <= len(drawn) + 3
    assert all(0 < one.chance <= 1 for one in strata)


def test_draws_from_overlapping_posts_have_hashes_of_their_sketches_in_common() -> None:
    all_posts = posts(1_000, 9_000)
    week, month, before = all_posts[:1_000], all_posts[:9_000], all_posts[9_000:]

    assert sketch(month) == sketch(month[::-1])
    assert len(sketch(month)) == 64
    assert set(sketch(week)) & set(sketch(month))
    assert not set(sketch(before)) & set(sketch(month))


def test_places_cover_all() -> None:
    assert places_by_rank(100) == {"near": (0, 5), "middle": (5, 20), "far": (20, 100)}


def test_a_sample_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="got size=0"):
        draw(posts(1, 1), size=0, seed=1)
