"""The words of a query: plain, quoted, in their exact case, or letter for letter."""

import re

from answerback.domain.listening.folding import composed, fold
from answerback.domain.listening.patterns import LOW_LINES
from answerback.domain.listening.syntax import QueryError, Term, Word, refusal
from answerback.domain.listening.words import (
    is_link,
    looked_up,
    query_tokens,
    raw_tokens,
    takes_particles,
)
from answerback.domain.records.mention import Span

_LETTERS_BEFORE_WILDCARD = 2
_WILDCARDS = re.compile(r"([*?])")


def plain_term(text: str, place: Span, *, typed: str, quoted: bool) -> Term:
    """
    Return the words of a piece of text, in order.

    :raises QueryError: when it holds no word, or a wildcard by itself.
    """
    if all(map(_is_plain, chunks := typed.split())) and chunks:  # most terms; the same as below
        return Term(
            words=tuple([Word(chunk.lower()) for chunk in chunks]), place=place, typed=typed
        )
    found = query_tokens(typed, quoted=quoted)
    if typed.count("*") != sum(raw.count("*") for raw, _, _ in found):
        raise refusal(
            text,
            place,
            code="E-WILD0",
            message="a wildcard by itself, or in front of a word, would match nearly everything",
            hint="put at least two letters before it: deliver*",
        )
    words = tuple(_word(text, place, raw, quoted=quoted) for raw, _, _ in found)
    return Term(words=_some(text, place, typed, words), place=place, typed=typed)


def _is_plain(chunk: str) -> bool:
    """Say whether a chunk is one word, tag or mention of English letters and digits."""
    if chunk[0] in "@#":
        chunk = chunk[1:]
    return chunk.isascii() and chunk.isalnum()


def exact_term(text: str, place: Span, *, typed: str) -> Term:
    """
    Return words to be found in exactly this case.

    :raises QueryError: when it holds no word, or a wildcard.
    """
    if "*" in typed:
        raise refusal(
            text,
            place,
            code="E-WILDX",
            message="exact case takes no wildcard",
            hint="write the whole word, or leave the curly brackets out",
        )
    words = tuple(
        Word(composed(raw.strip(LOW_LINES) or raw), exact=True)
        for raw in raw_tokens(typed)
        if not is_link(raw)
    )
    return Term(words=_some(text, place, typed, words), place=place, typed=typed)


def literal_term(text: str, place: Span, *, typed: str) -> Term:
    """
    Return words in a row that must also stand in the text letter for letter.

    :raises QueryError: when it holds no word to find it by.
    """
    raws = [raw for raw, _, _ in query_tokens(typed, quoted=True, wild=False) if not is_link(raw)]
    words = _some(text, place, typed, tuple(_plain(raw) for raw in raws))
    return Term(words=words, place=place, typed=typed, literal=composed(typed))


def _some(text: str, place: Span, typed: str, words: tuple[Word, ...]) -> tuple[Word, ...]:
    """
    Return the words, if there are any.

    :raises QueryError: when there are none.
    """
    if words:
        return words
    raise refusal(
        text,
        place,
        code="E-NOWORD",
        message=f"there is no word in '{typed[:40]}'" if typed.strip() else "nothing inside",
        hint="operators are AND, OR, NOT and NEAR/n; a minus stands directly before a word",
    )


def _word(text: str, place: Span, raw: str, *, quoted: bool) -> Word:
    if is_link(raw):
        raise _link(text, place)
    if raw[-1] == "\u20e3" or ("*" not in raw and (quoted or "?" not in raw)):
        return _plain(raw)  # the first is a keycap, and its star a picture
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


def _plain(raw: str) -> Word:
    form = looked_up(raw)
    return Word(f"{form}*", wild=True) if takes_particles(form) else Word(form)


def _link(text: str, place: Span) -> QueryError:
    return refusal(
        text,
        place,
        code="E-LINK",
        message="a link among other words cannot be looked for in a row",
        hint='put it beside them: "lost bag" AND url:shop.example',
    )
