"""The brand filter: day one, corrected by what people said of single posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.correction import Correction
from answerback.domain.relevance.day_one import TOLD, DayOne, FirstLook, Look, Meanings
from answerback.domain.relevance.description import Description
from answerback.domain.relevance.learner import chances, fit
from answerback.domain.relevance.words import WordBag

Matrix = NDArray[np.float64]

#: How far corrections are believed to move each part, in logits (docs/reference/relevance.md
#: has the figures these were chosen by): the level, trust in day one, the signs, words, and
#: the meaning (whose columns have length 1 together).
_LEVEL: Final = 1.5
_TRUST: Final = 0.3
_TOLD: Final = 0.3
_WORDS: Final = 0.7
_MEANT: Final = 3.0
_TRUST_UNIT: Final = 3.0  #: logits of day one that count as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """
    What a filter has learned, and from what.

    Shapes: n posts, w wide meanings; `relevant` (n,), `meanings` (n, w), `weights` one for
    each column: level, trust, TOLD, meaning, words.
    """

    texts: tuple[str, ...]
    relevant: NDArray[np.bool_]
    meanings: NDArray[np.float32]
    examples: int  #: so many of the texts, the first ones, come from the brand's description
    weights: Matrix
    bag: WordBag


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """
    A batch as the filter sees it.

    Shapes: n posts; `relevance` (n,), `look` of n.
    """

    relevance: Matrix  #: probabilities
    look: Look
    meanings: NDArray[np.float32]


class BrandFilter:
    """
    Says how likely a post is about one brand.

    A filter never changes: `teach` makes the next one.  Equal lessons make equal filters, in
    whatever steps they were taught, but for rounding.
    """

    def __init__(
        self,
        *,
        day_one: DayOne,
        description: Description,
        anchors: Matrix,
        taught: Taught | None = None,
    ) -> None:
        """`anchors`: the meanings of `description.anchors()`."""
        self.description = description
        self.first = FirstLook(day_one=day_one, description=description, anchors=anchors)
        self.taught = taught

    def score(self, texts: Sequence[str], *, meanings: NDArray[np.float32]) -> Scored:
        """
        Give each post its probability of being about the brand.

        Shapes: n texts and their meanings (n, w) in, `Scored` of n out.
        Error: see docs/reference/relevance.md for calibration; about 0.03 to 0.1 on unseen
        brands.
        """
        look = self.first.look(texts, meanings=meanings)
        logits = look.logits
        if self.taught is not None:
            words = self.taught.bag.scores(texts)
            logits = logits + _columns(look, words=words) @ self.taught.weights
        return Scored(relevance=chances(logits), look=look, meanings=meanings)

    def teach(self, corrections: Sequence[Correction], *, meanings: Meanings) -> "BrandFilter":
        """
        Return the filter that these corrections make, together with the brand's own examples.

        They take the place of what was taught before, which is only used to be quicker: known
        texts are not read again, and the search begins where the last one ended.  So one more
        correction takes milliseconds.
        """
        told = _lessons(self.description, corrections)
        if not told.texts:
            return self._with(None)
        meant = _meanings(told.texts, before=self.taught, meanings=meanings)
        look = self.first.look(told.texts, meanings=meant)
        bag = WordBag()
        bag.add(told.texts, relevant=told.relevant)
        words = bag.scores_of_counted(told.texts, relevant=told.relevant)
        relevant = np.array(told.relevant, dtype=bool)
        weights = fit(
            columns=_columns(look, words=words),
            relevant=relevant,
            offset=look.logits,
            deviations=_deviations(meant.shape[1]),
            start=None if self.taught is None else self.taught.weights,
        )
        return self._with(
            Taught(
                texts=told.texts,
                relevant=relevant,
                meanings=meant,
                examples=told.examples,
                weights=weights,
                bag=bag,
            )
        )

    def _with(self, taught: Taught | None) -> "BrandFilter":
        return BrandFilter(
            day_one=self.first.day_one,
            description=self.description,
            anchors=self.first.anchors,
            taught=taught,
        )


def first_filter(*, day_one: DayOne, description: Description, meanings: Meanings) -> BrandFilter:
    """Return the filter that a brand has before any correction."""
    anchors = np.asarray(meanings(description.anchors()), dtype=np.float64)
    untaught = BrandFilter(day_one=day_one, description=description, anchors=anchors)
    return untaught.teach((), meanings=meanings)


@dataclass(frozen=True, slots=True)
class _Told:
    texts: tuple[str, ...]
    relevant: tuple[bool, ...]
    examples: int


def _lessons(description: Description, corrections: Sequence[Correction]) -> _Told:
    """Put the brand's own examples first; a correction of the same text takes their place."""
    corrected = {one.text: one.relevant for one in corrections}
    examples = {
        **dict.fromkeys(description.examples, True),
        **dict.fromkeys(description.counter_examples, False),
    }
    own = {text: label for text, label in examples.items() if text not in corrected}
    told = {**own, **corrected}
    return _Told(tuple(told), tuple(told.values()), len(own))


def _meanings(
    texts: Sequence[str], *, before: Taught | None, meanings: Meanings
) -> NDArray[np.float32]:
    known = {} if before is None else dict(zip(before.texts, before.meanings, strict=True))
    new = [text for text in texts if text not in known]
    if new:
        known |= dict(zip(new, _rounded(meanings(new)), strict=True))
    return np.array([known[text] for text in texts], dtype=np.float32)


def _rounded(meanings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round to what is stored, so that a filter read back learns on exactly as it would have."""
    return meanings.astype(np.float16).astype(np.float32)


def _columns(look: Look, *, words: Matrix) -> Matrix:
    level = np.ones(len(words))
    return np.column_stack([level, look.logits / _TRUST_UNIT, look.told, look.meant, words])


def _deviations(width: int) -> Matrix:
    return np.concatenate(
        [[_LEVEL, _TRUST], np.full(len(TOLD), _TOLD), np.full(width, _MEANT), [_WORDS]]
    )


#: Where the weights of `Taught` have which part.
LEARNED_TOLD: Final = slice(2, 2 + len(TOLD))
LEARNED_WORDS: Final = -1
