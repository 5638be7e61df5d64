"""A query's text into lexemes: operators, brackets, and what stands between them."""

import re
from collections.abc import Iterator
from dataclasses import replace

from answerback.domain.listening.marks import (
    RUN,
    UNSEEN_BLANKS,
    Kind,
    Lexeme,
    closing,
    never_opened,
    pasted_note,
    quoted,
    stands_before,
    tilde,
    whole_number,
)
from answerback.domain.listening.named import literal, named, odd_run, pasted_link
from answerback.domain.listening.syntax import Near, Node, QueryError, Term, problem, refusal
from answerback.domain.listening.terms import exact_term, plain_term
from answerback.domain.listening.words import is_link, query_tokens
from answerback.domain.records.mention import Span

DEFAULT_WITHIN = 4  #: words between the sides of a NEAR without a number

_NEAR = re.compile(r"(O?)NEAR(?:/(.*))?", re.DOTALL)
_NEAR_LIST = re.compile(r"(o?)near/(\d{1,9}):(.+,.+)", re.IGNORECASE | re.DOTALL)
_LOWER_NEAR = re.compile(r"o?near(?:/\d+f?)?", re.IGNORECASE)
_LOOSE = re.compile(r"[/~]\d+[fF]?")
_FUZZY = re.compile(r"(.+)~[\d.]*", re.DOTALL)
_PLUS = re.compile(r"\+{1,2}(?!\+)")

_SIGNS = {
    "(": Kind.OPEN,
    "（": Kind.OPEN,  # noqa: RUF001 - as a Chinese or Japanese keyboard types it
    ")": Kind.CLOSE,
    "）": Kind.CLOSE,  # noqa: RUF001 - likewise
}
_OTHER_MINUSES = "−–－！"  # noqa: RUF001 - a minus sign, a dash, and full-width ones
_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}
_PASTED = {"&&": Kind.AND, "||": Kind.OR, "|": Kind.OR}


def lexemes(text: str, *, exact_bang: bool = False) -> Iterator[Lexeme]:
    """
    Yield the pieces of a query.

    `exact_bang`: `!x` is exact case, not NOT.

    :raises QueryError: for what is no piece of one, with its place.
    """
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] in UNSEEN_BLANKS:
            at += 1
        elif text.startswith("<<<", at):
            at = _after_comment(text, at)
        else:
            lexeme = _next(text, at, exact_bang=exact_bang)
            yield lexeme
            at = lexeme.place.end


def _next(text: str, at: int, *, exact_bang: bool) -> Lexeme:
    if exact_bang and text[at] == "!" and stands_before(text, at):
        return _after_bang(text, at)
    return (
        _sign(text, at)
        or _phrase(text, at)
        or _braces(text, at)
        or _pasted(text, at)
        or named(text, at)
        or _run(text, at)
    )


def _after_comment(text: str, at: int) -> int:
    end = text.find(">>>", at)
    if end < 0:
        raise refusal(
            text,
            Span(start=at, end=at + 3),
            code="E-COMMENT",
            message="this comment is never closed",
            hint="add >>> where it ends",
        )
    return end + 3


def _sign(text: str, at: int) -> Lexeme | None:
    """Read a bracket, or a minus or exclamation mark directly before a term."""
    kind = _SIGNS.get(text[at])
    if kind is Kind.CLOSE:
        end, within = tilde(text, at + 1)
        return Lexeme(kind=kind, place=Span(start=at, end=end), within=within)
    if kind is not None:
        return Lexeme(kind=kind, place=Span(start=at, end=at + 1))
    if text[at] in "-!" and stands_before(text, at):
        return Lexeme(kind=Kind.NOT, place=Span(start=at, end=at + 1))
    if text[at] in _OTHER_MINUSES and stands_before(text, at):
        place = Span(start=at, end=at + 1)
        note = pasted_note(text, place, f"{text[at]} is read as NOT")
        return Lexeme(kind=Kind.NOT, place=place, notes=(note,))
    return None


def _phrase(text: str, at: int) -> Lexeme | None:
    """
    Read a phrase in quotation marks.

    :raises QueryError: when it is not closed, or has no word in it.
    """
    found = quoted(text, at)
    if found is None:
        return None
    typed, closed = found
    end, within = tilde(text, closed)
    place = Span(start=at, end=end)
    if is_link(typed.strip()) and len(typed.split()) == 1:
        return pasted_link(text, place, typed.strip())
    if within is not None:
        return _loose_phrase(text, place, typed=typed, within=within)
    node = plain_term(text, place, typed=typed, quoted=True)
    return Lexeme(kind=Kind.TERM, place=place, node=node)


def _loose_phrase(text: str, place: Span, *, typed: str, within: int) -> Lexeme:
    """Read `"a b c"~n`: each word near the one before."""
    words = [word for word in typed.split() if query_tokens(word, quoted=True)]
    if len(words) < 2:  # noqa: PLR2004 - one word has none beside it
        node: Node = plain_term(text, place, typed=typed, quoted=True)
        note = problem(
            text,
            place,
            code="W-TILDE",
            message="~ changes nothing behind one word",
            hint='it says how far apart words may stand: "a b"~5',
        )
        return Lexeme(kind=Kind.TERM, place=place, node=node, notes=(note,))
    parts = [plain_term(text, place, typed=word, quoted=True) for word in words]
    return Lexeme(kind=Kind.TERM, place=place, node=near_each(parts, within=within))


def near_each(parts: list[Term], *, within: int, ordered: bool = False) -> Node:
    """Return parts joined by NEAR, from left to right."""
    node: Node = parts[0]
    for part in parts[1:]:
        place = Span(start=node.place.start, end=part.place.end)
        node = Near(node, part, within, place, ordered)
    return node


def _braces(text: str, at: int) -> Lexeme | None:
    """
    Read `{exact case}`.

    :raises QueryError: when it is not closed, or has no word in it.
    """
    if text[at] != "{":
        return None
    end = closing(text, at, "}", what="the exact spelling")
    place = Span(start=at, end=end + 1)
    node = exact_term(text, place, typed=text[at + 1 : end])
    return Lexeme(kind=Kind.TERM, place=place, node=node)


def _after_bang(text: str, at: int) -> Lexeme:
    """Read `!x` as exact case, as Pulsar does."""
    typed, end = quoted(text, at + 1) or ("", at + 1)
    if not typed:
        found = RUN.match(text, at + 1)
        if found is None:
            raise _stray(text, at)
        typed, end = found.group(), found.end()
    place = Span(start=at, end=end)
    return Lexeme(kind=Kind.TERM, place=place, node=exact_term(text, place, typed=typed))


def _pasted(text: str, at: int) -> Lexeme | None:
    """Read what other products write: `&&`, `||`, `+"x"`, `near/4:a,b`."""
    for sign, kind in _PASTED.items():
        if text.startswith(sign, at):
            place = Span(start=at, end=at + len(sign))
            note = pasted_note(text, place, f"{sign} is read as {kind}")
            return Lexeme(kind=kind, place=place, notes=(note,))
    plus = _PLUS.match(text, at)
    if plus is None:
        return None
    found = quoted(text, plus.end())
    if found is not None:
        return literal(text, at, typed=found[0], end=found[1])
    if not stands_before(text, plus.end() - 1):
        return None
    following = _next(text, plus.end(), exact_bang=False)
    place = Span(start=at, end=following.place.end)
    note = pasted_note(text, place, "+ changes nothing here: every word is required")
    return replace(following, place=place, notes=(*following.notes, note))


def _run(text: str, at: int) -> Lexeme:
    """
    Read a run of characters: an operator or a term.

    :raises QueryError: for a stray mark, or a NEAR whose number is none.
    """
    found = RUN.match(text, at)
    if found is None:
        raise _stray(text, at)
    run = found.group().rstrip(UNSEEN_BLANKS)
    place = Span(start=at, end=at + len(run))
    if run in _OPERATORS:
        return Lexeme(kind=_OPERATORS[run], place=place)
    if _LOOSE.fullmatch(run):
        raise _loose(text, place, run)
    near = _NEAR.fullmatch(run)
    if near:
        return _near(text, place, first=near.group(1), number=near.group(2))
    if is_link(run):
        return pasted_link(text, place, run)
    listed = _NEAR_LIST.fullmatch(run)
    if listed:
        return _near_list(text, place, *listed.groups())
    fuzzy = _FUZZY.fullmatch(run)
    if fuzzy:
        return _without_tilde(text, place, fuzzy.group(1))
    return Lexeme(
        kind=Kind.TERM,
        place=place,
        node=plain_term(text, place, typed=run, quoted=False),
        lower=run.upper() in _OPERATORS or _LOWER_NEAR.fullmatch(run) is not None,
        bare=True,
        notes=odd_run(text, place, run),
    )


def _near(text: str, place: Span, *, first: str, number: str | None) -> Lexeme:
    ordered = bool(first) or (number is not None and number[-1:] in ("f", "F"))
    if number is None:
        return Lexeme(kind=Kind.NEAR, place=place, within=DEFAULT_WITHIN, ordered=ordered)
    within = whole_number(
        text, place, number.rstrip("fF"), what="NEAR/", like="a NEAR/5 b", between=True
    )
    return Lexeme(kind=Kind.NEAR, place=place, within=within, ordered=ordered)


def _loose(text: str, place: Span, run: str) -> QueryError:
    return refusal(
        text,
        place,
        code="E-NEARN",
        message=f"{run} says how near, but stands by itself",
        hint='write it without a space before it: a NEAR/5 b, "a b"~5',
    )


def _near_list(text: str, place: Span, first: str, number: str, names: str) -> Lexeme:
    """Read `near/4:a,b`, as Awario writes it."""
    within = whole_number(text, place, number, what="near/", like="a NEAR/5 b", between=True)
    parts = [plain_term(text, place, typed=name, quoted=False) for name in names.split(",") if name]
    node = near_each(parts, within=within, ordered=bool(first))
    sign = f"{first.upper()}NEAR/{within}"
    note = pasted_note(text, place, f"the words are joined by {sign}")
    return Lexeme(kind=Kind.TERM, place=place, node=node, notes=(note,))


def _without_tilde(text: str, place: Span, run: str) -> Lexeme:
    note = problem(
        text,
        place,
        code="W-TILDE",
        message="~ behind a word asks for other spellings elsewhere; here it changes nothing",
        hint=f"list the spellings: ({run[:20]} OR …)",
    )
    node = plain_term(text, place, typed=run, quoted=False)
    return Lexeme(kind=Kind.TERM, place=place, node=node, bare=True, notes=(note,))


def _stray(text: str, at: int) -> QueryError:
    here = Span(start=at, end=at + 1)
    if text[at] == "»":
        return never_opened(text, here)
    kind = {"[": "a range", "]": "a range", "}": "exact case"}.get(text[at], text[at])
    return refusal(
        text,
        here,
        code="E-BRACKET",
        message=f"'{text[at]}' belongs to {kind}, and none was begun here",
        hint="a range is written followers:[100 TO *], exact case {BT}",
    )
