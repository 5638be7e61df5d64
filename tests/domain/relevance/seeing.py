"""A small first day and small meanings: real parts, small enough to see through."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from answerback.domain.relevance.brand_filter import BrandFilter, first_filter
from answerback.domain.relevance.day_one import TOLD, DayOne
from answerback.domain.relevance.description import Description

WIDTH = 64
FERRIES = Description(
    name="Fernweh Ferries",
    handles=("fernweh",),
    words=("fernweh", "ferry*"),
    about="Fernweh Ferries sails ships with cabins between islands.",
)


def small_meanings(texts: Sequence[str]) -> NDArray[np.float32]:
    """Give each word a direction of its own; a text is the sum of its words."""
    rows = [_meaning(text) for text in texts]
    return np.array(rows, dtype=np.float32).reshape(len(texts), WIDTH)


def _meaning(text: str) -> NDArray[np.float64]:
    total = np.full(WIDTH, 1e-6)
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.blake2b(word.encode(), digest_size=WIDTH).digest()
        total = total + (np.frombuffer(digest, dtype=np.uint8) / 127.5 - 1)
    direction: NDArray[np.float64] = total / np.linalg.norm(total)
    return direction


def small_day_one(version: str = "small") -> DayOne:
    """Return a first day that looks at nearness to the description, handles and names alone."""
    weights = dict.fromkeys(TOLD, 0.0) | {"about": 0.5, "handle": 1.0, "named": 0.5, "unnamed": -1}
    return DayOne(
        version=version,
        centre=np.zeros(WIDTH),
        covariance=np.eye(WIDTH) / WIDTH,
        scale=1.0,
        told_mean=np.zeros(len(TOLD)),
        told_sd=np.ones(len(TOLD)),
        bias=-0.5,
        told_weights=np.array([weights[name] for name in TOLD]),
        meaning_weights=np.zeros(WIDTH),
    )


def small_filter(description: Description = FERRIES) -> BrandFilter:
    return first_filter(day_one=small_day_one(), description=description, meanings=small_meanings)


def relevance_of(brand_filter: BrandFilter, *texts: str) -> list[float]:
    told: list[float] = brand_filter.score(texts, meanings=small_meanings(texts)).relevance.tolist()
    return told
