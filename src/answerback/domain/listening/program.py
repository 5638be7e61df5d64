"""A query as the engine runs it: small parts that ask a board where each symbol stands."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NewType, Protocol

from answerback.domain.listening.syntax import And, Near, Node, Not, Or, Term, Word

#: A word of some query, numbered.
Symbol = NewType("Symbol", int)
#: Places in a post, counted in words: first, and after the last.
Places = tuple[int, int]
#: Where each symbol stands in one post.  A symbol that stands nowhere is not on it.
Board = Mapping[Symbol, Sequence[Places]]


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

    def anchor(self, costs: Sequence[float]) -> tuple[float, frozenset[Symbol]] | None:
        """Return the cheapest symbols one of which every match has; None: none need be there."""
        ...


class Symbols:
    """The words of all queries, each with its number."""

    def __init__(self) -> None:
        """Begin without any."""
        self.costs: list[float] = []
        self._exact: dict[str, Symbol] = {}
        self._wild: dict[str, dict[str, Symbol]] = {}  # first two letters → pattern → symbol

    def number(self, word: Word) -> Symbol:
        """Return the number of a word, a new one when it was not there."""
        table = self._wild.setdefault(word.form[:2], {}) if word.wild else self._exact
        if word.form not in table:
            table[word.form] = Symbol(len(self.costs))
            self.costs.append(_cost(word))
        return table[word.form]

    def of(self, form: str) -> list[Symbol]:
        """Return the symbols that a form in a post answers to."""
        found = [self._exact[form]] if form in self._exact else []
        patterns = self._wild.get(form[:2])
        if patterns:
            found.extend(
                symbol for pattern, symbol in patterns.items() if wildcard_holds(pattern, form)
            )
        return found


def compiled(node: Node, symbols: Symbols) -> Part:
    """Turn a query's tree into parts, numbering its words."""
    match node:
        case Term(words=words) if len(words) == 1:
            return _AnyOf((symbols.number(words[0]),))
        case Term(words=words):
            return _InARow(tuple(symbols.number(word) for word in words))
        case Near(left=left, right=right, within=within):
            return _Beside(compiled(left, symbols), compiled(right, symbols), within)
        case Not(part=part):
            return _Without(compiled(part, symbols))
        case And(parts=parts):
            return _All(tuple([compiled(part, symbols) for part in parts]))
        case Or(parts=parts):
            return _any([compiled(part, symbols) for part in parts])


def wildcard_holds(pattern: str, form: str) -> bool:
    """
    Say whether a whole form fits a pattern with `*` and `?`.

    It goes back to the last star only, so the time is at most length times length.
    """
    if pattern[-1] == "*" and "?" not in pattern and pattern.count("*") == 1:
        return form.startswith(pattern[:-1])
    at = of = 0
    star, resume = -1, 0
    while at < len(form):
        if of < len(pattern) and pattern[of] == "*":
            star, resume, of = of, at, of + 1
        elif of < len(pattern) and pattern[of] in ("?", form[at]):
            at, of = at + 1, of + 1
        elif star >= 0:
            resume += 1
            at, of = resume, star + 1
        else:
            return False
    return not pattern[of:].strip("*")


def _any(parts: list[Part]) -> Part:
    """Alternatives; the single words among them become one look at the board."""
    words = tuple(s for part in parts if isinstance(part, _AnyOf) for s in part.symbols)
    others = [part for part in parts if not isinstance(part, _AnyOf)]
    if not others:
        return _AnyOf(words)
    return _Any((*((_AnyOf(words),) if words else ()), *others))


@dataclass(frozen=True, slots=True)
class _AnyOf:
    symbols: tuple[Symbol, ...]

    def holds(self, board: Board) -> bool:
        return any(symbol in board for symbol in self.symbols)

    def places(self, board: Board) -> list[Places]:
        if len(self.symbols) == 1:
            return sorted(set(board.get(self.symbols[0], ())))
        return sorted({place for symbol in self.symbols for place in board.get(symbol, ())})

    def carried(self, board: Board) -> set[Places]:
        return set(self.places(board))

    def anchor(self, costs: Sequence[float]) -> tuple[float, frozenset[Symbol]] | None:
        return sum(costs[symbol] for symbol in self.symbols), frozenset(self.symbols)


@dataclass(frozen=True, slots=True)
class _InARow:
    """A phrase: each word begins where the one before ends."""

    symbols: tuple[Symbol, ...]

    def holds(self, board: Board) -> bool:
        return all(symbol in board for symbol in self.symbols) and bool(self.places(board))

    def places(self, board: Board) -> list[Places]:
        rows = set(board.get(self.symbols[0], ()))
        for symbol in self.symbols[1:]:
            following: dict[int, list[int]] = {}
            for start, end in board.get(symbol, ()):
                following.setdefault(start, []).append(end)
            rows = {(start, end) for start, middle in rows for end in following.get(middle, ())}
        return sorted(rows)

    def carried(self, board: Board) -> set[Places]:
        return set(self.places(board))

    def anchor(self, costs: Sequence[float]) -> tuple[float, frozenset[Symbol]] | None:
        rarest = min(self.symbols, key=lambda symbol: costs[symbol])
        return costs[rarest], frozenset({rarest})


@dataclass(frozen=True, slots=True)
class _Beside:
    """NEAR: its place is the hull of both sides, so that it can stand beside another."""

    left: Part
    right: Part
    within: int

    def holds(self, board: Board) -> bool:
        return self.left.holds(board) and self.right.holds(board) and bool(self.places(board))

    def places(self, board: Board) -> list[Places]:
        left, right = self.left.places(board), self.right.places(board)
        return sorted(self._in_order(left, right) | self._in_order(right, left))

    def _in_order(self, first: list[Places], second: list[Places]) -> set[Places]:
        starts = [start for start, _ in second]
        return {
            (start, second[at][1])
            for start, end in first
            for at in range(bisect_left(starts, end), bisect_right(starts, end + self.within))
        }

    def carried(self, board: Board) -> set[Places]:
        hulls = merged(self.places(board))
        starts = [start for start, _ in hulls]
        return {
            (start, end)
            for start, end in self.left.carried(board) | self.right.carried(board)
            if (at := bisect_right(starts, start) - 1) >= 0 and end <= hulls[at][1]
        }

    def anchor(self, costs: Sequence[float]) -> tuple[float, frozenset[Symbol]] | None:
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

    def anchor(self, costs: Sequence[float]) -> tuple[float, frozenset[Symbol]] | None:
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

    def anchor(self, costs: Sequence[float]) -> tuple[float, frozenset[Symbol]] | None:
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

    def anchor(self, costs: Sequence[float]) -> tuple[float, frozenset[Symbol]] | None:
        return None


def merged(places: Sequence[Places]) -> list[Places]:
    """Return sorted places with those that overlap made one."""
    whole: list[Places] = []
    for start, end in places:
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def _cheapest(
    parts: Sequence[Part], costs: Sequence[float]
) -> tuple[float, frozenset[Symbol]] | None:
    anchors = [anchor for part in parts if (anchor := part.anchor(costs)) is not None]
    return min(anchors, key=lambda anchor: anchor[0], default=None)


def _cost(word: Word) -> float:
    """
    Guess how often a word turns up: long ones and names seldom.

    Error: a guess changes the speed, never a match.
    """
    letters = len(word.form.encode()) if not word.wild else len(word.form) - 1
    return (0.2 if word.form[0] in "@#$" else 1.0) * (4.0 if word.wild else 1.0) / letters**2
