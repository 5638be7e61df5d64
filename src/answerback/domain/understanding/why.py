"""The words that carried each verdict, as sentences."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from answerback.domain.understanding.verdicts import EDGES, Verdicts

MOST = 3  #: words named in one sentence
TELLING = 0.2  #: of a calibrated logit; a word that adds less is not named
LEADING = 0.5  #: a verdict at least this likely is explained
#: Words that say nothing to a reader, however much the head made of them.
_EMPTY = frozenset(
    """
    a an and are as at be been but by de for from get got had has have he her his i i'd i'll
    i'm i've if in is it it's its la le me my of on or our she so that the their them there
    they this to u und up ur us was we were what who will with you your el en et un una der
    die das il los las do da o e y im am s t d m
    """.split()  # noqa: SIM905 -- a word a line would be a page
)

_TOLD: Mapping[str, str] = {
    "sentiment_negative": "Negative",
    "sentiment_positive": "Positive",
    "needs_response": "Needs a response",
}
_UNTOLD = "sentiment_neutral"

Carried = list[tuple[int, float]]  #: places in the text, in order, and what each word there added


def reasons(
    *, verdicts: Verdicts, names: Sequence[str], texts: Sequence[str]
) -> list[tuple[str, ...]]:
    """
    Say for every text which words carried its leading verdicts, most likely verdict first.

    For example "Complaint because of 'worst', 'never again'.": the text's own spelling
    and order; words that stand side by side are quoted together.

    Shapes: n texts in, n tuples of sentences out, empty where no verdict leads.
    """
    leading = verdicts.probabilities >= LEADING
    leading[:, names.index(_UNTOLD)] = False
    telling = _telling(verdicts=verdicts, leading=leading)
    told: list[tuple[str, ...]] = [()] * len(texts)
    for at in np.flatnonzero(leading.any(axis=1)).tolist():
        columns = np.flatnonzero(leading[at]).tolist()
        chances = verdicts.probabilities[at].tolist()
        columns.sort(key=chances.__getitem__, reverse=True)
        words = texts[at].split()
        told[at] = tuple(
            because(verdict=names[column], words=words, carried=telling.get((at, column), []))
            for column in columns
        )
    return told


def unsure_in_words(unsure: Sequence[str]) -> tuple[str, ...]:
    """Say in a sentence which verdicts a person should look at; nothing when all are sure."""
    if not unsure:
        return ()
    named = [name.replace("_", " ") for name in unsure]
    listed = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
    return (f"A person should look: {listed} could be otherwise.",)


def because(*, verdict: str, words: Sequence[str], carried: Carried) -> str:
    """Say which of the words carried one verdict."""
    named = [(value, at) for at, value in carried if _speaks(words[at])]
    named.sort(reverse=True)
    quoted = _quoted(sorted(at for _, at in named[:MOST]), words=words)
    verdict = _TOLD.get(verdict, verdict.capitalize())
    if not quoted:
        return f"{verdict} by its wording as a whole."
    return f"{verdict} because of {', '.join(quoted)}."


def _telling(*, verdicts: Verdicts, leading: NDArray[np.bool_]) -> dict[tuple[int, int], Carried]:
    """Find, for every leading verdict of every text, the words that added enough."""
    counts = np.diff(verdicts.first_word)
    texts = np.repeat(np.arange(len(counts)), counts)
    words, columns = np.nonzero((verdicts.carried >= TELLING) & leading[texts])
    places = words - verdicts.first_word[texts[words]]
    values = verdicts.carried[words, columns]
    found: dict[tuple[int, int], Carried] = {}
    for text, column, place, value in zip(
        texts[words].tolist(), columns.tolist(), places.tolist(), values.tolist(), strict=True
    ):
        found.setdefault((text, column), []).append((place, value))
    return found


def _speaks(word: str) -> bool:
    bare = word.strip(EDGES)
    return bool(bare) and bare.lower() not in _EMPTY and bare[0] != "@" and "://" not in bare


def _quoted(places: Sequence[int], *, words: Sequence[str]) -> list[str]:
    runs: list[list[str]] = []
    previous = -2
    for at in places:
        if at == previous + 1:
            runs[-1].append(words[at])
        else:
            runs.append([words[at]])
        previous = at
    return [f"'{' '.join(run).strip(EDGES)}'" for run in runs]
