"""
Many queries over many posts.

This is the readable engine, and the meaning of every query; a faster one may stand behind the
same `Matcher`.  Each distinct raw token is understood once and remembered, with the queries to ask
where it turns up; a post is then a walk over small numbers, and only those queries are asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from answerback.domain.listening.board import PostBoard
from answerback.domain.listening.fast import FastMatcher, available
from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.frequencies import Frequencies
from answerback.domain.listening.memory import Chunks, Entry, Memory
from answerback.domain.listening.program import Part, compiled, merged
from answerback.domain.listening.symbols import Symbol, Symbols
from answerback.domain.listening.syntax import Query
from answerback.domain.listening.words import layout, raw_tokens
from answerback.domain.records.mention import Span

#: Places kept of one post.  A post of a megabyte may have a hundred thousand; nobody reads them.
MOST_SPANS = 1_000


class Explain(Protocol):
    """A query, ready to show where it matches."""

    def __call__(self, text: str, facts: Facts | None = None) -> tuple[Span, ...]:
        """Return the words of a post's text that made the query match."""
        ...


class Matcher(Protocol):
    """Queries, ready to be asked of posts."""

    @property
    def fields(self) -> frozenset[Field]:
        """Return what the queries want to know beside the text; facts need hold no more."""
        ...

    def match(
        self, texts: Sequence[str], facts: Sequence[Facts] | None = None
    ) -> list[tuple[int, int]]:
        """
        Return which queries match which posts.

        `facts`: what is told beside each text; None: nothing.  All posts of one call meet the
        same queries.

        Shapes: (text row, query row) pairs, sorted; n texts and m queries give at most n·m.
        """
        ...

    def put(self, row: int, query: Query) -> None:
        """Listen for a new query, or for another one in a row's place, from the next match on."""
        ...

    def drop(self, row: int) -> None:
        """Listen for a row's query no more; nothing happens when it has none."""
        ...


class Engine(StrEnum):
    """Which engine matches.  They find the same."""

    AUTO = "auto"  #: the fastest that is there
    PYTHON = "python"
    FAST = "fast"


def compile_queries(
    queries: Sequence[Query],
    *,
    frequencies: Frequencies | None = None,
    engine: Engine = Engine.AUTO,
) -> Matcher:
    """
    Return an engine loaded with queries; their rows are their order here.

    `frequencies`: how often words turn up, for speed alone; without it they are guessed.

    :raises Refusal: when an engine is asked for by name that is not built.
    """
    if engine is Engine.PYTHON or (engine is Engine.AUTO and not available()):
        return PythonMatcher(queries, frequencies=frequencies)
    return FastMatcher(queries, frequencies=frequencies)


def explainer(query: Query) -> Explain:
    """
    Return a function from a post to the words of its text that made the query match.

    Shapes: the first `MOST_SPANS` of them; none only when the query does not match, or
    matches without any word of the text.
    """
    reader = _Reader(frequencies=None)
    part = compiled(query.root, reader.symbols)

    def explained(text: str, facts: Facts | None = None) -> tuple[Span, ...]:
        laid = layout(text)
        board = reader.board(text, [reader.own[raw] for raw in laid.raws], facts)
        if not part.holds(board):
            return ()
        carried = merged(sorted(part.carried(board)))[:MOST_SPANS]
        return board.spans(carried, laid=laid)

    return explained


def explain(query: Query, text: str, facts: Facts | None = None) -> tuple[Span, ...]:
    """
    Return the words of a text that made a query match, in order; nothing when it does not.

    Units: code points of the text as given.
    """
    return explainer(query)(text, facts)


class _Reader:
    """Posts as the queries see them: raw tokens and facts into symbols."""

    def __init__(self, *, frequencies: Frequencies | None) -> None:
        self.symbols = Symbols(frequencies=frequencies)
        self.own = Memory(self.symbols.own, values=self.symbols.values)
        self._texts: dict[Field, Memory] = {}

    @property
    def fields(self) -> frozenset[Field]:
        return self.symbols.values.fields

    def board(self, text: str, entries: Sequence[Entry], facts: Facts | None) -> PostBoard:
        if not facts or not self.fields:
            return PostBoard(text, entries)
        told = list(self.symbols.values.of_facts(facts))
        others = [
            [self._of(field)[raw] for raw in raw_tokens(value)]
            for field in self.symbols.texts
            for value in facts.get(field.value, ())
        ]
        return PostBoard(text, entries, told=told, others=others, facts=facts)

    def forget(self) -> None:
        """Learn every token anew: there are queries that it was not asked for."""
        self.own.forget()
        self._texts.clear()

    def _of(self, field: Field) -> Memory:
        if field not in self._texts:
            self._texts[field] = Memory(self.symbols.texts[field])
        return self._texts[field]


class PythonMatcher:
    """The engine that needs nothing but Python."""

    def __init__(self, queries: Sequence[Query], *, frequencies: Frequencies | None = None) -> None:
        """Load queries; their rows are their order."""
        self._reader = _Reader(frequencies=frequencies)
        self._parts: dict[int, Part] = {}
        self._asked: dict[Symbol, list[int]] = {}  # anchor → the queries to ask
        self._anchors: dict[int, Iterable[Symbol]] = {}
        self._always: set[int] = set()  # those that may match without any symbol
        self._chunks = Chunks(self._reader.own, self._rows_of)
        for row, query in enumerate(queries):
            self._add(row, query)

    @property
    def fields(self) -> frozenset[Field]:
        """Return what the queries want to know beside the text."""
        return self._reader.fields

    def put(self, row: int, query: Query) -> None:
        """Listen for a query from the next match on."""
        self.drop(row)
        self._add(row, query)
        self._reader.forget()
        self._chunks.forget()

    def drop(self, row: int) -> None:
        """Listen for a row's query no more."""
        self._parts.pop(row, None)
        self._always.discard(row)
        for symbol in self._anchors.pop(row, ()):
            self._asked[symbol].remove(row)  # what is remembered of it asks a row that is gone

    def match(
        self, texts: Sequence[str], facts: Sequence[Facts] | None = None
    ) -> list[tuple[int, int]]:
        """Return sorted (text row, query row) pairs."""
        told = facts if facts is not None and self.fields else None
        remembered = self._chunks.__getitem__
        pairs: list[tuple[int, int]] = []
        for row, text in enumerate(texts):
            chunks = list(map(remembered, text.split()))
            asked = [rows for rows, _ in chunks if rows]
            if asked or self._always or told is not None:
                entries = [entry for _, entries in chunks for entry in entries]
                board = self._reader.board(text, entries, told[row] if told is not None else None)
                pairs.extend([(row, query) for query in self._holding(board, asked, told)])
        return pairs

    def _holding(self, board: PostBoard, asked: Sequence[Sequence[int]], told: object) -> list[int]:
        """Return the queries that hold, of those to ask."""
        rows = {query for some in asked for query in some} | self._always
        if told is not None:
            rows.update(self._rows_of_symbols(board.symbols))
        parts = self._parts
        return sorted([row for row in rows if row in parts and parts[row].holds(board)])

    def _add(self, row: int, query: Query) -> None:
        symbols = self._reader.symbols
        part = compiled(query.root, symbols)
        self._parts[row] = part
        anchor = part.anchor(symbols.costs)
        if anchor is None:
            self._always.add(row)
            return
        self._anchors[row] = anchor[1]
        for symbol in anchor[1]:
            self._asked.setdefault(symbol, []).append(row)

    def _rows_of(self, entry: Entry) -> Sequence[int]:
        return self._rows_of_symbols([found[0] for found in entry[1]]) if entry else ()

    def _rows_of_symbols(self, symbols: Iterable[Symbol]) -> Sequence[int]:
        asked: Mapping[Symbol, Sequence[int]] = self._asked
        return [row for symbol in symbols if symbol in asked for row in asked[symbol]]
