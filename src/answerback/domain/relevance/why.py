"""Why the brand filter says so, in sentences."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from answerback.domain.records.operating_point import HALF
from answerback.domain.relevance.brand_filter import (
    LEARNED_TOLD,
    LEARNED_WORDS,
    BrandFilter,
    Scored,
    Taught,
)
from answerback.domain.relevance.day_one import NEARNESS
from answerback.domain.relevance.signs import EVERYDAY, SIGNS

_LIKE: Final = 0.5  #: cosine from which two posts are called alike
_CARRIES: Final = 0.15  #: logits from which a reason is worth a sentence
_WORDS_CARRY: Final = 0.3  #: nats
_MOST_WORDS: Final = 3
_MOST_SIGNS: Final = 2
_SHOWN: Final = 60  #: characters of another post
_PRESENT: Final = 0.2  #: of a sign

#: What a sign says when it is there; the others only count among "how it is written".
_SAID: Final = {
    "handle": "it names one of the brand's handles",
    "named": "the brand's name or a word of its query stands in it",
    "tagged": "only a hashtag names the brand",
    "unnamed": "nothing in it names the brand",
    "others": "it names other accounts",
    "link": "it has a link",
    "tags": "it has hashtags",
    "everyday": "it is written in everyday English",
    "letters": "it has letters or signs that the brand's posts seldom have",
    "repost": "it repeats somebody's post",
    "digits": "it has many digits",
}


def reasons(
    brand_filter: BrandFilter, *, texts: Sequence[str], scored: Scored
) -> list[tuple[str, ...]]:
    """
    Say for each post what carried its score to its side of one half, most telling first.

    Where people drew the line elsewhere, OperatingPoint.in_words says what they argue against.

    For example "like the post marked relevant: 'my boarding pass …'", "'gate', 'flight' speak
    for it", "its meaning is near to what the brand file says of the brand".

    Shapes: n texts and their scores in, n tuples of sentences out, none of them empty.
    """
    near = _nearest(brand_filter.taught, scored=scored)
    parts = _parts(brand_filter, scored=scored)
    told = []
    for at, text in enumerate(texts):
        relevant = bool(scored.relevance[at] >= HALF)
        found = [
            *near[at],
            *_by_words(brand_filter.taught, text, relevant=relevant),
            *_by_day_one(parts[at], present=scored.look.told[at], relevant=relevant),
        ]
        told.append(tuple(found) or ("its meaning and wording as a whole",))
    return told


def _nearest(taught: Taught | None, *, scored: Scored) -> list[tuple[str, ...]]:
    """Name the post most like each, if it has the label that the score leads to."""
    if taught is None:
        return [()] * len(scored.relevance)
    alike = scored.meanings @ taught.meanings.T
    nearest = alike.argmax(axis=1)
    return [
        (_like(taught, int(at)),)
        if alike[row, at] >= _LIKE and taught.relevant[at] == (scored.relevance[row] >= HALF)
        else ()
        for row, at in enumerate(nearest)
    ]


def _like(taught: Taught, at: int) -> str:
    text = " ".join(taught.texts[at].split())
    shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…"
    if at < taught.examples:
        which = "example" if taught.relevant[at] else "counter-example"
        return f"like the brand's own {which}: '{shown}'"
    return f"like the post marked {'relevant' if taught.relevant[at] else 'irrelevant'}: '{shown}'"


def _by_words(taught: Taught | None, text: str, *, relevant: bool) -> list[str]:
    if taught is None or taught.weights[LEARNED_WORDS] <= 0:
        return []
    side = 1 if relevant else -1
    told = [
        (side * weight, word)
        for word, weight in taught.bag.telling(text)
        if side * weight >= _WORDS_CARRY and _speaks(word)
    ]
    told.sort(key=lambda pair: -pair[0])
    if not told:
        return []
    words = ", ".join(f"'{word}'" for _, word in told[:_MOST_WORDS])
    several = len(told[:_MOST_WORDS]) > 1
    return [f"{words} {'speak' if several else 'speaks'} {'for' if relevant else 'against'} it"]


def _speaks(word: str) -> bool:
    return any(len(part) > 1 and part not in EVERYDAY for part in word.split())


def _parts(brand_filter: BrandFilter, *, scored: Scored) -> NDArray[np.float64]:
    """Give what each column of TOLD added to each post's logit.  Shapes: (n, len(TOLD))."""
    weights = brand_filter.first.day_one.told_weights
    if brand_filter.taught is not None:
        weights = weights + brand_filter.taught.weights[LEARNED_TOLD]
    return scored.look.told * weights


def _by_day_one(
    parts: NDArray[np.float64], *, present: NDArray[np.float64], relevant: bool
) -> list[str]:
    side = 1 if relevant else -1
    found = []
    if side * parts[: len(NEARNESS)].sum() >= _CARRIES:
        found.append(
            f"its meaning is {'near to' if relevant else 'far from'} what the brand file says "
            "of the brand"
        )
    signs = zip(SIGNS, side * parts[len(NEARNESS) :], present[len(NEARNESS) :], strict=True)
    told = [(part, name) for name, part, there in signs if part >= _CARRIES and there > _PRESENT]
    told.sort(key=lambda pair: -pair[0])
    return [*found, *[_SAID[name] for _, name in told if name in _SAID][:_MOST_SIGNS]]
