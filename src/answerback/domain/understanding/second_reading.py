"""First pass and encoder put together: calibrated chances, what is settled, what is unsure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.refusal import Refusal
from answerback.domain.understanding.encoder import Encoded, Encoder
from answerback.domain.understanding.heads import sigmoid, softmax

Logits = NDArray[np.float64]

ENGLISH = "en"
OTHERS = "others"  #: readings in other languages lean on the first pass more


def group_of(language: str) -> str:
    """Say how a text of this language is judged; one too short to tell counts as English."""
    return ENGLISH if language in (ENGLISH, "und") else OTHERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """
    How the two readers' logits make one, for the texts of one group of languages.

    Shapes: h heads (three moods first), f first-pass heads, c encoder columns; `first` (f, h),
    `encoder` (c, h), `bias` (h,).
    """

    first: Logits
    encoder: Logits
    bias: Logits


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondReading:
    """
    What was learned on groups that neither reader had seen.

    A head is settled by the first pass when its chance lies outside `open_between`; a post
    all of whose heads are settled is not read again.  A verdict whose chance (for the mood:
    whose likeliest mood's chance) lies within `unsure_between` is marked for a person.

    Units: probabilities in [0, 1].
    """

    names: tuple[str, ...]
    columns: tuple[str, ...]  #: of the encoder it was learned with
    moods: tuple[int, ...]
    judgements: Mapping[str, Judgement]
    open_between: Mapping[str, tuple[float, float]]
    unsure_between: Mapping[str, tuple[float, float]]
    spam_discard_above: float  #: a spam probability above it sets the post aside; see the card
    version: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "SecondReading":
        """
        Read what `training.second_reading` wrote.

        :raises Refusal: when a part is missing.
        """
        try:
            return cls(
                names=tuple(told["names"]),
                columns=tuple(told["columns"]),
                moods=tuple(told["moods"]),
                judgements={
                    group: Judgement(**{part: np.array(one[part]) for part in one})
                    for group, one in told["judgements"].items()
                },
                open_between={k: (low, high) for k, (low, high) in told["open_between"].items()},
                unsure_between={
                    k: (low, high) for k, (low, high) in told["unsure_between"].items()
                },
                spam_discard_above=float(told["spam_discard_above"]),
                version=told["version"],
            )
        except (KeyError, TypeError, ValueError) as wrong:
            raise Refusal(
                f"The second reading's file cannot be read ({wrong!r}). Train again: make train."
            ) from wrong

    def open(self, chances: Logits) -> NDArray[np.bool_]:
        """
        Say which texts the first pass leaves open.

        Shapes: (n, h) chances in, (n,) out.
        """
        left = np.zeros(len(chances), dtype=bool)
        for name, (low, high) in self.open_between.items():
            one = self._of(chances, name)
            left |= (one > low) & (one < high)
        return left

    def unsure(self, chances: Logits) -> list[tuple[str, ...]]:
        """
        Name the verdicts of each text that a person should look at.

        Shapes: (n, h) chances in, n tuples out, in the order of the heads.
        """
        names = list(self.unsure_between)
        marks = np.zeros((len(chances), len(names)), dtype=bool)
        for at, name in enumerate(names):
            marks[:, at] = self.doubts(name, self._of(chances, name))
        return [tuple(names[at] for at in np.flatnonzero(row)) for row in marks]

    def doubts(self, name: str, chances: Logits) -> NDArray[np.bool_]:
        """
        Say which of one verdict's chances are too near to a coin's toss.

        Shapes: any in, the same out.
        """
        low, high = self.unsure_between[name]
        return (chances > low) & (chances < high)

    def _of(self, chances: Logits, name: str) -> Logits:
        if name == "sentiment":
            likeliest: Logits = chances[:, list(self.moods)].max(axis=1)
            return likeliest
        return chances[:, self.names.index(name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """The encoder, and what was learned about it beside the first pass."""

    learned: SecondReading
    encoder: Encoder


def judged_again(
    *, second: SecondReading, first: Logits, encoded: Encoded, languages: Sequence[str]
) -> Logits:
    """
    Give calibrated chances of texts that both readers have read.

    Shapes: (n, h) calibrated logits of the first pass, `Encoded` of n texts, n languages;
    (n, h) chances out.
    """
    logits = np.zeros_like(first)
    english = np.array([group_of(language) == ENGLISH for language in languages])
    for group, rows in ((ENGLISH, english), (OTHERS, ~english)):
        how = second.judgements[group]
        logits[rows] = first[rows] @ how.first + encoded.logits[rows] @ how.encoder + how.bias
    chances = sigmoid(logits)
    moods = list(second.moods)
    chances[:, moods] = softmax(logits[:, moods])
    return chances


def carried_again(
    *,
    second: SecondReading,
    first: NDArray[np.float32],
    words: NDArray[np.float32],
    language: str,
) -> NDArray[np.float32]:
    """
    Say what each word of a text added to each verdict, both readers together.

    Shapes: (w, h) of the first pass and (w', c) of the encoder, which may have read fewer
    words; (w, h) out.
    Units: calibrated logits.
    """
    how = second.judgements[group_of(language)]
    both = first @ how.first
    seen = min(len(words), len(both))
    read = words[:seen] @ how.encoder
    if seen:
        both[:seen] += read - read.mean(axis=0)  # a mean over words gives each its even share
    total: NDArray[np.float32] = both.astype(np.float32)
    return total
