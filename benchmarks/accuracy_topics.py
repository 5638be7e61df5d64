"""
How well a brand's own topics are told, from a name alone up to a hundred examples of each.

    python -m benchmarks.accuracy_topics [clinc150] [banking77] [bitext] [airline] [support]

Every figure goes through the head as a brand has it: each label is a topic with its name, and
so many of its training posts as examples.  Posts of no topic are never shown to it, nor used to
draw the line.  Needs the public data and the encoder; writes benchmarks/accuracy_topics.jsonl.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.saying import renew
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold
from training.figures import Figure, wilson
from training.fit import SEED, calibration_error
from training.sources import Row, any_rows, near_duplicates, same_text

from answerback.domain.records.brand import Topic
from answerback.domain.understanding.encoder import Matrix
from answerback.domain.understanding.topics import HOLDS, TopicJudge, topic_judge
from answerback.weights.encoder import load_encoder

RESULTS = Path(__file__).parent / "accuracy_topics.jsonl"
PAGE = Path(__file__).parent.parent / "docs" / "reference" / "topics.md"  #: its table is renewed
_BEGIN, _END = "<!-- written by benchmarks/accuracy_topics.py -->", "<!-- end -->"
CURVE = (0, 1, 3, 5, 10, 20, 50)  #: examples a topic; then all
DRAWS = 3  #: of the examples, where there are few of them
_FEW = 20
_AT_ONCE = 1_000
_NONE = "none"
_SURE = 0.6  #: of an airline post's reason, its annotators
_OFTEN = 10  #: posts of a support topic that is judged

#: What each reason of the airline file means, in our words: `about` of a topic.
REASONS = {
    "Customer Service Issue": "Staff, phone line or help desk treat somebody badly or never answer",
    "Late Flight": "A flight leaves or lands late, or people sit and wait for a delayed plane",
    "Cancelled Flight": "A flight was cancelled and people want another one",
    "Lost Luggage": "A bag is lost, or did not come out with its owner",
    "Bad Flight": "The seat, the food, the wifi or the plane itself was bad",
    "Flight Booking Problems": "Booking, changing or paying on the website or app does not work",
    "Flight Attendant Complaints": "A flight attendant or the crew on board was rude",
    "longlines": "Long lines and waiting at the counter, at check-in or at the gate",
    "Damaged Luggage": "A bag, or something in it, was broken",
}


class _Meanings:
    """The encoder, which reads no text twice."""

    def __init__(self) -> None:
        self._known: dict[str, Matrix] = {}

    def __call__(self, texts: Sequence[str]) -> Matrix:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for at in range(0, len(new), _AT_ONCE):
            part = new[at : at + _AT_ONCE]
            self._known.update(zip(part, load_encoder().read(part).meanings, strict=True))
        return np.array([self._known[text] for text in texts], dtype=np.float32)


MEANINGS = _Meanings()


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Posts to take examples from, and posts to judge; labels are topics, or `_NONE`."""

    names: tuple[str, ...]
    shown: Mapping[str, Sequence[str]]  #: training posts of each topic
    texts: Sequence[str]  #: to judge
    truth: NDArray[np.str_]

    def topics(self, each: int | None, *, draw: int, about: Mapping[str, str]) -> list[Topic]:
        """Return the topics with so many examples each, drawn by chance; None: all of them."""
        chance = np.random.default_rng(SEED + draw)
        return [
            Topic(
                name=name,
                about=about.get(name, ""),
                examples=tuple(chance.permutation(self.shown[name])[:each].tolist()),
            )
            for name in self.names
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """
    What the head said of the posts of a split.

    Shapes: n posts; each (n,).
    """

    right: NDArray[np.bool_]  #: the leading topic is the post's own
    score: NDArray[np.float64]  #: of the leading topic
    none: NDArray[np.bool_]  #: the post is of no topic

    @property
    def told(self) -> NDArray[np.bool_]:
        return self.score >= HOLDS


def judged(split: Split, judge: TopicJudge) -> tuple[Judged, Matrix]:
    """Shapes: n posts of k topics; `Judged` of n and their scores (n, k) out."""
    scores = judge.scores(MEANINGS(split.texts))
    leading = np.array(split.names)[scores.argmax(axis=1)]
    told = Judged(
        right=leading == split.truth,
        score=scores.max(axis=1).astype(np.float64),
        none=split.truth == _NONE,
    )
    return told, scores


def together(parts: Sequence[Judged]) -> Judged:
    return Judged(
        right=np.concatenate([one.right for one in parts]),
        score=np.concatenate([one.score for one in parts]),
        none=np.concatenate([one.none for one in parts]),
    )


def curve(
    name: str, split: Split, *, about: Mapping[str, str], floor: float | None = None
) -> Iterator[Figure]:
    """Judge with more and more examples; `about` is given to the head throughout."""
    smallest = min(map(len, split.shown.values()))
    for each in (*(few for few in CURVE if few < smallest), None):
        draws = range(DRAWS if each and each <= _FEW else 1)
        began, parts, scores = time.perf_counter(), [], np.zeros((0, 0), dtype=np.float32)
        MEANINGS([text for some in split.shown.values() for text in some])
        MEANINGS(split.texts)
        for draw in draws:
            topics = split.topics(each, draw=draw, about=about)
            judge = topic_judge(topics=topics, meanings_of=MEANINGS)
            one, scores = judged(split, judge)
            parts.append(one)
        seconds = (time.perf_counter() - began) / len(draws)
        what = f"{name}, {'all' if each is None else each} examples a topic"
        yield from _figures(
            what, together(parts), floor=None if each else floor, note=f"{seconds:.1f} s"
        )
        if len(split.names) > 1:
            yield _precision(what, split, scores)


def _figures(what: str, told: Judged, *, floor: float | None, note: str) -> Iterator[Figure]:
    own, right, said = ~told.none, told.right, told.told
    yield _share(f"{what}: the right topic leads", right[own], floor=floor, note=note)
    yield _share(f"{what}: the right topic is told", (right & said)[own])
    yield _share(f"{what}: right, where a topic is told", right[own & said])
    if told.none.any():
        yield _share(f"{what}: none told of posts of no topic", ~said[told.none])
    error = calibration_error(chances=told.score, truth=right.astype(np.float64))
    spread, n = float(error), len(right)
    yield Figure(
        name=f"{what}: score against right", value=spread, unit="ECE", n=n, low=spread, high=spread
    )


def _precision(what: str, split: Split, scores: Matrix) -> Figure:
    each = [
        float(average_precision_score(split.truth == name, scores[:, at]))
        for at, name in enumerate(split.names)
        if (split.truth == name).any()
    ]
    mean, n = float(np.mean(each)), len(split.texts)
    return Figure(
        name=f"{what}: posts of a topic ranked first",
        value=mean,
        unit="mean AP",
        n=n,
        low=min(each),
        high=max(each),
        note="low and high: the worst and best topic",
    )


def _share(
    name: str, held: NDArray[np.bool_], *, floor: float | None = None, note: str = ""
) -> Figure:
    low, high = wilson(int(held.sum()), len(held))
    return Figure(
        name=name,
        value=float(held.mean()),
        unit="share",
        n=len(held),
        low=low,
        high=high,
        floor=floor,
        note=note,
    )


def clinc150() -> Iterator[Figure]:
    """Take examples from the file's training part; judge its validation part and all `oos`."""
    rows = any_rows("intent_clinc150")
    shown = [row for row in rows if row["part"] == "train"]
    seen = {same_text(row["text"]) for row in shown}
    held = [row for row in rows if row["part"] != "train" and same_text(row["text"]) not in seen]
    yield from curve("clinc150", _split(shown, held, none="oos"), about={}, floor=0.9)
    yield from _speed()


def banking77() -> Iterator[Figure]:
    yield from curve("banking77", _folded(any_rows("intent_banking77")), about={}, floor=0.912)


def bitext() -> Iterator[Figure]:
    yield from curve("bitext", _folded(any_rows("intent_bitext")), about={})


def airline() -> Iterator[Figure]:
    """Judge complaints of airlines by reason: a service and a way of talking never seen."""
    rows = [
        {"text": row["text"], "label": row.get("reason") or _NONE}
        for row in any_rows("airline")
        if row.get("reason") != "Can't Tell" and (row.get("reason_confidence") or 1.0) > _SURE
    ]
    chance = np.random.default_rng(SEED)
    some = [rows[at] for at in chance.permutation(len(rows))[:4_000]]
    split = _folded(some)
    yield from curve("airline reasons", split, about=REASONS)


def support() -> Iterator[Figure]:
    """Judge posts to two brands by name of the topic alone; a post may have several."""
    rows = any_rows("support_topics")
    names = sorted({label for row in rows for label in row["label"]})
    often = [name for name in names if sum(name in row["label"] for row in rows) >= _OFTEN]
    judge = topic_judge(topics=[Topic(name=name) for name in often], meanings_of=MEANINGS)
    scores = judge.scores(MEANINGS([row["text"] for row in rows]))
    truth = np.array([[name in row["label"] for name in often] for row in rows])
    told = scores >= HOLDS
    what = f"support topics, {len(often)} names alone"
    yield _share(f"{what}: right, of topics told", truth[told])
    yield _share(f"{what}: told, of topics that hold", told[truth])
    nothing = np.asarray(~told[~truth.any(axis=1)].any(axis=1))
    yield _share(f"{what}: none told of posts of no topic", nothing)


def _speed() -> Iterator[Figure]:
    """Judge on top of the encoder, with reasons: 150 topics with their examples."""
    rows = [row for row in any_rows("intent_clinc150") if row["label"] != "oos"]
    shown = [row for row in rows if row["part"] == "train"]
    split = _split(shown, rows[:5_000], none="oos")
    MEANINGS([row["text"] for row in rows])
    topics = split.topics(None, draw=0, about={})
    began = time.process_time()
    judge = topic_judge(topics=topics, meanings_of=MEANINGS)
    learned = time.process_time() - began
    began = time.process_time()
    judge.judge(list(split.texts))
    speed = len(split.texts) / (time.process_time() - began)
    n = len(shown)
    yield Figure(
        name="learn 150 topics, beside the encoder",
        value=learned,
        unit="CPU seconds",
        n=n,
        low=learned,
        high=learned,
        note="examples",
    )
    yield Figure(
        name="tell 150 topics with reasons, beside the encoder",
        value=speed,
        unit="posts per CPU second",
        n=len(split.texts),
        low=speed,
        high=speed,
    )


def _split(shown: Sequence[Row], held: Sequence[Row], *, none: str = _NONE) -> Split:
    names = tuple(sorted({str(row["label"]) for row in shown} - {none}))
    by_name: dict[str, list[str]] = {name: [] for name in names}
    for row in shown:
        if row["label"] != none:
            by_name[str(row["label"])].append(str(row["text"]))
    truth = [_NONE if row["label"] == none else str(row["label"]) for row in held]
    return Split(
        names=names,
        shown=by_name,
        texts=[str(row["text"]) for row in held],
        truth=np.array(truth),
    )


def _folded(rows: Sequence[Row]) -> Split:
    """Hold out a fifth of the posts; near-duplicates stay together."""
    texts = [str(row["text"]) for row in rows]
    groups = near_duplicates(texts)
    kept, held = next(iter(GroupKFold(5).split(texts, texts, groups)))
    return _split([rows[at] for at in kept], [rows[at] for at in held])


TRIALS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    "clinc150": clinc150,
    "banking77": banking77,
    "bitext": bitext,
    "airline": airline,
    "support": support,
}


def main() -> None:
    figures: list[Figure] = []
    for name in sys.argv[1:] or TRIALS:
        for figure in TRIALS[name]():
            figures.append(figure)
            print(f"{figure.name:70} {figure.value:10.3f} {figure.unit} (n={figure.n})", flush=True)
    _keep(figures)


def _keep(figures: Sequence[Figure]) -> None:
    """Renew the lines that were measured now, keep the others."""
    lines: dict[str, dict[str, Any]] = {}
    if RESULTS.exists():
        for line in RESULTS.read_text().splitlines():
            old = json.loads(line)
            lines[old["name"]] = old
    for figure in figures:
        lines[figure.name] = {
            key: round(value, 4) if isinstance(value, float) else value
            for key, value in asdict(figure).items()
        }
    RESULTS.write_text("".join(json.dumps(line) + "\n" for line in lines.values()))
    table = _table({name: line["value"] for name, line in lines.items()})
    renew(PAGE, begin=_BEGIN, end=_END, lines=table)


_COLUMNS = (
    "the right topic leads",
    "the right topic is told",
    "right, where a topic is told",
    "none told of posts of no topic",
)


def _table(values: Mapping[str, float]) -> Iterator[str]:
    """Give a line for each file and number of examples, as Markdown."""
    yield f"| posts, examples a topic | {' | '.join(_COLUMNS)} |"
    yield f"|---|{'--:|' * len(_COLUMNS)}"
    for what in dict.fromkeys(name.rpartition(": ")[0] for name in values if ": " in name):
        cells = [values.get(f"{what}: {column}") for column in _COLUMNS]
        if cells[0] is not None:
            told = " | ".join("" if cell is None else f"{cell:.3f}" for cell in cells)
            yield f"| {what.removesuffix(' examples a topic')} | {told} |"


if __name__ == "__main__":
    main()
