"""
How far to trust each reader: learned on groups that neither had seen.

Writes `weights/files/second-v1.json` and the figures of the two readers together.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from answerback.domain.understanding.heads import Heads, sigmoid, softmax
from answerback.domain.understanding.rules import rule_lexicon
from answerback.domain.understanding.second_reading import ENGLISH, OTHERS
from answerback.weights.encoder import ENCODER_FILE
from answerback.weights.second import SECOND_FILE
from answerback.weights.store import HEADS_FILE, checksum_of, load_heads, record_checksum
from training.encoder.tasks import COLUMNS, Lesson
from training.figures import bootstrap, f1_of, macro_f1, wilson
from training.fit import SEED, Floats
from training.heads import BLEND, BRAND_MIX, BRANDED, CARE, STRENGTH, Pool, pool, unseen
from training.recipes import HEADS, MOODS

VERSION = "second-v1"
FOLDS = 5
_C = 0.05  #: how freely the readers' weights may move
_LESS = 0.1  #: weight of posts that concern no brand, where a brand's mix counts
#: Calibrated for as many posts that are so as are not: what a desk hears is nearer to that than
#: to the public files, and an airline that no reader had seen was told far too few.
EVEN = ("complaint", "praise", "needs_response")
_AGREE = 0.97  #: the mood is settled where the second reading so often says the same
_FLIPS = 0.02  #: of what the second reading calls so, the first pass may lose this share
_RIGHT = 0.95  #: verdicts outside the unsure band should be right so often
_MOST_UNSURE = 0.2  #: but no more posts than this are marked
_COIN = 0.5
_LEAST_SURE = {
    True: 0.45,
    False: 0.6,
}  #: what is less likely is always marked; of three moods, of two

#: What each head may listen to beside its own two logits: a file's own labels, never a file.
LISTENS: Mapping[str, tuple[str, ...]] = {
    "sentiment": ("mood", "topic_mood", "brand_emotion", "emotion", "irony"),
    "complaint": ("complaint", "complaint_tweets", "brand_emotion", "mood", "act"),
    "question": ("question", "act"),
    "request": ("request",),  # the acts of one file speak against it elsewhere
    "need": ("need", "intent"),
    "praise": ("praise", "brand_emotion", "mood", "topic_mood"),
    "comparison": ("comparison", "comparative"),
    "idea": ("idea", "act"),
    "spam": ("spam", "spam_youtube", "spam_sms", "spam_utkml"),
    "needs_response": ("needs_response", "complaint_tweets", "act", "content"),
    "offensive": ("offensive", "offensive_tweets", "abuse", "hate"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """
    Posts that neither reader had seen, with what both said.

    Shapes: m posts; `first` (m, k) calibrated logits of the first pass, `encoder` (m, c),
    `truth` (m,), `groups` m, `weights` (m,).
    """

    first: Floats
    encoder: Floats
    truth: NDArray[Any]
    groups: Sequence[str]
    weights: Floats
    sources: Sequence[str]
    texts: Sequence[str]


def first_logits(everything: Pool, heads: Heads, name: str) -> tuple[NDArray[np.int64], Floats]:
    """
    Give the first pass's calibrated logits of every labelled example, each out of fold.

    Shapes: m rows of the pool, and (m, 1) logits, for the mood (m, 3).
    """
    moods = name == "sentiment"
    rows = np.array(
        [
            at
            for at, one in enumerate(everything.examples)
            if (one.mood if moods else name in one.labels)
        ]
    )
    labels = [everything.examples[at] for at in rows]
    truth = np.array([MOODS.index(one.mood or "") if moods else one.labels[name] for one in labels])
    raw = unseen(
        features=everything.features[rows],
        labels=truth,
        groups=[one.group for one in labels],
        strength=STRENGTH[name],
        blend=BLEND.get(name, 0.0),
    )
    names = [f"sentiment_{mood}" for mood in MOODS] if moods else [name]
    columns = [heads.column(one) for one in names]
    fired = everything.rules[rows][:, [rule_lexicon().labels.index(r) for r in heads.rule_names]]
    calibrated: Floats = (
        raw * heads.slope[columns] + heads.offset[columns] + fired @ heads.rules[:, columns]
    )
    return rows, calibrated


def seen_of(
    name: str,
    *,
    everything: Pool,
    lessons: Sequence[Lesson],
    encoder: NDArray[np.float32],
) -> Seen:
    """Put together what both readers said of each labelled post that the encoder never saw."""
    place = {(one.source, one.text): at for at, one in enumerate(lessons)}
    rows, first = first_logits(everything, load_heads(), name)
    told = [everything.examples[at] for at in rows]
    where = np.array([place[one.source, one.text] for one in told])
    unread = ~np.isnan(encoder[where, 0])
    kept = np.flatnonzero(unread)
    moods = name == "sentiment"
    sources = [told[at].source for at in kept]
    truth = np.array(
        [MOODS.index(told[at].mood or "") if moods else told[at].labels[name] for at in kept]
    )
    brand = name in BRAND_MIX
    weights = np.array([_LESS if brand and s not in BRANDED else 1.0 for s in sources])
    if name in EVEN:
        yes = truth == 1
        weights[yes] *= weights[~yes].sum() / weights[yes].sum()
    return Seen(
        first=first[kept],
        encoder=encoder[where[kept]].astype(np.float64),
        truth=truth,
        groups=[f"{told[at].source} {told[at].group}" for at in kept],
        weights=weights * len(weights) / weights.sum(),
        sources=sources,
        texts=[told[at].text for at in kept],
    )


def _inputs(name: str) -> list[int]:
    heard = LISTENS[name]
    return [at for at, column in enumerate(COLUMNS) if column.split(":")[0] in heard]


def _model(name: str) -> LogisticRegression:
    even = "balanced" if name == "sentiment" else None
    return LogisticRegression(C=_C, max_iter=2000, class_weight=even, random_state=SEED)


def _table(seen: Seen, name: str) -> Floats:
    return np.column_stack([seen.first, seen.encoder[:, _inputs(name)]])


def out_of_fold(seen: Seen, name: str) -> Floats:
    """
    Give each post's chances by readers' weights that were learned without its group.

    Shapes: (m,) for a kind, (m, 3) for the mood.
    """
    table = _table(seen, name)
    several = len(np.unique(seen.truth))
    chances = np.zeros((len(table), several))
    for known, held in GroupKFold(FOLDS).split(table, seen.truth, seen.groups):
        model = _model(name).fit(table[known], seen.truth[known], sample_weight=seen.weights[known])
        chances[held] = model.predict_proba(table[held])
    return chances if name == "sentiment" else chances[:, 1]


def learn(seen: Seen, name: str, *, heads: Heads) -> tuple[Floats, Floats, Floats]:
    """
    Learn the weights on all these posts.

    Shapes: k columns of the head (1, or 3 moods); gives first (f, k), encoder (c, k), bias (k,).
    """
    model = _model(name).fit(_table(seen, name), seen.truth, sample_weight=seen.weights)
    names = [f"sentiment_{mood}" for mood in MOODS] if name == "sentiment" else [name]
    wide = len(names)
    first = np.zeros((len(heads.names), wide))
    encoder = np.zeros((len(COLUMNS), wide))
    first[[heads.column(one) for one in names]] = model.coef_[:, :wide].T
    encoder[_inputs(name)] = model.coef_[:, wide:].T
    return first, encoder, model.intercept_.astype(np.float64)


def first_chances(seen: Seen, name: str) -> Floats:
    return softmax(seen.first) if name == "sentiment" else sigmoid(seen.first[:, 0])


def told(name: str, *, seen: Seen, chances: Floats) -> dict[str, Any]:
    """
    Sum up how well chances fit: F1 or macro-F1, ECE, and the most confident 80 %.

    What is calibrated for a brand's mix is scored on the files about brands; the ECE is of the
    mix that the head is calibrated for.
    """
    if name in BRAND_MIX:
        ours = np.array([source in BRANDED for source in seen.sources])
        seen, chances = _only(seen, ours), chances[ours]
    mood = name == "sentiment"
    said = chances.argmax(axis=1) if mood else (chances >= _COIN).astype(int)
    sure = chances.max(axis=1) if mood else np.maximum(chances, 1 - chances)
    right = (said == seen.truth).astype(np.float64)
    best = np.argsort(-sure, kind="stable")[: int(0.8 * len(sure))]
    metric = macro_f1 if mood else f1_of(1)
    low, high = bootstrap(truth=seen.truth, said=said, metric=metric)
    return {
        "posts": len(said),
        "f1": round(metric(seen.truth, said), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "accuracy": round(float(right.mean()), 4),
        "accuracy_of_surest_80": round(float(right[best].mean()), 4),
        "ece": round(_error(sure, right=right, weights=seen.weights), 4),
    }


def _error(sure: Floats, *, right: Floats, weights: Floats, bins: int = 10) -> float:
    """Give the expected calibration error of a weighted mix; see `fit.calibration_error`."""
    at = np.minimum((sure * bins).astype(int), bins - 1)
    mass = np.bincount(at, weights, bins)
    gap = np.bincount(at, weights * sure, bins) - np.bincount(at, weights * right, bins)
    return float(np.abs(gap).sum() / mass.sum())


def settled(first: Floats, second: Floats, *, mood: bool) -> tuple[float, float]:
    """
    Find between which chances of the first pass the second reading may say otherwise.

    Below the lower one lie at most `_FLIPS` of all that the second reading calls so; above the
    upper one it says otherwise of at most as many.
    """
    if mood:
        sure, same = first.max(axis=1), first.argmax(axis=1) == second.argmax(axis=1)
        order = np.argsort(-sure)
        agree = np.cumsum(same[order]) / np.arange(1, len(order) + 1)
        fine = np.flatnonzero(agree >= _AGREE)
        return 0.0, round(float(sure[order[fine[-1]]]), 4) if len(fine) else 1.0
    so = first[second >= _COIN]
    low = float(np.quantile(so, _FLIPS)) if len(so) else 0.0
    order = np.argsort(-first)
    otherwise = np.cumsum(second[order] < _COIN) / np.arange(1, len(order) + 1)
    fine = np.flatnonzero(otherwise <= _FLIPS)
    high = float(first[order[fine[-1]]]) if len(fine) else 1.0
    return round(min(low, _COIN), 4), round(max(high, _COIN), 4)


def unsure(name: str, *, seen: Seen, chances: Floats) -> tuple[tuple[float, float], dict[str, Any]]:
    """Widen the band around a coin's toss until the rest is right often enough."""
    mood = name == "sentiment"
    said = chances.argmax(axis=1) if mood else (chances >= _COIN).astype(int)
    right = said == seen.truth
    sure = chances.max(axis=1) if mood else np.maximum(chances, 1 - chances)
    limit = _LEAST_SURE[mood]
    for limit in np.arange(_LEAST_SURE[mood], 0.995, 0.005):
        rest = sure >= limit
        enough = rest.any() and right[rest].mean() >= _RIGHT
        if enough or 1 - (sure >= limit + 0.005).mean() > _MOST_UNSURE:
            break
    rest = sure >= limit
    band = (0.0 if mood else round(1 - float(limit), 4), round(float(limit), 4))
    share = {"unsure": round(float(1 - rest.mean()), 4)}
    return band, share | {"accuracy_of_rest": round(float(right[rest].mean()), 4)}


def discard_above(truth: NDArray[Any], chances: Floats) -> float:
    """
    Give the least chance above which the share of true spam is surely `CARE`.

    Units: 1.0 where no threshold is that safe, so that nothing is ever discarded.
    """
    for threshold in (0.95, 0.97, 0.98, 0.99, 0.993, 0.995, 0.997, 0.999):
        said = chances > threshold
        if said.any() and wilson(int(truth[said].sum()), int(said.sum()))[0] >= CARE:
            return threshold
    return 1.0


def main(lessons: Sequence[Lesson], encoder: NDArray[np.float32]) -> dict[str, Any]:
    """
    Learn and write the second reading; give its figures.

    Shapes: n lessons; `encoder` (n, c), NaN rows where the encoder was trained on the lesson.
    """
    heads, everything = load_heads(), pool()
    kinds = ("sentiment", *HEADS)
    parts: dict[str, tuple[Floats, Floats, Floats]] = {}
    other: tuple[Floats, Floats, Floats] | None = None
    file: dict[str, Any] = {"open_between": {}, "unsure_between": {}}
    figures: dict[str, Any] = {}
    for name in kinds:
        seen = seen_of(name, everything=everything, lessons=lessons, encoder=encoder)
        chances, before = out_of_fold(seen, name), first_chances(seen, name)
        parts[name] = learn(seen, name, heads=heads)
        mood = name == "sentiment"
        if mood:
            other = learn(foreign(seen), name, heads=heads)
        file["open_between"][name] = settled(before, chances, mood=mood)
        file["unsure_between"][name], marked = unsure(name, seen=seen, chances=chances)
        if name == "spam":
            file["spam_discard_above"] = discard_above(seen.truth, chances)
        figures[name] = {
            "first": told(name, seen=seen, chances=before),
            "both": told(name, seen=seen, chances=chances),
            **marked,
        }
        print(name, json.dumps(figures[name]), flush=True)
    if other is None:
        raise ValueError("There is no mood to learn.")
    file |= {
        "names": heads.names,
        "columns": COLUMNS,
        "moods": [heads.column(f"sentiment_{mood}") for mood in MOODS],
        "judgements": {
            ENGLISH: _laid_out(parts, heads=heads),
            OTHERS: _laid_out(parts | {"sentiment": other}, heads=heads),
        },
        "version": VERSION,
        "folds": "five folds over whole groups (brands, domains, videos, near-duplicates)",
        "learned_with": {one.name: checksum_of(one) for one in (HEADS_FILE, ENCODER_FILE)},
        "figures": figures,
    }
    write(file)
    return figures


def foreign(seen: Seen) -> Seen:
    """Keep the posts of the file of eight languages; its English is a share of them."""
    return _only(seen, np.array([one == "multilingual_sentiment" for one in seen.sources]))


def _only(seen: Seen, rows: NDArray[np.bool_]) -> Seen:
    return Seen(
        first=seen.first[rows],
        encoder=seen.encoder[rows],
        truth=seen.truth[rows],
        groups=[group for group, kept in zip(seen.groups, rows, strict=True) if kept],
        weights=seen.weights[rows],
        sources=[source for source, kept in zip(seen.sources, rows, strict=True) if kept],
        texts=[text for text, kept in zip(seen.texts, rows, strict=True) if kept],
    )


def _laid_out(
    parts: Mapping[str, tuple[Floats, Floats, Floats]], *, heads: Heads
) -> dict[str, Any]:
    first = np.zeros((len(heads.names), len(heads.names)))
    encoder = np.zeros((len(COLUMNS), len(heads.names)))
    bias = np.zeros(len(heads.names))
    for name, (one, two, three) in parts.items():
        names = [f"sentiment_{mood}" for mood in MOODS] if name == "sentiment" else [name]
        columns = [heads.column(each) for each in names]
        first[:, columns], encoder[:, columns], bias[columns] = one, two, three
    return {
        "first": first.round(5).tolist(),
        "encoder": encoder.round(5).tolist(),
        "bias": bias.round(5).tolist(),
    }


def write(file: Mapping[str, Any]) -> None:
    SECOND_FILE.write_bytes((json.dumps(file) + "\n").encode())
    record_checksum(SECOND_FILE)
