"""
How right the rules are: ideas, tips, comparisons, questions, requests, names, urgency, content.

    python -m benchmarks.accuracy_rules

Needs the public data; writes benchmarks/accuracy_rules.jsonl, one line a figure.  Files of
tier C are scored and never trained on.  The idea and tip rules were written while looking at
one half of their file (by thread; the "seen" half): the "unseen" half is the figure to quote.
"""

import json
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from training.encoder.tasks import columns_of, lessons
from training.encoder.unseen import UNSEEN, kept
from training.figures import Figure, bootstrap, f1_of, macro_f1, wilson
from training.fit import matrix
from training.sources import Row, any_rows

from answerback.domain.community.content_mix import MEANS, content_class, joined_class
from answerback.domain.records.comparison import Comparison
from answerback.domain.understanding.asks import asked
from answerback.domain.understanding.compared import compared, is_comparative
from answerback.domain.understanding.heads import softmax
from answerback.domain.understanding.ideas import idea_in, idea_signs
from answerback.domain.understanding.mentions import names_in
from answerback.domain.understanding.read import read_texts
from answerback.weights.language import load_language
from answerback.weights.store import load_heads

RESULTS = Path(__file__).parent / "accuracy_rules.jsonl"
SOON = ("Cancelled Flight", "Late Flight", "Lost Luggage")
HALVES = ("seen", "unseen")
_OWN_POSTS = "corporate_messaging"


def main() -> None:
    figures = [
        figure
        for part in (_ideas, _comparisons, _asks, _urgency, _names, _content, _speed)
        for figure in part()
    ]
    lines = [
        json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(one).items()})
        for one in figures
    ]
    RESULTS.write_text("".join(f"{line}\n" for line in lines))
    for one in figures:
        print(f"{one.name:58} {one.unit:12} {one.value:.3f} ({one.low:.3f}-{one.high:.3f}) {one.n}")


def _half(key: object) -> str:
    return HALVES[zlib.crc32(str(key).encode()) % 2]


def _scored(
    name: str,
    unit: str,
    truth: Sequence[object],
    said: Sequence[object],
    metric: Callable[[NDArray[np.generic], NDArray[np.generic]], float],
) -> Figure:
    right, told = np.array(truth), np.array(said)
    low, high = bootstrap(truth=right, said=told, metric=metric)
    value = metric(right, told)
    return Figure(name=name, value=value, unit=unit, n=len(right), low=low, high=high)


def _precision(name: str, hits: Sequence[bool]) -> Figure:
    low, high = wilson(sum(hits), len(hits))
    value = sum(hits) / len(hits)
    return Figure(name=name, value=value, unit="precision", n=len(hits), low=low, high=high)


def _each_rule(kind: str, fired: Iterable[tuple[str, bool]]) -> Iterator[Figure]:
    """Give for each rule alone: of the texts in which it fired, the share that is its kind."""
    hits: Mapping[str, list[bool]] = defaultdict(list)
    for rule, hit in fired:
        hits[rule].append(hit)
    for rule in sorted(hits):
        yield _precision(f"rule {kind}: {rule}", hits[rule])


def _ideas() -> Iterator[Figure]:
    rows = any_rows("suggestions")
    forum = [row for row in rows if row["domain"] == "software_forum"]
    hotels = [row for row in rows if row["domain"] == "hotel"]
    for half in HALVES:
        part = [row for row in forum if _half(row.get("thread") or row["id"]) == half]
        said = [idea_in(text=row["text"]).says_idea for row in part]
        yield _scored(f"ideas, forum, {half} half", "F1", _suggested(part), said, f1_of(label=True))
        part = [row for row in hotels if _half(row["id"]) == half]
        found = [idea_in(text=row["text"]) for row in part]
        either = [one.says_idea or one.says_tip for one in found]
        name = f"ideas or tips, hotels, {half} half"
        yield _scored(name, "F1", _suggested(part), either, f1_of(label=True))
    signed = [
        (sign, hit)
        for row, hit in zip(forum, _suggested(forum), strict=True)
        for sign in idea_signs(text=row["text"])
    ]
    yield from _each_rule("idea", ((sign.name, hit) for sign, hit in signed))


def _suggested(rows: Sequence[Row]) -> list[bool]:
    return [row["label"] == "suggestion" for row in rows]


def _comparisons() -> Iterator[Figure]:
    rows = any_rows("comparisons")
    truth = [row["label"] for row in rows]
    found = [compared(text=row["text"]) for row in rows]
    named = [compared(text=row["text"], names=(row["object_a"], row["object_b"])) for row in rows]
    three = [_of_pair(row, one) for row, one in zip(rows, named, strict=True)]
    for half in HALVES:
        at = [at for at, row in enumerate(rows) if _half(row["object_a"]) == half]
        some, told = [truth[one] for one in at], [three[one] for one in at]
        yield _scored(f"comparisons, names given, {half} half", "macro-F1", some, told, macro_f1)
    blind = [_of_pair(row, one) for row, one in zip(rows, found, strict=True)]
    yield _scored("comparisons, names not given", "macro-F1", truth, blind, macro_f1)
    set_apart = [label != "none" for label in truth]
    compares = [is_comparative(text=row["text"]) for row in rows]
    yield _scored("comparative or not, comparisons", "macro-F1", set_apart, compares, macro_f1)
    for name, ones in (("names given", named), ("names not given", found)):
        pairs = [
            _pair(row, one) != 0 for row, one, hit in zip(rows, ones, set_apart, strict=True) if hit
        ]
        low, high = wilson(sum(pairs), len(pairs))
        yield Figure(
            name=f"both things found, {name}",
            value=sum(pairs) / len(pairs),
            unit="recall",
            n=len(pairs),
            low=low,
            high=high,
        )
    fired = [(one.rule, hit) for one, hit in zip(found, set_apart, strict=True) if one]
    yield from _each_rule("comparison", fired)
    reviews = any_rows("comparatives_jl")
    truth = [row["label"] == "comparative" for row in reviews]
    compares = [is_comparative(text=row["text"]) for row in reviews]
    yield _scored("comparative or not, comparatives_jl", "macro-F1", truth, compares, macro_f1)


def _pair(row: Row, found: Comparison | None) -> int:
    """1: the two things as the file has them; -1: the other way round; 0: not both found."""
    if not found or not found.first or not found.second:
        return 0
    first, second = found.first.name.lower(), found.second.name.lower()
    object_a, object_b = row["object_a"].lower(), row["object_b"].lower()
    if object_a in first and object_b in second:
        return 1
    return -1 if object_b in first and object_a in second else 0


def _of_pair(row: Row, found: Comparison | None) -> str:
    way = _pair(row, found)
    if not found or not way or found.direction not in ("better", "worse"):
        return "none"
    if way > 0:
        return found.direction.value
    return "worse" if found.direction == "better" else "better"


def _asks() -> Iterator[Figure]:
    rows = any_rows("tweet_acts")
    found = [asked(text=row["text"]) for row in rows]
    for kind in ("question", "request"):
        truth = [row["label"] == kind for row in rows]
        said = [one.says_question if kind == "question" else one.says_request for one in found]
        yield _scored(f"{kind}s, tweet_acts", "F1", truth, said, f1_of(label=True))
        yield _precision(f"{kind}s, tweet_acts", _where(truth, said))
        words = [("?" if kind == "question" else "please") in row["text"].lower() for row in rows]
        word = "a question mark" if kind == "question" else '"please"'
        yield _precision(f"{kind}s by {word} alone", _where(truth, words))
        fired = [
            (sign.name, hit)
            for one, hit in zip(found, truth, strict=True)
            for sign in (one.question_signs if kind == "question" else one.request_signs)
        ]
        yield from _each_rule(kind, fired)


def _where(truth: Sequence[bool], said: Sequence[bool]) -> list[bool]:
    return [hit for hit, told in zip(truth, said, strict=True) if told]


def _urgency() -> Iterator[Figure]:
    rows = [row for row in any_rows("airline") if row.get("reason")]
    texts = [row["text"] for row in rows]
    read = read_texts(texts=texts, heads=load_heads(), language=load_language())
    urgencies = np.array([reading.urgency for reading in read])
    truth = np.array([row["reason"] in SOON for row in rows])
    halves = np.array([_half(row["author"]) for row in rows])
    for half in HALVES:
        yield _ranked(
            f"urgency on airline, {half} half of authors",
            truth[halves == half],
            urgencies[halves == half],
        )


def _ranked(name: str, truth: NDArray[np.bool_], values: NDArray[np.float64]) -> Figure:
    chance = np.random.default_rng(0)
    drawn = [chance.integers(0, len(truth), len(truth)) for _ in range(100)]
    low, high = np.percentile([roc_auc_score(truth[at], values[at]) for at in drawn], [2.5, 97.5])
    value = float(roc_auc_score(truth, values))
    return Figure(
        name=name, value=value, unit="AUC", n=len(truth), low=float(low), high=float(high)
    )


def _names() -> Iterator[Figure]:
    """Of the words written large or signed: how many are part of a name of any sort."""
    for file in ("entities_wnut17", "entities_btc"):
        hits, reached = [], []
        for row in any_rows(file):
            true = {one["text"].lower() for one in row["entities"]}
            said = {
                name.name.lower().lstrip("@#$")
                for name in names_in(text=row["text"])
                if name.name[0] != "@"
            }
            hits += [any(one in name or name in one for name in true) for one in said]
            reached += [any(one in name or name in one for name in said) for one in true]
        yield _precision(f"names found are names, {file}", hits)
        low, high = wilson(sum(reached), len(reached))
        yield Figure(
            name=f"names found, {file}",
            value=sum(reached) / len(reached),
            unit="recall",
            n=len(reached),
            low=low,
            high=high,
        )


def _content() -> Iterator[Figure]:
    rows = any_rows(_OWN_POSTS)
    truth = [MEANS[row["label"]].value for row in rows]
    rules = [content_class(text=row["text"], is_reply=False).value for row in rows]
    yield _scored("content class, rules", "macro-F1", truth, rules, macro_f1)
    chances = _by_linear_head(rows)
    alone = [MEANS[max(one, key=one.__getitem__)].value for one in chances]
    yield _scored("content class, linear head, new brand", "macro-F1", truth, alone, macro_f1)
    both = [
        joined_class(text=row["text"], is_reply=False, chances=one).value
        for row, one in zip(rows, chances, strict=True)
    ]
    yield _scored("content class, rules and linear head", "macro-F1", truth, both, macro_f1)
    name = "content class, rules and an encoder that never saw the brand"
    if not UNSEEN.exists():
        print(f"Left out: {name}. Run first: python -m training --unseen-only", file=sys.stderr)
        return
    said = [
        joined_class(text=row["text"], is_reply=False, chances=one).value
        for row, one in zip(rows, _by_encoder(rows), strict=True)
    ]
    yield _scored(name, "macro-F1", truth, said, macro_f1)


def _by_encoder(rows: Sequence[Row]) -> list[dict[str, float]]:
    place = {one.text: at for at, one in enumerate(lessons()) if one.source == _OWN_POSTS}
    logits = kept()[[place[row["text"]] for row in rows]][:, columns_of("content")].astype(
        np.float64
    )
    return [dict(zip(MEANS, one, strict=True)) for one in softmax(logits).tolist()]


def _by_linear_head(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Stand in for the encoder's head: our n-grams, over whole brands that were held out."""
    features = matrix([row["text"] for row in rows])
    features = features[:, np.unique(features.indices)]
    labels = np.array([row["label"] for row in rows])
    brands = [row["brand"] for row in rows]
    chances: list[dict[str, float]] = [{} for _ in rows]
    for seen, held in GroupKFold(5).split(labels, labels, brands):
        model = LogisticRegression(C=10, max_iter=500).fit(features[seen], labels[seen])
        for at, row in zip(held, model.predict_proba(features[held]), strict=True):
            chances[at] = dict(zip(model.classes_.tolist(), row.tolist(), strict=True))
    return chances


def _speed() -> Iterator[Figure]:
    texts = [row["text"] for row in any_rows("airline")]
    for name, work in (
        ("ideas and tips", lambda text: idea_in(text=text)),
        ("comparisons", lambda text: compared(text=text)),
        ("questions and requests", lambda text: asked(text=text)),
        ("names", lambda text: names_in(text=text)),
    ):
        began = time.process_time()
        for text in texts:
            work(text)
        rate = len(texts) / (time.process_time() - began)
        yield Figure(
            name=f"speed: {name}",
            value=rate,
            unit="posts/s a core",
            n=len(texts),
            low=rate,
            high=rate,
        )


if __name__ == "__main__":
    main()
