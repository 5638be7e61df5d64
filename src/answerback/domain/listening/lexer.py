"""A query's text into lexemes: operators, brackets, and terms whose words are folded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from answerback.domain.listening.folding import fold
from answerback.domain.listening.syntax import QueryError, Term, Word, refusal
from answerback.domain.listening.words import (
    is_link,
    looked_up,
    query_tokens,
    takes_particles,
)
from answerback.domain.records.mention import Span

DEFAULT_WITHIN = 4  #: words between the sides of a NEAR without a number
_MOST_WITHIN = 999
_LETTERS_BEFORE_WILDCARD = 2

#: Opening quotation mark → those that close it.
_QUOTES = {
    '"': '"＂',  # noqa: RUF001 - a full-width mark is one too
    "＂": '"＂',  # noqa: RUF001 - likewise
    "“": '”"',
    "”": '”"',
    "„": '“”"',
    "«": '»"',
}
_RUN = re.compile(r'[^\s()（）"＂“”„«»{}\[\]]+')  # noqa: RUF001 - full-width brackets are brackets
_FIELD = re.compile(r"[A-Za-z_]\w*:")
_NEAR = re.compile(r"NEAR(?:/(.*))?", re.DOTALL)
_LOWER_NEAR = re.compile(r"near(?:/\d+)?", re.IGNORECASE)
_WILDCARDS = re.compile(r"([*?])")


class Kind(StrEnum):
    """What a lexeme is."""

    TERM = "a word"
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"
    NEAR = "NEAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexeme:
    """One piece of a query."""

    kind: Kind
    place: Span
    term: Term | None = None  #: for a term
    within: int = 0  #: for NEAR: words between
    lower: bool = False  #: a word that is an operator when written in capitals


_SIGNS = {
    "(": Kind.OPEN,
    "（": Kind.OPEN,  # noqa: RUF001 - as a Chinese or Japanese keyboard types it
    ")": Kind.CLOSE,
    "）": Kind.CLOSE,  # noqa: RUF001 - likewise
}
_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}


def lexemes(text: str) -> Iterator[Lexeme]:
    """
    Yield the pieces of a query.

    :raises QueryError: for what v1 of the language does not know, with its place.
    """
    at = 0
    while at < len(text):
        if text[at].isspace() or text[at] == "\ufeff":
            at += 1
            continue
        lexeme = _sign(text, at) or _phrase(text, at) or _run(text, at)
        yield lexeme
        at = lexeme.place.end


def _sign(text: str, at: int) -> Lexeme | None:
    """Read a bracket, or a minus or exclamation mark directly before a term."""
    here = Span(start=at, end=at + 1)
    if text[at] in _SIGNS:
        return Lexeme(kind=_SIGNS[text[at]], place=here)
    if text[at] in "-!":
        following = text[at + 1 : at + 2]
        if following and not following.isspace() and following not in ")）":  # noqa: RUF001 - see above
            return Lexeme(kind=Kind.NOT, place=here)
    return None


def _phrase(text: str, at: int) -> Lexeme | None:
    """
    Read a phrase in quotation marks.

    :raises QueryError: when it is not closed, or has no word in it.
    """
    closing = _QUOTES.get(text[at])
    if closing is None:
        return None
    end = next((i for i in range(at + 1, len(text)) if text[i] in closing), None)
    if end is None:
        raise refusal(
            text,
            Span(start=at, end=at + 1),
            code="E-QUOTE",
            message="this quotation mark is never closed",
            hint=f"add {closing[0]} where the phrase ends",
        )
    place = Span(start=at, end=end + 1)
    if text[end + 1 : end + 2] == "~":
        raise _later(text, Span(start=end + 1, end=end + 2), what='"a b"~n', hint="a NEAR/n b")
    return Lexeme(
        kind=Kind.TERM,
        place=place,
        term=_term(text, place, typed=text[at + 1 : end], quoted=True),
    )


def _run(text: str, at: int) -> Lexeme:
    """
    Read a run of characters: an operator or a term.

    :raises QueryError: for a stray mark, a field, or a NEAR whose number is none.
    """
    found = _RUN.match(text, at)
    if found is None or text.startswith("<<<", at):
        raise _stray(text, at)
    run, place = found.group(), Span(start=at, end=found.end())
    if run in _OPERATORS:
        return Lexeme(kind=_OPERATORS[run], place=place)
    near = _NEAR.fullmatch(run)
    if near:
        return Lexeme(kind=Kind.NEAR, place=place, within=_within(text, place, near.group(1)))
    _refuse_what_comes_later(text, place, run)
    return Lexeme(
        kind=Kind.TERM,
        place=place,
        term=_term(text, place, typed=run, quoted=False),
        lower=run.upper() in _OPERATORS or _LOWER_NEAR.fullmatch(run) is not None,
    )


def _stray(text: str, at: int) -> QueryError:
    here = Span(start=at, end=at + 1)
    if text[at] in "”»":
        return refusal(
            text,
            here,
            code="E-QUOTE",
            message=f"{text[at]} closes a phrase that was never opened",
            hint="put a quotation mark where the phrase begins, or take this one away",
        )
    what = {"{": "{exact case}", "[": "[a TO b]", "<": "<<<a comment>>>"}.get(text[at], text[at])
    return _later(text, here, what=what, hint="leave it out")


def _within(text: str, place: Span, number: str | None) -> int:
    if number is None:
        return DEFAULT_WITHIN
    if number.isascii() and number.isdigit() and int(number[:9]) <= _MOST_WITHIN:
        return int(number)
    raise refusal(
        text,
        place,
        code="E-NEARN",
        message=f"NEAR/ takes a whole number from 0 to {_MOST_WITHIN}, not '{number[:20]}'",
        hint="for at most five words between: a NEAR/5 b",
    )


def _refuse_what_comes_later(text: str, place: Span, run: str) -> None:
    """Refuse what the full language reads otherwise, so that no query changes its meaning."""
    name = _FIELD.match(run)
    if name and not is_link(run):
        raise refusal(
            text,
            Span(start=place.start, end=place.start + name.end()),
            code="E-FIELD",
            message=f"fields such as {name.group()} come with the full language",
            hint=f'to look for these words as text, write "{run[:40]}"',
        )
    if run.startswith("ONEAR"):
        raise _later(text, place, what="ONEAR", hint="NEAR/n, which takes either order")
    if run.startswith("+") or "~" in run:
        raise _later(text, place, what="+ and ~", hint="the word alone, or a NEAR/n b")


def _later(text: str, place: Span, *, what: str, hint: str) -> QueryError:
    return refusal(
        text,
        place,
        code="E-LATER",
        message=f"{what} is not understood yet; it comes with the full language",
        hint=f"for now: {hint}",
    )


def _term(text: str, place: Span, *, typed: str, quoted: bool) -> Term:
    """
    Return the words of a piece of text, in order.

    :raises QueryError: when it holds no word, a link, or a wildcard by itself.
    """
    found = query_tokens(typed, quoted=quoted)
    inside = sum(raw.count("*") for raw, _, _ in found)
    if typed.count("*") != inside:
        raise refusal(
            text,
            place,
            code="E-WILD0",
            message="a wildcard by itself, or in front of a word, would match nearly everything",
            hint="put at least two letters before it: deliver*",
        )
    if not found:
        raise refusal(
            text,
            place,
            code="E-NOWORD",
            message=f"there is no word in '{typed[:40]}'" if typed.strip() else "nothing inside",
            hint="operators are AND, OR, NOT and NEAR/n; a minus stands directly before a word",
        )
    words = tuple(_word(text, place, raw, quoted=quoted) for raw, _, _ in found)
    return Term(words=words, place=place, typed=typed)


def _word(text: str, place: Span, raw: str, *, quoted: bool) -> Word:
    if is_link(raw):
        raise refusal(
            text,
            place,
            code="E-LINK",
            message="links are not searched by words yet; url: comes with the full language",
            hint="look for a word that people write beside the link",
        )
    if "*" not in raw and (quoted or "?" not in raw):
        form = looked_up(raw)
        return Word(f"{form}*", wild=True) if takes_particles(form) else Word(form)
    folded = "".join(part if part in "*?" else fold(part) for part in _WILDCARDS.split(raw))
    pattern = folded.replace("'", "")
    before = sum(letter.isalnum() for letter in _WILDCARDS.split(pattern)[0])
    if before < _LETTERS_BEFORE_WILDCARD:
        raise refusal(
            text,
            place,
            code="E-WILDS",
            message="a wildcard needs at least two letters before it",
            hint="write more of the word; Chinese, Japanese and Thai words need no wildcard",
        )
    return Word(pattern, wild=True)
