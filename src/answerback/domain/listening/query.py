"""
A query's text into a `Query`, and back.

The parser keeps its open brackets on a stack of its own, so that no query, however deep, can run
into Python's limit on nested calls.
"""

from dataclasses import dataclass, field

from answerback.domain.listening.brackets import (
    loosened,
    not_in_near,
    of_field,
    refuse_beside_near,
)
from answerback.domain.listening.checks import refuse_impossible
from answerback.domain.listening.dialects import Dialect, spoken
from answerback.domain.listening.lexer import lexemes
from answerback.domain.listening.marks import Kind, Lexeme
from answerback.domain.listening.oddities import warnings
from answerback.domain.listening.printing import normalised
from answerback.domain.listening.syntax import (
    And,
    Near,
    Node,
    Not,
    Or,
    Problem,
    Query,
    QueryError,
    depth_of,
    problem,
    refusal,
)
from answerback.domain.records.mention import Span

__all__ = ["Dialect", "Query", "QueryError", "normalised", "parse"]

LONGEST = 100_000  #: code points of a query
DEEPEST = 200  #: brackets, NOTs and NEARs within each other


@dataclass(slots=True)
class _Built:
    """A node, and how deep it is."""

    node: Node
    depth: int = 1


@dataclass(slots=True)
class _Level:
    """What stands between one pair of brackets, so far."""

    opened: Lexeme | None = None  #: the bracket; None: the whole query
    alternatives: list[_Built] = field(default_factory=list)
    parts: list[_Built] = field(default_factory=list)
    current: _Built | None = None  #: a NEAR may still follow it
    nots: list[Lexeme] = field(default_factory=list)  #: before `current`
    waiting: Lexeme | None = None  #: an operator whose right side must come
    first_or: Lexeme | None = None
    mixed: bool = False


def parse(text: str, *, dialect: Dialect = Dialect.ANSWERBACK) -> Query:
    """
    Understand a query, whole: nothing is ever cut off.

    `dialect` matters only where other products mean something else by the same words.

    :raises QueryError: with the place of what is wrong, a caret under it, and a hint.
    """
    _refuse_too_long(text)
    levels = [_Level()]
    odd: list[Problem] = []
    pieces = lexemes(text, exact_bang=dialect is Dialect.PULSAR)
    for lexeme in spoken(text, pieces, dialect=dialect):
        odd.extend(lexeme.notes)
        if lexeme.lower:
            odd.append(_lower_case(text, lexeme))
        if lexeme.kind is Kind.OPEN:
            levels.append(_Level(opened=lexeme))
            _refuse_too_deep(text, lexeme.place, len(levels) - 1)
        elif lexeme.kind is Kind.CLOSE:
            built = _closed(text, levels, lexeme, odd)
            _take(text, levels[-1], built)
        else:
            _read(text, levels[-1], lexeme)
    opened = levels[-1].opened
    if opened is not None:
        raise _unbalanced(text, opened.place, "this bracket is never closed", "add )")
    if levels[0] == _Level():
        raise _empty(text)
    root = _finished(text, levels[0], odd).node
    refuse_impossible(text, root)
    odd.extend(warnings(text, root))
    odd.sort(key=lambda warning: (warning.line, warning.column))
    return Query(root=root, text=text, warnings=tuple(odd))


def _refuse_too_long(text: str) -> None:
    if len(text) > LONGEST:
        raise refusal(
            text,
            Span(start=LONGEST, end=LONGEST + 1),
            code="E-LONG",
            message=f"a query has at most {LONGEST:,} characters; this one has {len(text):,}",
            hint="split it in two; it is not cut, because then you would miss posts unknowingly",
        )


def _empty(text: str) -> QueryError:
    return refusal(
        text,
        Span(start=0, end=1),
        code="E-EMPTY",
        message="the query is empty",
        hint="write the words to listen for, for example: united OR @united",
    )


def _refuse_too_deep(text: str, place: Span, depth: int) -> None:
    if depth > DEEPEST:
        raise refusal(
            text,
            place,
            code="E-DEEP",
            message=f"a query nests at most {DEEPEST} levels",
            hint="take brackets away that change nothing, or split the query",
        )


def _read(text: str, level: _Level, lexeme: Lexeme) -> None:
    """Take the next piece into a level."""
    if lexeme.node is not None:
        _take(text, level, _measured(text, lexeme.node))
    elif lexeme.kind is Kind.NOT:
        _negate(text, level, lexeme)
    else:
        _operate(text, level, lexeme)


def _take(text: str, level: _Level, built: _Built) -> None:
    """Put a term, or a bracket, where it belongs: beside a NEAR, or as the next part."""
    if level.waiting is not None and level.waiting.kind is Kind.NEAR and level.current is not None:
        left, near = level.current, level.waiting
        for side in (left.node, built.node):
            refuse_beside_near(text, side)
        place = Span(start=left.node.place.start, end=built.node.place.end)
        node = Near(left.node, built.node, near.within or 0, place, near.ordered)
        level.current = _above(text, node, depth=max(left.depth, built.depth))
    else:
        _settle(text, level)
        level.current = built
    level.waiting = None


def _negate(text: str, level: _Level, lexeme: Lexeme) -> None:
    if level.waiting is not None and level.waiting.kind is Kind.NEAR:
        raise not_in_near(text, lexeme.place)
    if level.current is not None:
        _settle(text, level)
    level.nots.append(lexeme)
    level.waiting = None


def _operate(text: str, level: _Level, lexeme: Lexeme) -> None:
    """Take AND, OR or NEAR: what stands left of it is whole, and a right side must come."""
    if level.current is None or level.waiting is not None:
        before = level.waiting or (level.nots[-1] if level.nots else None)
        raise _lacks_side(text, before or lexeme, "after" if before else "before")
    if lexeme.kind is not Kind.NEAR:
        _settle(text, level)
    if lexeme.kind is Kind.OR:
        _end_alternative(text, level)
        level.first_or = level.first_or or lexeme
    level.waiting = lexeme


def _settle(text: str, level: _Level) -> None:
    """Make what stands last a part, with the NOTs before it."""
    if level.current is None:
        return
    built = level.current
    if len(level.nots) % 2:
        place = Span(start=level.nots[0].place.start, end=built.node.place.end)
        if isinstance(built.node, Not):
            built = _Built(built.node.part, built.depth - 1)
        else:
            built = _above(text, Not(built.node, place), depth=built.depth)
    level.parts.append(built)
    level.current, level.nots = None, []


def _end_alternative(text: str, level: _Level) -> None:
    level.mixed = level.mixed or len(level.parts) > 1
    level.alternatives.append(_combined(text, And, level.parts))
    level.parts = []


def _combined(text: str, kind: type[And] | type[Or], parts: list[_Built]) -> _Built:
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    depth = 0
    for part in parts:  # brackets that change nothing fall away, and their level with them
        same = isinstance(part.node, kind)
        flat.extend(part.node.parts if isinstance(part.node, kind) else (part.node,))
        depth = max(depth, part.depth - same)
    place = Span(start=parts[0].node.place.start, end=parts[-1].node.place.end)
    return _above(text, kind(tuple(flat), place), depth=depth)


def _above(text: str, node: Node, *, depth: int) -> _Built:
    """Keep a node that stands over others of `depth`."""
    _refuse_too_deep(text, node.place, depth + 1)
    return _Built(node, depth + 1)


def _finished(text: str, level: _Level, odd: list[Problem]) -> _Built:
    """
    Return what a level came to.

    :raises QueryError: when an operator or a NOT still waits, or nothing is there.
    """
    waiting = level.waiting or (level.nots[-1] if level.nots and level.current is None else None)
    if waiting is not None:
        raise _lacks_side(text, waiting, "after")
    _settle(text, level)
    _end_alternative(text, level)
    if level.first_or is not None and level.mixed:
        odd.append(
            problem(
                text,
                level.first_or.place,
                code="W-MIX",
                message="AND, or a space, binds before OR here",
                hint="put brackets around what belongs together",
            )
        )
    return _combined(text, Or, level.alternatives)


def _closed(text: str, levels: list[_Level], lexeme: Lexeme, odd: list[Problem]) -> _Built:
    if len(levels) == 1:
        raise _unbalanced(text, lexeme.place, "this bracket was never opened", "take it away")
    level = levels.pop()
    opened = level.opened or lexeme
    place = Span(start=opened.place.start, end=lexeme.place.end)
    if level.current is None and not level.parts and not level.alternatives and not level.nots:
        raise refusal(
            text, place, code="E-EMPTY", message="nothing inside", hint="take the brackets away"
        )
    built = _finished(text, level, odd)
    if lexeme.within is not None:
        node, notes = loosened(text, built.node, within=lexeme.within, place=lexeme.place)
        odd.extend(notes)
        built = _measured(text, node)
    if opened.field is not None:
        node = of_field(text, built.node, field=opened.field, place=place)
        built = _measured(text, node)
    return built


def _measured(text: str, node: Node) -> _Built:
    """Keep a node that came whole, however deep it is."""
    depth = depth_of(node)
    _refuse_too_deep(text, node.place, depth)
    return _Built(node, depth)


def _unbalanced(text: str, place: Span, message: str, hint: str) -> QueryError:
    return refusal(text, place, code="E-BRACKET", message=message, hint=hint)


def _lacks_side(text: str, lexeme: Lexeme, side: str) -> QueryError:
    return refusal(
        text,
        lexeme.place,
        code="E-SIDE",
        message=f"{lexeme.kind} needs a word or a bracket {side} it",
        hint=f'to look for the word itself, write "{lexeme.kind.lower()}"',
    )


def _lower_case(text: str, lexeme: Lexeme) -> Problem:
    word = text[lexeme.place.start : lexeme.place.end]
    return problem(
        text,
        lexeme.place,
        code="W-LOWER",
        message=f"'{word}' in small letters is looked for as a word",
        hint=f"write {word.upper()} for the operator",
    )
