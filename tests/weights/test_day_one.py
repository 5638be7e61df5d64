import dataclasses
from pathlib import Path

import numpy as np
import pytest
from tests.domain.relevance.seeing import small_day_one

from answerback.weights.day_one import DAY_ONE_FILE, load_day_one, read_day_one, save_day_one
from answerback.weights.encoder import ENCODER_FILE
from answerback.weights.store import WeightsCorrupt


def test_a_first_day_read_back_is_the_one_that_was_written(tmp_path: Path) -> None:
    path = tmp_path / "day.npz"
    save_day_one(day_one=small_day_one(), path=path)

    again = read_day_one(path=path)

    for name, value in dataclasses.asdict(small_day_one()).items():
        np.testing.assert_array_equal(getattr(again, name), value)


def test_a_damaged_first_day_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "day.npz"
    save_day_one(day_one=small_day_one(), path=path)
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(WeightsCorrupt, match="day.npz is damaged"):
        read_day_one(path=path)


def test_the_first_day_that_ships_was_trained_with_the_encoder_that_ships() -> None:
    told = ENCODER_FILE.with_suffix(".sha256")
    if not told.exists():
        pytest.skip("needs the encoder's file")

    assert f"encoder {told.read_text()[:12]}" in load_day_one().version


def test_the_first_day_is_small() -> None:
    assert DAY_ONE_FILE.stat().st_size < 400_000
