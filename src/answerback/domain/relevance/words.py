"""Words and pairs of words that corrected posts have, counted: what speaks for or against."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import log, sqrt, tanh
from typing import Final

import numpy as np
from numpy.typing import NDArray

_WORD: Final = re.compile(r"[#@]?[\w']+")
_LINK: Final = re.compile(r"https?://\S+|www\.\S+")
_FEWEST = 2  #: posts; what stands in one alone may be chance
_SMOOTH = 1.0  #: added to each count
_EVIDENCE = 3  #: words from which their sum is taken for what it says
_MOST = 400  #: words of one post that are looked at
_STRONGEST = 2.0  #: of what all words together say, in nats


def _halves() -> tuple[Counter[str], Counter[str]]:
    return Counter(), Counter()


@dataclass(slots=True)
class WordBag:
    """
    In how many relevant and irrelevant posts each word and pair of words stands.

    Words tell little from ten posts and something from a hundred; what stands in one post
    alone tells nothing.
    """

    relevant: int = 0  #: posts
    irrelevant: int = 0
    counts: tuple[Counter[str], Counter[str]] = field(default_factory=_halves)

    def add(self, texts: Iterable[str], *, relevant: Iterable[bool]) -> None:
        """Count some posts in."""
        for text, label in zip(texts, relevant, strict=True):
            self.counts[0 if label else 1].update(grams(text))
            self.relevant += label
            self.irrelevant += not label

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """
        Say of each text what its words together speak for.

        Shapes: n texts in, (n,) out.
        Units: nats from -2 (against) to 2 (for); 0 for nothing known.
        """
        return np.array([self._score(text) for text in texts], dtype=np.float64)

    def scores_of_counted(
        self, texts: Sequence[str], *, relevant: Sequence[bool]
    ) -> NDArray[np.float64]:
        """Say the same of texts that were counted in, as if each of them had not been."""
        told = [
            self._score(text, own=0 if label else 1)
            for text, label in zip(texts, relevant, strict=True)
        ]
        return np.array(told, dtype=np.float64)

    def telling(self, text: str) -> list[tuple[str, float]]:
        """Return the words of a text that speak for or against, in nats, in their order."""
        found = ((gram, self._weight(gram)) for gram in grams(text))
        return [(gram, weight) for gram, weight in found if weight]

    def _score(self, text: str, *, own: int | None = None) -> float:
        weights = [weight for gram in grams(text) if (weight := self._weight(gram, own=own))]
        if not weights:
            return 0.0
        return _STRONGEST * tanh(sum(weights) / sqrt(max(_EVIDENCE, len(weights))) / _STRONGEST)

    def _weight(self, gram: str, *, own: int | None = None) -> float:
        for_us, against = self.counts[0][gram], self.counts[1][gram]
        if own is not None:
            for_us, against = for_us - (own == 0), against - (own == 1)
        if for_us + against < _FEWEST:
            return 0.0
        share = (for_us + _SMOOTH) / (self.relevant + 2 * _SMOOTH)
        return log(share) - log((against + _SMOOTH) / (self.irrelevant + 2 * _SMOOTH))


def grams(text: str) -> list[str]:
    """Return the words and pairs of words of a text, each once, in their order."""
    words = _WORD.findall(_LINK.sub("", text.lower()))[:_MOST]
    pairs = (" ".join(pair) for pair in pairwise(words))
    return list(dict.fromkeys((*words, *pairs)))
