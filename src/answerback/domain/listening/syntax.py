"""What a query is made of, and what can be wrong with one."""

import dataclasses
from dataclasses import dataclass, field
from typing import TypeAlias
from unicodedata import category, east_asian_width

from answerback.domain.listening.fields import Field
from answerback.domain.records.mention import Span
from answerback.domain.records.refusal import Refusal

_SHOWN = 60  #: characters of a long line to either side of a problem


@dataclass(frozen=True, slots=True)
class Word:
    """
    One word to look for: folded, or `exact`, letter for letter as typed (NFC).

    `wild`: `*` is any letters and `?` is one.
    """

    form: str
    wild: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """
    Words that stand directly after each other; most terms have one.

    With a `literal` (`raw:`) that must also stand in the text, letter for letter, in NFC.
    """

    words: tuple[Word, ...]
    place: Span = field(compare=False)
    typed: str = field(compare=False)  #: as in the query, without quotation marks
    literal: str | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """Both sides, disjoint, at most `within` words between them; in any order, or as written."""

    left: "Node"
    right: "Node"
    within: int
    place: Span = field(compare=False)
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All of at least two parts."""

    parts: tuple["Node", ...]
    place: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Or:
    """Any of at least two parts."""

    parts: tuple["Node", ...]
    place: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Nowhere in the post."""

    part: "Node"
    place: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class FieldIs:
    """A field has a value: folded; `*` in it is any letters."""

    field: Field
    value: str
    place: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class FieldRange:
    """A number, or a moment in seconds since 1970 (UTC), from `low` to `high`, both included."""

    field: Field
    low: float | None  #: None: no limit
    high: float | None
    place: Span = dataclasses.field(compare=False)


@dataclass(frozen=True, slots=True)
class FieldText:
    """Something to find in another text of the post: the one it quotes, its title, and so on."""

    field: Field
    part: "Node"
    place: Span = dataclasses.field(compare=False)


Node: TypeAlias = Term | Near | And | Or | Not | FieldIs | FieldRange | FieldText


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with a query, or only odd, and where.  Lines and columns count from 1."""

    code: str  #: E-… refuses the query, W-… warns, I-… only informs
    message: str
    hint: str = ""
    line: int
    column: int  #: code points
    excerpt: str  #: the line, or what surrounds the place in a long one
    caret: str  #: to be printed under the excerpt

    def __str__(self) -> str:
        """Return it as a person reads it, the caret under the character."""
        word = {"E": "error", "W": "warning"}.get(self.code[0], "note")
        head = f"{word} {self.code} at line {self.line}, column {self.column}: {self.message}"
        lines = [head, f"  {self.excerpt}", f"  {self.caret}"]
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)


class QueryError(Refusal):
    """A query that cannot be understood, or could never match."""

    def __init__(self, problem: Problem) -> None:
        """Keep the problem, for pages and programs that show the parts apart."""
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A listening query that was understood.  Equal queries hear the same posts."""

    root: Node
    text: str = field(compare=False)  #: as written
    warnings: tuple[Problem, ...] = field(default=(), compare=False)


def problem(text: str, place: Span, *, code: str, message: str, hint: str = "") -> Problem:
    """Describe what is wrong at a place of a query's text."""
    begin = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", place.start)
    end = len(text) if end < 0 else end
    shown_from = max(begin, place.start - _SHOWN)
    shown_to = min(end, place.start + _SHOWN)
    before = text[shown_from : place.start]
    marked = text[place.start : min(place.end, shown_to)]
    lead, tail = "…" * (shown_from > begin), "…" * (shown_to < end)
    return Problem(
        code=code,
        message=message,
        hint=hint,
        line=text.count("\n", 0, place.start) + 1,
        column=place.start - begin + 1,
        excerpt=lead + _one_line(text[shown_from:shown_to]) + tail,
        caret=" " * (_columns(before) + len(lead)) + "^" * max(1, _columns(marked)),
    )


def refusal(text: str, place: Span, *, code: str, message: str, hint: str = "") -> QueryError:
    """Return the error to raise for what is wrong at a place."""
    return QueryError(problem(text, place, code=code, message=message, hint=hint))


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return what a node is made of; nothing for a term."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return parts
        case Near(left=left, right=right):
            return (left, right)
        case Not(part=part) | FieldText(part=part):
            return (part,)
        case Term() | FieldIs() | FieldRange():
            return ()


def depth_of(node: Node) -> int:
    """Return how many levels a node has; it walks by itself, so that any depth can be told."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((part, depth + 1) for part in parts_of(one))
    return deepest


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _columns(text: str) -> int:
    """Units: columns of a terminal, where wide letters take two and marks none."""
    return sum(
        0 if category(letter) in {"Mn", "Me"} else 2 if east_asian_width(letter) in "WF" else 1
        for letter in text
    )
