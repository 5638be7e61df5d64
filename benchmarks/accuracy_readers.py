"""
How well the first pass, the encoder and both together read, on groups none of them saw.

    python -m benchmarks.accuracy_readers [name ...]

Files that taught the encoder are scored on what it never saw: the sixth of groups held back
for good, or, for the small files, every third of the groups by an encoder trained without it
(`make train` keeps those logits in out/).  Files that never taught it are read by the file that
ships.  Both together: a logistic regression on the logits of both, over five folds of whole
groups.  Writes benchmarks/accuracy_readers.jsonl.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.accuracy_trials import TRIALS, Trial
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from training.card import write_card
from training.choices import each_class
from training.encoder.tasks import CHOICES, LARGE, SMALL, Lesson, columns_of, lessons, masked
from training.encoder.unseen import by_stand_in, kept
from training.figures import bootstrap, f1_of, macro_f1
from training.fit import SEED, Floats, calibration_error, fit, matrix
from training.sources import Row, any_rows, near_duplicates, text_of

from answerback.weights.encoder import load_encoder

RESULTS = Path(__file__).parent / "accuracy_readers.jsonl"
FOLDS = 5
_AT_ONCE = 512
_C = 0.02
#: The best figure known of each file, and whose it is (../shared/data/README.md, ACCURACY.md).
PUBLISHED = {
    "sentiment": "RoBERTa-base 0.713, TimeLMs 0.737 (official test)",
    "topic_sentiment": "about 0.88",
    "airline": "RoBERTa 0.82 (random split)",
    "complaints": "0.79 (authors' folds)",
    "suggestions": "forum 0.781, hotels 0.858 (rules)",
    "comparisons": "weighted F1 0.85",
    "tweeteval_offensive": "TimeLMs 0.822 (official test)",
    "tweeteval_irony": "BERTweet 0.821 (official test)",
    "tweeteval_emotion": "TimeLMs 0.802 (official test)",
    "multilingual_sentiment": "XLM-T 0.694",
}
MORE = (
    Trial(name="irony", file="tweeteval_irony", metric=f1_of("irony"), unit="F1", floor=0.579),
    Trial(name="emotion", file="tweeteval_emotion", metric=macro_f1, unit="macro-F1", floor=0.683),
    Trial(name="hate", file="tweeteval_hate", metric=macro_f1, unit="macro-F1", floor=0.431),
    Trial(
        name="brand_emotion", file="brand_emotion", metric=macro_f1, unit="macro-F1", floor=0.557
    ),
    Trial(
        name="apple_sentiment",
        file="apple_sentiment",
        metric=macro_f1,
        unit="macro-F1",
        floor=0.491,
    ),
    Trial(name="disaster", file="disaster", metric=macro_f1, unit="macro-F1", floor=0.793),
    Trial(name="answered", file="answered", metric=macro_f1, unit="macro-F1", floor=0.578),
)
_TASKS = {file: task for file, task, _ in (*LARGE, *SMALL)} | {"airline": "mood"}
_HELD = frozenset(file for file, _, _ in LARGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """
    The rows of one file that the encoder had not seen.

    Shapes: n rows of the file; `rows` (m,) of them; `read` (m, f) what the encoder says.
    """

    texts: Sequence[str]
    truth: NDArray[Any]
    groups: NDArray[Any]
    rows: NDArray[np.int64]
    read: Floats


class Unseen:
    """What the encoder says of public posts that it never saw."""

    def __init__(self) -> None:
        every: list[Lesson] = lessons()
        self._place = {(one.source, one.text): at for at, one in enumerate(every)}
        self._logits = kept()
        self._taught = {one.source for one in every}

    def scored(self, trial: Trial) -> Scored:
        rows = [row for row in any_rows(trial.file) if _counts(row, trial)]
        texts = [_asked(row, trial.file) for row in rows]
        named = [row[trial.group] for row in rows] if trial.group else near_duplicates(texts)
        if trial.file in self._taught:
            where = np.array([self._place.get((trial.file, text), -1) for text in texts])
            known = np.flatnonzero((where >= 0) & ~np.isnan(self._logits[where, 0]))
            read: Floats = self._logits[where[known]].astype(np.float64)
        else:
            known, read = np.arange(len(texts)), _by_file(texts)
        return Scored(
            texts=texts,
            truth=np.array([row["label"] for row in rows]),
            groups=np.array(named, dtype=object),
            rows=known,
            read=read,
        )


def _counts(row: Row, trial: Trial) -> bool:
    task = _TASKS.get(trial.file)
    if task is not None and trial.file != "airline" and row["label"] not in CHOICES[task]:
        return False
    return trial.where is None or row[trial.where[0]] == trial.where[1]


def _asked(row: Row, file: str) -> str:
    text = text_of(row)
    return masked(text, row["object_a"], row["object_b"]) if file == "comparisons" else text


def _by_file(texts: Sequence[str]) -> Floats:
    encoder, parts = load_encoder(), []
    for at in range(0, len(texts), _AT_ONCE):
        told = encoder.read(texts[at : at + _AT_ONCE])
        parts.append(np.column_stack([told.logits, 4 * told.meanings]))
    return np.concatenate(parts).astype(np.float64)


def figures(trial: Trial, scored: Scored) -> dict[str, Any]:
    """Score the first pass, the encoder's own head, and both together."""
    truth, groups = scored.truth[scored.rows], scored.groups[scored.rows]
    if len(set(groups)) == 1:  # one video alone was held back
        held = [scored.texts[at] for at in scored.rows]
        groups = np.array(near_duplicates(held), dtype=object)
    classes = np.unique(scored.truth)
    first = _first(trial, scored)
    table = np.column_stack([first, scored.read])
    even = _together(table, truth=truth, groups=groups, classes=classes, weight="balanced")
    plain = _together(table, truth=truth, groups=groups, classes=classes, weight=None)
    said = classes[even.argmax(axis=1)]
    sure, likeliest = plain.max(axis=1), classes[plain.argmax(axis=1)]
    right = (likeliest == truth).astype(np.float64)
    best = np.argsort(-sure, kind="stable")[: int(0.8 * len(sure))]
    low, high = bootstrap(truth=truth, said=said, metric=trial.metric)
    value = trial.metric(truth, said)
    return {
        "name": trial.name,
        "unit": trial.unit,
        "posts": len(truth),
        "first": round(trial.metric(truth, classes[first.argmax(axis=1)]), 4),
        "encoder": _own_head(trial, scored, truth=truth),
        "both": round(value, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "floor": trial.floor,
        "above_floor": round(value - trial.floor, 4),
        "accuracy": round(float(right.mean()), 4),
        "accuracy_of_surest_80": round(float(right[best].mean()), 4),
        "ece": round(calibration_error(chances=sure, truth=right), 4),
        "published": PUBLISHED.get(trial.file, ""),
        "how": _how(trial, scored),
    }


def _how(trial: Trial, scored: Scored) -> str:
    over = trial.group or "near-duplicates"
    if trial.file in _HELD:
        return f"one in six of {over}, held back for good"
    if len(scored.read[0]) > len(columns_all()):
        return f"5 folds over {over}; the encoder never saw the file"
    return f"3 folds over {over}" + ("; by a weaker stand-in" if by_stand_in() else "")


def columns_all() -> tuple[str, ...]:
    return load_encoder().columns


def _own_head(trial: Trial, scored: Scored, *, truth: NDArray[Any]) -> float | None:
    task = _TASKS.get(trial.file)
    if task is None:
        return None
    names = np.array(CHOICES[task])
    said = names[scored.read[:, columns_of(task)].argmax(axis=1)]
    return round(trial.metric(truth, said), 4)


def _first(trial: Trial, scored: Scored) -> Floats:
    """
    Give the n-gram logits of each scored row, by a model that saw nothing of its group.

    Shapes: (m, k).
    """
    features = matrix(scored.texts)
    features = features[:, np.unique(features.indices)]
    classes = np.unique(scored.truth)
    logits = np.zeros((len(scored.texts), len(classes)))
    for seen, held in _splits(trial, scored):
        weights, bias, _ = fit(
            features=features[seen], labels=scored.truth[seen], strength=trial.strengths[0]
        )
        logits[held] = each_class(features[held] @ weights + bias)
    return logits[scored.rows]


def _splits(trial: Trial, scored: Scored) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    if trial.file in _HELD:
        held_groups = set(scored.groups[scored.rows])
        seen = np.array([at for at, one in enumerate(scored.groups) if one not in held_groups])
        yield seen, scored.rows
        return
    folds = min(FOLDS, len(set(scored.groups)))
    yield from GroupKFold(folds).split(scored.truth, groups=scored.groups)


def _together(
    table: Floats,
    *,
    truth: NDArray[Any],
    groups: NDArray[Any],
    classes: NDArray[Any],
    weight: str | None,
) -> Floats:
    chances = np.zeros((len(table), len(classes)))
    folds = min(FOLDS, len(set(groups)))
    for seen, held in GroupKFold(folds).split(table, truth, groups):
        model = make_pipeline(
            StandardScaler(),
            LogisticRegression(C=_C, max_iter=1000, class_weight=weight, random_state=SEED),
        ).fit(table[seen], truth[seen])
        at = np.searchsorted(classes, model.classes_)
        chances[np.ix_(held, at)] = model.predict_proba(table[held])
    return chances


def main() -> None:
    wanted = sys.argv[1:]
    unseen = Unseen()
    lines = {}
    if RESULTS.exists():
        told = map(json.loads, RESULTS.read_text().splitlines())
        lines = {one["name"]: one for one in told}
    for trial in (*TRIALS, *MORE):
        if wanted and not any(trial.name.startswith(name) for name in wanted):
            continue
        lines[trial.name] = figures(trial, unseen.scored(trial))
        print(json.dumps(lines[trial.name]), flush=True)
        RESULTS.write_text("".join(json.dumps(line) + "\n" for line in lines.values()))
    write_card()


if __name__ == "__main__":
    main()
