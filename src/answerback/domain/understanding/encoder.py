"""A stronger reader for what the first pass leaves open: what an implementation promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """
    What the encoder makes of a batch, before calibration.

    Shapes: n texts, c columns; `logits` (n, c); `meanings` (n, 384), rows of length 1;
    `words` n arrays (w, c): what each blank-separated word added to each logit.  The words
    of a text sum to its logits, but for a constant; words beyond the encoder's limit add 0.
    `tags` n arrays (w, c): each word's own logits, as if it were the whole text; 0 beyond it.
    Units: logits.
    """

    logits: Matrix
    meanings: Matrix
    words: Sequence[Matrix]
    tags: Sequence[Matrix]


class Encoder(Protocol):
    """Something that reads whole sentences; its weights live outside the domain."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns: a head ("complaint") or a head's class ("mood:negative")."""
        ...

    def read(self, texts: Sequence[str]) -> Encoded:
        """
        Read texts.

        Shapes: n texts in, `Encoded` of n texts out, in the order given.
        Error: eight-bit sums; the same text in another batch may differ in the third decimal.
        """
        ...
