"""What can be said of a query without a single post: impossible, or odd."""

from collections.abc import Iterator

from answerback.domain.listening.folding import without_marks
from answerback.domain.listening.syntax import (
    And,
    Node,
    Not,
    Or,
    Problem,
    Term,
    Word,
    parts_of,
    problem,
    refusal,
)


def refuse_impossible(text: str, root: Node) -> None:
    """
    Do nothing for a query that can match, and refuse one that cannot, or that hears everything.

    :raises QueryError: E-NEG when there is nothing to look for; E-NEVER when what it requires
        is what it excludes.
    """
    if not _positive(root):
        raise refusal(
            text,
            root.place,
            code="E-NEG",
            message="there is nothing to look for, only what to leave out",
            hint="add a word that must be there",
        )
    clash = _clash(root)
    if clash is not None:
        required, excluded = clash
        raise refusal(
            text,
            excluded.place,
            code="E-NEVER",
            message=f"this can never match: {_shown(text, required)} is both required and excluded",
            hint="remove one of the two",
        )


def warnings(text: str, root: Node) -> Iterator[Problem]:
    """Yield what is odd: the same part twice, an alternative that only excludes."""
    if isinstance(root, And | Or):
        seen: dict[Node, int] = {}
        for part in root.parts:
            seen[part] = seen.get(part, 0) + 1
            if seen[part] == 2:  # noqa: PLR2004 - said once, however often it comes
                yield problem(
                    text,
                    part.place,
                    code="W-DUP",
                    message=f"{_shown(text, part)} stands here more than once",
                    hint="once is enough",
                )
            if isinstance(root, Or) and not _positive(part):
                yield problem(
                    text,
                    part.place,
                    code="W-ORNOT",
                    message="this alternative matches every post without the word",
                    hint="did you mean AND NOT?",
                )
    for part in parts_of(root):
        yield from warnings(text, part)


def _positive(node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(_positive(part) for part in node.parts)
    return not isinstance(node, Not)


def _clash(node: Node) -> tuple[Node, Node] | None:
    """Return what a node both requires and excludes, so that nothing can match it."""
    if isinstance(node, Or):
        clashes = [_clash(part) for part in node.parts]
        return clashes[0] if all(clashes) else None
    if not isinstance(node, And):
        return None
    excluded: _Excluded = {
        key: alternative
        for part in node.parts
        if isinstance(part, Not)
        for alternative in _alternatives(part.part)
        for key in (alternative.words if isinstance(alternative, Term) else alternative,)
    }
    for part in node.parts:
        clash = _clash(part) or _excluded(part, excluded)
        if clash is not None:
            return clash
    return None


_Excluded = dict[tuple[Word, ...] | Node, Node]


def _excluded(node: Node, excluded: _Excluded) -> tuple[Node, Node] | None:
    """Return what a required node contains that is excluded, with where."""
    if isinstance(node, Not) or not excluded:
        return None
    if isinstance(node, Term):
        return next(
            ((node, excluded[words]) for words in _implied(node) if words in excluded), None
        )
    if node in excluded:
        return node, excluded[node]
    clashes = [_excluded(part, excluded) for part in parts_of(node)]
    if isinstance(node, Or):
        return clashes[0] if all(clashes) else None
    return next((clash for clash in clashes if clash), None)


def _implied(term: Term) -> Iterator[tuple[Word, ...]]:
    """Yield terms that match wherever this one does."""
    yield term.words
    for word in term.words:
        yield (word,)
        if not word.wild:
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


def _shown(text: str, node: Node) -> str:
    shown = text[node.place.start : node.place.end]
    return shown if len(shown) <= 40 else f"{shown[:39]}…"  # noqa: PLR2004 - fits a line
