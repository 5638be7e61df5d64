"""
One query over many stored posts at once, column by column.

What a query finds is what `match.compile_queries` finds; a test compares the two.
"""

from collections import OrderedDict
from functools import reduce
from operator import and_
from typing import Protocol

from answerback.domain.listening.fields import Field
from answerback.domain.listening.places import (
    UNMARKED,
    Marking,
    Places,
    Text,
    in_a_row,
    nearest,
    nothing,
    places_of,
    posts_at,
)
from answerback.domain.listening.subsets import Subset, union
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
    parts_of,
)

#: Bytes of found posts that are kept, so that typing on at the end of a query is quick.
REMEMBERED = 32 << 20


class Columns(Protocol):
    """Stored posts."""

    @property
    def posts(self) -> int:
        """Count them, those that no longer count too."""
        ...

    def text(self, field: Field | None) -> Text | None:
        """Return the posts' own text, or that of a field; None when no post has such a text."""
        ...

    def with_value(self, asked: FieldIs) -> Subset:
        """Return the posts of whose field a value is told."""
        ...

    def within(self, asked: FieldRange) -> Subset:
        """Return the posts of whose field a number or moment in the range is told."""
        ...


class Evaluator:
    """Finds the posts of a query's parts, and remembers them."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._found: OrderedDict[tuple[Field | None, Node], Subset] = OrderedDict()
        self._bytes = 0

    def posts(self, node: Node, *, field: Field | None = None) -> Subset:
        """
        Return the posts that a part of a query finds, asked of one of their texts.

        Error: exact; the same posts as the engine that reads one post after the other.
        """
        key = (field, node)
        found = self._found.pop(key, None)
        if found is None:
            found = self._posts(node, field)
            self._bytes += found.bytes
        self._found[key] = found  # at the end: what was asked for last goes last
        while self._bytes > REMEMBERED:
            self._bytes -= self._found.popitem(last=False)[1].bytes
        return found

    def _posts(self, node: Node, field: Field | None) -> Subset:
        match node:
            case Term():
                return self._term(node, field)
            case Near():
                return self._near(node, field)
            case FieldIs() | FieldRange():
                return self._told(node)
            case FieldText(field=other, part=part):
                text = self.columns.text(other)
                return text.there & self.posts(part, field=other) if text else self._none()
        return self._joined(node, field)

    def _joined(self, node: And | Or | Not, field: Field | None) -> Subset:
        parts = [self.posts(part, field=field) for part in parts_of(node)]
        if isinstance(node, Not):
            return ~parts[0]
        if isinstance(node, Or):
            return union(parts, posts=self.columns.posts)
        return reduce(and_, sorted(parts, key=lambda part: part.count))

    def _told(self, node: FieldIs | FieldRange) -> Subset:
        if isinstance(node, FieldIs):
            return self.columns.with_value(node)
        return self.columns.within(node)

    def _none(self) -> Subset:
        return Subset.none(self.columns.posts)

    def _term(self, term: Term, field: Field | None) -> Subset:
        text = self.columns.text(field)
        if text is None:
            return self._none()
        found = text.posts_with(term.words[0])
        for word in term.words[1:]:
            found &= text.posts_with(word)
        if len(term.words) > 1 and found.count:
            found = posts_at(in_a_row(term.words, text=text, among=found), text=text)
        if term.literal is not None and found.count:
            found = text.spelled(term.literal, found)
        return found

    def _near(self, near: Near, field: Field | None) -> Subset:
        text = self.columns.text(field)
        both = self.posts(near.left, field=field) & self.posts(near.right, field=field)
        if text is None or not both.count:
            return self._none()
        left, right = (
            places_of(side, text=text, among=both, marking=UNMARKED)
            for side in (near.left, near.right)
        )
        return posts_at(nearest(left, right, within=near.within, ordered=near.ordered), text=text)

    def places(
        self,
        node: Node,
        *,
        field: Field | None = None,
        among: Subset,
        marking: Marking = UNMARKED,
    ) -> Places:
        """Return where a term, NEAR or alternatives of them stand, in the posts asked for."""
        text = self.columns.text(field)
        if text is None or not among.count:
            return nothing(marking)
        found = places_of(node, text=text, among=among, marking=marking)
        if among.count == among.posts or not len(found):
            return found
        return found.only(among.holds(text.posts_at(found.start)))
