"""Ask an engine with as much as its queries want to know."""

from collections.abc import Callable, Sequence
from typing import Any

from answerback.domain.listening.fields import Facts, Field
from answerback.domain.listening.match import Matcher
from answerback.domain.records.mention import Span


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
