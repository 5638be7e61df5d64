"""Phrase lists found in a whole batch at once, by the hashes of its tokens."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from answerback.domain.understanding.features import (
    LONGEST_PHRASE,
    Hashes,
    Places,
    Tokens,
    phrase_hash,
    phrase_length,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """
    Phrases of one to four tokens, each under a label.

    Shapes: for each length, `hashes[length - 1]` ascending with its `entries`.
    """

    labels: tuple[str, ...]
    phrases: tuple[str, ...]
    label_of: tuple[int, ...]  #: by phrase
    hashes: tuple[Hashes, ...]
    entries: tuple[Places, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spots:
    """
    Where phrases of a lexicon stand in a batch, by text and place.

    Shapes: all (s,).
    """

    texts: Places
    words: Places  #: the blank-separated word each begins in, counted over the batch
    labels: Places
    phrases: Places

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[tuple[int, int, int, int]]:
        """Give (text, label, phrase, word) of each find."""
        return zip(
            self.texts.tolist(),
            self.labels.tolist(),
            self.phrases.tolist(),
            self.words.tolist(),
            strict=True,
        )


def lexicon(phrases: Mapping[str, Sequence[str]]) -> Lexicon:
    """
    Make a lexicon from label to phrases.

    Phrases are compared as features are: without case, digits as one digit.

    :raises ValueError: when a phrase is empty or has more than four tokens.
    """
    labels = tuple(phrases)
    listed = [(phrase, at) for at, label in enumerate(labels) for phrase in phrases[label]]
    by_length: list[dict[int, int]] = [{} for _ in range(LONGEST_PHRASE)]
    for entry, (phrase, _) in enumerate(listed):
        by_length[phrase_length(phrase) - 1].setdefault(phrase_hash(phrase), entry)
    hashes, entries = [], []
    for known in by_length:
        ordered = sorted(known.items())
        hashes.append(np.array([code for code, _ in ordered], dtype=np.uint64))
        entries.append(np.array([entry for _, entry in ordered], dtype=np.int64))
    return Lexicon(
        labels=labels,
        phrases=tuple(phrase for phrase, _ in listed),
        label_of=tuple(at for _, at in listed),
        hashes=tuple(hashes),
        entries=tuple(entries),
    )


def spot(*, lexicon: Lexicon, tokens: Tokens) -> Spots:
    """
    Find every phrase of the lexicon in the batch.

    Shapes: t tokens in, as many spots out as there are finds, in the order of the texts.
    """
    where, what = [], []
    for known, entries, seen in zip(lexicon.hashes, lexicon.entries, tokens.phrases, strict=True):
        if not len(known) or not len(seen):
            continue
        at = np.minimum(np.searchsorted(known, seen), len(known) - 1)
        found = np.flatnonzero(known[at] == seen)
        where.append(found)
        what.append(entries[at[found]])
    places = np.concatenate([np.zeros(0, dtype=np.int64), *where])
    phrases = np.concatenate([np.zeros(0, dtype=np.int64), *what])
    order = np.argsort(places, kind="stable")
    places, phrases = places[order], phrases[order]
    return Spots(
        texts=tokens.texts[places],
        words=tokens.words[places],
        labels=np.array(lexicon.label_of, dtype=np.int64)[phrases],
        phrases=phrases,
    )
