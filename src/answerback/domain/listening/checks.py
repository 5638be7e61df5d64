"""What can be said of a query without a single post: impossible, and why."""

from collections.abc import Iterator
from functools import lru_cache

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

_Excluded = dict[tuple[Word, ...] | Node, Node]
_Clash = tuple[Node, Node]  #: what is required, and what is excluded


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
        one, other = shown(text, required), shown(text, excluded)
        if isinstance(excluded, FieldIs | FieldRange) and required != excluded:
            both = f"a post cannot be both {one} and {other}"
        elif one == other:
            both = f"{one} is both required and excluded"
        else:
            both = f"{one} is required, and where it is found, {other} is too, which is excluded"
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
        case FieldIs(field=field):
            return field in ALONE
        case FieldText(part=part):
            return stands_alone(part)
        case Not() | FieldRange():
            return False
        case _:
            return True


def _clash(node: Node) -> _Clash | None:
    """Return what a node both requires and excludes, so that nothing can match it."""
    if isinstance(node, Or):
        return _of_all(map(_clash, node.parts))
    if not isinstance(node, And):
        return _clash(node.part) if isinstance(node, FieldText) else None
    excluded: _Excluded = {
        key: alternative
        for part in node.parts
        if isinstance(part, Not)
        for alternative in _alternatives(part.part)
        for key in (_key(alternative),)
    }
    kinds = frozenset(type(key) for key in excluded)
    for part in node.parts:
        clash = _clash(part) or _excluded(part, excluded, kinds=kinds)
        if clash is not None:
            return clash
    return _two_values(node)


def _of_all(clashes: Iterator[_Clash | None]) -> _Clash | None:
    """Return the first clash if every alternative has one; it stops at the first that has none."""
    first: _Clash | None = None
    for clash in clashes:
        if clash is None:
            return None
        first = first or clash
    return first


def _two_values(node: And) -> _Clash | None:
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
    plain = (without_marks(one.value), without_marks(other.value))  # one handle may fit both
    short, long = sorted(plain, key=len)
    if one.field is Field.AUTHOR and (" " in short) is not (" " in long):
        return True
    return long == short or (long.startswith(short) and not long[len(short)].isalnum())


def _overlap(one: FieldRange, other: FieldRange) -> bool:
    low = max((bound for bound in (one.low, other.low) if bound is not None), default=None)
    high = min((bound for bound in (one.high, other.high) if bound is not None), default=None)
    return low is None or high is None or low <= high


def _key(node: Node) -> tuple[Word, ...] | Node:
    """Return what a node excludes: words wherever they are, or only the node itself."""
    return node.words if isinstance(node, Term) and node.literal is None else node


def _excluded(node: Node, excluded: _Excluded, *, kinds: frozenset[type]) -> _Clash | None:
    """
    Return what a required node contains that is excluded, with where.

    `kinds`: those of what is excluded; to look for anything else would only take time.
    """
    if isinstance(node, Not) or not excluded:
        return None
    if type(node) in kinds and node in excluded:
        return node, excluded[node]
    if isinstance(node, Term):
        found = (excluded[words] for words in _implied(node.words) if words in excluded)
        return next(((node, other) for other in found), None)
    if isinstance(node, FieldText):
        return None  # another text: what is excluded from the post's own may stand in it
    clashes = (_excluded(part, excluded, kinds=kinds) for part in parts_of(node))
    return _of_all(clashes) if isinstance(node, Or) else next(filter(None, clashes), None)


def implied(term: Term) -> Iterator[tuple[Word, ...]]:
    """Yield terms that match wherever this one does."""
    return iter(_implied(term.words))


@lru_cache(maxsize=20_000)  # asked again at every level of a deep query
def _implied(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], ...]:
    return tuple(_each_implied(words))


def _each_implied(words: tuple[Word, ...]) -> Iterator[tuple[Word, ...]]:
    yield words
    for word in words:
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
