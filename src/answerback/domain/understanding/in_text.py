"""What stands in a text: names, and two things that are compared."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.brand import Brand
from answerback.domain.records.comparison import Comparison
from answerback.domain.records.name import Name
from answerback.domain.understanding.compared import compared
from answerback.domain.understanding.encoder import Encoded
from answerback.domain.understanding.heads import softmax
from answerback.domain.understanding.mentions import names_in

NAMED = ("named:company", "named:product")
COMPARED = ("compared:thing",)

Chances = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The names that a brand file knows."""

    ours: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()

    @classmethod
    def of(cls, brand: Brand | None) -> "Known":
        if brand is None:
            return cls()
        named = {brand.name.casefold()}
        handles = [one for one in brand.handles if one.removeprefix("@").casefold() not in named]
        return cls(ours=(brand.name, *handles), rivals=brand.rivals)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTags:
    """
    What the encoder takes each blank-separated word of a text for.

    Shapes: both (w,), a chance a word; words that it did not read are 0.
    """

    named: Chances
    compared: Chances


def word_tags(encoded: Encoded, *, columns: Sequence[str], text: int, words: int) -> WordTags:
    """
    Read the tags of one text.

    Shapes: `words` blank-separated words, of which the encoder may have read fewer.
    """
    return WordTags(
        named=_chances(encoded.tags[text], columns, wanted=NAMED, words=words),
        compared=_chances(encoded.tags[text], columns, wanted=COMPARED, words=words),
    )


def _chances(
    tags: NDArray[np.float32], columns: Sequence[str], *, wanted: Sequence[str], words: int
) -> Chances:
    head = wanted[0].split(":")[0]
    mine = [at for at, name in enumerate(columns) if name.startswith(f"{head}:")]
    each = softmax(tags[:words, mine].astype(np.float64))
    found = np.zeros(words)
    found[: len(each)] = sum(each[:, mine.index(columns.index(name))] for name in wanted)
    return found


def names_and_compared(
    text: str, *, known: Known, tags: WordTags | None
) -> tuple[tuple[Name, ...], Comparison | None]:
    """Find the names in a text and the things it compares, by rules and what tags there are."""
    names = names_in(
        text=text,
        ours=known.ours,
        rivals=known.rivals,
        tags=None if tags is None else tags.named.tolist(),
    )
    both = compared(
        text=text,
        tags=None if tags is None else tags.compared.tolist(),
        names=tuple(name.name for name in names),
    )
    return names, both
