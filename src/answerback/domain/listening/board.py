"""Where everything that queries ask for stands in one post."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.memory import Entry
from answerback.domain.listening.program import Places, reads
from answerback.domain.listening.symbols import Symbol
from answerback.domain.listening.words import Layout
from answerback.domain.records.mention import Span

#: Between two texts of one post: further than any NEAR reaches.
APART = 1_001


class PostBoard:
    """One post, laid out once; where each symbol stands is worked out when a query asks."""

    __slots__ = ("_entries", "_facts", "_others", "_places", "_text", "symbols")

    def __init__(
        self,
        text: str,
        entries: Sequence[Entry],
        *,
        told: Sequence[Symbol] = (),
        others: Sequence[Sequence[Entry]] = (),
        facts: Facts | None = None,
    ) -> None:
        """
        Lay out a post: the entries of its own text, what is told of it, its other texts.

        Shapes: one entry for each raw token, in order.
        """
        self._text, self._entries, self._others = text, entries, others
        self._facts = facts or {}
        self._places: dict[Symbol, list[Places]] | None = None
        self.symbols: set[Symbol] = {
            found[0] for entry in entries if entry is not None for found in entry[1]
        }
        if told or others:
            self.symbols.update(told)
            self.symbols.update(
                found[0] for text in others for entry in text if entry for found in entry[1]
            )

    @property
    def places(self) -> Mapping[Symbol, Sequence[Places]]:
        """Return where each symbol stands, in the order of the text."""
        if self._places is None:
            self._places = {}
            at = _lay(self._places, self._entries, at=0)
            for entries in self._others:
                at = _lay(self._places, entries, at=at + APART)
        return self._places

    def reads(self, literal: str, *, text: Field | None) -> bool:
        """Say whether a text of the post has a literal in it."""
        if text is None:
            return reads(self._text, literal)
        return any(reads(other, literal) for other in self._facts.get(text.value, ()))

    def spans(self, places: Sequence[Places], *, laid: Layout) -> tuple[Span, ...]:
        """Turn places counted in words of the own text into places counted in code points."""
        widths = [1 if entry is None else entry[0] for entry in self._entries]
        firsts = list(accumulate(widths, initial=0))

        def span(word: int) -> tuple[int, int]:
            at = bisect_right(firsts, word) - 1
            return laid.span(at, place=word - firsts[at], width=widths[at])

        own = [place for place in places if place[1] <= firsts[-1]]
        return tuple([Span(start=span(first)[0], end=span(after - 1)[1]) for first, after in own])


def _lay(places: dict[Symbol, list[Places]], entries: Sequence[Entry], *, at: int) -> int:
    """Add what stands in one text that begins at a place; return the place after it."""
    for entry in entries:
        if entry is None:
            at += 1
            continue
        width, found = entry
        for symbol, first, after in found:
            places.setdefault(symbol, []).append((at + first, at + after))
        at += width
    return at
