"""The marks that a query's pieces are told apart by."""

import re
from dataclasses import dataclass
from enum import StrEnum

from answerback.domain.listening.fields import Field
from answerback.domain.listening.syntax import Node, Problem, QueryError, problem, refusal
from answerback.domain.records.mention import Span

MOST_WITHIN = 999
#: Unseen characters that come along on paste and stand between pieces, or at their ends.
UNSEEN_BLANKS = "\u200b\u200e\u200f\u2060\ufeff"

#: Opening quotation mark → those that close it.
QUOTES = {
    '"': '"＂',  # noqa: RUF001 - a full-width mark is one too
    "＂": '"＂',  # noqa: RUF001 - likewise
    "“": '”"',
    "”": '”"',
    "„": '“”"',
    "«": '»"',
}
#: Between two Hebrew letters a quotation mark abbreviates, and belongs to the word.
GERSHAYIM = re.compile(r'(?<=[\u05d0-\u05ea\u05b0-\u05c7])["＂](?=[\u05d0-\u05ea])')  # noqa: RUF001 - as above
#: What stands between blanks, brackets and quotation marks.
RUN = re.compile(r'(?:(?!&&|<<<)[^\s|()（）"＂“”„«»{}\[\]]|' + GERSHAYIM.pattern + ")+")  # noqa: RUF001 - full-width brackets are brackets
_TILDE = re.compile(r"~(\w*(?:\.\d+)?)")


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
    node: Node | None = None  #: for a term
    within: int | None = None  #: for NEAR: words between; for `)`: the n of `~n`
    ordered: bool = False  #: for NEAR: the left side comes first
    field: Field | None = None  #: for a bracket: the field that it belongs to
    lower: bool = False  #: a word that is an operator when written in capitals
    bare: bool = False  #: a word without quotation marks, sign or field
    notes: tuple[Problem, ...] = ()


def stands_before(text: str, at: int) -> bool:
    """Say whether a sign stands directly before something it can belong to."""
    following = text[at + 1 : at + 2]
    return bool(following) and not following.isspace() and following not in ")）"  # noqa: RUF001 - see above


def tilde(text: str, at: int) -> tuple[int, int | None]:
    """
    Read the `~n` behind a phrase or a bracket, if it is there; return where it ends, and n.

    :raises QueryError: for a `~` without a number.
    """
    found = _TILDE.match(text, at)
    if found is None:
        return at, None
    place = Span(start=at, end=found.end())
    return found.end(), whole_number(text, place, found.group(1), what="~", like='"a b"~5')


def quoted(text: str, at: int) -> tuple[str, int] | None:
    """
    Return what stands in quotation marks here, and where they end; None without such marks.

    :raises QueryError: when they are not closed.
    """
    closing = QUOTES.get(text[at : at + 1])
    if closing is None:
        return None
    end = next(
        (
            i
            for i in range(at + 1, len(text))
            if text[i] in closing and not GERSHAYIM.match(text, i)
        ),
        None,
    )
    if end is None:
        raise _never_closed(text, at, f"add {closing[0]} where the phrase ends")
    return text[at + 1 : end], end + 1


def closing(text: str, at: int, mark: str, *, what: str) -> int:
    """
    Return where the mark stands that closes the bracket at a place.

    :raises QueryError: E-BRACKET when there is none; `what` begins with it.
    """
    end = text.find(mark, at)
    if end < 0:
        raise refusal(
            text,
            Span(start=at, end=at + 1),
            code="E-BRACKET",
            message="this bracket is never closed",
            hint=f"add {mark} where {what} ends",
        )
    return end


def _never_closed(text: str, at: int, hint: str) -> QueryError:
    if text[at] == "”":
        return never_opened(text, Span(start=at, end=at + 1))
    return refusal(
        text,
        Span(start=at, end=at + 1),
        code="E-QUOTE",
        message="this quotation mark is never closed",
        hint=hint,
    )


def whole_number(
    text: str, place: Span, number: str, *, what: str, like: str, between: bool = False
) -> int:
    if number.isascii() and number.isdigit() and int(number[:9]) <= MOST_WITHIN:
        return int(number)
    lead = "for at most five words between" if between else "for words at most five apart"
    raise refusal(
        text,
        place,
        code="E-NEARN",
        message=f"{what} takes a whole number from 0 to {MOST_WITHIN}, not '{number[:20]}'",
        hint=f"{lead}: {like}",
    )


def pasted_note(text: str, place: Span, message: str) -> Problem:
    return problem(text, place, code="I-PASTE", message=message)


def never_opened(text: str, here: Span) -> QueryError:
    return refusal(
        text,
        here,
        code="E-QUOTE",
        message=f"{text[here.start]} closes a phrase that was never opened",
        hint="put a quotation mark where the phrase begins, or take this one away",
    )
