"""
Train the brand filter's first day: what other brands' posts tell of relevance.

    python -m training.relevance_filter [--out FILE]

Each labelled brand gets the description that somebody would write for it
(`training/relevance_brands.py`); the model sees how near each post is to it, its signs, and its
meaning.  The files count alike, so that the many brands of one file do not drown the others.
Needs the encoder's file; run it again whenever that changes.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answerback.domain.relevance.brand_filter import first_filter
from answerback.domain.relevance.day_one import TOLD, DayOne, Meanings
from answerback.domain.relevance.description import Description
from answerback.project.wiring import describe
from answerback.weights.day_one import DAY_ONE_FILE, save_day_one
from answerback.weights.encoder import ENCODER_FILE, load_encoder
from answerback.weights.store import checksum_of
from training.card import TRAINED_ON
from training.relevance_brands import CASES
from training.sources import rows

Matrix = NDArray[np.float64]

MOST_POSTS = 1_500  #: of one brand
SEED = 20_261_125
STRENGTH = 0.03  #: inverse of the ridge, chosen over whole brands left out
MEANING = 3.0  #: by how much the ridge lets the meaning weigh more than the signs


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """
    The posts of one brand.

    Shapes: n posts; `relevant` (n,), `meanings` (n, w).
    """

    file: str
    brand: str
    description: Description
    texts: tuple[str, ...]
    relevant: NDArray[np.bool_]
    meanings: NDArray[np.float32]


def main() -> None:
    """Train on all brands, and write the file."""
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    options.add_argument("--out", type=Path, default=DAY_ONE_FILE)
    asked = options.parse_args()
    brands = labelled(meanings_of)
    day_one = train(brands, meanings=meanings_of)
    checksum = save_day_one(day_one=day_one, path=asked.out)
    print(f"{len(brands)} brands, {sum(len(one.texts) for one in brands)} posts")
    print(f"{asked.out.name}: SHA-256 {checksum}")


def meanings_of(texts: Sequence[str]) -> NDArray[np.float32]:
    """Shapes: n texts in, (n, 384) out."""
    parts = [load_encoder().read(texts[at : at + 512]).meanings for at in range(0, len(texts), 512)]
    return np.concatenate(parts)


def labelled(meanings: Meanings) -> list[Labelled]:
    """
    Read every labelled brand, a drawn part of the large ones.

    :raises WrongData: when a file is absent, or is not the one in training/data.sha256.
    """
    drawn = np.random.default_rng(SEED)
    found = []
    for case in CASES:
        told = rows(case.file)
        for name, brand in case.brands.items():
            several = [row for row in told if row["brand"] == name]
            kept = [several[at] for at in drawn.permutation(len(several))[:MOST_POSTS]]
            texts = tuple(row["text"] for row in kept)
            found.append(
                Labelled(
                    file=case.file,
                    brand=name,
                    description=describe(brand),
                    texts=texts,
                    relevant=np.array([row["label"] == "relevant" for row in kept]),
                    meanings=meanings(texts),
                )
            )
    return found


def train(brands: Sequence[Labelled], *, meanings: Meanings) -> DayOne:
    """
    Fit the first day on some brands.

    Shapes: any number of brands in; weights for len(TOLD) signs and w of meaning out.
    """
    from sklearn.linear_model import LogisticRegression

    blank = _blank(np.concatenate([one.meanings for one in brands]))
    told = [
        first_filter(day_one=blank, description=one.description, meanings=meanings).first.raw(
            one.texts, meanings=one.meanings
        )
        for one in brands
    ]
    mean, sd = np.nanmean(np.concatenate(told), axis=0), np.nanstd(np.concatenate(told), axis=0)
    sd = np.maximum(sd, 1e-6)
    signs = np.nan_to_num((np.concatenate(told) - mean) / sd)
    meant = (np.concatenate([one.meanings for one in brands]) - blank.centre) * blank.scale
    columns = np.hstack([signs, MEANING * meant])
    relevant = np.concatenate([one.relevant for one in brands])
    model = LogisticRegression(C=STRENGTH, max_iter=500)
    model.fit(columns, relevant, sample_weight=_weights(brands))
    weights = model.coef_[0]
    return DayOne(
        version=f"day one of {TRAINED_ON}, encoder {encoder_checksum()[:12]}",
        centre=blank.centre,
        covariance=blank.covariance,
        scale=blank.scale,
        told_mean=mean,
        told_sd=sd,
        bias=float(model.intercept_[0]),
        told_weights=weights[: len(TOLD)],
        meaning_weights=MEANING * weights[len(TOLD) :],
    )


def encoder_checksum() -> str:
    """Return the SHA-256, in hex, of the encoder whose meanings are used."""
    return checksum_of(ENCODER_FILE)


def _blank(meanings: NDArray[np.float32]) -> DayOne:
    """Give what is known of meanings alone; no weights yet."""
    centre = meanings.mean(axis=0, dtype=np.float64)
    apart = meanings - centre
    none = np.zeros(len(TOLD))
    return DayOne(
        version="none",
        centre=centre,
        covariance=np.cov(apart.T),
        scale=float(1 / np.sqrt((apart**2).sum(axis=1).mean())),
        told_mean=none,
        told_sd=none + 1,
        bias=0.0,
        told_weights=none,
        meaning_weights=np.zeros(meanings.shape[1]),
    )


def _weights(brands: Sequence[Labelled]) -> Matrix:
    """
    Let files count alike, brands of a file by the root of their posts, labels evened by half.

    Shapes: one for each post of each brand, 1 on average.
    """
    parts = []
    for one in brands:
        sizes = np.where(one.relevant, one.relevant.sum(), (~one.relevant).sum())
        evened = np.sqrt(1 / sizes)
        in_file = sum(_size(other) for other in brands if other.file == one.file)
        parts.append(evened / evened.sum() * _size(one) / in_file)
    weights: Matrix = np.concatenate(parts)
    weights /= weights.mean()
    return weights


def _size(brand: Labelled) -> float:
    return float(np.sqrt(len(brand.texts)))


if __name__ == "__main__":
    main()
