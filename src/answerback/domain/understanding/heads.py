"""Linear heads: what the hashed n-grams of a text say, and which words said it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answerback.domain.understanding.features import Family, Features, Places

_BLOCK = 1 << 16  #: features gathered at once: bounds the memory, whatever the text

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """
    All trained heads in one matrix, so that each feature is fetched once.

    A head's calibrated logit is slope * logit + offset + the weights of the rules that
    fired; a sigmoid (for sentiment: a softmax over its three heads) makes it a probability.

    Shapes: h heads, r rules; `weights` (2 ** BITS, h), `bias`, `slope` and `offset`
    (h,), `rules` (r, h).
    Source: Platt scaling on posts of brands and authors that the head never saw.
    """

    names: tuple[str, ...]
    weights: Matrix
    bias: Matrix
    slope: Matrix
    offset: Matrix
    rule_names: tuple[str, ...]
    rules: Matrix
    spam_discard_above: float  #: a spam probability above it sets the post aside; see the card
    version: str

    def column(self, name: str) -> int:
        return self.names.index(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """
    What the heads say of a batch before calibration.

    Shapes: n texts, w words, h heads; `logits` (n, h), `words` (w, h).
    Units: logits; a text's logit is its bias plus the sum over its words.
    """

    logits: Matrix
    words: Matrix  #: what each blank-separated word added
    first_word: Places  #: (n + 1,): the words of text i are first_word[i] up to first_word[i + 1]


def score(*, heads: Heads, features: Features) -> Scores:
    """
    Let every head look at every text of the batch.

    Shapes: features of n texts in, `Scores` of n texts out.
    Error: float32 sums; the same for a text in whatever batch it stands.
    """
    texts = features.word_texts
    words = _word_sums(features.characters, weights=heads.weights, words=len(texts))
    words *= features.character_scale[texts, None]
    phrases = _word_sums(features.phrases, weights=heads.weights, words=len(texts))
    words += phrases * features.word_scale[texts, None]
    first_word = np.searchsorted(texts, np.arange(features.texts + 1))
    logits = np.tile(heads.bias, (features.texts, 1))
    if len(texts):
        spoken = np.flatnonzero(first_word[:-1] < first_word[1:])
        logits[spoken] += np.add.reduceat(words, first_word[spoken], axis=0)
    return Scores(logits=logits, words=words, first_word=first_word)


def _word_sums(families: Sequence[Family], *, weights: Matrix, words: int) -> Matrix:
    sums = np.zeros((words, weights.shape[1]), dtype=np.float32)
    for family in families:
        for begin in range(0, len(family.buckets), _BLOCK):
            of = family.words[begin : begin + _BLOCK]
            starts = np.flatnonzero(np.concatenate(([True], of[1:] != of[:-1])))
            gathered = weights.take(family.buckets[begin : begin + _BLOCK], axis=0)
            sums[of[starts]] += np.add.reduceat(gathered, starts, axis=0)
    return sums


def sigmoid(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn logits into probabilities, without overflow however large they are."""
    return np.exp(-np.logaddexp(0.0, -logits))


def softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """
    Turn rows of logits into rows of probabilities that sum to 1.

    Shapes: (n, k) in, (n, k) out.
    """
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    chances: NDArray[np.float64] = shifted / shifted.sum(axis=1, keepdims=True)
    return chances
