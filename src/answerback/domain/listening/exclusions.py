"""A query with its NOTs taken away, and what they exclude."""

from collections.abc import Iterator

from answerback.domain.listening.syntax import (
    And,
    FieldIs,
    FieldRange,
    FieldText,
    Near,
    Node,
    Not,
    Or,
    Query,
    Term,
    parts_of,
)


def without_exclusions(query: Query) -> Query | None:
    """Return what a query asks for, NOTs left out; None when it has none, or nothing is left."""
    if next(_excluded(query.root), None) is None:
        return None
    root = _kept(query.root)
    return None if root is None else Query(root=root, text=query.text)


def exclusions(query: Query) -> tuple[Query, ...]:
    """Return each thing that a query excludes, as a query of its own."""
    return tuple(Query(root=node, text=query.text) for node in _excluded(query.root))


def _excluded(node: Node) -> Iterator[Node]:
    if isinstance(node, Not):
        yield node.part
        return
    if isinstance(node, FieldText):
        for part in _excluded(node.part):
            yield FieldText(node.field, part, node.place)
        return
    for part in parts_of(node):
        yield from _excluded(part)


def _kept(node: Node) -> Node | None:
    match node:
        case Term() | Near() | FieldIs() | FieldRange():
            return node  # the parser lets no NOT into a NEAR
        case FieldText(field=field, part=part, place=place):
            inside = _kept(part)
            return None if inside is None else FieldText(field, inside, place)
        case Not():
            return None
        case And(place=place) | Or(place=place):
            kept = [part for part in map(_kept, node.parts) if part is not None]
            if len(kept) < 2:  # noqa: PLR2004 - two parts make an AND
                return kept[0] if kept else None
            return type(node)(tuple(kept), place)
