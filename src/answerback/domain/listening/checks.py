"""What can be said of a query without a single post: impossible, and why."""

from collections.abc import Iterator

from answerback.domain.listening.fields import ALONE, SINGLE, Field
from answerback.domain.listening.folding import without_marks
from answerback.domain.listening.syntax import (
    And,
    FieldIs,
    FieldRange,
    FieldText,
    Node,
    Not,
    Or,
    Term,
    Word,
    parts_of,
    refusal,
)
from answerback.domain.listening.words import looked_up


def refuse_impossible(text: str, root: Node) -> None:
    """
    Do nothing for a query that can match, and refuse one that cannot, or that hears everything.

    :raises QueryError: E-NEG when there is nothing to look for; E-NEVER when what it requires
        is what it excludes.
    """
    if not stands_alone(root):
        asked = parts_of(root) if isinstance(root, And | Or) else (root,)
        only_out = all(isinstance(part, Not) for part in asked)
        raise refusal(
            text,
            root.place,
            code="E-NEG",
            message="there is nothing to look for, only what to leave out"
            if only_out
            else "there is nothing to look for, only what narrows a search down",
            hint="add a word that must be there",
        )
    clash = _clash(root)
    if clash is not None:
        required, excluded = clash
        both = (
            f"{shown(text, required)} is both required and excluded"
            if not isinstance(excluded, FieldIs | FieldRange) or required == excluded
            else f"a post cannot be both {shown(text, required)} and {shown(text, excluded)}"
        )
        raise refusal(
            text,
            excluded.place,
            code="E-NEVER",
            message=f"this can never match: {both}",
            hint="remove one of the two",
        )


def stands_alone(node: Node) -> bool:
    """Say whether a node says enough to be looked for by itself."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return any(stands_alone(part) for part in parts)
        case FieldIs(field=field) | FieldText(field=field):
            return field in ALONE
        case Not() | FieldRange():
            return False
        case _:
            return True


def _clash(node: Node) -> tuple[Node, Node] | None:
    """Return what a node both requires and excludes, so that nothing can match it."""
    if isinstance(node, Or):
        clashes = [_clash(part) for part in node.parts]
        return clashes[0] if all(clashes) else None
    if not isinstance(node, And):
        return _clash(node.part) if isinstance(node, FieldText) else None
    excluded: _Excluded = {
        key: alternative
        for part in node.parts
        if isinstance(part, Not)
        for alternative in _alternatives(part.part)
        for key in (_key(alternative),)
    }
    for part in node.parts:
        clash = _clash(part) or _excluded(part, excluded)
        if clash is not None:
            return clash
    return _two_values(node)


def _two_values(node: And) -> tuple[Node, Node] | None:
    """Return two parts that ask one field for values that no post has at once."""
    values: dict[Field, FieldIs] = {}
    ranges: dict[Field, FieldRange] = {}
    for part in node.parts:
        if isinstance(part, FieldIs) and part.field in SINGLE and "*" not in part.value:
            before = values.setdefault(part.field, part)
            if not _together(before, part):
                return before, part
        elif isinstance(part, FieldRange):
            other = ranges.setdefault(part.field, part)
            if not _overlap(other, part):
                return other, part
    return None


def _together(one: FieldIs, other: FieldIs) -> bool:
    """Say whether a post can have both: `en` and `en-gb`, `@x` and `@x@host`, handle and name."""
    short, long = sorted((one.value, other.value), key=len)
    if one.field is Field.AUTHOR and (" " in short) is not (" " in long):
        return True
    return long == short or (long.startswith(short) and not long[len(short)].isalnum())


def _overlap(one: FieldRange, other: FieldRange) -> bool:
    low = max((bound for bound in (one.low, other.low) if bound is not None), default=None)
    high = min((bound for bound in (one.high, other.high) if bound is not None), default=None)
    return low is None or high is None or low <= high


_Excluded = dict[tuple[Word, ...] | Node, Node]


def _key(node: Node) -> tuple[Word, ...] | Node:
    """Return what a node excludes: words wherever they are, or only the node itself."""
    return node.words if isinstance(node, Term) and node.literal is None else node


def _excluded(node: Node, excluded: _Excluded) -> tuple[Node, Node] | None:
    """Return what a required node contains that is excluded, with where."""
    if isinstance(node, Not) or not excluded:
        return None
    if node in excluded:
        return node, excluded[node]
    if isinstance(node, Term):
        return next(((node, excluded[words]) for words in implied(node) if words in excluded), None)
    if isinstance(node, FieldText):
        return None  # another text: what is excluded from the post's own may stand in it
    clashes = [_excluded(part, excluded) for part in parts_of(node)]
    if isinstance(node, Or):
        return clashes[0] if all(clashes) else None
    return next((clash for clash in clashes if clash), None)


def implied(term: Term) -> Iterator[tuple[Word, ...]]:
    """Yield terms that match wherever this one does."""
    yield term.words
    for word in term.words:
        yield (word,)
        if word.exact:
            yield (Word(looked_up(word.form)),)
        elif not word.wild:
            plain = without_marks(word.form)
            yield (Word(plain),) if plain[0] not in "@#" else (word,)
            if word.form[0] in "@#$" and word.form.isascii() and word.form[1:].isalnum():
                yield (Word(word.form[1:]),)  # the bare word finds tags and mentions too


def _alternatives(node: Node) -> Iterator[Node]:
    if isinstance(node, Or):
        for part in node.parts:
            yield from _alternatives(part)
    else:
        yield node


def shown(text: str, node: Node) -> str:
    """Return a node as it was typed, short enough for a line."""
    typed = text[node.place.start : node.place.end]
    return typed if len(typed) <= 40 else f"{typed[:39]}…"  # noqa: PLR2004 - fits a line
