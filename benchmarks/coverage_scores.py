"""
Real score distributions for `coverage_recall`: out-of-fold scores of cheap models.

Cached in the system's folder for temporary files, never in the repository.
"""

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from training.sources import Row, any_rows

SEED = 20261125
_FOLDS = 3
_CACHE = Path(tempfile.gettempdir()) / "answerback-coverage-scores.npz"
#: Posts that are surely not about an airline's service, for the mixed stream.
_HANDLE = re.compile(r"[@#]\w+")
_OTHERS = ("sentiment", "topic_sentiment", "multilingual_sentiment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """
    What a filter made of a stream, and the truth.

    Shapes: `scores` and `relevant` have one entry a post.
    Units: scores are probabilities in [0, 1].
    """

    scores: NDArray[np.float64]
    relevant: NDArray[np.bool_]


def streams() -> dict[str, Stream]:
    """Return the scored streams by name; the first call takes about two minutes."""
    if not _CACHE.exists():
        made = {name: _scored(*texts) for name, texts in _labelled().items()}
        arrays: dict[str, Any] = {f"{name} scores": one.scores for name, one in made.items()}
        arrays |= {f"{name} relevant": one.relevant for name, one in made.items()}
        np.savez(_CACHE, **arrays)
    with np.load(_CACHE) as kept:
        names = [key.removesuffix(" scores") for key in kept.files if key.endswith(" scores")]
        return {
            name: Stream(scores=kept[f"{name} scores"], relevant=kept[f"{name} relevant"])
            for name in names
        }


def _labelled() -> dict[str, tuple[list[str], list[bool]]]:
    crisis, entity = any_rows("relevance_crisis"), any_rows("relevance_entity")
    brands = [*entity, *any_rows("relevance_sanders")]
    # Without handles, which would give the airline away: a filter's job would be too easy.
    ours = [_HANDLE.sub("", row["text"]) for row in any_rows("airline")]
    others = [_HANDLE.sub("", row["text"]) for name in _OTHERS for row in any_rows(name)]
    return {
        "crisis": _told(crisis),
        "brands": _told(brands),
        "airline": ([*ours, *others], [True] * len(ours) + [False] * len(others)),
    }


def _told(rows: Sequence[Row]) -> tuple[list[str], list[bool]]:
    return [str(row["text"]) for row in rows], [row["label"] == "relevant" for row in rows]


def _scored(texts: Sequence[str], relevant: Sequence[bool]) -> Stream:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(min_df=3, sublinear_tf=True), LogisticRegression(max_iter=300)
    )
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=SEED)
    truth = np.array(relevant)
    told = cross_val_predict(model, list(texts), truth, cv=folds, method="predict_proba")
    return Stream(scores=told[:, 1], relevant=truth)
