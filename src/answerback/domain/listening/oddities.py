"""What is odd about a query that can be understood: warned of, never refused."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from answerback.domain.listening.checks import implied, shown, stands_alone
from answerback.domain.listening.frequencies import Frequencies
from answerback.domain.listening.symbols import wildcard_holds
from answerback.domain.listening.syntax import (
    And,
    FieldText,
    Near,
    Node,
    Not,
    Or,
    Problem,
    Term,
    Word,
    parts_of,
    problem,
)

#: A word in more posts than this is no name: by itself it brings the whole stream.
BROAD = 0.002
_ENOUGH = 500  #: posts; a share of fewer says little of the stream
_FAR = 50  #: words; few posts are longer
_MOST_COMPARED = 50_000  #: alternatives times wildcards with more than a last star
_LONGEST_COMPARED = 64  #: letters of an alternative that is compared with these


def warnings(text: str, root: Node) -> Iterator[Problem]:
    """Yield what is odd in a query by itself."""
    yield from _odd(text, root, _Where())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """What stands around a part of a query, as far as it matters to what is odd."""

    beside: bool = False  #: something else must be there too, or it is only left out
    left_out: bool = False  #: it stands within a NOT
    in_near: bool = False  #: its places count


def _odd(text: str, root: Node, where: _Where) -> Iterator[Problem]:
    match root:
        case Or(parts=parts):
            yield from _twice(text, root)
            yield from _everything(text, parts, where)
            yield from _shadowed(text, parts, in_near=where.in_near)
        case And():
            yield from _twice(text, root)
        case Near(within=within):
            where = replace(where, in_near=True)
            if within > _FAR:
                yield _far(text, root)
        case Not():
            where = replace(where, beside=True, left_out=True)
        case FieldText():
            where = _Where()
        case _:
            pass
    parts = parts_of(root)
    named = [isinstance(root, And) and _named(part) for part in parts]
    for part, itself in zip(parts, named, strict=True):
        held = sum(named) > itself
        yield from _odd(text, part, replace(where, beside=True) if held else where)


def _named(node: Node) -> bool:
    """Say whether a node asks for something to look for, whichever alternative it matches by."""
    if isinstance(node, Or):
        return all(map(_named, node.parts))
    return any(map(_named, node.parts)) if isinstance(node, And) else stands_alone(node)


def _far(text: str, near: Near) -> Problem:
    return problem(
        text,
        near.place,
        code="W-NEARN",
        message=f"{near.within} words between is nearly anywhere in a short post",
        hint="most posts have fewer words than that; AND may be what you mean",
    )


def stream_warnings(text: str, root: Node, *, frequencies: Frequencies) -> Iterator[Problem]:
    """Yield what is odd about a query in the light of counted posts: too broad, never seen."""
    for term in _lone(root) if frequencies.posts >= _ENOUGH else ():
        share = frequencies.share(term.words[0])
        if share is not None and share > BROAD and term.words[0].form[0] != "@":
            yield problem(
                text,
                term.place,
                code="W-BROAD",
                message=f"{shown(text, term)} alone is in {share:.1%} "
                f"of {frequencies.posts:,} posts",
                hint="ask for another word with it, or for a phrase",
            )
    for term in _terms(root):
        for word in term.words:
            if frequencies.share(word) == 0:
                yield problem(
                    text,
                    term.place,
                    code="I-UNSEEN",
                    message=f"{word.form} was never seen in {frequencies.posts:,} posts",
                    hint="is it spelled as people write it?",
                )


def _twice(text: str, node: And | Or) -> Iterator[Problem]:
    """Yield what stands there more than once, or is the same to us: C++ and C#."""
    seen: dict[Node, Node] = {}
    said: set[Node] = set()
    for part in node.parts:
        first = seen.setdefault(part, part)
        if first is part or part in said:
            continue  # said once, however often it comes
        said.add(part)
        one, other = shown(text, part), shown(text, first)
        same = one.casefold() == other.casefold()
        yield problem(
            text,
            part.place,
            code="W-DUP",
            message=f"{one} stands here more than once"
            if same
            else f"{one} finds what {other} does",
            hint="once is enough" if same else 'once is enough; where signs count, write raw:"C++"',
        )


def _everything(text: str, parts: Sequence[Node], where: _Where) -> Iterator[Problem]:
    """Yield alternatives that hear too much; those that only narrow may, beside a word."""
    for part in parts:
        left_out = isinstance(part, Not)
        if not (stands_alone(part) or where.left_out or (where.beside and not left_out)):
            yield problem(
                text,
                part.place,
                code="W-ORNOT",
                message="this alternative matches every post without the word"
                if left_out
                else "this alternative matches every post that it lets through",
                hint="did you mean AND NOT?" if left_out else "did you mean AND?",
            )


def _shadowed(text: str, parts: Sequence[Node], *, in_near: bool) -> Iterator[Problem]:
    """Yield alternatives that another one already brings; near something, from the same places."""
    terms = [part for part in parts if isinstance(part, Term) and part.literal is None]
    there = {term.words: term for term in reversed(terms)}
    single = [term.words[0] for term in terms if len(term.words) == 1]
    stars = {word.form[:-1]: word for word in single if _only_last_star(word)}
    patterns = [word for word in single if word.wild and not _only_last_star(word)]
    starred = _Stars(stars, sorted({len(star) for star in stars}))
    for part in parts:
        if in_near and isinstance(part, Term) and len(part.words) > 1:
            continue  # its last word may be nearer than its first
        wider = _wider(part, there, starred, patterns[: _MOST_COMPARED // len(parts)])
        if wider is not None and there[wider] != part:
            yield problem(
                text,
                part.place,
                code="W-SHADOW",
                message=f"{shown(text, part)} is already found by {shown(text, there[wider])}",
                hint="it can be left out",
            )


_Terms = dict[tuple[Word, ...], Term]


@dataclass(frozen=True, slots=True)
class _Stars:
    """Words with nothing but a last star, by what stands before it."""

    words: dict[str, Word]
    lengths: list[int]  #: that these have


def _wider(
    part: Node, there: _Terms, stars: _Stars, patterns: Sequence[Word]
) -> tuple[Word, ...] | None:
    """Return the alternative that is there wherever this one is; None when there is no other."""
    if not isinstance(part, Term):
        return None
    for words in implied(part):
        if words in there and (words != part.words or part.literal is not None):
            return words
        if len(words) > 1 or words[0].exact:
            continue
        form = words[0].form.rstrip("*") if words[0].wild else words[0].form
        for end in stars.lengths:
            if end < len(form) + (not words[0].wild) and form[:end] in stars.words:
                return (stars.words[form[:end]],)
        if not words[0].wild and len(form) <= _LONGEST_COMPARED:
            for pattern in patterns:
                if wildcard_holds(pattern.form, form):
                    return (pattern,)
    return None


def _only_last_star(word: Word) -> bool:
    return word.wild and word.form.find("*") == len(word.form) - 1 and "?" not in word.form


def _lone(node: Node) -> Iterator[Term]:
    """Yield words that hear a post all by themselves."""
    match node:
        case Term(words=words) if len(words) == 1:
            yield node
        case Or(parts=parts):
            for part in parts:
                yield from _lone(part)
        case And(parts=parts):
            asked = [part for part in parts if stands_alone(part)]
            if len(asked) == 1:
                yield from _lone(asked[0])
        case _:
            return


def _terms(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, FieldText):  # the sample counts the posts' own texts
        for part in parts_of(node):
            yield from _terms(part)
