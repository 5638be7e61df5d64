"""
How well the heads read, on whole brands, authors and domains they never saw.

    python -m benchmarks.accuracy_heads [name ...]

Each file by five-fold cross-validation with the program's own features and a linear
model (for files below their floor, strength, blend and class shifts are chosen inside
the training folds); then the shipped heads, as they are, on files that never trained them.
Needs the public data; writes benchmarks/accuracy_heads.jsonl, and renews the card.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import product
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.accuracy_trials import TRIALS, Trial
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from training.card import write_card
from training.choices import Choice, choose, each_class
from training.figures import (
    Figure,
    bootstrap,
    f1_of,
    macro_f1,
    macro_recall,
    wilson,
)
from training.fit import Floats, Matrix, calibration_error, fit, matrix, rules_fired
from training.sources import Row, any_rows, near_duplicates, text_of

from answerback.domain.records.reading import Kind, Reading
from answerback.domain.understanding.heads import softmax
from answerback.domain.understanding.read import read_texts
from answerback.weights.language import load_language
from answerback.weights.second import load_second
from answerback.weights.store import load_heads

RESULTS = Path(__file__).parent / "accuracy_heads.jsonl"
FOLDS = 5
SURE = 0.5


_LARGE = ("sentiment", "topic_sentiment", "multilingual_sentiment", "toxic_davidson")  #: last


def cross_validate(trial: Trial) -> Figure:
    """Predict every row by a model that saw nothing of its group, and score the lot."""
    rows = any_rows(trial.file)
    texts = [text_of(row) for row in rows]
    truth = np.array([row["label"] for row in rows])
    named = [row[trial.group] for row in rows] if trial.group else near_duplicates(texts)
    groups, kept = np.array(named, dtype=object), _scored(rows, trial)
    features = matrix(texts)
    if trial.rules:
        features = sparse.hstack([features, rules_fired(texts)], format="csr")
    features = features[:, np.unique(features.indices)]  # empty buckets only cost time
    classes = np.unique(truth)
    logits = np.zeros((len(truth), len(classes)))
    shifts = np.zeros_like(logits)
    plain = np.empty(len(truth), dtype=object)
    fold_of = np.zeros(len(truth), dtype=int)
    choices: list[Choice] = []
    for fold, (seen, held) in enumerate(GroupKFold(_folds(named)).split(truth, truth, groups)):
        choice = _choice(
            trial,
            features=features[seen],
            labels=truth[seen],
            groups=groups[seen].tolist(),
            kept=kept[seen],
        )
        choices.append(choice)
        weights, bias, _ = fit(
            features=features[seen],
            labels=truth[seen],
            strength=choice.strength,
            blend=choice.blend,
        )
        logits[held] = each_class(features[held] @ weights + bias)
        shifts[held] = choice.shift
        fold_of[held] = fold
        plain[held] = _plain_model(texts, truth=truth, seen=seen, held=held)
    chances = _tempered(logits, truth=np.searchsorted(classes, truth), fold_of=fold_of)
    picked, said = truth[kept], classes[(logits + shifts)[kept].argmax(axis=1)]
    likeliest = classes[chances[kept].argmax(axis=1)]
    low, high = bootstrap(truth=picked, said=said, metric=trial.metric)
    plainly = trial.metric(picked, plain[kept].astype(str))
    chosen = _chosen(trial, choices=choices, unshifted=trial.metric(picked, likeliest))
    beside = f"; TF-IDF + LR on the same folds: {plainly:.3f}"
    return Figure(
        name=trial.name,
        value=trial.metric(picked, said),
        unit=trial.unit,
        n=len(picked),
        low=low,
        high=high,
        floor=trial.floor,
        ece=calibration_error(chances=chances[kept].max(axis=1), truth=(likeliest == picked) * 1.0),
        note=f"{_folds(named)} folds over {trial.group or 'near-duplicates'}{chosen}{beside}"
        + (f"; {trial.note}" if trial.note else ""),
    )


def _chosen(trial: Trial, *, choices: Sequence[Choice], unshifted: float) -> str:
    """Say what was chosen inside the training folds, where anything was."""
    shifted = f"; without class shifts: {unshifted:.3f}" if trial.shifts else ""
    blended = sum(choice.blend > 0 for choice in choices)
    return shifted + (f"; blended in {blended} of {len(choices)} folds" if blended else "")


def _choice(
    trial: Trial,
    *,
    features: Matrix,
    labels: NDArray[Any],
    groups: Sequence[Any],
    kept: NDArray[np.bool_],
) -> Choice:
    """Choose strength and shifts on the training folds alone; nothing where nothing is open."""
    if not trial.shifts:
        return Choice(strength=trial.strengths[0], shift=np.zeros(len(np.unique(labels))))
    return choose(
        features=features,
        labels=labels,
        groups=groups,
        ways=list(product(trial.strengths, trial.blends)),
        metric=trial.metric,
        scored=kept,
    )


def _plain_model(
    texts: Sequence[str], *, truth: NDArray[Any], seen: NDArray[Any], held: NDArray[Any]
) -> NDArray[Any]:
    """Predict by the plain model of the data's README, on our folds: the fair comparison."""
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        LogisticRegression(class_weight="balanced", max_iter=60, tol=1e-3),
    )
    model.fit([texts[at] for at in seen], truth[seen])
    said: NDArray[Any] = model.predict([texts[at] for at in held])
    return said


def _folds(groups: Sequence[Any]) -> int:
    return min(FOLDS, len(set(groups)))


def _scored(rows: Sequence[Row], trial: Trial) -> NDArray[np.bool_]:
    if trial.where is None:
        return np.ones(len(rows), dtype=bool)
    column, value = trial.where
    return np.array([row[column] == value for row in rows])


def _tempered(logits: Floats, *, truth: NDArray[Any], fold_of: NDArray[Any]) -> Floats:
    """Calibrate each fold with the one temperature that suits all the other folds."""
    chances = np.zeros_like(logits)
    for fold in np.unique(fold_of):
        held = fold_of == fold
        losses = []
        slopes = np.geomspace(0.2, 8, 30)
        for slope in slopes:
            likely = softmax(logits[~held] * slope)
            losses.append(-np.log(likely[np.arange(len(likely)), truth[~held]] + 1e-12).mean())
        chances[held] = softmax(logits[held] * slopes[int(np.argmin(losses))])
    return chances


def shipped() -> Iterator[Figure]:
    """Score both shipped readers, untouched, on files of tier C, which never trained them."""
    rows = any_rows("airline")
    read = _read([row["text"] for row in rows])
    truth = np.array([row["label"] for row in rows])
    moods = [max(one.sentiment.items(), key=itemgetter(1)) for one in read]
    said = np.array([mood.value for mood, _ in moods])
    sure = np.array([chance for _, chance in moods])
    for unit, metric in (("macro-F1", macro_f1), ("macro-recall", macro_recall)):
        low, high = bootstrap(truth=truth, said=said, metric=metric)
        yield Figure(
            name="shipped sentiment on airline",
            value=metric(truth, said),
            unit=unit,
            n=len(truth),
            low=low,
            high=high,
            ece=calibration_error(chances=sure, truth=(said == truth) * 1.0),
        )
    blamed = np.array([row.get("reason") is not None for row in rows])
    glad = truth == "positive"
    owed = np.array([one.needs_response for one in read])
    for name, chances, hits in (
        ("complaint", _kind(read, Kind.COMPLAINT), blamed),
        ("praise", _kind(read, Kind.PRAISE), glad),
        ("needs_response", owed, blamed),
    ):
        yield _ranked(f"shipped {name} on airline", chances, hits)
        yield _f1(f"shipped {name} on airline", chances, hits)
    spam = _kind(read, Kind.SPAM) > load_second().learned.spam_discard_above
    yield _share("airline posts discarded as spam (each one a mistake)", spam)
    offensive = np.array([one.offensive for one in read])
    yield _share("airline posts offensive", offensive >= SURE)
    yield _share("airline posts called an idea", _kind(read, Kind.IDEA) >= SURE)
    yield _urgent(rows, read=read)
    yield from _on_suggestions()
    yield from _on_answered()


def _urgent(rows: Sequence[Row], *, read: Sequence[Reading]) -> Figure:
    """Rank the blamed posts by urgency: cancelled, late or lost above everything else."""
    blamed = [at for at, row in enumerate(rows) if row.get("reason") is not None]
    soon = ("Cancelled Flight", "Late Flight", "Lost Luggage")
    chances = np.array([read[at].urgency for at in blamed])
    hits = np.array([rows[at]["reason"] in soon for at in blamed])
    return _ranked("urgency on airline: cancelled, late or lost", chances, hits)


def _kind(read: Sequence[Reading], kind: Kind) -> Floats:
    return np.array([one.kinds[kind] for one in read])


def _on_suggestions() -> Iterator[Figure]:
    rows = any_rows("suggestions")
    chances = _kind(_read([row["text"] for row in rows]), Kind.IDEA)
    hits = np.array([row["label"] == "suggestion" for row in rows])
    yield _ranked("shipped idea on suggestions", chances, hits)
    yield _f1("shipped idea on suggestions", chances, hits)


def _on_answered() -> Iterator[Figure]:
    """Whether the brand spoke again: what people did, which is not what was needed."""
    rows = any_rows("answered")
    chances = np.array([one.needs_response for one in _read([row["text"] for row in rows])])
    hits = np.array([row["label"] == "answered" for row in rows])
    yield _ranked("shipped needs_response on answered", chances, hits)
    low, high = bootstrap(truth=hits, said=chances >= SURE, metric=macro_f1)
    yield Figure(
        name="shipped needs_response on answered",
        value=macro_f1(hits, chances >= SURE),
        unit="macro-F1",
        n=len(hits),
        low=low,
        high=high,
        note="0.578 for a model trained on that file",
    )


def _read(texts: Sequence[str]) -> list[Reading]:
    return list(
        read_texts(texts=texts, heads=load_heads(), language=load_language(), second=load_second())
    )


def _ranked(name: str, chances: Floats, hits: NDArray[np.bool_]) -> Figure:
    chance = np.random.default_rng(0)
    values = []
    for _ in range(100):
        drawn = chance.integers(0, len(hits), len(hits))
        values.append(roc_auc_score(hits[drawn], chances[drawn]))
    low, high = np.percentile(values, [2.5, 97.5]).tolist()
    value = float(roc_auc_score(hits, chances))
    return Figure(name=name, value=value, unit="AUC", n=len(hits), low=low, high=high)


def _f1(name: str, chances: Floats, hits: NDArray[np.bool_]) -> Figure:
    metric = f1_of(label=True)
    said = chances >= SURE
    low, high = bootstrap(truth=hits, said=said, metric=metric)
    return Figure(
        name=name,
        value=metric(hits, said),
        unit="F1 at 0.5",
        n=len(hits),
        low=low,
        high=high,
        ece=calibration_error(chances=chances, truth=hits.astype(np.float64)),
    )


def _share(name: str, held: NDArray[np.bool_]) -> Figure:
    low, high = wilson(int(held.sum()), len(held))
    return Figure(
        name=name, value=float(held.mean()), unit="share", n=len(held), low=low, high=high
    )


def languages() -> Iterator[Figure]:
    """Score language id on eight languages: over what it told, and over all."""
    codes = {
        "arabic": "ar",
        "english": "en",
        "french": "fr",
        "german": "de",
        "hindi": "hi",
        "italian": "it",
        "portuguese": "pt",
        "spanish": "es",
    }
    rows = any_rows("multilingual_sentiment")
    told = load_language().identify([row["text"] for row in rows])
    truth = np.array([codes[row["lang"]] for row in rows])
    said = np.array([language for language, _ in told])
    known = said != "und"
    hits = int((said == truth)[known].sum())
    low, high = wilson(hits, int(known.sum()))
    yield Figure(
        name="language id, where it tells",
        value=hits / int(known.sum()),
        unit="accuracy",
        n=int(known.sum()),
        low=low,
        high=high,
        floor=0.966,
        note="the file's Hindi is in Latin letters, and much of it is English",
    )
    yield _share(
        "language id: of texts called Hindi, in the Hindi file", truth[said == "hi"] == "hi"
    )
    seven = known & (truth != "hi")
    yield _share("language id right, without the Hindi file", (said == truth)[seven])
    yield _share("language id: says 'und'", ~known)
    for code in sorted(codes.values()):
        mine = known & (truth == code)
        yield _share(f"language id right, {code}", (said == truth)[mine])


def main() -> None:
    wanted = sys.argv[1:]
    figures: list[Figure] = []
    for trial in sorted(TRIALS, key=lambda one: one.file in _LARGE):
        if not wanted or any(trial.name.startswith(name) for name in wanted):
            figures.append(cross_validate(trial))
            _say(figures[-1])
            _keep(figures)
    if not wanted or "shipped" in wanted:
        for figure in (*shipped(), *languages()):
            figures.append(figure)
            _say(figure)
    _keep(figures)
    write_card()


def _say(figure: Figure) -> None:
    floor = f"floor {figure.floor:.3f}" if figure.floor is not None else ""
    error = f"ECE {figure.ece:.3f}" if figure.ece is not None else ""
    print(
        f"{figure.name:52} {figure.unit:12} {figure.value:.3f} "
        f"({figure.low:.3f}-{figure.high:.3f}, n={figure.n}) {floor} {error} {figure.note}",
        flush=True,
    )


def _keep(figures: Sequence[Figure]) -> None:
    """Renew the lines that were measured now, keep the others."""
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    if RESULTS.exists():
        for line in RESULTS.read_text().splitlines():
            old = json.loads(line)
            lines[old["name"], old["unit"]] = old
    for figure in figures:
        kept = {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(figure).items()}
        lines[figure.name, figure.unit] = kept
    RESULTS.write_text("".join(json.dumps(line) + "\n" for line in lines.values()))


if __name__ == "__main__":
    main()
