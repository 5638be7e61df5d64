"""The pieces of a query that have a name: `author:acme`, `raw:"Acme+"`, `date:[a TO b]`."""

import re

from answerback.domain.listening.field_terms import (
    field_node,
    is_known,
    known_field,
    nearest,
    range_node,
    refuse_carried_nowhere,
)
from answerback.domain.listening.fields import KINDS, FieldKind
from answerback.domain.listening.marks import (
    RUN,
    UNSEEN_BLANKS,
    Kind,
    Lexeme,
    closing,
    pasted_note,
    quoted,
    stands_before,
)
from answerback.domain.listening.syntax import (
    FieldIs,
    FieldText,
    Problem,
    QueryError,
    problem,
    refusal,
)
from answerback.domain.listening.terms import literal_term, plain_term
from answerback.domain.records.mention import Span

_NAME = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):")
_LITERALS = ("raw", "exactly")


def named(text: str, at: int) -> Lexeme | None:
    """
    Read `name:value`, `name:"value"`, `name:[a TO b]`, or the `name:(` before a group.

    :raises QueryError: for a value that the field does not take.
    """
    found = _NAME.match(text, at)
    if found is None:
        return None
    name, after = found.group(1), found.end()
    letter_for_letter = name.lower() in _LITERALS
    if not (letter_for_letter or is_known(name)) or not stands_before(text, after - 1):
        return None
    if text[after] in "(（" and not letter_for_letter:  # noqa: RUF001 - as typed in Asia
        return _group(text, at, name=name, after=after)
    if text[after] == "[" and not letter_for_letter:
        return _bounds(text, at, name=name, after=after)
    in_quotes = quoted(text, after)
    run = RUN.match(text, after)
    if in_quotes is None and run is None:
        raise _in_brackets(text, Span(start=at, end=after), name)
    typed, end = in_quotes or ((run.group(), run.end()) if run else ("", after))
    typed = typed.rstrip(UNSEEN_BLANKS)
    if letter_for_letter:
        return literal(text, at, typed=typed, end=end)
    place = Span(start=at, end=end)
    inner = _NAME.match(typed) if in_quotes is None else None
    if inner and (is_known(inner.group(1)) or inner.group(1).lower() in _LITERALS):
        raise _in_brackets(text, Span(start=at, end=after), name)
    return _valued(text, place, name=name, typed=typed, in_quotes=in_quotes is not None)


def _in_brackets(text: str, place: Span, name: str) -> QueryError:
    return refusal(
        text,
        place,
        code="E-FIELD",
        message=f"{name}: takes a word, a phrase, or a bracket directly after the colon",
        hint=f"write it between brackets: {name}:(…)",
    )


def _valued(text: str, place: Span, *, name: str, typed: str, in_quotes: bool) -> Lexeme:
    field = known_field(name)
    if field is not None and KINDS[field] is FieldKind.TEXT:
        inner = plain_term(text, place, typed=typed, quoted=in_quotes)
        return Lexeme(kind=Kind.TERM, place=place, node=FieldText(field, inner, place))
    node = field_node(text, place, name=name, value=typed)
    return Lexeme(kind=Kind.TERM, place=place, node=node)


def _group(text: str, at: int, *, name: str, after: int) -> Lexeme:
    field = known_field(name)
    place = Span(start=at, end=after + 1)
    refuse_carried_nowhere(text, place, name)
    if field is None:
        raise refusal(
            text,
            place,
            code="E-FIELD",
            message=f"{name}: takes one value, not a bracket",
            hint=f"write it once for each: ({name}:… OR {name}:…)",
        )
    return Lexeme(kind=Kind.OPEN, place=place, field=field)


def _bounds(text: str, at: int, *, name: str, after: int) -> Lexeme:
    end = closing(text, after, "]", what="the range")
    place = Span(start=at, end=end + 1)
    node = range_node(text, place, name=name, inside=text[after + 1 : end])
    return Lexeme(kind=Kind.TERM, place=place, node=node)


def literal(text: str, at: int, *, typed: str, end: int) -> Lexeme:
    place = Span(start=at, end=end)
    return Lexeme(kind=Kind.TERM, place=place, node=literal_term(text, place, typed=typed))


def pasted_link(text: str, place: Span, link: str) -> Lexeme:
    node = field_node(text, place, name="url", value=link)
    shown = node.value if isinstance(node, FieldIs) else link
    note = pasted_note(text, place, f"a link is looked for as url:{shown[:40]}")
    return Lexeme(kind=Kind.TERM, place=place, node=node, notes=(note,))


#: `w/5`, `NEAR5`, `ADJ3`: operators elsewhere.
_FOREIGN = re.compile(r"(?:O?NEAR|ADJ|PRE)\d+|(?:w|n|pre|adj)/\d+", re.IGNORECASE)
#: `C++`, `C#`, `.NET`: without its signs a word of its own.
_SIGNED = re.compile(r"\w{1,4}[+#]{1,2}|\.[A-Za-z]\w*")


def odd_run(text: str, place: Span, run: str) -> tuple[Problem, ...]:
    """Return a warning when a run of plain words may have been meant as something else."""
    if _FOREIGN.fullmatch(run):
        return (
            problem(
                text,
                place,
                code="W-FOREIGN",
                message=f"{run} looks like an operator elsewhere, and is looked for as words here",
                hint="write a NEAR/5 b, or put it in quotation marks to look for the words",
            ),
        )
    if _SIGNED.fullmatch(run):
        return (
            problem(
                text,
                place,
                code="W-SIGNS",
                message=f"the signs of {run} are not looked for, only its letters",
                hint=f'to find it with its signs: raw:"{run}"',
            ),
        )
    return unknown_field(text, place, run)


def unknown_field(text: str, place: Span, run: str) -> tuple[Problem, ...]:
    """Return a warning when a run looks like a field that there is not."""
    found = _NAME.match(run)
    if found is None:
        return ()
    name = found.group(1)
    here = Span(start=place.start, end=place.start + found.end())
    if is_known(name) or name.lower() in _LITERALS:
        hint = f"write the value directly after the colon: {name}:value"
        message = f"{found.group()} has no value here and is looked for as text"
    else:
        near = nearest(name)
        hint = f"did you mean {near}:?" if near else "to be plain, put it in quotation marks"
        message = f"there is no field {found.group()} so it is looked for as text"
    return (problem(text, here, code="W-FIELD", message=message, hint=hint),)
