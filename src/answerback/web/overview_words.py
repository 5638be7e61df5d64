"""The figures of the overview as a page shows them: shares in hundredths, lengths in words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from answerback.desk.queries.answered import AnsweredShare
from answerback.desk.queries.posts_behind import Behind, Mark, PostLine
from answerback.domain.measure.rate import Rate
from answerback.domain.measure.recall import Estimate
from answerback.web.cards import Link, opening, safe_link
from answerback.web.refusals import AddressNotUnderstood

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_WHOLE = 100.0
_LONGEST_MARK = 40

HEADINGS: dict[Behind, Promise | str] = {
    Behind.NEVER_ANSWERED: _("Never answered"),
    Behind.OPEN: _("Open: owed an answer, younger than 7 days"),
    Behind.ANSWERED: _("Answered"),
    Behind.STORED: _("Stored"),
    Behind.SET_ASIDE: _("Set aside"),
    Behind.DRAWN: _("Drawn for an audit"),
}

NOTES: dict[str, Promise | str] = {
    "relevant": _("a person said: relevant"),
    "irrelevant": _("a person said: not relevant"),
    "unsure": _("a person was not sure"),
    "unlabelled": _("nobody has looked at it yet"),
    "own_post": _("our own words"),
    "not_heard": _("the query did not match"),
    "excluded": _("the query excludes it"),
    "spam": _("spam"),
    "not_about_us": _("judged not about the brand"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its interval.  Units: hundredths."""

    name: str
    value: float | None  #: None: not known
    low: float
    high: float
    n: int


def share_of(told: Rate | Estimate | None, *, name: str = "") -> Share | None:
    """Return a share as a page shows it; None for none."""
    if told is None:
        return None
    value = None if told.share is None else told.share * _WHOLE
    return Share(name=name, value=value, low=told.low * _WHOLE, high=told.high * _WHOLE, n=told.n)


def shares_of(answered: AnsweredShare) -> list[tuple[str, Share | None]]:
    """Return the answered share at each horizon."""
    return [(name, share_of(rate, name=name)) for name, rate in answered.shares]


def median_in_words(answered: AnsweredShare) -> str:
    """Return how long half of the people waited; "" where half never had an answer."""
    if answered.median_seconds is None:
        return ""
    return timesince(_EPOCH, _EPOCH + timedelta(seconds=answered.median_seconds), depth=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRow:
    """One post of a list, ready to be shown."""

    line: PostLine
    opening: str
    link: Link | None
    note: Promise | str


def row_of(line: PostLine) -> PostRow:
    """Return a line as a page shows it."""
    return PostRow(
        line=line,
        opening=opening(line.text),
        link=safe_link(line.url),
        note=NOTES.get(line.note, line.note),
    )


def mark_in_words(mark: Mark) -> str:
    """Return where a page ends as `moment.number`, to be read by `mark_of`; exact."""
    return f"{(mark.at - _EPOCH) // _TICK}.{mark.post_id}"


def mark_of(word: str | None) -> Mark | None:
    """
    Return where an address says that a page begins; None: at the top.

    :raises AddressNotUnderstood: when the word is not one of `mark_in_words`.
    """
    if not word:
        return None
    at, dot, post = word.partition(".")
    digits = at.removeprefix("-")
    if not (dot and len(word) <= _LONGEST_MARK and digits.isdecimal() and post.isdecimal()):
        raise _mangled()
    try:
        return Mark(at=_EPOCH + int(at) * _TICK, post_id=int(post))
    except (OverflowError, ValueError) as wrong:
        raise _mangled() from wrong


def _mangled() -> AddressNotUnderstood:
    return AddressNotUnderstood(
        "The address names no place in this list: what follows 'after=' was cut or changed. "
        "Go back to the first page."
    )
