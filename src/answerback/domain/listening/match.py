"""
Many queries over many texts.

This is the readable engine, and the meaning of every query; a faster one may stand behind the
same `Matcher`.  Each distinct raw token is understood once and remembered; a post is then a walk
over small numbers, and only queries whose anchor word turned up are asked.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Protocol

from answerback.domain.listening.program import (
    Board,
    Part,
    Places,
    Symbol,
    Symbols,
    compiled,
    merged,
)
from answerback.domain.listening.syntax import Query
from answerback.domain.listening.words import Layout, is_link, layout, raw_tokens, token
from answerback.domain.records.mention import Span

REMEMBERED = 200_000  #: raw tokens kept; when full, all are forgotten and learnt anew
#: Places kept of one post.  A post of a megabyte may have a hundred thousand; nobody reads them.
MOST_SPANS = 1_000
_LONGEST_REMEMBERED = 64  #: code points; a longer token is seldom seen again

#: What one raw token is to these queries: its width in words, and (symbol, first, after last).
#: None: one word that no query asks for, as nearly all are.
_Entry = tuple[int, tuple[tuple[Symbol, int, int], ...]] | None


class Matcher(Protocol):
    """Queries, ready to be asked of texts."""

    def match(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        """
        Return which queries match which texts.

        Shapes: (text row, query row) pairs, sorted; n texts and m queries give at most n·m.
        """
        ...


def compile_queries(queries: Sequence[Query]) -> Matcher:
    """Return the pure-Python engine, loaded with queries; their rows are their order here."""
    return _PythonMatcher(queries)


def explainer(query: Query) -> Callable[[str], tuple[Span, ...]]:
    """
    Return a function from a text to the words of it that made the query match.

    Shapes: the first `MOST_SPANS` of them; none only when the query does not match, or
    matches without any word.
    """
    symbols = Symbols()
    part = compiled(query.root, symbols)
    memory = _Memory(symbols)

    def explained(text: str) -> tuple[Span, ...]:
        laid = layout(text)
        entries = [memory[raw] for raw in laid.raws]
        board = _board(entries)
        if not part.holds(board):
            return ()
        carried = merged(sorted(part.carried(board)))[:MOST_SPANS]
        return _in_text(carried, laid=laid, entries=entries)

    return explained


def _in_text(
    places: Sequence[Places], *, laid: Layout, entries: Sequence[_Entry]
) -> tuple[Span, ...]:
    """Turn places counted in words into places counted in code points."""
    widths = [1 if entry is None else entry[0] for entry in entries]
    firsts = list(accumulate(widths, initial=0))

    def span(word: int) -> tuple[int, int]:
        at = bisect_right(firsts, word) - 1
        return laid.span(at, place=word - firsts[at], width=widths[at])

    return tuple([Span(start=span(first)[0], end=span(after - 1)[1]) for first, after in places])


def explain(query: Query, text: str) -> tuple[Span, ...]:
    """
    Return the words of a text that made a query match, in order; nothing when it does not.

    Units: code points of the text as given.
    """
    return explainer(query)(text)


class _Memory(dict[str, _Entry]):
    """Raw token → what it is to these queries, worked out when first seen, and bounded."""

    def __init__(self, symbols: Symbols) -> None:
        super().__init__()
        self._symbols = symbols

    def __missing__(self, raw: str) -> _Entry:
        if is_link(raw):
            return None  # nearly every link is new: remembering them would push words out
        entry = self._entry(raw)
        if len(raw) <= _LONGEST_REMEMBERED:
            if len(self) >= REMEMBERED:
                self.clear()
            self[raw] = entry
        return entry

    def _entry(self, raw: str) -> _Entry:
        if raw.isascii() and raw.isalnum():  # the way most words go, and the same as below
            plain = self._symbols.of(raw.lower())
            return (1, tuple((symbol, 0, 1) for symbol in plain)) if plain else None
        seen = token(raw)
        found = {
            (symbol, first, after)
            for form, first, after in seen.forms
            for symbol in self._symbols.of(form)
        }
        return (seen.width, tuple(sorted(found))) if found or seen.width != 1 else None


class _PythonMatcher:
    def __init__(self, queries: Sequence[Query]) -> None:
        symbols = Symbols()
        self._parts: list[Part] = [compiled(query.root, symbols) for query in queries]
        self._asked: dict[Symbol, list[int]] = {}  # anchor → the queries to ask
        self._always: list[int] = []  # those that may match without any word
        for row, part in enumerate(self._parts):
            anchor = part.anchor(symbols.costs)
            if anchor is None:
                self._always.append(row)
                continue
            for symbol in anchor[1]:
                self._asked.setdefault(symbol, []).append(row)
        self._memory = _Memory(symbols)

    def match(self, texts: Sequence[str]) -> list[tuple[int, int]]:
        memory = self._memory
        pairs: list[tuple[int, int]] = []
        for row, text in enumerate(texts):
            entries = [memory[raw] for raw in raw_tokens(text)]
            if not self._always and not any(entries):
                continue
            board = _board(entries)
            pairs.extend(
                (row, query) for query in self._candidates(board) if self._parts[query].holds(board)
            )
        return pairs

    def _candidates(self, board: Board) -> list[int]:
        asked = [self._asked[symbol] for symbol in board if symbol in self._asked]
        if not asked:
            return self._always
        return sorted({query for queries in (*asked, self._always) for query in queries})


def _board(entries: Sequence[_Entry]) -> dict[Symbol, list[Places]]:
    board: dict[Symbol, list[Places]] = {}
    at = 0
    for entry in entries:
        if entry is None:
            at += 1
            continue
        width, found = entry
        for symbol, first, after in found:
            board.setdefault(symbol, []).append((at + first, at + after))
        at += width
    return board
