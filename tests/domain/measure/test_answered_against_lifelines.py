"""Our curve beside an independent library's."""

import numpy as np
import pytest

from answerback.domain.measure.answered import curve

pytestmark = pytest.mark.slow  # lifelines brings pandas and matplotlib: seconds of imports


def test_shares_intervals_and_median_are_those_of_lifelines_on_random_waits() -> None:
    from lifelines import KaplanMeierFitter  # noqa: PLC0415  seconds of imports, only if run
    from lifelines.utils import median_survival_times  # noqa: PLC0415  likewise

    chance = np.random.default_rng(20260302)
    for _ in range(60):
        n = int(chance.integers(2, 400))
        answer = chance.exponential(20, n).round()  # rounded: many ties, zeros too
        end = chance.uniform(0, 60, n).round()
        seconds, came = np.minimum(answer, end), answer <= end
        if not came.any():
            continue
        theirs = KaplanMeierFitter().fit(seconds, came)

        ours = curve(watched=seconds.tolist(), answered=came.tolist())

        table = theirs.confidence_interval_survival_function_.loc[ours.steps]
        for row, step in enumerate(ours.steps):
            share = ours.share_at(float(step))
            assert share is not None
            assert 1 - share.share == pytest.approx(theirs.predict(step), abs=1e-9)
            if 1e-9 < share.share < 1 - 1e-9:  # at 0 and 1 theirs has no interval
                assert (1 - share.high, 1 - share.low) == pytest.approx(
                    tuple(table.iloc[row]), abs=1e-9
                )
        middle = ours.quantile(0.5)
        if np.isclose(ours.unanswered, 0.5).any():  # they take the first moment, we the middle
            assert middle is not None
            assert middle >= theirs.median_survival_time_
        else:
            assert (float("inf") if middle is None else middle) == theirs.median_survival_time_
        bounds = [float("inf") if end is None else end for end in ours.quantile_interval(0.5)]
        if ours.unanswered[-1] > 0:  # theirs stops where S is 0
            limits = median_survival_times(theirs.confidence_interval_)
            assert bounds == limits.iloc[0].tolist()
