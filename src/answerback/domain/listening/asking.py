"""Ask an engine with as much as its queries want to know."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.match import Matcher
from answerback.domain.listening.syntax import (
    FieldIs,
    FieldRange,
    FieldText,
    Node,
    Query,
    parts_of,
)
from answerback.domain.records.mention import Span


def fields_asked(queries: Iterable[Query]) -> frozenset[Field]:
    """Return the fields that some query asks for."""
    return frozenset(field for query in queries for field in _fields(query.root))


def _fields(node: Node) -> Iterator[Field]:
    """Without recursion: a query may be as deep as Python's own stack."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, FieldIs | FieldRange | FieldText):
            yield one.field
        waiting.extend(parts_of(one))


def fields_of(matcher: Matcher) -> frozenset[Field]:
    fields: frozenset[Field] = getattr(matcher, "fields", frozenset())
    return fields


def matches(
    matcher: Any, texts: Sequence[str], facts: Sequence[Facts] | None
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = (
        matcher.match(texts) if facts is None else matcher.match(texts, facts)
    )
    return found


def explained(explain: Callable[..., Any], text: str, facts: Facts | None) -> tuple[Span, ...]:
    found: tuple[Span, ...] = explain(text) if facts is None else explain(text, facts)
    return found
