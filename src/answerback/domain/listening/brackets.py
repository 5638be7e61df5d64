"""What a bracket does to what stands in it: `( … )~n`, `author:( … )`, `quoted:( … )`."""

from answerback.domain.listening.field_terms import field_node
from answerback.domain.listening.fields import KINDS, Field, FieldKind
from answerback.domain.listening.syntax import (
    And,
    FieldIs,
    FieldRange,
    FieldText,
    Near,
    Node,
    Not,
    Or,
    Problem,
    QueryError,
    Term,
    parts_of,
    problem,
    refusal,
)
from answerback.domain.records.mention import Span


def loosened(
    text: str, node: Node, *, within: int, place: Span
) -> tuple[Node, tuple[Problem, ...]]:
    """
    Return what `( … )~n` means: parts that must all be there must also stand near each other.

    :raises QueryError: E-NEARNOT, E-NEARAND or E-NEARFIELD for what cannot stand near anything.
    """
    if isinstance(node, And):
        return _near(text, node, within), ()
    if isinstance(node, Or) and any(isinstance(part, And) for part in node.parts):
        parts = tuple(
            _near(text, part, within) if isinstance(part, And) else part for part in node.parts
        )
        return Or(parts, node.place), ()
    note = problem(
        text,
        place,
        code="W-TILDE",
        message="~ changes nothing here: there are no words that must all be there",
        hint="it says how far apart words may stand: (a b)~5",
    )
    return node, (note,)


def _near(text: str, node: And, within: int) -> Node:
    joined = node.parts[0]
    for part in node.parts:
        refuse_beside_near(text, part)
    for part in node.parts[1:]:
        place = Span(start=joined.place.start, end=part.place.end)
        joined = Near(joined, part, within, place)
    return joined


def of_field(text: str, node: Node, *, field: Field, place: Span) -> Node:
    """
    Return what `name:( … )` means.

    :raises QueryError: for a field within a field, or NEAR between values.
    """
    if KINDS[field] is FieldKind.TEXT:
        _refuse_fields(text, node)
        return FieldText(field, node, place)
    return _valued(text, node, field=field)


def _valued(text: str, node: Node, *, field: Field) -> Node:
    match node:
        case Term(typed=typed, place=place):
            return field_node(text, place, name=field.value, value=typed)
        case Not(part=part, place=place):
            return Not(_valued(text, part, field=field), place)
        case And(parts=parts, place=place) | Or(parts=parts, place=place):
            return type(node)(tuple([_valued(text, part, field=field) for part in parts]), place)
        case FieldIs(value=link, place=place) if KINDS[field] is FieldKind.LINK:
            return field_node(text, place, name=field.value, value=link)  # a link, pasted
    raise _no_value(text, node, field)


def _no_value(text: str, node: Node, field: Field) -> QueryError:
    return refusal(
        text,
        node.place,
        code="E-FIELD",
        message=f"this is no value of {field}:",
        hint=f"between the brackets stand values: {field}:(a OR b)",
    )


def _refuse_fields(text: str, node: Node) -> None:
    if isinstance(node, FieldIs | FieldRange | FieldText):
        raise refusal(
            text,
            node.place,
            code="E-FIELD",
            message="a field cannot stand inside another",
            hint="put it beside the bracket: title:(a OR b) lang:en",
        )
    for part in parts_of(node):
        _refuse_fields(text, part)


def refuse_beside_near(text: str, side: Node) -> None:
    """
    Refuse AND, NOT and fields beside a NEAR; an inner NEAR was looked at when it was built.

    :raises QueryError: E-NEARAND, E-NEARNOT or E-NEARFIELD.
    """
    if isinstance(side, Or):
        for part in side.parts:
            refuse_beside_near(text, part)
    elif isinstance(side, Not):
        raise not_in_near(text, side.place)
    elif isinstance(side, FieldIs | FieldRange | FieldText):
        raise refusal(
            text,
            side.place,
            code="E-NEARFIELD",
            message="a field has no place among the words, so nothing stands near it",
            hint="put it after the bracket: (a NEAR/5 b) lang:en, or inside: title:(a NEAR/5 b)",
        )
    elif isinstance(side, And):
        for part in side.parts:
            if isinstance(part, Not):
                raise not_in_near(text, part.place)
        raise refusal(
            text,
            side.place,
            code="E-NEARAND",
            message="AND cannot stand inside NEAR",
            hint="put it after the bracket: (a NEAR/5 b) AND c",
        )


def not_in_near(text: str, place: Span) -> QueryError:
    """Return the error for a NOT where only places count."""
    return refusal(
        text,
        place,
        code="E-NEARNOT",
        message="NOT cannot stand inside NEAR",
        hint="put it after the bracket: (a NEAR/5 b) NOT c",
    )
