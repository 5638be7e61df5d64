"""Where the same words mean something else in another product: a switch, and nothing guessed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from answerback.domain.listening.marks import Kind, Lexeme, pasted_note
from answerback.domain.listening.syntax import Near, Node, Term
from answerback.domain.records.mention import Span

_JUMPS = 10  #: Talkwalker: places that each further word of a bare row may lie away


class Dialect(StrEnum):
    """
    Whose query it is.

    They differ only in what bare words beside each other mean, and `!x`.  Brandwatch, Meltwater
    and X agree with us.
    """

    ANSWERBACK = "answerback"
    BRANDWATCH = "brandwatch"
    MELTWATER = "meltwater"
    X = "x"
    PULSAR = "pulsar"  #: `!x` is exact case
    LUCENE = "lucene"  #: a space is OR
    SPRINKLR = "sprinklr"  #: bare words in a row are a phrase
    TALKWALKER = "talkwalker"  #: n bare words in a row stand within (n - 1) · 10 of each other


def spoken(text: str, lexemes: Iterable[Lexeme], *, dialect: Dialect) -> Iterable[Lexeme]:
    """Return the lexemes of a query with what its dialect leaves unsaid."""
    match dialect:
        case Dialect.LUCENE:
            return _or_between(lexemes)
        case Dialect.SPRINKLR | Dialect.TALKWALKER:
            return _rows(text, lexemes, phrase=dialect is Dialect.SPRINKLR)
        case _:
            return lexemes


def _or_between(lexemes: Iterable[Lexeme]) -> Iterator[Lexeme]:
    before: Kind | None = None
    for lexeme in lexemes:
        if before in (Kind.TERM, Kind.CLOSE) and lexeme.kind in (Kind.TERM, Kind.OPEN):
            here = Span(start=lexeme.place.start, end=lexeme.place.start)
            yield Lexeme(kind=Kind.OR, place=here)
        yield lexeme
        before = lexeme.kind


def _rows(text: str, lexemes: Iterable[Lexeme], *, phrase: bool) -> Iterator[Lexeme]:
    row: list[Lexeme] = []
    for lexeme in lexemes:
        if lexeme.bare and not lexeme.lower:
            row.append(lexeme)
            continue
        yield from _joined(text, row, phrase=phrase)
        row = []
        yield lexeme
    yield from _joined(text, row, phrase=phrase)


def _joined(text: str, row: list[Lexeme], *, phrase: bool) -> Iterator[Lexeme]:
    terms = [lexeme.node for lexeme in row if isinstance(lexeme.node, Term)]
    if len(terms) < 2:  # noqa: PLR2004 - one word is no row
        yield from row
        return
    place = Span(start=row[0].place.start, end=row[-1].place.end)
    within = (len(terms) - 1) * _JUMPS
    node: Node = terms[0]
    if phrase:
        words = tuple(word for term in terms for word in term.words)
        node = Term(words=words, place=place, typed=" ".join(term.typed for term in terms))
    else:
        for term in terms[1:]:
            node = Near(node, term, within, Span(start=place.start, end=term.place.end))
    how = "a phrase" if phrase else f"words within {within} of each other"
    notes = tuple(note for lexeme in row for note in lexeme.notes)
    yield replace(
        row[0], place=place, node=node, notes=(*notes, pasted_note(text, place, f"read as {how}"))
    )
