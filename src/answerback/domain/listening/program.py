"""A query as the engine runs it: small parts that ask a board where each symbol stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from answerback.domain.listening.fields import Field
from answerback.domain.listening.folding import composed
from answerback.domain.listening.symbols import Symbol, Symbols
from answerback.domain.listening.syntax import (
    And,
    FieldIs,
    FieldRange,
    FieldText,
    Near,
    Node,
    Not,
    Or,
    Term,
)

#: Places of one NEAR that are looked at to show a match.  Nobody reads further.
MOST_HULLS = 20_000

#: Places in a post, counted in words: first, and after the last.
Places = tuple[int, int]
#: The cheapest symbols one of which every match has, with their cost; None: none need be there.
Anchor = tuple[float, frozenset[Symbol]] | None


class Board(Protocol):
    """Where each symbol stands in one post."""

    @property
    def symbols(self) -> frozenset[Symbol] | set[Symbol]:
        """Return every symbol that the post answers to."""
        ...

    @property
    def places(self) -> Mapping[Symbol, Sequence[Places]]:
        """Return where they stand; a value of a field stands nowhere."""
        ...

    def reads(self, literal: str, *, text: Field | None) -> bool:
        """Say whether a text of the post, in NFC, has a literal in it."""
        ...


class Part(Protocol):
    """One part of a query, compiled."""

    def holds(self, board: Board) -> bool:
        """Say whether the part matches."""
        ...

    def places(self, board: Board) -> list[Places]:
        """Return every place where it matches, each once, sorted."""
        ...

    def carried(self, board: Board) -> set[Places]:
        """Return the places of the words that make it match; for a match only."""
        ...

    def anchor(self, costs: Sequence[float]) -> Anchor:
        """Return the cheapest symbols one of which every match has; None: none need be there."""
        ...


def compiled(node: Node, symbols: Symbols, *, text: Field | None = None) -> Part:  # noqa: PLR0911 - one return a kind of node
    """Turn a query's tree into parts, numbering what it asks; `text`: of which text it asks."""
    match node:
        case Term():
            return _term(node, symbols, text=text)
        case Near(left=left, right=right, within=within, ordered=ordered):
            sides = compiled(left, symbols, text=text), compiled(right, symbols, text=text)
            return _Beside(*sides, within, ordered)
        case Not(part=part):
            return _Without(compiled(part, symbols, text=text))
        case And(parts=parts):
            whole = [compiled(part, symbols, text=text) for part in parts]
            return _All(tuple(sorted(whole, key=_effort)))
        case Or(parts=parts):
            return _any([compiled(part, symbols, text=text) for part in parts])
        case FieldIs() | FieldRange():
            return _Told(frozenset({symbols.values.number(node)}))
        case FieldText(field=field, part=part):
            told = _Told(frozenset({symbols.values.told(field)}))
            return _All((told, compiled(part, symbols, text=field)))


def _term(term: Term, symbols: Symbols, *, text: Field | None) -> Part:
    numbers = tuple(symbols.number(word, text=text) for word in term.words)
    part: Part = _AnyOf(frozenset(numbers)) if len(numbers) == 1 else _InARow(numbers)
    return part if term.literal is None else _Literal(part, term.literal, text)


def _effort(part: Part) -> int:
    """Say what to ask first: what is one look at the board."""
    return 0 if isinstance(part, _AnyOf | _Told) else 1 if isinstance(part, _Without) else 2


def _any(parts: list[Part]) -> Part:
    """Alternatives; the single words among them become one look at the board."""
    words = frozenset(s for part in parts if isinstance(part, _AnyOf) for s in part.symbols)
    told = frozenset(s for part in parts if isinstance(part, _Told) for s in part.symbols)
    some: list[Part] = [_AnyOf(words)] if words else []
    some += [_Told(told)] if told else []
    some += [part for part in parts if not isinstance(part, _AnyOf | _Told)]
    return some[0] if len(some) == 1 else _Any(tuple(some))


@dataclass(frozen=True, slots=True)
class _AnyOf:
    symbols: frozenset[Symbol]

    def holds(self, board: Board) -> bool:
        return not self.symbols.isdisjoint(board.symbols)

    def places(self, board: Board) -> list[Places]:
        there = board.places
        return sorted({place for s in self.symbols if s in there for place in there[s]})

    def carried(self, board: Board) -> set[Places]:
        return set(self.places(board))

    def anchor(self, costs: Sequence[float]) -> Anchor:
        return sum([costs[symbol] for symbol in self.symbols]), self.symbols


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of the post: it stands nowhere, but for a link, which can be shown."""

    symbols: frozenset[Symbol]

    def holds(self, board: Board) -> bool:
        return not self.symbols.isdisjoint(board.symbols)

    def places(self, board: Board) -> list[Places]:
        return []  # the parser keeps fields out of NEAR

    def carried(self, board: Board) -> set[Places]:
        there = board.places
        return {
            (start, end)
            for symbol in self.symbols
            for start, end in there.get(symbol, ())
            if end > start
        }

    def anchor(self, costs: Sequence[float]) -> Anchor:
        return sum([costs[symbol] for symbol in self.symbols]), self.symbols


@dataclass(frozen=True, slots=True)
class _InARow:
    """A phrase: each word begins where the one before ends."""

    symbols: tuple[Symbol, ...]

    def holds(self, board: Board) -> bool:
        return board.symbols.issuperset(self.symbols) and bool(self.places(board))

    def places(self, board: Board) -> list[Places]:
        there = board.places
        rows = set(there.get(self.symbols[0], ()))
        for symbol in self.symbols[1:]:
            following: dict[int, list[int]] = {}
            for start, end in there.get(symbol, ()):
                following.setdefault(start, []).append(end)
            rows = {(start, end) for start, middle in rows for end in following.get(middle, ())}
        return sorted(rows)

    def carried(self, board: Board) -> set[Places]:
        return set(self.places(board))

    def anchor(self, costs: Sequence[float]) -> Anchor:
        rarest = min(self.symbols, key=lambda symbol: costs[symbol])
        return costs[rarest], frozenset({rarest})


@dataclass(frozen=True, slots=True)
class _Literal:
    """Words in a row that the text must also have letter for letter."""

    words: Part
    literal: str
    text: Field | None

    def holds(self, board: Board) -> bool:
        return self.words.holds(board) and board.reads(self.literal, text=self.text)

    def places(self, board: Board) -> list[Places]:
        return self.words.places(board) if self.holds(board) else []

    def carried(self, board: Board) -> set[Places]:
        return set(self.places(board))

    def anchor(self, costs: Sequence[float]) -> Anchor:
        return self.words.anchor(costs)


def reads(text: str, literal: str) -> bool:
    """Say whether a text has a literal in it; the literal is in NFC."""
    return literal in composed(text)


@dataclass(frozen=True, slots=True)
class _Beside:
    """NEAR: its place is the hull of both sides, so that it can stand beside another."""

    left: Part
    right: Part
    within: int
    ordered: bool

    def holds(self, board: Board) -> bool:
        return (
            self.left.holds(board)
            and self.right.holds(board)
            and next(self.each(board), None) is not None
        )

    def places(self, board: Board) -> list[Places]:
        return sorted(set(self.each(board)))

    def each(self, board: Board) -> Iterator[Places]:
        """
        Yield its places one by one, some of them twice, and keep none.

        A long post can have millions; whether there is one shows at the first.
        """
        if isinstance(self.right, _Beside) and not isinstance(self.left, _Beside):
            yield from self._each(self.right, self.left.places(board), board, swapped=True)
        else:
            yield from self._each(self.left, self.right.places(board), board, swapped=False)

    def _each(
        self, lead: Part, others: list[Places], board: Board, *, swapped: bool
    ) -> Iterator[Places]:
        starts = [start for start, _ in others]
        by_end = sorted(others, key=_end)
        ends = [end for _, end in by_end]
        within = self.within
        for start, end in _each_place(lead, board):
            if not (self.ordered and swapped):  # the lead first, then another
                for at in range(bisect_left(starts, end), bisect_right(starts, end + within)):
                    yield start, others[at][1]
            if not self.ordered or swapped:
                for at in range(bisect_left(ends, start - within), bisect_right(ends, start)):
                    yield by_end[at][0], end

    def carried(self, board: Board) -> set[Places]:
        hulls = merged(sorted(set(islice(self.each(board), MOST_HULLS))))
        starts = [start for start, _ in hulls]
        return {
            (start, end)
            for start, end in self.left.carried(board) | self.right.carried(board)
            if (at := bisect_right(starts, start) - 1) >= 0 and end <= hulls[at][1]
        }

    def anchor(self, costs: Sequence[float]) -> Anchor:
        return _cheapest((self.left, self.right), costs)


@dataclass(frozen=True, slots=True)
class _All:
    parts: tuple[Part, ...]

    def holds(self, board: Board) -> bool:
        for part in self.parts:  # noqa: SIM110 - all() would be twice as deep on the stack
            if not part.holds(board):
                return False
        return True

    def places(self, board: Board) -> list[Places]:
        return []  # AND has no place of its own; the parser keeps it out of NEAR

    def carried(self, board: Board) -> set[Places]:
        return set[Places]().union(*[part.carried(board) for part in self.parts])

    def anchor(self, costs: Sequence[float]) -> Anchor:
        return _cheapest(self.parts, costs)


@dataclass(frozen=True, slots=True)
class _Any:
    parts: tuple[Part, ...]

    def holds(self, board: Board) -> bool:
        for part in self.parts:  # noqa: SIM110 - likewise
            if part.holds(board):
                return True
        return False

    def places(self, board: Board) -> list[Places]:
        return sorted(set[Places]().union(*[part.places(board) for part in self.parts]))

    def carried(self, board: Board) -> set[Places]:
        holding = [part for part in self.parts if part.holds(board)]
        return set[Places]().union(*[part.carried(board) for part in holding])

    def anchor(self, costs: Sequence[float]) -> Anchor:
        anchors = [part.anchor(costs) for part in self.parts]
        needed = [anchor for anchor in anchors if anchor is not None]
        if len(needed) < len(anchors):
            return None  # one alternative needs no word at all
        return (
            sum(cost for cost, _ in needed),
            frozenset[Symbol]().union(*(symbols for _, symbols in needed)),
        )


@dataclass(frozen=True, slots=True)
class _Without:
    part: Part

    def holds(self, board: Board) -> bool:
        return not self.part.holds(board)

    def places(self, board: Board) -> list[Places]:
        return []

    def carried(self, board: Board) -> set[Places]:
        return set()

    def anchor(self, costs: Sequence[float]) -> Anchor:
        return None


def _end(place: Places) -> int:
    return place[1]


def _each_place(part: Part, board: Board) -> Iterator[Places]:
    return part.each(board) if isinstance(part, _Beside) else iter(part.places(board))


def merged(places: Sequence[Places]) -> list[Places]:
    """Return sorted places with those that overlap made one."""
    whole: list[Places] = []
    for start, end in places:
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def _cheapest(parts: Sequence[Part], costs: Sequence[float]) -> Anchor:
    anchors = [anchor for part in parts if (anchor := part.anchor(costs)) is not None]
    return min(anchors, key=lambda anchor: anchor[0], default=None)
