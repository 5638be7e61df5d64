"""
A query's text into a `Query`, and back.

The parser keeps its open brackets on a stack of its own, so that no query, however deep, can run
into Python's limit on nested calls.
"""

from dataclasses import dataclass, field

from answerback.domain.listening.checks import refuse_impossible, warnings
from answerback.domain.listening.lexer import Kind, Lexeme, lexemes
from answerback.domain.listening.syntax import (
    And,
    Near,
    Node,
    Not,
    Or,
    Problem,
    Query,
    QueryError,
    Term,
    problem,
    refusal,
)
from answerback.domain.listening.words import looked_up, query_tokens
from answerback.domain.records.mention import Span

__all__ = ["Query", "QueryError", "normalised", "parse"]

LONGEST = 100_000  #: code points of a query
DEEPEST = 200  #: brackets, NOTs and NEARs within each other

_RESERVED = frozenset({"and", "or", "not", "near"})


@dataclass(slots=True)
class _Built:
    """A node, and how deep it is."""

    node: Node
    depth: int = 1


@dataclass(slots=True)
class _Level:
    """What stands between one pair of brackets, so far."""

    opened: Span
    alternatives: list[_Built] = field(default_factory=list)
    parts: list[_Built] = field(default_factory=list)
    current: _Built | None = None  #: a NEAR may still follow it
    nots: list[Lexeme] = field(default_factory=list)  #: before `current`
    waiting: Lexeme | None = None  #: an operator whose right side must come
    first_or: Lexeme | None = None
    mixed: bool = False


def parse(text: str) -> Query:
    """
    Understand a query, whole: nothing is ever cut off.

    :raises QueryError: with the place of what is wrong, a caret under it, and a hint.
    """
    _refuse_too_long(text)
    levels = [_Level(opened=Span(start=0, end=len(text)))]
    odd: list[Problem] = []
    for lexeme in lexemes(text):
        if lexeme.lower:
            odd.append(_lower_case(text, lexeme))
        if lexeme.kind is Kind.OPEN:
            levels.append(_Level(opened=lexeme.place))
            _refuse_too_deep(text, lexeme.place, len(levels) - 1)
        elif lexeme.kind is Kind.CLOSE:
            built = _closed(text, levels, lexeme, odd)
            _take(text, levels[-1], built)
        else:
            _read(text, levels[-1], lexeme)
    if len(levels) > 1:
        raise _unbalanced(text, levels[-1].opened, "this bracket is never closed", "add )")
    root = _finished(text, levels[0], odd).node
    refuse_impossible(text, root)
    odd.extend(warnings(text, root))
    odd.sort(key=lambda warning: (warning.line, warning.column))
    return Query(root=root, text=text, warnings=tuple(odd))


def normalised(query: Query) -> str:
    """Return what the query looks for, written plainly; parsing it gives an equal query."""
    return _printed(query.root)


def _refuse_too_long(text: str) -> None:
    if not text.strip():
        raise refusal(
            text,
            Span(start=0, end=1),
            code="E-EMPTY",
            message="the query is empty",
            hint="write the words to listen for, for example: united OR @united",
        )
    if len(text) > LONGEST:
        raise refusal(
            text,
            Span(start=LONGEST, end=LONGEST + 1),
            code="E-LONG",
            message=f"a query has at most {LONGEST:,} characters; this one has {len(text):,}",
            hint="split it in two; it is not cut, because then you would miss posts unknowingly",
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
    if lexeme.term is not None:
        _take(text, level, _Built(lexeme.term))
    elif lexeme.kind is Kind.NOT:
        _negate(text, level, lexeme)
    else:
        _operate(text, level, lexeme)


def _take(text: str, level: _Level, built: _Built) -> None:
    """Put a term, or a bracket, where it belongs: beside a NEAR, or as the next part."""
    if level.waiting is not None and level.waiting.kind is Kind.NEAR and level.current is not None:
        left, near = level.current, level.waiting
        for side in (left.node, built.node):
            _refuse_beside_near(text, side)
        place = Span(start=left.node.place.start, end=built.node.place.end)
        node = Near(left.node, built.node, near.within, place)
        level.current = _above(text, node, depth=max(left.depth, built.depth))
    else:
        _settle(text, level)
        level.current = built
    level.waiting = None


def _negate(text: str, level: _Level, lexeme: Lexeme) -> None:
    if level.waiting is not None and level.waiting.kind is Kind.NEAR:
        raise _not_in_near(text, lexeme.place)
    if level.current is not None:
        _settle(text, level)
    level.nots.append(lexeme)
    level.waiting = None


def _operate(text: str, level: _Level, lexeme: Lexeme) -> None:
    """Take AND, OR or NEAR: what stands left of it is whole, and a right side must come."""
    if level.current is None:
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
    if level.current is None and not level.parts and not level.alternatives and not level.nots:
        place = Span(start=level.opened.start, end=lexeme.place.end)
        raise refusal(
            text, place, code="E-EMPTY", message="nothing inside", hint="take the brackets away"
        )
    return _finished(text, level, odd)


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


def _not_in_near(text: str, place: Span) -> QueryError:
    return refusal(
        text,
        place,
        code="E-NEARNOT",
        message="NOT cannot stand inside NEAR",
        hint="put it after the bracket: (a NEAR/5 b) NOT c",
    )


def _refuse_beside_near(text: str, side: Node) -> None:
    """Refuse AND and NOT beside a NEAR; an inner NEAR was looked at when it was built."""
    if isinstance(side, Or):
        for part in side.parts:
            _refuse_beside_near(text, part)
    elif isinstance(side, Not):
        raise _not_in_near(text, side.place)
    elif isinstance(side, And):
        for part in side.parts:
            if isinstance(part, Not):
                raise _not_in_near(text, part.place)
        raise refusal(
            text,
            side.place,
            code="E-NEARAND",
            message="AND cannot stand inside NEAR",
            hint="put it after the bracket: (a NEAR/5 b) AND c",
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


def _printed(node: Node) -> str:
    match node:
        case Term():
            return _printed_term(node)
        case Not(part=part):
            return f"NOT {_within_brackets(part, And, Or, Near)}"
        case Near(left=left, right=right, within=within):
            start = _within_brackets(left, Or)
            return f"{start} NEAR/{within} {_within_brackets(right, Or, Near)}"
        case And(parts=parts):
            return " AND ".join([_within_brackets(part, Or) for part in parts])
        case Or(parts=parts):
            return " OR ".join([_within_brackets(part, And) for part in parts])


def _within_brackets(node: Node, *kinds: type[Node]) -> str:
    return f"({_printed(node)})" if isinstance(node, kinds) else _printed(node)


def _printed_term(term: Term) -> str:
    """Print the folded words where they can be read back as the same, else as they were typed."""
    asks = any(word.wild and "?" in word.form for word in term.words)
    words = ("-" if asks else " ").join([word.form for word in term.words])
    quoted = not asks and (len(term.words) > 1 or words in _RESERVED or "?" in words)
    if not _reads_back(words, term, quoted=quoted):
        words = term.typed.replace("＂", " ")  # noqa: RUF001 - it would end the phrase
        quoted = not asks  # a "?" in quotation marks would be no wildcard
    return f'"{words}"' if quoted else words


def _reads_back(words: str, term: Term, *, quoted: bool) -> bool:
    raws = [raw for raw, _, _ in query_tokens(words, quoted=quoted)]
    forms = [
        raw if word.wild else looked_up(raw) for raw, word in zip(raws, term.words, strict=False)
    ]
    return len(raws) == len(term.words) and forms == [word.form for word in term.words]
