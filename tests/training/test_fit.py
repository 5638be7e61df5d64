"""Linear models on hashed features: what a blend does, and what it leaves alone."""

import numpy as np
from scipy import sparse
from training.fit import fit, rarity, tells

#: Six texts over four buckets: 0 is in the first class only, 1 in the second only, 2 in
#: half of each, 3 in one text of each.
SEEN = sparse.csr_matrix(
    np.array(
        [
            [1, 0, 1, 0],
            [1, 0, 0, 1],
            [1, 0, 1, 0],
            [0, 1, 1, 0],
            [0, 1, 0, 1],
            [0, 1, 1, 0],
        ],
        dtype=np.float32,
    )
)
CALM = np.array(["calm"] * 3 + ["cross"] * 3)


def test_a_bucket_counts_by_how_much_it_tells() -> None:
    scale = rarity(SEEN)

    factor = tells(features=SEEN, mine=CALM == "cross", scale=scale, blend=0.5)

    assert factor[0] == factor[1]
    assert factor[2] == factor[3]
    assert factor[0] > 1 > factor[2] > 0


def test_the_mean_square_of_the_features_stays() -> None:
    scale = rarity(SEEN)

    factor = tells(features=SEEN, mine=CALM == "cross", scale=scale, blend=0.5)

    before = (SEEN.toarray() * scale) ** 2
    after = (SEEN.toarray() * scale * factor) ** 2
    assert np.isclose(after.sum(), before.sum())
    assert not np.allclose(after, before)


def test_at_a_blend_of_nought_every_factor_is_one() -> None:
    factor = tells(features=SEEN, mine=CALM == "cross", scale=rarity(SEEN), blend=0.0)

    assert factor.tolist() == [1.0] * 4


def test_where_no_bucket_tells_anything_every_factor_is_one() -> None:
    mine = np.array([False, True])
    alike = sparse.csr_matrix(np.array([[1, 1], [1, 1]], dtype=np.float32))

    factor = tells(features=alike, mine=mine, scale=np.ones(2, dtype=np.float32), blend=0.5)

    assert factor.tolist() == [1.0, 1.0]


def test_a_blended_fit_leans_more_on_what_tells_and_gives_one_logit_for_two_classes() -> None:
    plain, _, _ = fit(features=SEEN, labels=CALM, strength=0.1)
    weights, bias, classes = fit(features=SEEN, labels=CALM, strength=0.1, blend=0.5)

    assert (weights.shape, bias.shape, classes.tolist()) == ((4, 1), (1,), ["calm", "cross"])
    assert weights[1, 0] > plain[1, 0] > 0 > plain[0, 0] > weights[0, 0]


def test_a_blended_fit_of_three_classes_sets_each_against_the_rest() -> None:
    three = np.array(["calm", "calm", "cross", "cross", "glad", "glad"])
    seen = sparse.csr_matrix(np.repeat(np.eye(3, dtype=np.float32), 2, axis=0))

    weights, bias, classes = fit(features=seen, labels=three, strength=10.0, blend=0.5)

    assert (weights.shape, bias.shape) == ((3, 3), (3,))
    assert classes[(seen @ weights + bias).argmax(axis=1)].tolist() == three.tolist()


def test_fitting_twice_gives_the_very_same_weights() -> None:
    once, _, _ = fit(features=SEEN, labels=CALM, strength=0.3, blend=0.5)
    again, _, _ = fit(features=SEEN, labels=CALM, strength=0.3, blend=0.5)

    assert once.tolist() == again.tolist()
