"""
How fast the brand filter learns, on whole brands that it never saw.

    python -m benchmarks.accuracy_relevance [--encoder FILE.onnx] [--out FILE.jsonl]

For each brand the first day is trained on all other brands; then half of its posts are held
back, and corrections come from the other half: at random, or the most uncertain ones first.
Prints, and writes to benchmarks/accuracy_relevance.jsonl, one line for each figure: average
precision, recall at 90 % precision, macro-F1 at one half, calibration error; each the mean over
brands, with an interval from drawing whole brands.  Some ten minutes; needs the public data.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.relevance_cases import Case, cases, measurable
from benchmarks.saying import commit
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve
from sklearn.pipeline import make_pipeline
from training.fit import calibration_error
from training.relevance_filter import Labelled, meanings_of, train

from answerback.domain.records.correction import Correction
from answerback.domain.relevance.brand_filter import BrandFilter, first_filter
from answerback.weights.encoder import PIECES_FILE, OnnxEncoder
from benchmarks import relevance_tables

RESULTS = Path(__file__).parent / "accuracy_relevance.jsonl"
COUNTS = (10, 25, 50, 100, 200)
REPEATS = 3
STEP = 5  #: uncertain posts chosen before the filter learns again
DRAWS = 2_000
SEED = 20_261_125
PRECISION = 0.9
ASKED = ("average_precision", "recall_at_90_precision", "macro_f1", "calibration_error")

Floats = NDArray[np.float64]
Figures = tuple[float, ...]  #: as ASKED


class Read:
    """Meanings, each text read once."""

    def __init__(self, encoder: OnnxEncoder | None) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for at in range(0, len(new), 512):
            part = new[at : at + 512]
            told = self._encoder.read(part).meanings if self._encoder else meanings_of(part)
            self._known |= dict(zip(part, told, strict=True))
        return np.array([self._known[text] for text in texts])


def main() -> None:
    """Measure every brand, then say the means."""
    options = argparse.ArgumentParser(description=__doc__.strip().split("\n", 1)[0])
    options.add_argument("--encoder", type=Path)
    options.add_argument("--out", type=Path, default=RESULTS)
    asked = options.parse_args()
    encoder = OnnxEncoder(path=asked.encoder, pieces=PIECES_FILE) if asked.encoder else None
    read = Read(encoder)
    every = cases(read)
    lines = [
        *_curves(every, read=read),
        *_floors([one.labelled for one in every if one.trains]),
        *_speeds(every[0].labelled, read=read),
    ]
    with asked.out.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line) + "\n")
            print(json.dumps(line), flush=True)
    if asked.out == RESULTS:
        relevance_tables.write(lines)


def _curves(every: Sequence[Case], *, read: Read) -> Iterator[Mapping[str, Any]]:
    found: dict[tuple[str, str, int], list[Figures]] = defaultdict(list)
    for case in every:
        others = [one.labelled for one in every if one.trains and one is not case]
        first = first_filter(
            day_one=train(others, meanings=read),
            description=case.labelled.description,
            meanings=read,
        )
        whole = _figures(case.labelled.relevant, _scores(first, case.labelled))
        found[case.labelled.file, "new brand, all posts", 0].append(whole)
        print(
            f"# {case.labelled.brand}",
            dict(zip(ASKED, np.round(whole, 3), strict=True)),
            flush=True,
        )
        if not measurable(case):
            continue
        for choice in ("random", "uncertain"):
            for count, figures in _curve(first, case.labelled, choice=choice, read=read).items():
                found[case.labelled.file, choice, count].append(figures)
    for (file, choice, count), some in found.items():
        yield _line(file=file, choice=choice, count=count, figures=some)
    for choice in ("random", "uncertain"):
        for count in (0, *COUNTS):
            clean = [
                one
                for (file, way, labels), told in found.items()
                if way == choice and labels == count and file in _CLEAN
                for one in told
            ]
            yield _line(file=" + ".join(_CLEAN), choice=choice, count=count, figures=clean)


#: Where the labels are good enough to tell 0.95 from 0.98; relevance_entity's are noisy.
_CLEAN = ("relevance_sanders", "relevance_crisis", "name ambiguity")


def _line(*, file: str, choice: str, count: int, figures: list[Figures]) -> Mapping[str, Any]:
    told = np.array(figures)
    drawn = np.random.default_rng(SEED).integers(len(told), size=(DRAWS, len(told)))
    means = told[drawn].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975], axis=0)
    return {
        "name": f"relevance: {file}",
        "choice": choice,
        "corrections": count,
        "brands": len(told),
        **{
            name: [round(float(x), 3) for x in (told[:, at].mean(), low[at], high[at])]
            for at, name in enumerate(ASKED)
        },
        "commit": commit(),
    }


def _floors(brands: Sequence[Labelled]) -> Iterator[Mapping[str, Any]]:
    """Say how well TF-IDF and a logistic regression do, taught by the file's other brands."""
    for file in dict.fromkeys(one.file for one in brands):
        several = [one for one in brands if one.file == file]
        figures = []
        for brand in several:
            model = make_pipeline(
                TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
                LogisticRegression(C=4, class_weight="balanced", max_iter=300),
            )
            others = [one for one in several if one is not brand]
            texts = [text for one in others for text in one.texts]
            model.fit(texts, np.concatenate([one.relevant for one in others]))
            scores = model.predict_proba(list(brand.texts))[:, 1]
            figures.append(_figures(brand.relevant, scores))
        yield _line(file=file, choice="floor: TF-IDF", count=0, figures=figures)


def _curve(first: BrandFilter, brand: Labelled, *, choice: str, read: Read) -> dict[int, Figures]:
    runs = [
        dict(_run(first, brand, choice=choice, seed=SEED + repeat, read=read))
        for repeat in range(REPEATS)
    ]
    counts = [count for count in runs[0] if all(count in run for run in runs)]
    return {
        count: tuple(np.mean([run[count] for run in runs], axis=0).tolist()) for count in counts
    }


def _run(
    first: BrandFilter, brand: Labelled, *, choice: str, seed: int, read: Read
) -> Iterator[tuple[int, Figures]]:
    order = np.random.default_rng(seed).permutation(len(brand.texts))
    held, pool = order[: len(order) // 2], order[len(order) // 2 :].tolist()
    yield 0, _figures(brand.relevant[held], _scores(first, brand, rows=held))
    chosen, now = pool[: COUNTS[0]], first
    for count in COUNTS:
        if count > len(pool):
            return
        while len(chosen) < count:
            left = [at for at in pool if at not in set(chosen)]
            more = min(STEP, count - len(chosen)) if choice == "uncertain" else count - len(chosen)
            chosen = [*chosen, *_next(now, brand, left=left, choice=choice)[:more]]
            now = now.teach(_corrections(brand, chosen), meanings=read)
        now = now.teach(_corrections(brand, chosen), meanings=read)
        yield count, _figures(brand.relevant[held], _scores(now, brand, rows=held))


def _next(now: BrandFilter, brand: Labelled, *, left: list[int], choice: str) -> list[int]:
    if choice == "random":
        return left
    doubt = np.abs(_scores(now, brand, rows=np.array(left)) - 0.5)
    return [left[at] for at in np.argsort(doubt, kind="stable")]


def _corrections(brand: Labelled, rows: Sequence[int]) -> list[Correction]:
    return [Correction(text=brand.texts[at], relevant=bool(brand.relevant[at])) for at in rows]


def _scores(
    brand_filter: BrandFilter, brand: Labelled, *, rows: NDArray[np.int64] | None = None
) -> Floats:
    at = np.arange(len(brand.texts)) if rows is None else rows
    texts = [brand.texts[row] for row in at]
    return brand_filter.score(texts, meanings=brand.meanings[at]).relevance


def _figures(relevant: NDArray[np.bool_], scores: Floats) -> Figures:
    precision, recall, _ = precision_recall_curve(relevant, scores)
    return (
        float(average_precision_score(relevant, scores)),
        float(recall[precision >= PRECISION].max(initial=0.0)),
        float(f1_score(relevant, scores >= 0.5, average="macro")),  # noqa: PLR2004 -- one half
        float(calibration_error(chances=scores, truth=relevant.astype(float))),
    )


def _speeds(brand: Labelled, *, read: Read) -> Iterator[Mapping[str, Any]]:
    """Time learning from 5,000 labels, and one more; meanings are at hand."""
    texts = [f"{text} {copy}" for copy in range(8) for text in brand.texts][:5_000]
    meant = np.tile(brand.meanings, (8, 1))[: len(texts)]
    known = dict(zip(texts, meant, strict=True))

    def meanings(some: Sequence[str]) -> NDArray[np.float32]:
        return np.array([known[text] for text in some])

    first = first_filter(
        day_one=train([brand], meanings=read), description=brand.description, meanings=read
    )
    labels = np.tile(brand.relevant, 8)[: len(texts)].tolist()
    told = [
        Correction(text=text, relevant=label) for text, label in zip(texts, labels, strict=True)
    ]
    for count in (200, 5_000):
        began = time.perf_counter()
        before = first.teach(told[: count - 1], meanings=meanings)
        then = time.perf_counter()
        before.teach(told[:count], meanings=meanings)
        yield {
            "name": "relevance: seconds to learn, meanings at hand",
            "corrections": min(count, len(told)),
            "from_scratch": round(then - began, 3),
            "one_more": round(time.perf_counter() - then, 3),
            "commit": commit(),
        }


if __name__ == "__main__":
    main()
