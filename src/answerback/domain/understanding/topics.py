"""Which of a brand's own topics a post is about, by what it means; often none of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.brand import Topic
from answerback.domain.understanding.topic_fit import Matrix, Numbers, apart, common_part, learn

#: What posts mean: n texts in, (n, d) out, rows of length 1.
Meanings = Callable[[Sequence[str]], Matrix]

HOLDS = 0.5  #: a topic with at least this score is told
_LEAST = 6.2  #: nearness to a single topic below which a post is not about it
_MORE = 0.4  #: added for each time that there are e times as many topics: all add to nearness
_LESS = 2.0  #: taken off for a whole common part, without which all posts are less near
_REFUSED = 0.01  #: of posts like the examples, how many may come out as none for that
_BELIEVED = 20  #: examples of which half that is believed
_FOLDS = 5
_STEEP = 0.8  #: logits of the score for one of nearness
_APART = 2.0  #: logits behind the leading topic that make another a third as likely
_ALMOST = 0.9999  #: no learned score is 1: that is a query's


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutTopic:
    """One topic that a post is about, and what says so."""

    name: str
    score: float  #: in [HOLDS, 1)
    why: str  #: a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """
    What a brand says of its topics, as meanings.

    Shapes: k topics, n examples; `said` (k, d), `common` (d,), `meanings` (n, d), `topics` (n,).
    """

    names: tuple[str, ...]
    said: Matrix
    common: Matrix  #: what the examples of all topics have in common
    meanings: Matrix  #: of the examples, without it
    topics: Numbers
    texts: tuple[str, ...]  #: the examples


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicJudge:
    """
    A brand's topics, learned.

    Shapes: k topics; `weights` (k, d), `bias` (k,).
    Units: `cut` is a nearness, the logarithm of the summed exponentials of the logits.
    """

    known: _Known
    weights: Matrix
    bias: Matrix
    cut: float
    meanings_of: Meanings

    def scores(self, meanings: Matrix) -> Matrix:
        """
        Return how likely each topic holds; below `HOLDS` for all of them: none of these.

        The likeliest topic scores how likely the post is about any of them; another one less,
        the further it is behind.  Several may hold.

        Shapes: (n, d) in, (n, k) out, in [0, 1).
        Error: 0.02 to 0.06 with a hundred examples a topic, far more from names alone; see
        docs/reference/topics.md.
        """
        own = apart(meanings, self.known.common)
        logits = (own @ self.weights.T + self.bias).astype(np.float64)
        top = logits.max(axis=1, keepdims=True)
        near = _nearness(logits)[:, None]
        any_of_them = 1.0 / (1.0 + np.exp(-_STEEP * np.clip(near - self.cut, -50.0, 50.0)))
        shared = any_of_them * np.exp((logits - top) / _APART)
        told: Matrix = np.minimum(shared, _ALMOST).astype(np.float32)
        return told

    def judge(self, texts: Sequence[str]) -> list[tuple[AboutTopic, ...]]:
        """
        Say what each text is about, likeliest first; often nothing.

        Shapes: n texts in, n tuples out.
        """
        if not texts:
            return []
        meanings = self.meanings_of(texts)
        scores, own = self.scores(meanings), apart(meanings, self.known.common)
        told: list[tuple[AboutTopic, ...]] = [()] * len(texts)
        for at in np.flatnonzero(scores.max(axis=1) >= HOLDS).tolist():
            held = [topic for topic in np.argsort(-scores[at]) if scores[at, topic] >= HOLDS]
            told[at] = tuple(
                self._about(int(topic), meaning=own[at], score=float(scores[at, topic]))
                for topic in held
            )
        return told

    def _about(self, topic: int, *, meaning: Matrix, score: float) -> AboutTopic:
        name = self.known.names[topic]
        return AboutTopic(
            name=name,
            score=round(score, 4),
            why=f"{SIGN}{name}' ({score:.0%}), {self._nearest(topic, meaning=meaning)}",
        )

    def _nearest(self, topic: int, *, meaning: Matrix) -> str:
        examples = np.flatnonzero(self.known.topics == topic)
        likeness = self.known.meanings[examples] @ meaning
        if not len(examples) or likeness.max() < float(self.known.said[topic] @ meaning):
            return "by what the topic is about"
        return f"near its example '{_short(self.known.texts[examples[int(likeness.argmax())]])}'"


#: How every sentence of this head begins.
SIGN = "it reads like topic '"
_SHOWN = 60  #: characters of an example in a sentence


def topic_judge(*, topics: Sequence[Topic], meanings_of: Meanings) -> TopicJudge:
    """
    Learn topics from their names, what they are about, and their examples, none to hundreds.

    Where to draw the line to "none of these" was measured on other people's topics; where many
    examples lie closer together, they move it nearer, each judged by topics learned without it.

    :raises ValueError: for no topics.
    """
    if not topics:
        raise ValueError("There are no topics to learn.")
    known = _understood(topics, meanings_of=meanings_of)
    weights, bias = learn(said=known.said, meanings=known.meanings, topics=known.topics)
    return TopicJudge(
        known=known, weights=weights, bias=bias, cut=_cut(known), meanings_of=meanings_of
    )


def _understood(topics: Sequence[Topic], *, meanings_of: Meanings) -> _Known:
    """Put all that is said of topics into meanings, in one go."""
    names = [_spelled(topic.name) for topic in topics]
    examples = [(at, text) for at, topic in enumerate(topics) for text in topic.examples]
    texts = tuple(text for _, text in examples)
    meanings = meanings_of(
        [*names, *(topic.about or name for topic, name in zip(topics, names, strict=True)), *texts]
    )
    count = len(topics)
    said, shown = meanings[:count] + meanings[count : 2 * count], meanings[2 * count :]
    of = np.array([at for at, _ in examples], dtype=np.int64)
    common = common_part(meanings=shown, topics=of, count=count)
    return _Known(
        names=tuple(topic.name for topic in topics),
        said=apart(said, np.zeros_like(common)),
        common=common,
        meanings=apart(shown, common),
        topics=of,
        texts=texts,
    )


def _spelled(name: str) -> str:
    """Return a name as one would say it: `late_delivery` is two words."""
    return name.replace("_", " ").replace("-", " ").lower()


def _nearness(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how near a post is to any topic: a soft maximum.  Shapes: (n, k) in, (n,) out."""
    near: NDArray[np.float64] = np.logaddexp.reduce(logits, axis=1)
    return near


def _cut(known: _Known) -> float:
    """Return the nearness that nearly all posts like the examples have, but never too little."""
    least = _LEAST + _MORE * float(np.log(len(known.names)))
    least -= _LESS * float(np.linalg.norm(known.common))
    count = len(known.topics)
    if count == 0:
        return least
    more = float(np.quantile(_held_out(known), _REFUSED)) - least
    return least + max(0.0, more) * count / (count + _BELIEVED)


def _held_out(known: _Known) -> NDArray[np.float64]:
    """
    Return how near each example is to topics that were learned without it.

    Shapes: (n,) out.
    """
    folds = _turn_in_topic(known.topics) % _FOLDS
    near = np.empty(len(folds))
    for fold in np.unique(folds):
        out = folds == fold
        kept, topics = known.meanings[~out], known.topics[~out]
        weights, bias = learn(said=known.said, meanings=kept, topics=topics)
        near[out] = _nearness((known.meanings[out] @ weights.T + bias).astype(np.float64))
    return near


def _turn_in_topic(topics: Numbers) -> Numbers:
    """Return which of its topic's examples each is, from 0.  Shapes: (n,) in, sorted; (n,) out."""
    return np.arange(len(topics)) - np.searchsorted(topics, topics)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
