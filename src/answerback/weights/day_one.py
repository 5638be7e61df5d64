"""The brand filter's first day, as it comes with the program."""

import io
import json
from functools import cache
from pathlib import Path

import numpy as np

from answerback.domain.relevance.day_one import TOLD, DayOne
from answerback.weights.store import FILES, WeightsCorrupt, checked, record_checksum

DAY_ONE_FILE = FILES / "relevance-day-one.npz"


def save_day_one(*, day_one: DayOne, path: Path = DAY_ONE_FILE) -> str:
    """
    Write it, and its checksum beside it.

    Units: gives back the SHA-256 in hex.
    Error: the covariance is kept in 16 bits, all else in 32.
    """
    told = {"version": day_one.version, "columns": TOLD}
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        told=np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        centre=day_one.centre.astype(np.float32),
        covariance=day_one.covariance.astype(np.float16),
        numbers=np.array([day_one.scale, day_one.bias], dtype=np.float32),
        told_mean=day_one.told_mean.astype(np.float32),
        told_sd=day_one.told_sd.astype(np.float32),
        told_weights=day_one.told_weights.astype(np.float32),
        meaning_weights=day_one.meaning_weights.astype(np.float32),
    )
    path.write_bytes(buffer.getvalue())
    return record_checksum(path)


def read_day_one(*, path: Path) -> DayOne:
    """
    Read it from a file that `save_day_one` wrote.

    :raises WeightsCorrupt: when the file is missing, is not what was written, or knows other
        signs than this program reads.
    """
    with np.load(io.BytesIO(checked(path)), allow_pickle=False) as stored:
        told = json.loads(stored["told"].tobytes())
        if tuple(told["columns"]) != TOLD:
            raise WeightsCorrupt(
                f"{path.name} was trained for other signs than this program reads. Train again "
                "with: make train."
            )
        scale, bias = stored["numbers"].astype(np.float64).tolist()
        arrays = {
            name: stored[name].astype(np.float64)
            for name in (
                *("centre", "covariance", "told_mean", "told_sd"),
                *("told_weights", "meaning_weights"),
            )
        }
    return DayOne(version=told["version"], scale=scale, bias=bias, **arrays)


@cache
def load_day_one() -> DayOne:
    """
    Load what ships with the program, once.

    :raises WeightsCorrupt: when the file is not the one that was trained.
    """
    return read_day_one(path=DAY_ONE_FILE)
