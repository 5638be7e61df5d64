"""A batch of texts to calibrated probabilities, and the words that carried them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.reading import Sentiment
from answerback.domain.understanding.features import Features, Tokens, featurise
from answerback.domain.understanding.heads import Heads, Matrix, Scores, score, sigmoid, softmax
from answerback.domain.understanding.lexicon import Lexicon, Spots, spot
from answerback.domain.understanding.rules import rule_lexicon

SENTIMENTS = tuple(f"sentiment_{name}" for name in Sentiment)
#: What is left out around a quoted word; "?" and "!" stay, they often carried the verdict.
EDGES = " \t.,:;\"'()[]{}<>…“”‘’«»*_~|/\\-"  # noqa: RUF001 -- quotation marks are meant
CHUNK = 60_000  #: characters read at once; bounds the memory
ALONE = 20_000  #: a longer post is a chunk of its own, so that company never changes its sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """
    What the heads and rules say of a batch, calibrated.

    Shapes: n texts, w words, h heads; `logits` and `probabilities` (n, h); `carried` (w, h) in
    calibrated logits: what each word added; words of text i: first_word[i] and on.
    """

    logits: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    carried: Matrix
    first_word: NDArray[np.int64]
    tokens: Tokens


def judge(*, heads: Heads, texts: Sequence[str]) -> Verdicts:
    """
    Let heads and rules judge a batch.

    Shapes: n texts in, `Verdicts` of n texts out.
    Error: calibrated on the card's data; another brand's mix of posts shifts it.
    """
    features = featurise(texts=texts)
    scores = score(heads=heads, features=features)
    rules = spot(lexicon=rule_lexicon(), tokens=features.tokens)
    logits = scores.logits * heads.slope + heads.offset
    logits += fired(spots=rules, features=features) @ heads.rules
    whole = logits.astype(np.float64)
    return Verdicts(
        logits=whole,
        probabilities=_probabilities(heads=heads, logits=whole),
        carried=_carried(heads=heads, scores=scores, spots=rules),
        first_word=scores.first_word,
        tokens=features.tokens,
    )


def fired(*, spots: Spots, features: Features) -> Matrix:
    """
    Tell which rules fired in which text.

    Shapes: (n, r), 1 where rule r found a phrase in text n, else 0.
    """
    table = np.zeros((features.texts, len(rule_lexicon().labels)), dtype=np.float32)
    table[spots.texts, spots.labels] = 1.0
    return table


def chunks(texts: Sequence[str]) -> Iterator[slice]:
    """Cut a batch into runs of bounded size; a very long text stands alone."""
    begin = size = 0
    for at, text in enumerate(texts):
        length = len(text) + 1
        if at > begin and (size + length > CHUNK or length > ALONE):
            yield slice(begin, at)
            begin, size = at, 0
        size += CHUNK if length > ALONE else length
    if begin < len(texts):
        yield slice(begin, len(texts))


def _probabilities(*, heads: Heads, logits: NDArray[np.float64]) -> NDArray[np.float64]:
    probabilities = sigmoid(logits)
    moods = [heads.column(name) for name in SENTIMENTS]
    probabilities[:, moods] = softmax(logits[:, moods])
    return probabilities


def _carried(*, heads: Heads, scores: Scores, spots: Spots) -> Matrix:
    """Add each rule's weight to the word its phrase begins in, once for a text."""
    carried = scores.words * heads.slope
    if len(spots):
        pairs = spots.texts * len(heads.rule_names) + spots.labels
        _, firsts = np.unique(pairs, return_index=True)
        np.add.at(carried, spots.words[firsts], heads.rules[spots.labels[firsts]])
    return carried


def first_signs(
    *, spots: Spots, lexicon: Lexicon, texts: Sequence[str], first_word: NDArray[np.int64]
) -> dict[int, dict[str, str]]:
    """
    Give for each text the first find of each label, in the text's own spelling.

    Shapes: n texts, (n + 1,) first words; texts without a find are absent.
    """
    signs: dict[int, dict[str, str]] = {}
    for text, label, phrase, word in spots:
        found = signs.setdefault(text, {})
        name = lexicon.labels[label]
        if name not in found:
            at = word - int(first_word[text])
            length = len(lexicon.phrases[phrase].split())
            found[name] = " ".join(texts[text].split()[at : at + length]).strip(EDGES)
    return signs
