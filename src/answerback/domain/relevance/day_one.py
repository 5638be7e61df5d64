"""
How likely a post is about a brand that nobody has corrected yet.

A small linear model over how near a post's meaning is to the brand's own description, the signs
on its face, and its meaning itself.  It was trained on the posts of other brands
(`training/relevance_filter.py`), so it knows what off-topic posts have in common.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from answerback.domain.relevance.description import Description
from answerback.domain.relevance.signs import SIGNS, Face

Matrix = NDArray[np.float64]

#: Gives texts their meaning.  Shapes: n texts in, (n, width) out, rows of length 1.
Meanings = Callable[[Sequence[str]], NDArray[np.float32]]

#: How near a post is to `about`, to its nearest sentence, and to the name alone.
NEARNESS: Final = ("about", "sentence", "name")
#: Columns that people can be told about, in order; behind them stands the meaning itself.
TOLD: Final = (*NEARNESS, *SIGNS)
_NO_SPREAD = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOne:
    """
    The model that every brand starts from.

    Shapes: w wide meanings, t = len(TOLD); `centre` (w,), `covariance` (w, w), `told_mean`,
    `told_sd` and `told_weights` (t,), `meaning_weights` (w,).
    """

    version: str  #: of these numbers and of the encoder whose meanings they are for
    centre: Matrix  #: mean meaning of many posts
    covariance: Matrix  #: of meanings: how far posts are usually from a description
    scale: float  #: brings a centred meaning to length 1, on average
    told_mean: Matrix
    told_sd: Matrix
    bias: float
    told_weights: Matrix
    meaning_weights: Matrix  #: for centred and scaled meanings


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    What day one sees of some posts.

    Shapes: n posts; `told` (n, len(TOLD)), `meant` (n, width), `logits` (n,).
    Units: `told` in standard deviations; logits of "relevant", as if half of all were.
    """

    told: Matrix
    meant: Matrix
    logits: Matrix


class FirstLook:
    """Day one for one brand: its description put into numbers, once."""

    def __init__(self, *, day_one: DayOne, description: Description, anchors: Matrix) -> None:
        """`anchors`: the meanings of `description.anchors()`, in their order."""
        self.day_one = day_one
        self.anchors = anchors
        self._face = Face(description)
        self._anchors = anchors - day_one.centre
        spread = np.einsum("ij,jk,ik->i", self._anchors, day_one.covariance, self._anchors)
        self._spread = np.sqrt(np.maximum(spread, _NO_SPREAD))

    def look(self, texts: Sequence[str], *, meanings: NDArray[np.float32]) -> Look:
        """
        Look at posts.

        Shapes: n texts and their meanings (n, width) in, a `Look` of n out.
        """
        told = self.raw(texts, meanings=meanings)
        day = self.day_one
        told = np.nan_to_num((told - day.told_mean) / day.told_sd)
        meant = (meanings - day.centre) * day.scale
        logits = day.bias + told @ day.told_weights + meant @ day.meaning_weights
        return Look(told=told, meant=meant, logits=logits)

    def raw(self, texts: Sequence[str], *, meanings: NDArray[np.float32]) -> Matrix:
        """
        Return the columns of `TOLD` before they are standardised.

        Shapes: n texts and their meanings (n, width) in, (n, len(TOLD)) out.
        Units: nearness in standard deviations of all posts from the description.
        """
        near = (meanings - self.day_one.centre) @ self._anchors.T / self._spread
        nearness = np.column_stack([near[:, 1], near[:, 1:].max(axis=1), near[:, 0]])
        return np.hstack([nearness, self._face.signs(texts)])
